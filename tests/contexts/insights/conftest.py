"""A database of these tests' own: a benchmark counts whatever companies there are. And a firm."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity.types import System
from milepost.contexts.programs import service as programs
from milepost.platform.db import Database, Transaction, roles
from tests.contexts.insights.companies import Town
from tests.contexts.insights.portfolio_firm import Firm
from tests.factories.databases import as_app, looking
from tests.factories.frameworks import make_checklist, make_framework
from tests.factories.people import Place
from tests.factories.portfolios import make_member, make_organization

NOW = datetime.now(UTC)
FRAMEWORK = make_framework(
    "from-idea-to-shop",
    (
        make_checklist("idea", order=1),
        make_checklist("interviews", order=2, after=("idea",)),
        make_checklist("offer", order=3, after=("interviews",)),
    ),
)


@pytest.fixture(scope="module")
def counting_database(
    new_database: Callable[[str], roles.Roles],
    worker_id: str,
    request: pytest.FixtureRequest,
) -> roles.Roles:
    """A copy for each module."""
    module = request.module.__name__.rpartition(".")[2]
    return new_database(f"{module}_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def counting(counting_database: roles.Roles) -> AsyncIterator[Database]:
    """The copy as the application, with a framework published."""
    async with looking(counting_database.owner) as owner, owner.transaction():
        await programs.publish(Transaction(owner, None), program=FRAMEWORK, now=NOW)
    async with as_app(counting_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seeing_all(
    counting_database: roles.Roles,
) -> AsyncIterator[psycopg.AsyncConnection]:
    """The copy as the operator."""
    async with looking(counting_database.operator) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def town(counting: Database, seeing_all: psycopg.AsyncConnection) -> Town:
    """Where companies are made; nobody's benchmark is there yet."""
    await seeing_all.execute("delete from journeys.outcomes")
    await seeing_all.execute("update identity.tenants set settings = '{}'")
    for table in ("benchmark_blocks", "benchmark_spent", "benchmark_keys", "benchmarks"):
        await seeing_all.execute(f"delete from insights.{table}")
    async with counting.transaction(System()) as tx:
        version = await programs.find_latest(tx, slug=FRAMEWORK.slug)
    assert version is not None
    return Town(seeing_all, version.program_id, version.id, NOW)


@pytest_asyncio.fixture(loop_scope="session")
async def firm(place: Place) -> Firm:
    """A firm that nobody lets in yet."""
    organization = await make_organization(place, kind="investor")
    return Firm(place, organization, await make_member(place, organization, "Iris Investor"))
