"""Background work of insights: suggestions after an outcome, and what portfolios come to.

What is needed is read in one transaction and kept in another. Between them, where a model may be
asked, none is open.
"""

from datetime import timedelta
from uuid import UUID

import structlog

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Member, System
from milepost.contexts.insights import service as insights
from milepost.contexts.insights import suggestions
from milepost.contexts.journeys import service as journeys
from milepost.platform import ai, jobs
from milepost.platform.errors import NotFound
from milepost.platform.jobs import JobContext

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.insights")

REFRESH_BENCHMARKS = "insights.refresh_benchmarks"
MAKE_SUGGESTIONS = "insights.make_suggestions"
REFRESH_PORTFOLIO = "insights.refresh_portfolio"


@jobs.task(REFRESH_BENCHMARKS, retry=3, cron="40 2 * * *")
async def refresh_benchmarks(context: JobContext) -> None:
    """Work out every community benchmark anew: whoever withdrew since is counted no more."""
    done = await insights.refresh_all(
        context.db,
        secret=context.secret,
        settle=timedelta(days=context.settings.benchmark_settle_days),
        now=context.now(),
    )
    for one in done:
        log.info(
            "benchmarks refreshed",
            program=one.program_slug,
            steps=one.steps,
            changed=one.changed,
            blocks_made=one.made,
            companies_gone=one.gone,
        )


@jobs.task(MAKE_SUGGESTIONS, retry=3)
async def make_suggestions(context: JobContext, *, tenant_id: str, outcome_id: str) -> None:
    """Make the suggestions after an outcome, as one of the company's own: they see what it sees."""
    tenant, outcome_key = UUID(tenant_id), UUID(outcome_id)
    actor = await _member(context, tenant, outcome_key)
    if actor is None:
        return
    async with context.db.transaction(actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome_key, now=context.now())
    if begun is None:
        return
    outcome, situation = begun
    system = System(tenant)
    means = ai.Means(
        settings=context.settings,
        db=context.db,
        actor=system,
        overseer=system,
        now=context.now,
    )
    try:
        made = await suggestions.suggest(means, situation)
    except Exception:
        async with context.db.transaction(actor) as tx:
            await insights.give_up(tx, outcome_id=outcome_key, now=context.now())
        raise
    async with context.db.transaction(actor) as tx:
        await insights.keep(
            tx,
            outcome=outcome,
            advice=made.value,
            engine=made.engine,
            note=made.note,
            now=context.now(),
        )


@jobs.task(REFRESH_PORTFOLIO)
async def refresh_portfolio(context: JobContext, *, tenant_id: str, holder_id: str) -> None:
    """Work out what one portfolio comes to, after somebody let the firm in or no longer does."""
    await _refresh(context, UUID(tenant_id), only=UUID(holder_id))


@jobs.task("insights.refresh_portfolios", cron="23 4 * * *")
async def refresh_portfolios(context: JobContext) -> None:
    """Work out what every portfolio comes to."""
    async with context.db.transaction(System()) as tx:
        tenants = await identity.list_tenants(tx)
    for tenant in tenants:
        await _refresh(context, tenant.id)


async def _refresh(context: JobContext, tenant_id: UUID, *, only: UUID | None = None) -> None:
    """Look as one who acts for the firm: nothing is counted that the firm isn't shown."""
    now = context.now()
    async with context.db.transaction(System(tenant_id)) as tx:
        holders = await insights.list_working_holders(tx, now=now)
    for holder_id, user_id in holders:
        if only not in (None, holder_id):
            continue
        async with context.db.transaction(Member(tenant_id, user_id, now)) as tx:
            try:
                holder = await insights.get_holder(tx, holder_id=holder_id, now=now)
            except NotFound:
                continue
            await insights.get_insights(tx, holder=holder, now=now, anew=True)


async def _member(context: JobContext, tenant_id: UUID, outcome_id: UUID) -> Member | None:
    """Choose for whom to look: the author, or whoever acts for the company by now."""
    async with context.db.transaction(System(tenant_id)) as tx:
        try:
            outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
        except NotFound:
            return None
        members = await identity.list_members(tx, organization_id=outcome.subject_id)
    acting = [member.user_id for member in members if member.role != "viewer"]
    if outcome.author_id in acting:
        acting.insert(0, outcome.author_id)
    return Member(tenant_id, acting[0], context.now()) if acting else None
