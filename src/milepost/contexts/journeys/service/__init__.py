"""The engine's public face: walking a program, and looking at who walks it."""

from milepost.contexts.journeys.errors import explain
from milepost.contexts.journeys.service.answers import (
    decide_input,
    get_draft,
    save_draft,
    skip,
    start,
    submit,
)
from milepost.contexts.journeys.service.desk import (
    get_submission,
    list_fields,
    list_outdated,
    list_submissions,
    open_desk,
)
from milepost.contexts.journeys.service.progress import list_progress
from milepost.contexts.journeys.service.reviews import list_reviews, write_review
from milepost.contexts.journeys.service.upkeep import Stale, compare, ensure_tool_schemas, verify
from milepost.contexts.journeys.service.walks import (
    Walk,
    find_walk,
    get_or_create,
    get_walk,
    list_journeys,
    list_steps,
)

__all__ = [
    "Stale",
    "Walk",
    "compare",
    "decide_input",
    "ensure_tool_schemas",
    "explain",
    "find_walk",
    "get_draft",
    "get_or_create",
    "get_submission",
    "get_walk",
    "list_fields",
    "list_journeys",
    "list_outdated",
    "list_progress",
    "list_reviews",
    "list_steps",
    "list_submissions",
    "open_desk",
    "save_draft",
    "skip",
    "start",
    "submit",
    "verify",
    "write_review",
]
