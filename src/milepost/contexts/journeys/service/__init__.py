"""The engine's public face: walking a program, and looking at who walks it."""

from milepost.contexts.journeys.errors import explain
from milepost.contexts.journeys.service.answers import decide_input, get_draft, save_draft, submit
from milepost.contexts.journeys.service.desk import (
    get_submission,
    list_fields,
    list_outdated,
    list_submissions,
    open_desk,
)
from milepost.contexts.journeys.service.live import topic
from milepost.contexts.journeys.service.plans import (
    add_framework_steps,
    add_own_step,
    edit_step,
    get_item,
    list_offered,
    list_plan,
    list_tallies,
    move_step,
    rename,
)
from milepost.contexts.journeys.service.progress import list_progress
from milepost.contexts.journeys.service.reviews import list_reviews, write_review
from milepost.contexts.journeys.service.steps import complete, find_reason, reopen, skip, start
from milepost.contexts.journeys.service.tasks import (
    TaskEdit,
    add_task,
    count_tasks,
    edit_task,
    list_tasks,
    move_task,
    remove_task,
    tick,
)
from milepost.contexts.journeys.service.updates import foresee, preview_update, take_update
from milepost.contexts.journeys.service.upkeep import Stale, compare, ensure_tool_schemas, verify
from milepost.contexts.journeys.service.walks import (
    Walk,
    find_walk,
    get_journey,
    get_or_create,
    get_walk,
    list_journeys,
    list_my_journeys,
    list_steps,
)

__all__ = [
    "Stale",
    "TaskEdit",
    "Walk",
    "add_framework_steps",
    "add_own_step",
    "add_task",
    "compare",
    "complete",
    "count_tasks",
    "decide_input",
    "edit_step",
    "edit_task",
    "ensure_tool_schemas",
    "explain",
    "find_reason",
    "find_walk",
    "foresee",
    "get_draft",
    "get_item",
    "get_journey",
    "get_or_create",
    "get_submission",
    "get_walk",
    "list_fields",
    "list_journeys",
    "list_my_journeys",
    "list_offered",
    "list_outdated",
    "list_plan",
    "list_progress",
    "list_reviews",
    "list_steps",
    "list_submissions",
    "list_tallies",
    "list_tasks",
    "move_step",
    "move_task",
    "open_desk",
    "preview_update",
    "remove_task",
    "rename",
    "reopen",
    "save_draft",
    "skip",
    "start",
    "submit",
    "take_update",
    "tick",
    "topic",
    "verify",
    "write_review",
]
