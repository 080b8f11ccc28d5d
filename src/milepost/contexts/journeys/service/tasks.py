"""Tasks of a company's steps: ticked, added, given to somebody, due, ordered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import TaskOvertaken, WrongPlan
from milepost.contexts.journeys.events import TaskChanged, TaskTicked
from milepost.contexts.journeys.queries import tasks as queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.service import live, steps
from milepost.contexts.journeys.service.lines import one_line
from milepost.contexts.journeys.service.plans import PER_STEP, hold_plan
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import State, Task, TaskCount
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound
from milepost.platform.events import emit


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEdit:
    """What is said about a task. None leaves a part as it is; `clear` names parts to empty."""

    title: str | None = None
    assignee_id: UUID | None = None
    due_on: date | None = None
    clear: frozenset[str] = frozenset()

    @property
    def said(self) -> dict[str, Any]:
        """The parts that it speaks of, and what it says of each."""
        given = {"title": self.title, "assignee_id": self.assignee_id, "due_on": self.due_on}
        return {
            name: None if name in self.clear else value
            for name, value in given.items()
            if value is not None or name in self.clear
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSeen:
    """What stood in a task when somebody began to change it."""

    title: str
    assignee_id: UUID | None
    due_on: date | None


async def list_tasks(
    tx: Transaction, *, journey_id: UUID, step_slug: str | None = None
) -> list[Task]:
    """Return the tasks of a journey, or of one of its steps, as far as the actor sees them."""
    return await queries.list_tasks(tx, journey_id=journey_id, step_slug=step_slug)


async def get_task(tx: Transaction, *, journey_id: UUID, step_slug: str, task_id: UUID) -> Task:
    """Return a task of a step. Raises NotFound."""
    task = await queries.get_task(tx, journey_id=journey_id, task_id=task_id)
    if task.step_slug != step_slug:
        raise NotFound("This step has no such task.")
    return task


async def count_tasks(tx: Transaction, *, journey_id: UUID) -> dict[str, TaskCount]:
    """Return how many tasks of each step are ticked, by slug."""
    return {
        count.step_slug: count for count in await queries.count_tasks(tx, journey_id=journey_id)
    }


async def tick(
    tx: Transaction, *, journey_id: UUID, task_id: UUID, is_completed: bool, now: datetime
) -> Task:
    """Tick a task, or take the tick back; one that is so already stays as it is.

    The first tick begins its step. Raises StepLocked, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    task = await queries.get_task(tx, journey_id=journey_id, task_id=task_id)
    walk.open_step(task.step_slug)
    if task.is_completed == is_completed:
        return task
    if is_completed and walk.standings[task.step_slug].state is State.UNLOCKED:
        walk = await steps.start(tx, journey_id=journey_id, step_slug=task.step_slug, now=now)
    await walk_queries.insert_facts(
        tx,
        journey=walk.journey,
        step_slug=task.step_slug,
        kinds=["ticked" if is_completed else "unticked"],
        detail={"task": str(task_id)},
        now=now,
    )
    await queries.update_tick(
        tx,
        task_id=task_id,
        completed_at=now if is_completed else None,
        completed_by=tx.actor.user_id if is_completed else None,
        now=now,
    )
    await emit(
        tx,
        TaskTicked(journey_id, task.step_slug, task_id, is_completed),
        subject_id=walk.journey.subject_id,
        now=now,
    )
    await _note_percent(tx, walk, task.step_slug, now=now)
    return await queries.get_task(tx, journey_id=journey_id, task_id=task_id)


async def add_task(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    title: str,
    now: datetime,
    assignee_id: UUID | None = None,
    due_on: date | None = None,
) -> Task:
    """Add a task of the company's own to a step. Raises WrongPlan, NotFound, Forbidden."""
    walk = await hold_plan(tx, journey_id=journey_id)
    walk.step(step_slug)
    there = await queries.list_tasks(tx, journey_id=journey_id, step_slug=step_slug)
    if len(there) >= PER_STEP:
        raise WrongPlan(f"A step holds at most {PER_STEP} tasks: make a step of its own of these.")
    await _require_member(tx, walk, assignee_id)
    _require_sensible(tx, due_on, now=now)
    task_id = await queries.insert_task(
        tx,
        journey=walk.journey,
        step_slug=step_slug,
        title=one_line(title, what="task"),
        assignee_id=assignee_id,
        due_on=due_on,
        now=now,
    )
    await _note_percent(tx, walk, step_slug, now=now)
    await _changed(tx, walk, step_slug, task_id, now=now)
    return await queries.get_task(tx, journey_id=journey_id, task_id=task_id)


async def edit_task(
    tx: Transaction,
    *,
    journey_id: UUID,
    task_id: UUID,
    edit: TaskEdit,
    now: datetime,
    seen: TaskSeen | None = None,
) -> Task:
    """Say what a task is, whose, and until when.

    `seen` is what stood there when the writer began: only what they changed of it is written.

    Raises TaskOvertaken when somebody else changed the same since, WrongPlan, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    task = await queries.get_task(tx, journey_id=journey_id, task_id=task_id)
    said = edit.said
    if seen is not None:
        said = {name: value for name, value in said.items() if value != getattr(seen, name)}
        if not said:
            return task
    if said.get("title") is not None:
        said["title"] = one_line(said["title"], what="task")
    if seen is not None:
        _require_unchanged(task, said, seen)
    await _require_member(tx, walk, said.get("assignee_id"))
    # A caller sends the day along that stands there already, whenever that was written.
    if said.get("due_on") != task.due_on:
        _require_sensible(tx, said.get("due_on"), now=now)
    await queries.update_task(
        tx,
        task_id=task_id,
        title=said.get("title", task.title),
        assignee_id=said.get("assignee_id", task.assignee_id),
        due_on=said.get("due_on", task.due_on),
        now=now,
    )
    await _changed(tx, walk, task.step_slug, task_id, now=now)
    return await queries.get_task(tx, journey_id=journey_id, task_id=task_id)


async def move_task(
    tx: Transaction, *, journey_id: UUID, task_id: UUID, after: UUID | None, now: datetime
) -> list[Task]:
    """Put a task behind another of its step, or (None) first.

    Raises WrongPlan, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    task = await queries.get_task(tx, journey_id=journey_id, task_id=task_id)
    there = await queries.list_tasks(tx, journey_id=journey_id, step_slug=task.step_slug)
    ordered = _placed([other.id for other in there], task_id, after)
    await queries.update_places(tx, task_ids=ordered)
    await _changed(tx, walk, task.step_slug, task_id, now=now)
    return await queries.list_tasks(tx, journey_id=journey_id, step_slug=task.step_slug)


async def remove_task(tx: Transaction, *, journey_id: UUID, task_id: UUID, now: datetime) -> None:
    """Take a task of the company's own away; one of the framework stays, done or not.

    Raises WrongPlan, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    task = await queries.get_task(tx, journey_id=journey_id, task_id=task_id)
    if task.slug is not None:
        raise WrongPlan("This task is the framework's: leave it open, or rename it.")
    await queries.delete_task(tx, task_id=task_id)
    await _note_percent(tx, walk, task.step_slug, now=now)
    await _changed(tx, walk, task.step_slug, task_id, now=now)


async def _require_member(tx: Transaction, walk: Walk, user_id: UUID | None) -> None:
    if user_id is None:
        return
    members = await identity.list_members(tx, organization_id=walk.journey.subject_id)
    # A viewer looks on, and could not tick it.
    if user_id not in {member.user_id for member in members if member.role != "viewer"}:
        raise WrongPlan(
            "Only members who act for the company can be given a task.", field="assignee_id"
        )


def _require_sensible(tx: Transaction, due_on: date | None, *, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(tx.actor.time_zone)).date()
    rules.require_sensible(due_on, today=today)


async def _note_percent(tx: Transaction, walk: Walk, step_slug: str, *, now: datetime) -> None:
    state = walk.standings[step_slug].state
    if state is State.IN_PROGRESS:
        tasks = await queries.list_tasks(tx, journey_id=walk.journey.id, step_slug=step_slug)
        await walk_queries.update_steps(
            tx,
            journey_id=walk.journey.id,
            states={step_slug: (str(state), rules.ticked_percent(tasks))},
            now=now,
        )
    await live.announce(tx, journey_id=walk.journey.id, step_slug=step_slug)


async def _changed(
    tx: Transaction, walk: Walk, step_slug: str, task_id: UUID, *, now: datetime
) -> None:
    await emit(
        tx,
        TaskChanged(walk.journey.id, step_slug, task_id),
        subject_id=walk.journey.subject_id,
        now=now,
    )
    await live.announce(tx, journey_id=walk.journey.id, step_slug=step_slug)


def _require_unchanged(task: Task, said: Mapping[str, Any], seen: TaskSeen) -> None:
    """Refuse to write over what somebody else wrote since; that both wrote the same is fine."""
    overtaken = [
        name
        for name, value in said.items()
        if getattr(task, name) not in (getattr(seen, name), value)
    ]
    if overtaken:
        raise TaskOvertaken(
            "Somebody else changed this task meanwhile. What you wrote is not stored yet.",
            fields=overtaken,
        )


def _placed(there: Sequence[UUID], task_id: UUID, after: UUID | None) -> list[UUID]:
    if after == task_id:
        raise WrongPlan(
            "A task can't come behind itself: name another one, or none to put it first.",
            field="after",
        )
    rest = [other for other in there if other != task_id]
    if after is not None and after not in rest:
        raise NotFound("This step has no such task.")
    place = 0 if after is None else rest.index(after) + 1
    return [*rest[:place], task_id, *rest[place:]]
