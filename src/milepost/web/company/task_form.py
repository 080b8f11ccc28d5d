"""The form of a task: what was typed in it, and what stood there when it was opened."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form

from milepost.contexts.journeys.errors import WrongPlan
from milepost.contexts.journeys.service import TaskEdit, TaskSeen
from milepost.contexts.journeys.types import Task

_Line = Annotated[str, Form(max_length=1000)]
_Short = Annotated[str, Form(max_length=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A task as it was typed, and as it was shown; a form without `seen` says all of it."""

    title: str = ""
    assignee: str = ""
    due_on: str = ""
    seen_title: str = ""
    seen_assignee: str = ""
    seen_due_on: str = ""
    attempt: str = ""

    @property
    def edit(self) -> TaskEdit:
        """What it says of the task. Raises WrongPlan."""
        person, day = member(self.assignee), _day(self.due_on)
        emptied = {"assignee_id": person is None, "due_on": day is None}
        return TaskEdit(
            title=self.title,
            assignee_id=person,
            due_on=day,
            clear=frozenset(name for name, gone in emptied.items() if gone),
        )

    @property
    def seen(self) -> TaskSeen | None:
        """What was shown. Raises WrongPlan."""
        # No task is without a title.
        if not self.seen_title:
            return None
        return TaskSeen(
            title=self.seen_title,
            assignee_id=member(self.seen_assignee),
            due_on=_day(self.seen_due_on),
        )

    def key(self, journey_id: UUID, step_slug: str) -> str:
        """Tell this very form from any other, so that sending it twice adds one task."""
        said = {**asdict(self), "journey": str(journey_id), "step": step_slug}
        return f"task {json.dumps(said, sort_keys=True)}"

    def over(self, task: Task) -> "Written":
        """Put what was changed in it over what stands there now, as it is shown once more."""
        now = of_task(task)
        return replace(
            now,
            title=now.title if self.title == self.seen_title else self.title,
            assignee=now.assignee if self.assignee == self.seen_assignee else self.assignee,
            due_on=now.due_on if self.due_on == self.seen_due_on else self.due_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A form that came back: of a task, or of a new one, with what is wrong.

    `overtaken` names the parts that somebody else changed meanwhile.
    """

    task_id: UUID | None
    written: Written
    message: str
    overtaken: frozenset[str] = frozenset()


def of_task(task: Task) -> Written:
    """Show a task in the form."""
    shown = {
        "title": task.title,
        "assignee": str(task.assignee_id or ""),
        "due_on": str(task.due_on or ""),
    }
    return Written(**shown, **{f"seen_{name}": value for name, value in shown.items()})


def _read(
    title: _Line = "",
    assignee: _Short = "",
    due_on: _Short = "",
    seen_title: _Line = "",
    seen_assignee: _Short = "",
    seen_due_on: _Short = "",
    attempt: _Short = "",
) -> Written:
    return Written(
        title=title,
        assignee=assignee,
        due_on=due_on,
        seen_title=seen_title,
        seen_assignee=seen_assignee,
        seen_due_on=seen_due_on,
        attempt=attempt,
    )


TaskForm = Annotated[Written, Depends(_read)]


def member(text: str) -> UUID | None:
    """Read who was chosen; nobody is None. Raises WrongPlan."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise WrongPlan("Choose from the list.", field="assignee_id") from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise WrongPlan("Write the day as 2026-11-30, or leave it empty.", field="due_on") from None
