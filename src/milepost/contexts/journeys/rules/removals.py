"""Whether a step of a plan can be taken away again: only while nothing in it is anybody's work."""

from collections.abc import Sequence

from milepost.contexts.journeys.types import PlanStep, Task
from milepost.contexts.programs.types import Step


def work_in(
    item: PlanStep, *, framework: Step | None, tasks: Sequence[Task], has_happened: bool
) -> str | None:
    """Say what would be lost with a step; None for one that nobody worked on.

    `framework` is the step as it was taken; None for one of the company's own, whose words and
    tasks are all that it is.
    """
    if has_happened:
        return "it was begun, or skipped, before"
    if framework is not None and item.edited:
        return "it is in your own words"
    if any(task.is_completed for task in tasks):
        return "tasks in it are ticked"
    if any(task.assignee_id is not None or task.due_on is not None for task in tasks):
        return "a task in it was given to somebody, or has a day until which it is due"
    if framework is None:
        return None
    given = {task.slug: task.title for task in framework.tasks}
    if any(task.slug is None for task in tasks):
        return "it has tasks of your own"
    if any(given.get(task.slug or "", task.title) != task.title for task in tasks):
        return "tasks in it are in your own words"
    return None
