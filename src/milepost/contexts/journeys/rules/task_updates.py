"""What a newer version would do to the tasks of a company's step, which may have worked on them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from milepost.contexts.journeys.types import KeptTask, Task, TaskUpdates
from milepost.contexts.programs.changes import TaskChanges


def task_updates(
    change: TaskChanges, there: Mapping[str, Task], *, written: Collection[UUID] = ()
) -> TaskUpdates:
    """Tell what becomes of the tasks that the company has, by the framework's names for them.

    One that was renamed, ticked, given to somebody or dated is theirs, and stays as it is, and so
    is one of those about which an outcome says what came of it (`written`, by id): without it
    nobody could read that any more. Their order is theirs, too.
    """
    kept: list[KeptTask] = []
    removed = []
    for gone in change.removed:
        mine = there.get(gone.slug)
        if mine is None:
            continue
        if mine.id in written or _is_theirs(mine, gone.title):
            kept.append(KeptTask(gone.slug, mine.title, None))
        else:
            removed.append(gone)
    renamed = []
    for change_of_title in change.renamed:
        mine = there.get(change_of_title.slug)
        if mine is None or mine.title == change_of_title.after:
            continue
        if mine.id in written or _is_theirs(mine, change_of_title.before):
            kept.append(KeptTask(change_of_title.slug, mine.title, change_of_title.after))
        else:
            renamed.append(change_of_title)
    return TaskUpdates(
        # One that the framework gave up, the company kept and the framework brings back is there.
        added=tuple(task for task in change.added if task.slug not in there),
        removed=tuple(removed),
        renamed=tuple(renamed),
        kept=tuple(kept),
    )


def _is_theirs(task: Task, given: str) -> bool:
    """Whether it isn't as the framework gave it: a tick, too, is for the words that were there."""
    return (
        task.title != given
        or task.is_completed
        or task.assignee_id is not None
        or task.due_on is not None
    )
