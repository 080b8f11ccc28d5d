"""Journeys and the standing of their steps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.conflicts import step_responses
from milepost.contexts.journeys.routes.shapes import (
    Begin,
    FieldOut,
    JourneyOut,
    OpenStepOut,
    Stats,
    StepOut,
    show_desk,
    show_step,
)
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import State
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["journeys"], route_class=StrictRoute)


@router.post(
    "/journeys",
    status_code=201,
    response_model=JourneyOut,
    operation_id="begin_journey",
    responses=problems.responses(403, 404)
    | {200: {"description": "It was begun before", "model": JourneyOut}},
)
async def begin(body: Begin, request: Request, tx: Tx) -> Response:
    """Begin a program, or come back to it: 201 when it was begun, 200 when it was there."""
    journey, created = await journeys.get_or_create(tx, program_slug=body.program, now=clock.now())

    async def work() -> JourneyOut:
        return JourneyOut.of(await journeys.get_walk(tx, journey_id=journey.id))

    return await once(tx, request, 201 if created else 200, work)


@router.get("/journeys", operation_id="list_journeys", responses=problems.responses(403, 404))
async def list_journeys(tx: Tx, subject_id: UUID | None = None) -> Page[JourneyOut]:
    """List one's own journeys, or those of somebody who lets the caller see."""
    found = await journeys.list_journeys(tx, subject_id=subject_id or tx.actor.user_id)
    walks = [await journeys.get_walk(tx, journey_id=journey.id) for journey in found]
    return Page[JourneyOut](items=[JourneyOut.of(walk) for walk in walks], next_cursor=None)


@router.get(
    "/journeys/{journey_id}", operation_id="get_journey", responses=problems.responses(403, 404)
)
async def get_journey(journey_id: UUID, tx: Tx) -> JourneyOut:
    """Show a journey."""
    return JourneyOut.of(await seen_walk(tx, journey_id))


@router.get(
    "/journeys/{journey_id}/steps",
    operation_id="list_steps",
    responses=problems.responses(403, 404),
)
async def list_steps(
    journey_id: UUID,
    tx: Tx,
    status: Annotated[State | None, Query(description="only steps in this state")] = None,
    phase: Annotated[str | None, Query(max_length=100)] = None,
    domain: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[StepOut]:
    """List the steps in the program's order, each with its state and why."""
    walk = await seen_walk(tx, journey_id)
    rows = await journeys.list_steps(tx, journey_id=journey_id)
    items = [
        show_step(walk, step, rows)
        for step in walk.program.steps
        if (status is None or walk.standings[step.slug].state is status)
        and (phase is None or step.phase == phase)
        and (domain is None or step.domain == domain)
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
async def available_steps(journey_id: UUID, tx: Tx) -> Page[StepOut]:
    """List what can be done now, what was begun first."""
    walk = await seen_walk(tx, journey_id)
    rows = await journeys.list_steps(tx, journey_id=journey_id)
    items = [show_step(walk, step, rows) for step in walk.next_steps()]
    return Page[StepOut](items=items, next_cursor=None)


@router.get(
    "/journeys/{journey_id}/steps/{step_slug}", operation_id="get_step", responses=step_responses()
)
async def get_step(journey_id: UUID, step_slug: str, tx: Tx) -> OpenStepOut:
    """Show an open step: its form, the fields that flow in with their origin, the draft.

    A locked one is answered with 409 and why.
    """
    return await show_open_step(tx, journey_id, step_slug)


@router.get(
    "/journeys/{journey_id}/fields",
    operation_id="list_fields",
    responses=problems.responses(403, 404),
)
async def list_fields(journey_id: UUID, tx: Tx) -> Page[FieldOut]:
    """List every field that has a value now, with its origin."""
    walk = await seen_walk(tx, journey_id)
    values = await journeys.list_fields(tx, walk=walk)
    items = [FieldOut.of(walk.program, value) for value in values.values()]
    return Page[FieldOut](items=items, next_cursor=None)


async def seen_walk(tx: Transaction, journey_id: UUID) -> Walk:
    """Return a walk, noting for its owner that it was read."""
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    await identity.record_read(
        tx, subject_id=walk.journey.subject_id, what="progress", now=clock.now()
    )
    return walk


async def show_open_step(tx: Transaction, journey_id: UUID, step_slug: str) -> OpenStepOut:
    """Show a step with what lies on it, noting for its owner that it was read."""
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    desk = await journeys.open_desk(tx, walk=walk, step_slug=step_slug)
    await identity.record_read(
        tx, subject_id=walk.journey.subject_id, what=step_slug, now=clock.now()
    )
    rows = await journeys.list_steps(tx, journey_id=journey_id)
    return show_desk(walk, walk.step(step_slug), rows, desk)
