"""A copy of the database for these tests alone, with a row of everything in it."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
import pytest_asyncio

from milepost.platform.db import Database
from milepost.platform.db.roles import Roles
from tests.architecture.access import House
from tests.architecture.cast import Cast, make_cast
from tests.architecture.planting import plant


@pytest.fixture(scope="session")
def copy(new_database: Callable[[str], Roles], request: pytest.FixtureRequest) -> Roles:
    """A database whose rows and policies only these tests touch."""
    given = getattr(request.config, "workerinput", {"workerid": "main"})
    return new_database(f"architecture_{given['workerid']}")


@pytest.fixture(scope="session")
def catalog(copy: Roles) -> Iterator[psycopg.Connection]:
    """The owner's connection to that copy: for its catalog, and for changing its policies."""
    with psycopg.connect(copy.owner, autocommit=True) as connection:
        yield connection


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cast(copy: Roles) -> Cast:
    """Everybody who may ask, in two tenants."""
    with psycopg.connect(copy.operator) as operator:
        return make_cast(operator, now=datetime.now(UTC))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(copy: Roles, cast: Cast) -> AsyncIterator[House]:
    """The planted rows, and who can be asked about them as which role."""
    with psycopg.connect(copy.operator) as operator:
        samples = plant(operator, cast)
    app, owner = Database(copy.app, max_size=2), Database(copy.owner, max_size=2)
    await app.open()
    await owner.open()
    yield House(cast=cast, samples=samples, app=app, owner=owner)
    await app.close()
    await owner.close()
