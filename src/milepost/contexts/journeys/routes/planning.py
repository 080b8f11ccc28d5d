"""A company's plan: steps taken in, made, written anew, put in order and taken away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.conflicts import STEP_ETAG
from milepost.contexts.journeys.routes.plan_shapes import AddedOut, NewStep, StepChange, StepPlace
from milepost.contexts.journeys.routes.shapes import OpenStepOut, StepOut
from milepost.contexts.journeys.routes.showing import gather, show_open_step
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["plan"], route_class=StrictRoute)
STEPS = "/journeys/{journey_id}/steps"
REFUSALS = problems.responses(403, 404, 409)
IfMatch = Annotated[
    str | None,
    Header(description="the etag of what was worked on; 409 when somebody changed it since"),
]


@router.post(
    STEPS,
    status_code=201,
    response_model=AddedOut,
    operation_id="add_steps",
    responses=REFUSALS,
)
async def add_steps(journey_id: UUID, body: NewStep, request: Request, tx: Tx) -> Response:
    """Take steps of the framework into the plan, or add one of the company's own."""

    async def work() -> AddedOut:
        if body.title is not None:
            walk, slug = await journeys.add_own_step(
                tx, journey_id=journey_id, content=body.content, tasks=body.tasks, now=clock.now()
            )
            new = [slug]
        else:
            slugs = body.slugs if body.slug is None else [body.slug]
            walk, new = await journeys.add_framework_steps(
                tx, journey_id=journey_id, slugs=slugs or [], now=clock.now()
            )
        shown = await gather(tx, walk)
        return AddedOut(added=[shown.desk(walk.step(slug), None) for slug in new])

    return await once(tx, request, 201, work)


@router.patch(
    STEPS + "/{step_slug}",
    operation_id="change_step",
    responses=REFUSALS | STEP_ETAG,
)
async def change_step(
    journey_id: UUID,
    step_slug: str,
    body: StepChange,
    response: Response,
    tx: Tx,
    if_match: IfMatch = None,
) -> OpenStepOut:
    """Write a step in the company's own words; null goes back to the framework's."""
    _, item = await journeys.edit_step(
        tx,
        journey_id=journey_id,
        step_slug=step_slug,
        edit=body.edit,
        seen=if_match,
        now=clock.now(),
    )
    response.headers["ETag"] = item.etag
    return await show_open_step(tx, journey_id, step_slug)


@router.post(
    STEPS + "/{step_slug}/move",
    response_model=Page[StepOut],
    operation_id="move_step",
    responses=REFUSALS,
)
async def move_step(
    journey_id: UUID, step_slug: str, body: StepPlace, request: Request, tx: Tx
) -> Response:
    """Put a step behind another, or first; answered with all of them in their order."""

    async def work() -> Page[StepOut]:
        walk = await journeys.move_step(
            tx, journey_id=journey_id, step_slug=step_slug, after=body.after, now=clock.now()
        )
        shown = await gather(tx, walk)
        items = [shown.step(step) for step in walk.program.steps]
        return Page[StepOut](items=items, next_cursor=None)

    return await once(tx, request, 200, work)


@router.delete(
    STEPS + "/{step_slug}", status_code=204, operation_id="remove_step", responses=REFUSALS
)
async def remove_step(journey_id: UUID, step_slug: str, tx: Tx) -> None:
    """Take away a step that nobody worked on; what came after it comes after what it came after.

    A step in which something was done, or that is in the company's own words, is skipped instead
    (409, step_worked_on). One of the framework can be taken again.
    """
    await journeys.remove_step(tx, journey_id=journey_id, step_slug=step_slug, now=clock.now())
