"""Tasks of a step: listed, added, ticked, changed, put in order, taken away."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.conflicts import step_responses
from milepost.contexts.journeys.routes.showing import note_read
from milepost.contexts.journeys.routes.task_shapes import NewTask, TaskChange, TaskOut, TaskPlace
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["tasks"], route_class=StrictRoute)
TASKS = "/journeys/{journey_id}/steps/{step_slug}/tasks"
TASK = TASKS + "/{task_id}"
REFUSALS = problems.responses(403, 404, 409)
_CLEARED = ("assignee_id", "due_on")


@router.get(TASKS, operation_id="list_tasks", responses=problems.responses(403, 404))
async def list_tasks(journey_id: UUID, step_slug: str, tx: Tx) -> Page[TaskOut]:
    """List the tasks of a step in their order, as far as the caller sees them."""
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    walk.step(step_slug)
    await note_read(tx, walk.journey, step_slug)
    found = await journeys.list_tasks(tx, journey_id=journey_id, step_slug=step_slug)
    return Page[TaskOut](items=[TaskOut.of(task) for task in found], next_cursor=None)


@router.post(
    TASKS,
    status_code=201,
    response_model=TaskOut,
    operation_id="add_task",
    responses=REFUSALS,
)
async def add_task(
    journey_id: UUID, step_slug: str, body: NewTask, request: Request, tx: Tx
) -> Response:
    """Add a task of the company's own, behind the others."""

    async def work() -> TaskOut:
        task = await journeys.add_task(
            tx,
            journey_id=journey_id,
            step_slug=step_slug,
            title=body.title,
            assignee_id=body.assignee_id,
            due_on=body.due_on,
            now=clock.now(),
        )
        return TaskOut.of(task)

    return await once(tx, request, 201, work)


@router.patch(TASK, operation_id="change_task", responses=step_responses())
async def change_task(
    journey_id: UUID, step_slug: str, task_id: UUID, body: TaskChange, tx: Tx
) -> TaskOut:
    """Tick a task, or say what it is, whose, and until when. A repeat changes nothing."""
    task = await journeys.get_task(tx, journey_id=journey_id, step_slug=step_slug, task_id=task_id)
    given = body.model_fields_set
    if given - {"is_completed"}:
        edit = journeys.TaskEdit(
            title=body.title,
            assignee_id=body.assignee_id,
            due_on=body.due_on,
            clear=frozenset(
                name for name in _CLEARED if name in given and getattr(body, name) is None
            ),
        )
        task = await journeys.edit_task(
            tx, journey_id=journey_id, task_id=task_id, edit=edit, now=clock.now()
        )
    if body.is_completed is not None:
        task = await journeys.tick(
            tx,
            journey_id=journey_id,
            task_id=task_id,
            is_completed=body.is_completed,
            now=clock.now(),
        )
    return TaskOut.of(task)


@router.post(
    TASK + "/move",
    response_model=Page[TaskOut],
    operation_id="move_task",
    responses=REFUSALS,
)
async def move_task(
    journey_id: UUID, step_slug: str, task_id: UUID, body: TaskPlace, request: Request, tx: Tx
) -> Response:
    """Put a task behind another of its step, or first; answered with all of them."""

    async def work() -> Page[TaskOut]:
        await journeys.get_task(tx, journey_id=journey_id, step_slug=step_slug, task_id=task_id)
        ordered = await journeys.move_task(
            tx, journey_id=journey_id, task_id=task_id, after=body.after, now=clock.now()
        )
        return Page[TaskOut](items=[TaskOut.of(task) for task in ordered], next_cursor=None)

    return await once(tx, request, 200, work)


@router.delete(TASK, status_code=204, operation_id="remove_task", responses=REFUSALS)
async def remove_task(journey_id: UUID, step_slug: str, task_id: UUID, tx: Tx) -> None:
    """Take away a task of the company's own; one of the framework stays, done or not."""
    await journeys.get_task(tx, journey_id=journey_id, step_slug=step_slug, task_id=task_id)
    await journeys.remove_task(tx, journey_id=journey_id, task_id=task_id, now=clock.now())
