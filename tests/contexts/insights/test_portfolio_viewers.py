"""Who belongs to a firm as a viewer reads its portfolio, and changes nothing of it."""

from datetime import timedelta

import pytest
import pytest_asyncio

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.service import organizations
from milepost.contexts.identity.types import Capacity, Level, System
from milepost.contexts.insights import jobs
from milepost.contexts.insights import service as insights
from milepost.platform.db import Database
from milepost.platform.errors import Forbidden, NotFound
from milepost.platform.jobs import JobContext
from milepost.platform.mail import mailer
from milepost.settings import Settings
from tests.contexts.insights.portfolio_firm import SECOND, Firm, busy
from tests.factories.people import Someone
from tests.factories.portfolios import Venture, make_member, make_organization

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def viewer(place, firm) -> Someone:
    return await make_member(place, firm.organization, "Vera Viewer", role="viewer")


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place, firm) -> Venture:
    made = await busy(place, "Chosen", confidence=1)
    await made.let_in(firm.organization, Level.DETAILED)
    return made


async def test_a_viewer_reads_what_the_members_read(place, firm, viewer, venture):
    seen, read = await firm.portfolio(), await firm.portfolio(viewer)
    assert [company.holding.name for company in read.companies] == ["Chosen"]
    assert read.companies == seen.companies
    assert read.insights == seen.insights
    assert (seen.holder.acts, read.holder.acts) == (True, False)
    own = Firm(place, firm.organization, viewer)
    assert await own.company(venture) == await firm.company(venture)


async def test_what_a_viewer_looks_at_is_not_kept(firm, viewer, venture, place, operator):
    async def kept():
        rows = await operator.execute(
            "select i.calculated_at from insights.portfolio_insights i where i.subject_id = %s",
            [firm.organization.id],
        )
        return [row["calculated_at"] for row in await rows.fetchall()]

    first = (await firm.portfolio(viewer)).insights
    assert first.risk_indicators["low_confidence"] == 1
    assert await kept() == []
    assert (await firm.portfolio()).insights == first
    assert await kept() == [place.now]
    later = place.now + timedelta(hours=2)
    stale = (await firm.portfolio(viewer, now=later)).insights
    assert stale.calculated_at == later
    assert await kept() == [place.now]


async def test_a_viewer_can_write_no_figure_past_the_service(firm, viewer, venture, place):
    await firm.portfolio()
    row = {"tenant": place.tenant_id, "holder": firm.organization.id}
    async with place.db.transaction(viewer.actor) as tx:
        changed = await tx.run(
            """
            update insights.portfolio_insights
               set total_companies = 99
             where tenant_id = %(tenant)s
               and subject_id = %(holder)s
            """,
            row,
        )
        gone = await tx.run(
            """
            delete from insights.portfolio_insights
             where tenant_id = %(tenant)s
               and subject_id = %(holder)s
            """,
            row,
        )
    assert (changed, gone) == (0, 0)
    with pytest.raises(Forbidden):
        async with place.db.transaction(viewer.actor) as tx:
            await tx.run(
                """
                insert into insights.portfolio_insights (
                  tenant_id, subject_id, rests_on, total_companies, average_progress_by_domain,
                  risk_indicators, calculated_at
                )
                values (%(tenant)s, %(holder)s, '', 0, '{}', '{}', %(now)s)
                """,
                {**row, "now": place.now},
            )


async def test_a_firm_of_viewers_alone_is_counted_by_whoever_looks(
    db: Database, place, tmp_path, operator
):
    organization = await make_organization(place, kind="investor")
    looker = await make_member(place, organization, "Vera Viewer", role="viewer")
    alone = Firm(place, organization, looker)
    venture = await busy(place, "Watched")
    await venture.let_in(organization, Level.DETAILED)
    context = JobContext(
        db=db,
        settings=(settings := Settings(data=tmp_path)),
        mailer=mailer(settings.mail, settings.data),
        system_actor=System,
    )
    async with db.transaction(System(place.tenant_id)) as tx:
        assert await insights.list_working_holders(tx, now=place.now) == []
    await jobs.refresh_portfolio(
        context, tenant_id=str(place.tenant_id), holder_id=str(organization.id)
    )
    assert (await alone.portfolio()).insights.risk_indicators["low_confidence"] == 0
    await venture.finish(SECOND, confidence=1, at=place.now)
    assert (await alone.portfolio()).insights.risk_indicators["low_confidence"] == 1
    rows = await operator.execute(
        "select count(*) as n from insights.portfolio_insights where subject_id = %s",
        [organization.id],
    )
    assert (await rows.fetchone())["n"] == 0


async def test_an_ended_membership_takes_the_portfolio_along(place, firm, viewer, venture):
    assert (await firm.portfolio(viewer)).companies
    async with place.db.transaction(System(place.tenant_id)) as tx:
        await organizations.move(
            tx, user_id=viewer.id, old=firm.organization.id, new=None, now=place.now
        )
    with pytest.raises(NotFound):
        await firm.portfolio(viewer)
    with pytest.raises(NotFound):
        await Firm(place, firm.organization, viewer).company(venture)


async def test_what_one_acts_for_comes_before_what_one_looks_on(place, firm, viewer, venture):
    assert (await firm.portfolio(viewer)).holder.id == firm.organization.id
    await venture.let_in(await coach_of(place, viewer), Level.BASIC)
    async with place.db.transaction(viewer.actor) as tx:
        holders = await insights.list_holders(tx, now=place.now)
    assert [(holder.is_firm, holder.acts) for holder in holders] == [(False, True), (True, False)]
    zephyr = await make_organization(place, "Zephyr Capital", kind="investor")
    async with place.db.transaction(System(place.tenant_id)) as tx:
        await identity.join(tx, user_id=viewer.id, organization_id=zephyr.id, now=place.now)
    async with place.db.transaction(viewer.actor) as tx:
        holders = await insights.list_holders(tx, now=place.now)
    assert [holder.id for holder in holders] == [zephyr.id, viewer.id, firm.organization.id]


async def coach_of(place, someone: Someone) -> Someone:
    """Somebody whom a company may let in for themselves."""
    async with place.db.transaction(System(place.tenant_id)) as tx:
        await identity.set_role(tx, user_id=someone.id, role="guru", now=place.now)
    return someone


async def test_a_viewer_neither_asks_nor_ends(place, firm, viewer, venture):
    other = await busy(place, "Other")
    async with place.db.transaction(firm.investor.actor) as tx:
        asked = await ask(tx, other, firm)
    with pytest.raises(Forbidden):
        async with place.db.transaction(viewer.actor) as tx:
            await ask(tx, await busy(place, "Third"), firm)
    grant = await venture.let_in(firm.organization, Level.DETAILED)
    for act in (identity.end, identity.accept, identity.decline):
        with pytest.raises(Forbidden):
            async with place.db.transaction(viewer.actor) as tx:
                await act(tx, grant_id=grant.id, now=place.now)
        # What the firm asked for is between those who act for the two.
        with pytest.raises(NotFound):
            async with place.db.transaction(viewer.actor) as tx:
                await act(tx, grant_id=asked.id, now=place.now)
    with pytest.raises(Forbidden):
        async with place.db.transaction(viewer.actor) as tx:
            await identity.change_level(tx, grant_id=grant.id, level=Level.FULL, now=place.now)
    async with place.db.transaction(viewer.actor) as tx:
        assert not (await identity.list_received(tx)).items
    assert (await firm.portfolio(viewer)).companies[0].holding.level is Level.DETAILED


async def ask(tx, venture: Venture, firm: Firm):
    """Have a firm ask a company to let it in."""
    return await identity.make_grant(
        tx,
        subject_id=venture.id,
        audience=identity.Audience(organization_id=firm.organization.id),
        level=Level.FULL,
        capacity=Capacity.INVESTOR,
        now=firm.place.now,
    )


async def test_who_acts_for_the_company_may_end_it_though_they_look_on_in_the_firm(
    place, firm, venture
):
    grant = await venture.let_in(firm.organization, Level.DETAILED)
    async with place.db.transaction(System(place.tenant_id)) as tx:
        await identity.join(
            tx,
            user_id=venture.founder.id,
            organization_id=firm.organization.id,
            role="viewer",
            now=place.now,
        )
    async with place.db.transaction(venture.founder.actor) as tx:
        assert (await identity.end(tx, grant_id=grant.id, now=place.now)).state == "ended"
