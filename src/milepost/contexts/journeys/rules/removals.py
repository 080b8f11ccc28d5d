"""Whether a step of a plan can be taken away again: only while nothing in it is anybody's work."""

from collections.abc import Sequence
from dataclasses import dataclass

from milepost.contexts.journeys.types import PlanStep, Task
from milepost.contexts.programs.types import Step


@dataclass(frozen=True, slots=True)
class Work:
    """What would be lost with a step, and how that is taken back; nothing where it can't be."""

    why: str
    undo: str = ""


def work_in(
    item: PlanStep, *, framework: Step | None, tasks: Sequence[Task], has_happened: bool
) -> Work | None:
    """Say what would be lost with a step; None for one that nobody worked on.

    `framework` is the step as it was taken; None for one of the company's own, whose words and
    tasks are all that it is.
    """
    if has_happened:
        return Work("it was begun, or skipped, before")
    if framework is not None and item.edited:
        return Work(
            "it is in your own words",
            "Go back to the words it had, and it can be taken away.",
        )
    if any(task.is_completed for task in tasks):
        return Work("tasks in it are ticked")
    if any(task.assignee_id is not None or task.due_on is not None for task in tasks):
        return Work(
            "a task in it was given to somebody, or has a day until which it is due",
            "Give its tasks to nobody, and clear their days, and it can be taken away.",
        )
    if framework is None:
        return None
    given = {task.slug: task.title for task in framework.tasks}
    if any(task.slug is None for task in tasks):
        return Work(
            "it has tasks of your own", "Take those tasks away, and it can be taken away, too."
        )
    if any(given.get(task.slug or "", task.title) != task.title for task in tasks):
        return Work(
            "tasks in it are in your own words",
            "Give them back the words they had, and it can be taken away.",
        )
    return None
