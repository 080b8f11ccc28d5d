"""Reactions to events: suggestions once a step went somehow, portfolios once grants change."""

from milepost.contexts.identity.events import GrantEnded, GrantMade
from milepost.contexts.identity.types import Capacity
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.jobs import MAKE_SUGGESTIONS, REFRESH_PORTFOLIO
from milepost.contexts.journeys.events import OutcomeCaptured
from milepost.platform import jobs
from milepost.platform.db import Transaction
from milepost.platform.events import Occurrence


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
        await jobs.defer(
            tx,
            REFRESH_PORTFOLIO,
            key=f"portfolio {holder_id}",
            tenant_id=happened.tenant_id,
            holder_id=holder_id,
        )
