"""A company of two founders, at the beginning of a journey."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Organization
from milepost.contexts.programs import service as programs
from milepost.platform.db import Database, Transaction, roles
from tests.contexts.journeys.companies.walking import FRAMEWORK, NOW, begin
from tests.factories.databases import as_app, looking
from tests.factories.people import Place, Someone, make_place


@pytest.fixture(scope="package")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for these modules: their programs are nobody else's."""
    return new_database(f"companies_{worker_id}")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with looking(own_database.owner) as owner, owner.transaction():
        await programs.publish(Transaction(owner, None), program=FRAMEWORK, now=NOW)
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def operator(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.operator) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database) -> Place:
    return await make_place(db, now=NOW)


@pytest_asyncio.fixture(loop_scope="session")
async def company(place: Place) -> Organization:
    return await place.organization()


@pytest_asyncio.fixture(loop_scope="session")
async def founder(place: Place, company: Organization) -> Someone:
    return await place.person("Nora Lind", organization=company)


@pytest_asyncio.fixture(loop_scope="session")
async def cofounder(place: Place, company: Organization) -> Someone:
    return await place.person("Otto Berg", organization=company)


@pytest_asyncio.fixture(loop_scope="session")
async def journey_id(db: Database, founder: Someone) -> UUID:
    return await begin(db, founder)
