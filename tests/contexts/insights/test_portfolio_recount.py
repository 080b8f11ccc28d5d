"""What a portfolio comes to is counted anew soon after something happened in it."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio

from milepost import main
from milepost.contexts.identity.types import Level, System
from milepost.contexts.insights import handlers
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.jobs import REFRESH_PORTFOLIO
from milepost.contexts.insights.portfolio import Insights
from milepost.contexts.insights.queries import portfolio_insights as kept_queries
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.events import CompanyMoved
from milepost.platform import clock, jobs
from milepost.platform.db import Database, roles
from milepost.platform.events import Occurrence
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Outbox
from milepost.settings import Settings
from tests.contexts.insights.portfolio_firm import FIRST, SECOND, THIRD, Firm, busy, write_again
from tests.factories.databases import as_app, looking
from tests.factories.people import Place, make_place
from tests.factories.portfolios import Venture, make_member, make_organization

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONNECTED = psycopg.AsyncConnection[dict[str, Any]]


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy whose jobs are nobody else's."""
    return new_database(f"recount_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(own_database: roles.Roles) -> AsyncIterator[CONNECTED]:
    async with looking(own_database.operator) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database, now: datetime) -> Place:
    return await make_place(db, now=now)


@pytest.fixture
def context(db: Database, tmp_path: Path) -> JobContext:
    assert main.JOBS
    return JobContext(
        db=db,
        settings=Settings(data=tmp_path),
        mailer=Outbox(tmp_path / "outbox", "Milepost <milepost@localhost>"),
        system_actor=System,
    )


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place: Place, firm: Firm, context: JobContext) -> Venture:
    """A company that lets the firm in, counted up to now."""
    made = await busy(place, "Moving")
    await made.let_in(firm.organization, Level.DETAILED)
    await jobs.run_pending(place.db, context)
    return made


async def kept(firm: Firm) -> Insights | None:
    """What was counted last, however long ago."""
    async with firm.place.db.transaction(firm.investor.actor) as tx:
        row = await kept_queries.find_insights(tx, holder_id=firm.organization.id)
    return row and Insights(
        total_companies=row.total_companies,
        average_progress_by_domain=row.average_progress_by_domain,
        risk_indicators=row.risk_indicators,
        calculated_at=row.calculated_at,
    )


async def waiting(operator: CONNECTED) -> list[str]:
    """Whose recounts are asked for and not begun."""
    cursor = await operator.execute(
        """
        select j.args ->> 'holder_id' as holder
          from procrastinate.procrastinate_jobs j
         where j.task_name = %s
           and j.status = 'todo'
        """,
        [REFRESH_PORTFOLIO],
    )
    return [row["holder"] for row in await cursor.fetchall()]


async def test_an_outcome_is_counted_without_waiting_for_the_night(
    place: Place, firm: Firm, venture: Venture, context: JobContext
):
    before = await kept(firm)
    assert before is not None
    assert before.risk_indicators["low_confidence"] == 0
    await write_again(venture, FIRST, at=place.now, days=4, confidence=1)
    await jobs.run_pending(place.db, context)
    after = await kept(firm)
    assert after is not None
    assert after.risk_indicators["low_confidence"] == 1
    assert after.calculated_at > before.calculated_at


@pytest.mark.parametrize("what", ["complete", "skip", "reopen"])
async def test_steps_that_move_are_counted(
    what: str, place: Place, firm: Firm, venture: Venture, context: JobContext
):
    before = await kept(firm)
    assert before is not None
    held = {"journey_id": venture.journey.id, "now": place.now}
    async with place.db.transaction(venture.founder.actor) as tx:
        if what == "complete":
            await journeys.complete(tx, **held, step_slug=SECOND)
        elif what == "skip":
            await journeys.skip(tx, **held, step_slug=THIRD, reason="We have one.")
        else:
            await journeys.reopen(tx, **held, step_slug=FIRST)
    await jobs.run_pending(place.db, context)
    after = await kept(firm)
    assert after is not None
    assert after.average_progress_by_domain != before.average_progress_by_domain
    live = (await firm.portfolio(now=clock.now())).insights
    assert after == live


async def test_much_at_once_is_one_recount_a_firm(
    place: Place, firm: Firm, venture: Venture, operator: CONNECTED, context: JobContext
):
    other = await make_organization(place, kind="investor")
    rival = Firm(place, other, await make_member(place, other, "Otto Other"))
    stranger = await make_organization(place, kind="investor")
    await venture.let_in(other, Level.BASIC)
    await jobs.run_pending(place.db, context)
    assert await waiting(operator) == []
    for again in range(6):
        await write_again(
            venture, FIRST, at=place.now + timedelta(minutes=again), days=4, confidence=2
        )
    happened = Occurrence(
        id=uuid4(),
        tenant_id=place.tenant_id,
        subject_id=venture.id,
        at=place.now,
        event=CompanyMoved(venture.journey.id),
    )
    for _ in range(6):
        async with place.db.transaction(System(place.tenant_id)) as tx:
            await handlers.recount_portfolios(tx, happened)
    asked = await waiting(operator)
    assert sorted(asked) == sorted([str(firm.organization.id), str(other.id)])
    assert str(stranger.id) not in asked
    await jobs.run_pending(place.db, context)
    found, less = await kept(firm), await kept(rival)
    assert found is not None
    assert less is not None
    assert found.risk_indicators["low_confidence"] == 1
    # What is not shown is not counted, whoever asked for the recount.
    assert less.risk_indicators["companies"] == 0


async def test_nobodys_portfolio_is_nobodys_work(
    place: Place, operator: CONNECTED, context: JobContext
):
    alone = await busy(place, "Alone")
    await write_again(alone, FIRST, at=place.now, days=4, confidence=1)
    await jobs.run_pending(place.db, context)
    cursor = await operator.execute(
        "select count(*) as n from insights.portfolio_insights where tenant_id = %s",
        [place.tenant_id],
    )
    row = await cursor.fetchone()
    assert row == {"n": 0}


async def test_a_recount_that_began_before_another_does_not_undo_it(
    place: Place, firm: Firm, venture: Venture
):
    later = place.now + timedelta(minutes=5)
    async with place.db.transaction(firm.investor.actor) as tx:
        holder = await insights.get_holder(tx, now=later)
        newest = await insights.get_insights(tx, holder=holder, now=later, anew=True)
    async with place.db.transaction(firm.investor.actor) as tx:
        await insights.get_insights(tx, holder=holder, now=place.now, anew=True)
    assert await kept(firm) == newest
