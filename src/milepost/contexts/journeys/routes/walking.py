"""Journeys and the standing of their steps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import NotACompany
from milepost.contexts.journeys.routes.conflicts import step_responses
from milepost.contexts.journeys.routes.journey_shapes import (
    Begin,
    JourneyChange,
    JourneyOut,
    Stats,
)
from milepost.contexts.journeys.routes.shapes import (
    AvailableStepOut,
    FieldOut,
    OpenStepOut,
    StepOut,
)
from milepost.contexts.journeys.routes.showing import (
    gather,
    note_read,
    seen_walk,
    show_journey,
    show_open_step,
)
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Journey, State
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Difficulty, Walker
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["journeys"], route_class=StrictRoute)

# As pages write it (High) or as it is kept (high).
AnyCase = BeforeValidator(lambda said: said.lower() if isinstance(said, str) else said)


@router.post(
    "/journeys",
    status_code=201,
    response_model=JourneyOut,
    operation_id="begin_journey",
    responses=problems.responses(403, 404, 409)
    | {200: {"description": "It was begun before", "model": JourneyOut}},
)
async def begin(body: Begin, request: Request, tx: Tx) -> Response:
    """Begin a program, or come back to it: 201 when it was begun, 200 when it was there."""
    journey, created = await journeys.get_or_create(
        tx,
        program_slug=body.program,
        organization_id=body.organization_id,
        name=body.name,
        now=clock.now(),
    )

    async def work() -> JourneyOut:
        if created:
            await _take_first_steps(tx, journey, body)
        return await show_journey(tx, await journeys.get_journey(tx, journey_id=journey.id))

    return await once(tx, request, 201 if created else 200, work)


async def _take_first_steps(tx: Transaction, journey: Journey, body: Begin) -> None:
    version = await programs.get_version(tx, version_id=journey.version_id)
    if version.program.walker is not Walker.COMPANY:
        if body.steps is not None:
            raise NotACompany(f"{version.program.title} is walked as it is written.")
        return
    if body.steps != "none":
        await journeys.add_framework_steps(
            tx,
            journey_id=journey.id,
            slugs=body.steps if isinstance(body.steps, list) else None,
            now=clock.now(),
        )


@router.get("/journeys", operation_id="list_journeys", responses=problems.responses(403, 404))
async def list_journeys(tx: Tx, subject_id: UUID | None = None) -> Page[JourneyOut]:
    """List one's own journeys and those of one's companies, or those of somebody else."""
    if subject_id is None:
        found = await journeys.list_my_journeys(tx)
    else:
        found = await journeys.list_journeys(tx, subject_id=subject_id)
    await identity.record_reads(
        tx,
        subject_ids=[journey.subject_id for journey in found],
        what="progress",
        now=clock.now(),
    )
    items = [await show_journey(tx, journey) for journey in found]
    return Page[JourneyOut](items=items, next_cursor=None)


@router.get(
    "/journeys/{journey_id}", operation_id="get_journey", responses=problems.responses(403, 404)
)
async def get_journey(journey_id: UUID, tx: Tx) -> JourneyOut:
    """Show a journey: to whoever sees no steps of it, how far it is by phase and domain."""
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    await note_read(tx, journey, "progress")
    return await show_journey(tx, journey)


@router.patch(
    "/journeys/{journey_id}",
    operation_id="change_journey",
    responses=problems.responses(403, 404, 409),
)
async def change_journey(journey_id: UUID, body: JourneyChange, tx: Tx) -> JourneyOut:
    """Call a company's journey something else, put it away, or take it up again."""
    journey = await journeys.rename(
        tx,
        journey_id=journey_id,
        name=body.name,
        archived=None if body.status is None else body.status == "archived",
        now=clock.now(),
    )
    return await show_journey(tx, journey)


@router.get(
    "/journeys/{journey_id}/steps",
    operation_id="list_steps",
    responses=problems.responses(403, 404),
)
async def list_steps(
    journey_id: UUID,
    tx: Tx,
    status: Annotated[State | None, Query(description="only steps in this state")] = None,
    phase: Annotated[str | None, Query(max_length=100, description="only of this phase")] = None,
    domain: Annotated[str | None, Query(max_length=100, description="only of this domain")] = None,
    difficulty: Annotated[
        Difficulty | None, AnyCase, Query(description="only steps this hard; in any case")
    ] = None,
    text: Annotated[
        str,
        Query(
            max_length=200,
            description="only steps that say each of these words, in any case, accents aside",
        ),
    ] = "",
) -> Page[StepOut]:
    """List the steps in the journey's order, each with its state and why."""
    walk = await seen_walk(tx, journey_id)
    shown = await gather(tx, walk)
    items = [
        shown.step(step)
        for step in walk.program.steps
        if (status is None or walk.standings[step.slug].state is status)
        and (phase is None or step.phase == phase)
        and (domain is None or step.domain == domain)
        and (difficulty is None or step.difficulty is difficulty)
        and journeys.says(step, text)
    ]
    return Page[StepOut](items=items, next_cursor=None)


@router.get(
    "/journeys/{journey_id}/steps/stats",
    operation_id="get_step_stats",
    responses=problems.responses(403, 404),
)
async def step_stats(journey_id: UUID, tx: Tx) -> Stats:
    """Count the steps by status."""
    return Stats.of(await seen_walk(tx, journey_id))


@router.get(
    "/journeys/{journey_id}/steps/available",
    operation_id="list_available_steps",
    responses=problems.responses(403, 404),
)
async def available_steps(journey_id: UUID, tx: Tx) -> Page[AvailableStepOut]:
    """List what can be done now, the best to do first, each with why just that."""
    walk = await seen_walk(tx, journey_id)
    shown = await gather(tx, walk)
    items = [
        shown.available(walk.step(reason.slug), reason)
        for reason in await journeys.list_available(tx, walk=walk, now=clock.now())
    ]
    return Page[AvailableStepOut](items=items, next_cursor=None)


@router.get(
    "/journeys/{journey_id}/steps/{step_slug}", operation_id="get_step", responses=step_responses()
)
async def get_step(journey_id: UUID, step_slug: str, tx: Tx) -> OpenStepOut:
    """Show a step: its form, the fields that flow in with their origin, the draft; or its tasks.

    A locked tool is answered with 409 and why; a locked checklist is shown without guidance.
    """
    return await show_open_step(tx, journey_id, step_slug)


@router.get(
    "/journeys/{journey_id}/fields",
    operation_id="list_fields",
    responses=problems.responses(403, 404),
)
async def list_fields(journey_id: UUID, tx: Tx) -> Page[FieldOut]:
    """List every field that has a value now, with its origin."""
    walk: Walk = await seen_walk(tx, journey_id)
    values = await journeys.list_fields(tx, walk=walk)
    items = [FieldOut.of(walk.program, value) for value in values.values()]
    return Page[FieldOut](items=items, next_cursor=None)
