"""Where a step stands: begun, completed, left out, taken up again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.answers import SkippedOut
from milepost.contexts.journeys.routes.conflicts import step_responses
from milepost.contexts.journeys.routes.plan_shapes import CompletedOut, SkipReason
from milepost.contexts.journeys.routes.shapes import OpenStepOut
from milepost.contexts.journeys.routes.showing import named, show_open_step
from milepost.platform import clock
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["steps"], route_class=StrictRoute)
STEP = "/journeys/{journey_id}/steps/{step_slug}"
_UNSAID = SkipReason()


@router.post(
    STEP + "/start",
    response_model=OpenStepOut,
    operation_id="start_step",
    responses=step_responses(),
)
async def start(journey_id: UUID, step_slug: str, request: Request, tx: Tx) -> Response:
    """Begin an open step; one that is begun stays as it is."""

    async def work() -> OpenStepOut:
        await journeys.start(tx, journey_id=journey_id, step_slug=step_slug, now=clock.now())
        return await show_open_step(tx, journey_id, step_slug)

    return await once(tx, request, 200, work)


@router.post(
    STEP + "/complete",
    response_model=CompletedOut,
    operation_id="complete_step",
    responses=step_responses(),
)
async def complete(journey_id: UUID, step_slug: str, request: Request, tx: Tx) -> Response:
    """Say that an open checklist is done; one that is done stays as it is."""

    async def work() -> CompletedOut:
        walk, opened = await journeys.complete(
            tx, journey_id=journey_id, step_slug=step_slug, now=clock.now()
        )
        return CompletedOut(state=walk.standings[step_slug].state, unlocked=named(walk, opened))

    return await once(tx, request, 200, work)


@router.post(
    STEP + "/skip", response_model=SkippedOut, operation_id="skip_step", responses=step_responses()
)
async def skip(
    journey_id: UUID,
    step_slug: str,
    request: Request,
    tx: Tx,
    body: Annotated[SkipReason, Body()] = _UNSAID,
) -> Response:
    """Leave out a step that may be left out; a company says why."""

    async def work() -> SkippedOut:
        unlocked = await journeys.skip(
            tx, journey_id=journey_id, step_slug=step_slug, reason=body.reason, now=clock.now()
        )
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        return SkippedOut(unlocked=named(walk, unlocked))

    return await once(tx, request, 200, work)


@router.post(
    STEP + "/reopen",
    response_model=OpenStepOut,
    operation_id="reopen_step",
    responses=step_responses(),
)
async def reopen(journey_id: UUID, step_slug: str, request: Request, tx: Tx) -> Response:
    """Take up again a checklist that was done or left out; what it opened stays open."""

    async def work() -> OpenStepOut:
        await journeys.reopen(tx, journey_id=journey_id, step_slug=step_slug, now=clock.now())
        return await show_open_step(tx, journey_id, step_slug)

    return await once(tx, request, 200, work)
