"""What the API takes and gives of tasks."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from milepost.contexts.journeys.types import Task
from milepost.platform.http.json import Body, Day, Id

Title = Annotated[
    str, Field(min_length=1, max_length=200, examples=["Book the first five conversations"])
]


class AssigneeOut(BaseModel):
    """Whose task it is. No name: somebody who is not shown to the caller, or has left."""

    id: UUID
    name: str | None = Field(examples=["Maya Okafor"])


class TaskOut(BaseModel):
    """One thing to do in a step. No `slug`: the company's own."""

    id: UUID
    title: str = Field(examples=["Book the first five conversations"])
    is_completed: bool = Field(examples=[False])
    assignee: AssigneeOut | None
    due_on: date | None
    slug: str | None = Field(examples=["book-the-first-five"])

    @classmethod
    def of(cls, task: Task) -> Self:
        """Show a task."""
        assignee = (
            None
            if task.assignee_id is None
            else AssigneeOut(id=task.assignee_id, name=task.assignee_name)
        )
        return cls(
            id=task.id,
            title=task.title,
            is_completed=task.is_completed,
            assignee=assignee,
            due_on=task.due_on,
            slug=task.slug,
        )


class NewTask(Body):
    """A task of the company's own."""

    title: Title
    assignee_id: Id | None = None
    due_on: Day | None = None


class TaskChange(Body):
    """What is said about a task: what is left out stays, null takes away whose or until when."""

    is_completed: bool | None = Field(default=None, examples=[True])
    title: Title | None = None
    assignee_id: Id | None = None
    due_on: Day | None = None


class TaskPlace(Body):
    """The task of the same step behind which to put it; null: first."""

    after: Id | None
