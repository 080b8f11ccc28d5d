"""Reactions to events: suggestions once a step went somehow, portfolios once they rest on others,
benchmarks once another pool counts.

A portfolio is forgotten when a grant changes, and counted anew when one of its companies moves.
"""

from uuid import UUID

from milepost.contexts.identity.events import GrantEnded, GrantMade, PoolChanged
from milepost.contexts.identity.types import Capacity
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.jobs import (
    MAKE_SUGGESTIONS,
    REFRESH_BENCHMARKS,
    REFRESH_PORTFOLIO,
)
from milepost.contexts.journeys.events import (
    CompanyMoved,
    HistoryImported,
    OutcomeCaptured,
    PlanChanged,
)
from milepost.platform import jobs
from milepost.platform.db import Transaction
from milepost.platform.events import Occurrence

# What changes how far a company is, or how sure.
Moved = CompanyMoved | PlanChanged | OutcomeCaptured | HistoryImported


async def ask_for_suggestions(tx: Transaction, happened: Occurrence[OutcomeCaptured]) -> None:
    """Have suggestions made after an outcome."""
    await jobs.defer(
        tx,
        MAKE_SUGGESTIONS,
        key=str(happened.event.outcome_id),
        tenant_id=happened.tenant_id,
        outcome_id=happened.event.outcome_id,
    )


async def renew_portfolio(tx: Transaction, happened: Occurrence[GrantMade | GrantEnded]) -> None:
    """Forget what a portfolio came to with other grants, and have it worked out anew."""
    if happened.event.capacity != Capacity.INVESTOR:
        return
    holder_id = await insights.forget_insights(tx, grant_id=happened.event.grant_id)
    if holder_id is not None:
        await _recount(tx, happened.tenant_id, holder_id)


async def recount_portfolios(tx: Transaction, happened: Occurrence[Moved]) -> None:
    """Have the portfolios worked out anew that a company stands in which moved.

    What they came to stays to be shown meanwhile, with when it was.
    """
    if happened.subject_id is None:
        return
    holders = await insights.list_holders_of(tx, subject_id=happened.subject_id, now=happened.at)
    for holder_id in holders:
        await _recount(tx, happened.tenant_id, holder_id)


async def refresh_benchmarks(tx: Transaction, happened: Occurrence[PoolChanged]) -> None:
    """Have benchmarks worked out for the pool that a tenant is in from now on.

    Till then it is shown none. However many tenants move, one refresh waits for all of them.
    """
    await jobs.defer(tx, REFRESH_BENCHMARKS, key="pools")


async def _recount(tx: Transaction, tenant_id: UUID, holder_id: UUID) -> None:
    """However much happens, one recount waits for each portfolio."""
    await jobs.defer(
        tx,
        REFRESH_PORTFOLIO,
        key=f"portfolio {holder_id}",
        tenant_id=tenant_id,
        holder_id=holder_id,
    )
