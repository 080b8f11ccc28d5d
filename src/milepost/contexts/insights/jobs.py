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
from milepost.contexts.insights.types import Advice
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Outcome
from milepost.platform import ai, jobs
from milepost.platform.errors import NotFound
from milepost.platform.jobs import JobContext

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.insights")

REFRESH_BENCHMARKS = insights.REFRESH_BENCHMARKS
MAKE_SUGGESTIONS = insights.MAKE_SUGGESTIONS
REFRESH_PORTFOLIO = "insights.refresh_portfolio"

_NOT_KEPT = "What it answered could not be kept."
# Far longer than a job with all its attempts takes.
_LOST_AFTER = timedelta(hours=1)


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
    try:
        await _suggest(context, actor, outcome_key)
    except Exception:
        # Tried again a few times; in between, and if nothing comes of it, the page says so.
        async with context.db.transaction(actor) as tx:
            await insights.give_up(tx, outcome_id=outcome_key, now=context.now())
        raise


@jobs.task("insights.give_up_lost_suggestions", cron="7 * * * *")
async def give_up_lost_suggestions(context: JobContext) -> None:
    """Say of suggestions that nobody makes any more that nothing came of them.

    A job that takes its worker down each time ends without a word.
    """
    async with context.db.transaction(System()) as tx:
        tenants = await identity.list_tenants(tx)
    for tenant in tenants:
        async with context.db.transaction(System(tenant.id)) as tx:
            lost = await insights.list_lost(tx, before=context.now() - _LOST_AFTER)
        for outcome_id in lost:
            actor = await _member(context, tenant.id, outcome_id)
            if actor is None:
                continue
            async with context.db.transaction(actor) as tx:
                await insights.give_up(tx, outcome_id=outcome_id, now=context.now())
            log.warning("suggestions_lost", outcome_id=str(outcome_id))


async def _suggest(context: JobContext, actor: Member, outcome_id: UUID) -> None:
    async with context.db.transaction(actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome_id, now=context.now())
    if begun is None:
        return
    outcome, situation = begun
    system = System(actor.tenant_id)
    means = ai.Means(
        settings=context.settings,
        db=context.db,
        actor=system,
        overseer=system,
        now=context.now,
    )
    try:
        made = await suggestions.suggest(means, situation)
        await _keep(context, actor, outcome, made)
    except Exception as error:
        if not means.has_model:
            raise
        # Whatever it was that a model said: it is no reason to be without advice.
        log.exception("advice_of_model_not_kept", error=type(error).__name__)
        made = suggestions.by_rules(situation, note=_NOT_KEPT)
        await _keep(context, actor, outcome, made)


async def _keep(
    context: JobContext, actor: Member, outcome: Outcome, made: ai.Answer[list[Advice]]
) -> None:
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
    """Look as one who acts for the firm: nothing is counted that the firm isn't shown.

    A firm of viewers alone has nobody to look as; what it comes to is worked out as they look.
    """
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
    author = [user_id for user_id in acting if user_id == outcome.author_id]
    return Member(tenant_id, [*author, *acting][0], context.now()) if acting else None
