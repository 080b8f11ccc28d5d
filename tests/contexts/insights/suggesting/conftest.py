"""A database of these tests' own, with a company that has done its first step."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity.types import System
from milepost.platform.db import Database, roles
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Outbox
from milepost.settings import Settings
from tests.contexts.insights.suggesting.desk import NOW, Desk
from tests.factories.companies import Company, make_company, publish, small_framework
from tests.factories.databases import as_app, looking
from tests.factories.people import make_place


@pytest.fixture(scope="module")
def own_database(
    new_database: Callable[[str], roles.Roles], worker_id: str, request: pytest.FixtureRequest
) -> roles.Roles:
    """A copy for each module: its programs and its jobs are nobody else's."""
    module = request.module.__name__.rpartition(".")[2]
    return new_database(f"suggesting_{module}_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def owner(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.owner) as connection:
        yield connection


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(
    own_database: roles.Roles,
) -> AsyncIterator[psycopg.AsyncConnection[dict[str, Any]]]:
    async with looking(own_database.operator) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def company(db: Database, owner: psycopg.AsyncConnection) -> Company:
    program = await publish(owner, small_framework(), now=NOW)
    made = await make_company(await make_place(db, now=NOW), program)
    await made.do("first-talks", days=4, until=NOW)
    return made


@pytest.fixture
def desk(company: Company, db: Database, tmp_path: Path) -> Desk:
    return Desk(
        company,
        JobContext(
            db=db,
            settings=Settings(data=tmp_path),
            mailer=Outbox(tmp_path / "outbox", "Milepost <milepost@localhost>"),
            system_actor=System,
        ),
    )
