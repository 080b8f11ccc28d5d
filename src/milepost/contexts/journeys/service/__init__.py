"""The engine's public face: walking a program, and looking at who walks it."""

from milepost.contexts.journeys.errors import explain
from milepost.contexts.journeys.rules import says
from milepost.contexts.journeys.service.answers import decide_input, get_draft, save_draft, submit
from milepost.contexts.journeys.service.available import list_available
from milepost.contexts.journeys.service.desk import (
    get_submission,
    list_fields,
    list_outdated,
    list_submissions,
    open_desk,
)
from milepost.contexts.journeys.service.foretelling import foresee, is_as_shown, preview_update
from milepost.contexts.journeys.service.history import import_history
from milepost.contexts.journeys.service.live import topic
from milepost.contexts.journeys.service.outcomes import (
    OutcomeProposal,
    capture_outcome,
    find_outcome_notes,
    get_outcome,
    list_outcome_notes,
    list_outcomes,
    present_phase,
    propose_outcome,
    set_sharing,
)
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
from milepost.contexts.journeys.service.progress import find_team_program, list_progress
from milepost.contexts.journeys.service.removals import find_work, remove_step
from milepost.contexts.journeys.service.results import tell_results
from milepost.contexts.journeys.service.reviews import list_reviews, write_review
from milepost.contexts.journeys.service.steps import (
    complete,
    find_reason,
    list_reasons,
    reopen,
    skip,
    start,
)
from milepost.contexts.journeys.service.tasks import (
    TaskEdit,
    TaskSeen,
    add_task,
    count_tasks,
    edit_task,
    get_task,
    list_tasks,
    move_task,
    remove_task,
    tick,
)
from milepost.contexts.journeys.service.unsent import (
    drop_unsent,
    find_unsent,
    finish_unsent,
    keep_unsent,
)
from milepost.contexts.journeys.service.updates import take_update
from milepost.contexts.journeys.service.upkeep import (
    Stale,
    Stretch,
    compare,
    ensure_tool_schemas,
    halves,
    verify,
)
from milepost.contexts.journeys.service.walks import (
    Walk,
    find_walk,
    get_journey,
    get_or_create,
    get_walk,
    list_journeys,
    list_my_journeys,
    list_steps,
    shows_steps,
)

__all__ = [
    "OutcomeProposal",
    "Stale",
    "Stretch",
    "TaskEdit",
    "TaskSeen",
    "Walk",
    "add_framework_steps",
    "add_own_step",
    "add_task",
    "capture_outcome",
    "compare",
    "complete",
    "count_tasks",
    "decide_input",
    "drop_unsent",
    "edit_step",
    "edit_task",
    "ensure_tool_schemas",
    "explain",
    "find_outcome_notes",
    "find_reason",
    "find_team_program",
    "find_unsent",
    "find_walk",
    "find_work",
    "finish_unsent",
    "foresee",
    "get_draft",
    "get_item",
    "get_journey",
    "get_or_create",
    "get_outcome",
    "get_submission",
    "get_task",
    "get_walk",
    "halves",
    "import_history",
    "is_as_shown",
    "keep_unsent",
    "list_available",
    "list_fields",
    "list_journeys",
    "list_my_journeys",
    "list_offered",
    "list_outcome_notes",
    "list_outcomes",
    "list_outdated",
    "list_plan",
    "list_progress",
    "list_reasons",
    "list_reviews",
    "list_steps",
    "list_submissions",
    "list_tallies",
    "list_tasks",
    "move_step",
    "move_task",
    "open_desk",
    "present_phase",
    "preview_update",
    "propose_outcome",
    "remove_step",
    "remove_task",
    "rename",
    "reopen",
    "save_draft",
    "says",
    "set_sharing",
    "shows_steps",
    "skip",
    "start",
    "submit",
    "take_update",
    "tell_results",
    "tick",
    "topic",
    "verify",
    "write_review",
]
