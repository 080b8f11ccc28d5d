"""Values of journeys, by what they are about."""

from milepost.contexts.journeys.types.answers import (
    Choice,
    Desk,
    FieldValue,
    HandedIn,
    Outdated,
    Review,
    Submission,
    Verdict,
)
from milepost.contexts.journeys.types.companies import (
    EDITABLE,
    Outcome,
    OutcomeNotes,
    PlanStep,
    StepEdit,
    Tally,
    Task,
    TaskCount,
)
from milepost.contexts.journeys.types.updates import (
    Foreseen,
    StepUpdate,
    Update,
    UpdateKind,
)
from milepost.contexts.journeys.types.walks import (
    Facts,
    Journey,
    Missing,
    PersonProgress,
    Standing,
    State,
    StepRow,
)

__all__ = [
    "EDITABLE",
    "Choice",
    "Desk",
    "Facts",
    "FieldValue",
    "Foreseen",
    "HandedIn",
    "Journey",
    "Missing",
    "Outcome",
    "OutcomeNotes",
    "Outdated",
    "PersonProgress",
    "PlanStep",
    "Review",
    "Standing",
    "State",
    "StepEdit",
    "StepRow",
    "StepUpdate",
    "Submission",
    "Tally",
    "Task",
    "TaskCount",
    "Update",
    "UpdateKind",
    "Verdict",
]
