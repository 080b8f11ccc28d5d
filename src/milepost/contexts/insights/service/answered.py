"""Suggestions that were answered, and who spoke after which outcome."""

from collections.abc import Sequence
from uuid import UUID

from milepost.contexts.insights.queries import answered as queries
from milepost.contexts.insights.types import Run, Suggestion
from milepost.contexts.journeys import service as journeys
from milepost.platform.db import Transaction

_MOST = 50


async def list_answered(tx: Transaction, *, journey_id: UUID) -> list[Suggestion]:
    """Return the last suggestions that a journey's company took up or dismissed.

    Raises NotFound.
    """
    await journeys.get_journey(tx, journey_id=journey_id)
    return await queries.list_answered(tx, journey_id=journey_id, limit=_MOST)


async def list_runs(tx: Transaction, *, outcome_ids: Sequence[UUID]) -> dict[UUID, Run]:
    """Return by outcome how its suggestions were made, as far as the actor may know."""
    found = await queries.list_runs(tx, outcome_ids=outcome_ids)
    return {run.outcome_id: run for run in found}
