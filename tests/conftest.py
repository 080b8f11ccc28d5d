"""One real PostgreSQL for all tests; each process of them works in a copy of one template.

Tests connect as the application's role: the owner or a superuser sees everything, and
proves nothing. `operator` is for looking at what is really there.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from milepost.cli.publishing import publish_shipped
from milepost.platform.db import Database, embedded, migrations, roles
from milepost.platform.db.cluster import SUPERUSER
from milepost.platform.db.connect import DatabaseAccess
from milepost.settings import shipped, shipped_programs
from tests.factories.databases import as_app, looking
from tests.factories.people import Place, make_place

SECRET = b"a secret that only the tests know"
TEMPLATE = "milepost_template"

# Nothing here has to survive a crash.
HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

_STOP = pytest.StashKey[ExitStack]()
_SERVER = pytest.StashKey[str]()


@contextmanager
def _server() -> Iterator[str]:
    """A server with the migrated template; the address of its superuser."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-tests-"))
    try:
        with embedded.claim(folder):
            server = embedded.start(folder, secret=SECRET, settings=HASTY)
            try:
                superuser = server.conninfo(SUPERUSER, "postgres")
                made = roles.ensure_roles(superuser, secret=SECRET, dbname=TEMPLATE)
                with psycopg.connect(made.owner, autocommit=True) as owner:
                    migrations.migrate(owner, shipped("migrations"))
                access = DatabaseAccess(made, SECRET, None)
                asyncio.run(publish_shipped(access, shipped_programs()))
                yield superuser
            finally:
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(config: pytest.Config) -> str:
    """Start the server when it is first asked for; it ends with the session."""
    if _SERVER not in config.stash:
        stack = ExitStack()
        config.stash[_STOP] = stack
        config.stash[_SERVER] = stack.enter_context(_server())
    return config.stash[_SERVER]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Let every process of xdist use the server of the one that started them."""
    node.workerinput["superuser"] = json.dumps(_running(node.config))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _STOP in config.stash:
        config.stash[_STOP].close()


@pytest.fixture(scope="session")
def superuser(request: pytest.FixtureRequest) -> str:
    """The address of the server, for making databases in it."""
    given = getattr(request.config, "workerinput", None)
    return json.loads(given["superuser"]) if given else _running(request.config)


@pytest.fixture(scope="session")
def new_database(superuser: str) -> Iterator[Callable[[str], roles.Roles]]:
    """Make a copy of the template under a name, and return its roles."""
    made = []

    def make(name: str) -> roles.Roles:
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template {} owner {}").format(
                    sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(roles.OWNER)
                )
            )
        made.append(name)
        return roles.ensure_roles(superuser, secret=SECRET, dbname=name)

    yield make
    with psycopg.connect(superuser, autocommit=True) as connection:
        for name in made:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


@pytest.fixture(scope="session")
def database(
    new_database: Callable[[str], roles.Roles], request: pytest.FixtureRequest
) -> roles.Roles:
    """This process's copy; tests keep apart by working in tenants of their own."""
    given = getattr(request.config, "workerinput", {"workerid": "main"})
    return new_database(f"tests_{given['workerid']}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(database: roles.Roles) -> AsyncIterator[Database]:
    """The database as the application."""
    async with as_app(database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def operator(database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection that sees every row; each statement commits by itself."""
    async with looking(database.operator) as connection:
        yield connection


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def owner(database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection of the owner, who publishes programs."""
    async with looking(database.owner) as connection:
        yield connection


@pytest.fixture
def secret() -> bytes:
    return SECRET


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database, now: datetime, operator: psycopg.AsyncConnection) -> Place:
    """A tenant of this test's own, with an administrator; make people with `place.person()`."""
    # Wrong passwords are counted by network address too, and all tests have the same one.
    await operator.execute("delete from identity.sign_in_failures")
    return await make_place(db, now=now)
