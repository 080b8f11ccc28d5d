"""What a firm sees of the companies that let it in, and what that comes to."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.events import GrantEnded
from milepost.contexts.identity.types import Capacity, Level, System
from milepost.contexts.insights import handlers, jobs
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.portfolio import (
    AtWork,
    Choice,
    Confidence,
    Count,
    Trend,
    stalled,
)
from milepost.contexts.insights.portfolio_sheet import percent
from milepost.contexts.journeys import service as journeys
from milepost.platform.db import Database
from milepost.platform.errors import NotFound
from milepost.platform.events import Occurrence
from milepost.platform.jobs import JobContext
from milepost.platform.mail import mailer
from milepost.settings import Settings
from tests.contexts.insights.portfolio_firm import FIRST, SECOND, THIRD, busy
from tests.factories.people import make_place
from tests.factories.portfolios import make_member, make_organization, make_venture

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_level_shows_what_it_holds_and_no_more(place, firm):
    shown = {}
    for level in Level:
        shown[level] = await busy(place, f"Company {level}")
        await shown[level].let_in(firm.organization, level)
    hidden = await busy(place, "Hidden")
    lines = await firm.lines()
    assert list(lines) == ["Company basic", "Company detailed", "Company full"]
    for level, line in zip(Level, lines.values(), strict=True):
        assert line.holding.level is level
        assert line.progress == Count(total=3, in_progress=1, completed=1)
        assert percent(line.progress) == 33
    assert lines["Company basic"].details is None
    details = lines["Company detailed"].details
    assert [step.step_slug for step in details.stalled] == [SECOND]
    assert details.stalled[0].quiet_days == 35
    assert details.confidence.newest == (4,)
    assert (details.trend.lately, details.trend.before) == (0, 1)

    basic, detailed, full = [await firm.company(shown[level]) for level in Level]
    assert basic.cells
    assert (basic.steps, basic.outcomes) == ((), ())
    assert basic.phases[0].slug == detailed.phases[0].slug
    assert {step.slug: step.state for step in detailed.steps}[FIRST] == "completed"
    assert [step.stalled for step in detailed.steps if step.slug == SECOND] == [True]
    assert [outcome.confidence_level for outcome in detailed.outcomes] == [4]
    assert detailed.outcomes[0].notes is None
    assert not any(step.tasks for step in detailed.steps)
    assert full.outcomes[0].notes == "It went well."
    assert full.outcomes[0].key_learnings == ("Ask about last week.",)
    assert all(step.tasks for step in full.steps)
    with pytest.raises(NotFound):
        await firm.company(hidden)


async def test_a_revocation_holds_from_the_next_transaction_on(place, firm):
    stays, goes = await busy(place, "Stays"), await busy(place, "Goes", confidence=1)
    await stays.let_in(firm.organization, Level.FULL)
    grant = await goes.let_in(firm.organization, Level.FULL)
    before = (await firm.portfolio()).insights
    assert before.total_companies == 2
    assert before.risk_indicators["low_confidence"] == 1
    async with place.db.transaction(goes.founder.actor) as tx:
        await identity.end(tx, grant_id=grant.id, now=place.now)
    after = await firm.portfolio()
    assert [company.holding.name for company in after.companies] == ["Stays"]
    assert after.insights.total_companies == 1
    assert after.insights.risk_indicators["low_confidence"] == 0
    async with place.db.transaction(firm.investor.actor) as tx:
        holder = await insights.get_holder(tx, now=place.now)
        kept = await insights.get_insights(tx, holder=holder, now=place.now)
    assert kept == after.insights
    with pytest.raises(NotFound):
        await firm.company(goes)


async def test_less_is_shown_once_the_level_is_lower(place, firm):
    venture = await busy(place, "Careful")
    await venture.let_in(firm.organization, Level.FULL)
    assert (await firm.portfolio()).insights.covers == 1
    await venture.let_in(firm.organization, Level.BASIC)
    found = await firm.portfolio()
    assert found.companies[0].details is None
    assert found.insights.covers == 0
    assert found.insights.risk_indicators["stalled_steps"] == 0
    assert not (await firm.company(venture)).steps


async def test_what_basic_does_not_show_changes_no_figure(place, firm):
    """Otherwise subtracting what one sees would leave what one doesn't."""
    shown, quiet = await busy(place, "Shown"), await busy(place, "Quiet")
    await shown.let_in(firm.organization, Level.DETAILED)
    await quiet.let_in(firm.organization, Level.BASIC)
    later = place.now + timedelta(days=1)
    before = (await firm.portfolio()).insights
    await quiet.finish(SECOND, confidence=1, at=place.now)
    after = (await firm.portfolio(now=later)).insights
    assert after.calculated_at == later
    assert after.risk_indicators == before.risk_indicators
    assert after.average_progress_by_domain != before.average_progress_by_domain


async def test_averages_weigh_companies_alike(place, firm):
    long = await make_venture(place, "Long", steps=(FIRST, "idea-shortlist", SECOND, THIRD))
    short = await make_venture(place, "Short", steps=(FIRST,))
    await short.finish(FIRST)
    for venture in (long, short):
        await venture.let_in(firm.organization)
    found = await firm.portfolio()
    by_name = {company.holding.name: company for company in found.companies}
    domain = next(iter(by_name["Short"].domains))
    expected = (1.0 + (by_name["Long"].domains[domain].share or 0.0)) / 2
    assert found.insights.average_progress_by_domain[domain] == pytest.approx(expected, abs=1e-4)


async def test_only_investors_grants_to_ones_own_firm_count(place, firm):
    other = await make_organization(place, kind="investor")
    stranger = await make_member(place, other, "Otto Other")
    venture = await busy(place, "Chosen")
    await venture.let_in(firm.organization, Level.DETAILED)
    async with place.db.transaction(venture.founder.actor) as tx:
        await identity.make_grant(
            tx,
            subject_id=venture.id,
            audience=identity.Audience(organization_id=other.id),
            level=Level.FULL,
            capacity=Capacity.SPONSOR,
            now=place.now,
        )
    assert [c.holding.name for c in (await firm.portfolio()).companies] == ["Chosen"]
    assert (await firm.portfolio(stranger)).companies == []
    with pytest.raises(NotFound):
        await firm.portfolio(venture.founder)


async def test_a_person_invests_on_their_own(place, firm):
    angel = await make_member(place, await make_organization(place, kind="practice"), "Ann Angel")
    venture = await busy(place, "Backed")
    async with place.db.transaction(System(place.tenant_id)) as tx:
        await identity.set_role(tx, user_id=angel.id, role="guru", now=place.now)
    await venture.let_in(angel, Level.BASIC)
    found = await firm.portfolio(angel)
    assert not found.holder.is_firm
    assert [company.holding.name for company in found.companies] == ["Backed"]


async def test_choices_sort_and_leave_out(place, firm):
    calm = await make_venture(place, "Calm", steps=(FIRST,))
    await calm.finish(FIRST, at=place.now - timedelta(days=2), confidence=5)
    await calm.let_in(firm.organization, Level.DETAILED)
    await (await busy(place, "Worried", confidence=2)).let_in(firm.organization, Level.FULL)
    await (await busy(place, "Basic")).let_in(firm.organization)

    async def names(**choice: str) -> list[str]:
        found = await firm.portfolio(choice=Choice(**choice))
        return [company.holding.name for company in found.companies]

    assert await names() == ["Basic", "Calm", "Worried"]
    assert await names(sort="progress") == ["Calm", "Basic", "Worried"]
    assert await names(sort="stalled") == ["Worried", "Calm", "Basic"]
    assert await names(sort="confidence") == ["Worried", "Calm", "Basic"]
    assert await names(sort="trend") == ["Worried", "Calm", "Basic"]
    assert await names(sort="activity") == ["Calm", "Worried", "Basic"]
    assert await names(only="stalled") == ["Worried"]
    assert await names(only="low_confidence") == ["Worried"]
    assert await names(level="basic") == ["Basic"]
    assert await names(text="CAL") == ["Calm"]
    # What is left out still counts.
    found = await firm.portfolio(choice=Choice(text="Calm"))
    assert found.insights.total_companies == 3


async def test_pace_is_days_beside_the_communitys(place, firm):
    venture = await make_venture(place, "Paced", steps=(FIRST, THIRD))
    await venture.finish(FIRST, days=10)
    await venture.finish(THIRD, days=20)
    await venture.let_in(firm.organization, Level.DETAILED)
    community = {FIRST: 10.0, THIRD: 10.0, "another": 3.0}
    found = await firm.portfolio(community=community)
    assert found.companies[0].details.pace == pytest.approx(1.5)
    assert (await firm.portfolio()).companies[0].details.pace is None
    view = await firm.company(venture, community=community)
    assert {line.step_slug: line.community_days for line in view.outcomes} == {
        FIRST: 10.0,
        THIRD: 10.0,
    }


async def test_a_tick_is_a_sign_of_life(place, firm):
    venture = await busy(place, "Ticking")
    await venture.let_in(firm.organization, Level.DETAILED)
    assert len((await firm.lines())["Ticking"].details.stalled) == 1
    async with place.db.transaction(venture.founder.actor) as tx:
        task = (await journeys.list_tasks(tx, journey_id=venture.journey.id, step_slug=SECOND))[0]
        await journeys.tick(
            tx, journey_id=venture.journey.id, task_id=task.id, is_completed=True, now=place.now
        )
    assert (await firm.lines())["Ticking"].details.stalled == ()


async def test_the_job_works_out_what_a_firm_is_shown(
    db: Database, place, firm, tmp_path, operator
):
    await (await busy(place, "One")).let_in(firm.organization, Level.DETAILED)
    await (await busy(place, "Two")).let_in(firm.organization, Level.BASIC)
    context = JobContext(
        db=db,
        settings=(settings := Settings(data=tmp_path)),
        mailer=mailer(settings.mail, settings.data),
        system_actor=System,
    )
    await jobs.refresh_portfolio(
        context, tenant_id=str(place.tenant_id), holder_id=str(firm.organization.id)
    )
    async with db.transaction(firm.investor.actor) as tx:
        holder = await insights.get_holder(tx, now=place.now)
        kept = await insights.get_insights(tx, holder=holder, now=datetime.now(place.now.tzinfo))
    assert kept.total_companies == 2
    assert kept.risk_indicators == {
        "companies": 1,
        "stalled_steps": 1,
        "stalled_companies": 1,
        "low_confidence": 0,
    }
    rows = await operator.execute(
        "select total_companies, calculated_at from insights.portfolio_insights"
        " where subject_id = %s",
        [firm.organization.id],
    )
    row = await rows.fetchone()
    assert row == {"total_companies": 2, "calculated_at": kept.calculated_at}


async def test_ended_grants_take_what_rested_on_them_along(db, place, firm, operator):
    venture = await busy(place, "Leaving")
    grant = await venture.let_in(firm.organization, Level.DETAILED)
    await firm.portfolio()

    async def kept() -> int:
        rows = await operator.execute(
            "select count(*) as n from insights.portfolio_insights where subject_id = %s",
            [firm.organization.id],
        )
        return (await rows.fetchone())["n"]

    assert await kept() == 1
    happened = Occurrence(
        id=uuid4(),
        tenant_id=place.tenant_id,
        subject_id=venture.id,
        at=place.now,
        event=GrantEnded(grant.id, Capacity.INVESTOR),
    )
    async with db.transaction(System(place.tenant_id)) as tx:
        await handlers.renew_portfolio(tx, happened)
    assert await kept() == 0
    rows = await operator.execute(
        "select count(*) as n from procrastinate.procrastinate_jobs"
        " where task_name = %s and args ->> 'holder_id' = %s",
        [jobs.REFRESH_PORTFOLIO, str(firm.organization.id)],
    )
    assert (await rows.fetchone())["n"] == 1


async def test_another_tenants_firm_sees_nothing(db, place, firm, now):
    elsewhere = await make_place(db, now=now)
    far = await make_organization(elsewhere, kind="investor")
    stranger = await make_member(elsewhere, far, "Far Away")
    venture = await busy(place, "Near")
    await venture.let_in(firm.organization, Level.FULL)
    async with db.transaction(stranger.actor) as tx:
        holder = await insights.get_holder(tx, now=now)
        found = await insights.list_portfolio(tx, holder=holder, now=now)
        assert found.companies == []
        with pytest.raises(NotFound):
            await insights.get_company(tx, organization_id=venture.id, now=now)


async def test_a_preview_is_what_the_firm_sees(db, place, firm):
    venture = await busy(place, "Curious")
    for level in Level:
        await venture.let_in(firm.organization, level)
        seen = await firm.company(venture)
        actor = identity.Preview(
            tenant_id=place.tenant_id,
            user_id=venture.founder.id,
            company_id=venture.id,
            level=level,
            now=place.now,
        )
        async with db.transaction(actor) as tx:
            previewed = await insights.preview_company(
                tx, organization_id=venture.id, level=level, now=place.now
            )
        assert previewed.cells == seen.cells
        assert previewed.steps == seen.steps
        assert previewed.outcomes == seen.outcomes
        assert previewed.company.details == seen.company.details
        assert previewed.company.domains == seen.company.domains


async def test_a_preview_shows_no_more_than_its_level_however_it_is_asked(db, place):
    venture = await busy(place, "Strict")
    actor = identity.Preview(
        tenant_id=place.tenant_id,
        user_id=venture.founder.id,
        company_id=venture.id,
        level=Level.BASIC,
        now=place.now,
    )
    async with db.transaction(actor) as tx:
        assert await journeys.list_tasks(tx, journey_id=venture.journey.id) == []
        assert await journeys.list_steps(tx, journey_id=venture.journey.id) == {}
        with pytest.raises(NotFound):
            await insights.preview_company(
                tx, organization_id=venture.id, level=Level.FULL, now=place.now
            )


async def test_only_who_acts_for_a_company_previews_it(db, place, firm):
    venture = await busy(place, "Own")
    await venture.let_in(firm.organization, Level.FULL)
    viewer = await make_member(place, venture.organization, "Vic Viewer", role="viewer")
    for someone in (viewer, firm.investor, place.admin):
        actor = identity.Preview(
            tenant_id=place.tenant_id,
            user_id=someone.id,
            company_id=venture.id,
            level=Level.BASIC,
            now=place.now,
        )
        with pytest.raises(NotFound):
            async with db.transaction(actor):
                pass


@pytest.mark.parametrize(
    ("days", "quiet", "still"),
    [(0, 21, False), (0, 22, True), (20, 39, False), (20, 41, True), (3, 20, False)],
)
async def test_patience_goes_by_the_estimate(now, days, quiet, still):
    step = AtWork("step", "Step", days, now - timedelta(days=quiet))
    assert bool(stalled([step], now=now)) is still


async def test_values_of_confidence_and_trend():
    assert (Confidence(()).mean, Confidence(()).is_low) == (None, False)
    assert (Confidence((2, 5, 5)).mean, Confidence((2, 5, 5)).is_low) == (4, True)
    assert not Confidence((3, 1)).is_low
    trend = Trend.of([0, 0, 3, 4, 7, 8])
    assert trend.weeks == (1, 0, 0, 1, 1, 0, 0, 2)
    assert (trend.lately, trend.before) == (3, 2)
    assert percent(Count(total=300, completed=1)) == 1
    assert percent(Count(total=300, completed=299)) == 99
    assert percent(Count()) == 0
