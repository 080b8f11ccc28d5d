"""From which level on each field of what the API shows of a company is told to a firm.

Every field of these shapes is here: one that is new has no level until somebody decides on one.
Fields that say the same of everybody (what the framework says, how to address a thing) are
`basic` where the shape is.
"""

from collections.abc import Mapping

from pydantic import BaseModel

from milepost.contexts.insights.routes.portfolio_shapes import (
    CompanyDetailOut,
    InvestorOutcomeOut,
    OwnWordsOut,
    PortfolioStepOut,
    PortfolioTaskOut,
    WalkedOut,
)
from milepost.contexts.journeys.routes.journey_shapes import JourneyOut
from milepost.contexts.journeys.routes.outcomes import NotesOut, OutcomeOut
from milepost.contexts.journeys.routes.shapes import AvailableStepOut, OpenStepOut
from milepost.contexts.journeys.routes.task_shapes import TaskOut

# Told to nobody outside.
OWN = "own"

_JOURNEY = {
    "basic": "id program title subject_id organization status version_id created_at stats progress",
    "detailed": "name updated_at",
}
# A company has none of `fields`, `draft` and the other parts of a tool.
_STEP = {
    "detailed": "slug title kind order phase domain difficulty minutes skippable version is_active"
    " purpose state why percent unlocked_at started_at completed_at needs gives after form layout"
    " guidance estimated_days is_custom_step",
    # Below, the framework's stand in their place.
    "full": "description deliverables success_criteria edited etag skip_reason tasks",
}
LEVELS: Mapping[type[BaseModel], Mapping[str, str]] = {
    JourneyOut: _JOURNEY,
    OpenStepOut: {
        **_STEP,
        "detailed": _STEP["detailed"] + " fields draft latest_version outdated",
    },
    AvailableStepOut: {**_STEP, "detailed": _STEP["detailed"] + " because"},
    TaskOut: {"full": "id title is_completed due_on slug", OWN: "assignee"},
    OutcomeOut: {
        "detailed": "id journey_id step_slug finished time_taken_days confidence_level industry"
        " stage created_at",
        "full": "words",
        OWN: "share_anonymously author_id",
    },
    NotesOut: {"full": "task_results task_titles notes key_learnings"},
    CompanyDetailOut: {
        "basic": "id name industry stage level since until journey_id progress domains phases"
        " journeys cells",
        "detailed": "details steps outcomes",
    },
    WalkedOut: {"basic": "id program version began_at", "detailed": "name"},
    PortfolioStepOut: {
        "detailed": "slug title phase domain state estimated_days percent is_custom_step after"
        " unlocked_at started_at completed_at stalled",
        "full": "own_words tasks reason",
    },
    OwnWordsOut: {"full": "edited description deliverables success_criteria"},
    PortfolioTaskOut: {"full": "title is_completed due_on"},
    InvestorOutcomeOut: {
        "detailed": "step_slug title finished time_taken_days confidence_level industry stage"
        " community_days created_at",
        "full": "task_results notes key_learnings",
    },
}


def fields_of(shape: type[BaseModel], *levels: str) -> set[str]:
    """Which fields of a shape begin at one of these levels."""
    return {
        name for level, names in LEVELS[shape].items() if level in levels for name in names.split()
    }
