"""Pure decisions of journeys: no input or output, no clock."""

from milepost.contexts.journeys.rules.answers import (
    is_blank,
    keeps_all,
    outputs,
    percent,
    prefilled,
)
from milepost.contexts.journeys.rules.available import available, phase_at_hand
from milepost.contexts.journeys.rules.history import Impossible, Replay, in_order
from milepost.contexts.journeys.rules.plans import (
    checklist_percent,
    compose,
    moved,
    tally,
    ticked_percent,
)
from milepost.contexts.journeys.rules.standing import (
    descendants,
    newly_open,
    resolve,
    resolve_after,
)
from milepost.contexts.journeys.rules.updates import standings_after, step_updates, updated_plan

__all__ = [
    "Impossible",
    "Replay",
    "available",
    "checklist_percent",
    "compose",
    "descendants",
    "in_order",
    "is_blank",
    "keeps_all",
    "moved",
    "newly_open",
    "outputs",
    "percent",
    "phase_at_hand",
    "prefilled",
    "resolve",
    "resolve_after",
    "standings_after",
    "step_updates",
    "tally",
    "ticked_percent",
    "updated_plan",
]
