"""Suggestions held against where the steps stand now: which of them have lapsed, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from milepost.contexts.insights import rules
from milepost.contexts.insights.errors import SuggestionLapsed
from milepost.contexts.insights.types import Suggestion
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import StepRow
from milepost.platform.db import Transaction


async def mark(
    tx: Transaction, *, journey_id: UUID, found: Sequence[Suggestion]
) -> list[Suggestion]:
    """Say of each suggestion of a journey that nobody answered whether it has lapsed."""
    if all(item.feedback for item in found):
        return list(found)
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    rows = await journeys.list_steps(tx, journey_id=journey_id)
    return [
        item if item.feedback else replace(item, lapsed=rules.lapse(item, _place(walk, rows, item)))
        for item in found
    ]


async def require_standing(tx: Transaction, *, walk: Walk, suggestion: Suggestion) -> None:
    """Make sure that a suggestion can be taken up in a journey. Raises SuggestionLapsed."""
    rows = await journeys.list_steps(tx, journey_id=walk.journey.id)
    why = rules.lapse(suggestion, _place(walk, rows, suggestion))
    if why:
        raise SuggestionLapsed(f"This suggestion has lapsed. {why} Nothing was done.")


def _place(walk: Walk, rows: Mapping[str, StepRow], suggestion: Suggestion) -> rules.Place | None:
    slug = suggestion.target["step_slug"]
    step, row = walk.program.find_step(slug), rows.get(slug)
    if step is None:
        return None
    ended_at = row.completed_at if row else None
    return rules.Place(
        title=step.title,
        state=str(walk.standings[slug].state),
        ended_since=ended_at is not None and ended_at > suggestion.created_at,
    )
