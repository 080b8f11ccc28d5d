"""What came of the tasks of a step, as its outcome tells it; also of a task that is gone by now.

A result is kept with the title that its task had, so that it reads the same once a colleague, or an
update, took the task away; also when that happened while the result was being written.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from milepost.contexts.journeys.errors import WrongOutcome
from milepost.contexts.journeys.types import OutcomeNotes, Task, TaskResult

RESULT = 2_000
TITLE = 200
GONE = 50


def check_results(
    results: Mapping[str, str], tasks: Sequence[Task], gone: Mapping[str, str]
) -> dict[str, TaskResult]:
    """Tidy what was written of tasks, by their ids. Raises WrongOutcome.

    `gone` says by id what tasks were called that their writer saw, should they be gone by now; of
    any other task that isn't there nothing is taken.
    """
    there = {str(task.id): task.title for task in tasks}
    written: dict[str, TaskResult] = {}
    for task_id, result in results.items():
        is_gone = task_id not in there
        if is_gone and (task_id not in gone or not _is_id(task_id)):
            raise WrongOutcome(
                "A result belongs to a task of this step; this one has no such task."
                " Load the page again: somebody may have taken it away.",
                field="task_results",
                task_id=task_id,
            )
        title = _one_line(gone[task_id]) if is_gone else there[task_id]
        if len(result.strip()) > RESULT:
            raise WrongOutcome(
                f"The result of “{title or 'a task that is gone'}” is longer than"
                f" {RESULT:,} characters.",
                field="task_results",
                task_id=task_id,
            )
        if result.strip():
            written[task_id] = TaskResult(title=title, text=result.strip(), is_gone=is_gone)
    if sum(one.is_gone for one in written.values()) > GONE:
        raise WrongOutcome(
            f"At most {GONE} results of tasks that are gone are taken: put the rest in the notes.",
            field="notes",
        )
    return written


def tell_results(notes: OutcomeNotes | None, tasks: Sequence[Task]) -> list[TaskResult]:
    """Return what came of each task: of those there are in their order, then of those gone."""
    if notes is None:
        return []
    found = [
        TaskResult(title=task.title, text=notes.task_results[str(task.id)])
        for task in tasks
        if str(task.id) in notes.task_results
    ]
    there = {str(task.id) for task in tasks}
    found += [
        TaskResult(title=notes.task_titles.get(task_id, ""), text=text, is_gone=True)
        for task_id, text in notes.task_results.items()
        if task_id not in there
    ]
    return found


def _one_line(title: str) -> str:
    return " ".join(title.split())[:TITLE]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
