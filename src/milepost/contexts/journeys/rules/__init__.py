"""Pure decisions of journeys: no input or output, no clock."""

from milepost.contexts.journeys.rules import circles, stamps
from milepost.contexts.journeys.rules.answers import (
    is_blank,
    keeps_all,
    outputs,
    percent,
    prefilled,
)
from milepost.contexts.journeys.rules.available import available, phase_at_hand
from milepost.contexts.journeys.rules.due_dates import require_sensible
from milepost.contexts.journeys.rules.finding import says
from milepost.contexts.journeys.rules.history import Impossible, Replay, in_order
from milepost.contexts.journeys.rules.placing import placed
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
from milepost.contexts.journeys.rules.updates import (
    settled_base,
    standings_after,
    step_updates,
    updated_plan,
)

__all__ = [
    "Impossible",
    "Replay",
    "available",
    "checklist_percent",
    "circles",
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
    "placed",
    "prefilled",
    "require_sensible",
    "resolve",
    "resolve_after",
    "says",
    "settled_base",
    "stamps",
    "standings_after",
    "step_updates",
    "tally",
    "ticked_percent",
    "updated_plan",
]
