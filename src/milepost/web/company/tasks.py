"""The tasks of a company's step: ticked, added, given to somebody, due, ordered, removed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity.http import Tx, once_only
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import StepLocked, TaskOvertaken, WrongPlan
from milepost.contexts.journeys.types import Task
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company import home
from milepost.web.company import step as step_page
from milepost.web.company.here import Here
from milepost.web.company.step import JourneyField
from milepost.web.company.task_form import Refused, TaskForm, member

router = APIRouter()

Short = Annotated[str, Form(max_length=40)]


@router.post("/company/tasks/{task_id}/tick")
async def tick(
    request: Request,
    task_id: UUID,
    tx: Tx,
    journey: JourneyField,
    done: Short,
    back: Short = "",
) -> Response:
    """Tick a task, or take the tick back."""
    here = await place.get(request, tx, journey)
    try:
        task = await journeys.tick(
            tx,
            journey_id=here.journey.id,
            task_id=task_id,
            is_completed=done == "yes",
            now=clock.now(),
        )
    except StepLocked:
        # Locked meanwhile, by a change of the plan: the page says so.
        task = await _task(tx, here, task_id)
    if back == "home":
        return await home.after_tick(request, tx, here)
    return await _answer(request, tx, here, task.step_slug, task_id)


@router.post("/company/steps/{slug}/tasks")
async def add(
    request: Request, slug: str, tx: Tx, journey: JourneyField, written: TaskForm
) -> Response:
    """Add a task of the company's own; a form that is sent twice adds one."""
    here = await place.get(request, tx, journey)

    async def work() -> UUID:
        said = written.edit
        added = await journeys.add_task(
            tx,
            journey_id=here.journey.id,
            step_slug=slug,
            title=written.title,
            assignee_id=said.assignee_id,
            due_on=said.due_on,
            now=clock.now(),
        )
        return added.id

    try:
        if written.attempt:
            await once_only(tx, written.key(here.journey.id, slug), work)
        else:
            await work()
    except WrongPlan as refused:
        back = Refused(task_id=None, written=written, message=refused.message)
        return await _refused(request, tx, here, slug, back)
    return await _answer(request, tx, here, slug)


@router.post("/company/tasks/{task_id}")
async def edit(
    request: Request, task_id: UUID, tx: Tx, journey: JourneyField, written: TaskForm
) -> Response:
    """Say what a task is, whose, and until when: of that, what its writer changed."""
    here = await place.get(request, tx, journey)
    task = await _task(tx, here, task_id)
    try:
        await journeys.edit_task(
            tx,
            journey_id=here.journey.id,
            task_id=task_id,
            edit=written.edit,
            seen=written.seen,
            now=clock.now(),
        )
    except TaskOvertaken as refused:
        back = Refused(
            task_id=task_id,
            written=written.over(await _task(tx, here, task_id)),
            message=refused.message,
            overtaken=frozenset(refused.data["fields"]),
        )
        return await _refused(request, tx, here, task.step_slug, back, status=409)
    except WrongPlan as refused:
        back = Refused(task_id=task_id, written=written, message=refused.message)
        return await _refused(request, tx, here, task.step_slug, back)
    return await _answer(request, tx, here, task.step_slug, task_id)


@router.post("/company/steps/{slug}/tasks/move")
async def move(
    request: Request,
    slug: str,
    tx: Tx,
    journey: JourneyField,
    task: Annotated[UUID, Form()],
    go: Short = "",
    after: Short = "",
) -> Response:
    """Move a task one up or down, or behind another one; behind nothing, it is the first."""
    here = await place.get(request, tx, journey)
    there = [
        one.id for one in await journeys.list_tasks(tx, journey_id=here.journey.id, step_slug=slug)
    ]
    if task not in there:
        raise NotFound("This step has no such task.")
    await journeys.move_task(
        tx,
        journey_id=here.journey.id,
        task_id=task,
        after=_behind(there, task, go) if go else member(after),
        now=clock.now(),
    )
    return await _answer(request, tx, here, slug, task)


@router.post("/company/tasks/{task_id}/remove")
async def remove(request: Request, task_id: UUID, tx: Tx, journey: JourneyField) -> Response:
    """Take a task of the company's own away."""
    here = await place.get(request, tx, journey)
    task = await _task(tx, here, task_id)
    await journeys.remove_task(tx, journey_id=here.journey.id, task_id=task_id, now=clock.now())
    return await _answer(request, tx, here, task.step_slug, notice="task-gone")


async def _answer(
    request: Request,
    tx: Transaction,
    here: Here,
    slug: str,
    task_id: UUID | None = None,
    *,
    notice: str = "",
) -> Response:
    """Show the step again as it is now: its work alone to htmx, by way of its address otherwise."""
    if pages.asks_for(request, "work"):
        fresh = await place.get(request, tx, str(here.journey.id))
        return await step_page.draw(request, tx, fresh, fresh.walk.step(slug))
    anchor = f"task-{task_id}" if task_id else "work"
    return pages.redirect(f"/company/steps/{slug}#{anchor}", notice)


async def _refused(
    request: Request,
    tx: Transaction,
    here: Here,
    slug: str,
    back: Refused,
    *,
    status: int = 422,
) -> Response:
    return await step_page.draw(
        request, tx, here, here.walk.step(slug), status=status, refused=back
    )


async def _task(tx: Transaction, here: Here, task_id: UUID) -> Task:
    tasks = await journeys.list_tasks(tx, journey_id=here.journey.id)
    found = next((task for task in tasks if task.id == task_id), None)
    if found is None:
        raise NotFound("This task is not there any more.")
    return found


def _behind(there: list[UUID], task: UUID, go: str) -> UUID | None:
    """The task that this one comes behind when it goes one up or down."""
    at = there.index(task)
    rest = [one for one in there if one != task]
    to = max(at - 1, 0) if go == "up" else min(at + 1, len(rest))
    return rest[to - 1] if to else None
