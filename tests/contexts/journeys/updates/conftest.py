"""A database whose programs are nobody else's, somebody who publishes there, and a founder."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import psycopg
import pytest
import pytest_asyncio

from milepost.platform.db import Database, roles
from tests.factories.databases import as_app, looking
from tests.factories.people import Place, Someone, make_place


@pytest.fixture(scope="package")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    return new_database(f"updates_{worker_id}")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def owner(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.owner) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database) -> Place:
    return await make_place(db, now=datetime.now(UTC))


@pytest_asyncio.fixture(loop_scope="session")
async def nora(place: Place) -> Someone:
    return await place.person("Nora Lind", organization=await place.organization())
