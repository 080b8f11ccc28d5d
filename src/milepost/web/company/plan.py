"""A company's plan: its steps in their order, taking more of them, and its journeys' names."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import JourneyArchived, PlanConflict, WrongPlan
from milepost.contexts.programs.types import Phase, Step
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company.here import Here
from milepost.web.company.plan_step import PARTS
from milepost.web.company.step import JourneyField

router = APIRouter()

Slug = Annotated[str, Form(max_length=120)]


@router.get("/company/plan")
async def show(request: Request, tx: Tx) -> Response:
    """Show the plan."""
    return await _plan(request, tx, await place.get(request, tx))


@router.post("/company/plan/move")
async def move(
    request: Request,
    tx: Tx,
    journey: JourneyField,
    up: Slug = "",
    down: Slug = "",
    step: Slug = "",
    after: Slug = "",
) -> Response:
    """Move a step one up or down in its phase, or behind another one there."""
    here = await place.get(request, tx, journey)
    slug = up or down or step
    found = here.walk.step(slug)
    phase = [one.slug for one in here.walk.program.steps if one.phase == found.phase]
    others = [one for one in phase if one != slug]
    at = phase.index(slug)
    if up or down:
        to = max(at - 1, 0) if up else min(at + 1, len(others))
    elif after and after not in others:
        raise NotFound("This phase has no such step.")
    else:
        to = others.index(after) + 1 if after else 0
    if to != at:
        await journeys.move_step(
            tx,
            journey_id=here.journey.id,
            step_slug=slug,
            after=_behind(here, slug, others, to),
            now=clock.now(),
        )
    if pages.asks_for(request, "plan"):
        return await _plan(request, tx, await place.get(request, tx, journey))
    return pages.redirect(f"/company/plan#step-{slug}")


@router.get("/company/plan/add")
async def offer(request: Request, tx: Tx) -> Response:
    """Show what the framework has that the plan doesn't."""
    here = await place.get(request, tx)
    return await place.page(request, tx, here, "plan_add.html", offered=await _offered(tx, here))


@router.post("/company/plan/add")
async def add(
    request: Request,
    tx: Tx,
    journey: JourneyField,
    steps: Annotated[list[str] | None, Form()] = None,
    phase: Slug = "",
    every: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Take steps of the framework: those ticked, a whole phase, or all."""
    here = await place.get(request, tx, journey)
    offered = await _offered(tx, here)
    wanted = set(steps or [])
    slugs = [
        step.slug
        for stretch, there in offered
        for step in there
        if every or stretch.slug == phase or step.slug in wanted
    ]
    status, problem = 200, ""
    if not slugs:
        status = 422
        if wanted:
            problem = "What you ticked is in the plan by now: somebody else took it."
    else:
        try:
            await journeys.add_framework_steps(
                tx, journey_id=here.journey.id, slugs=slugs, now=clock.now()
            )
        except JourneyArchived as refused:
            status, problem = 409, refused.message
    if status != 200:
        return await place.page(
            request,
            tx,
            here,
            "plan_add.html",
            status=status,
            offered=offered,
            ticked=wanted,
            problem=problem,
        )
    return pages.redirect("/company/plan", "steps-added")


@router.post("/company/plan/journey")
async def rename(
    request: Request,
    tx: Tx,
    journey: JourneyField,
    name: Annotated[str, Form(max_length=1000)] = "",
    put: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Call the journey something else, put it away, or take it up again."""
    here = await place.get(request, tx, journey)
    archived = {"away": True, "back": False}.get(put, here.journey.status == "archived")
    try:
        await journeys.rename(
            tx,
            journey_id=here.journey.id,
            name=here.journey.name if put else name,
            archived=archived,
            now=clock.now(),
        )
    except (WrongPlan, PlanConflict) as refused:
        return await _plan(request, tx, here, status=422, problem=refused.message, typed=name)
    notices = {"away": "journey-archived", "back": "journey-taken-up"}
    response = pages.redirect("/company/plan#journeys", notices.get(put, "journey-changed"))
    return place.choose(response, here.journey.id) if put == "back" else response


async def _plan(
    request: Request,
    tx: Transaction,
    here: Here,
    *,
    status: int = 200,
    problem: str = "",
    typed: str | None = None,
) -> Response:
    items = await journeys.list_plan(tx, journey_id=here.journey.id)
    offered = await _offered(tx, here)
    alone = pages.asks_for(request, "plan")
    return await place.page(
        request,
        tx,
        here,
        "plan_steps.html" if alone else "plan.html",
        status=status,
        phases=_by_phase(here, here.walk.program.steps),
        items={item.step_slug: item for item in items},
        standings=here.walk.standings,
        homeless=await journeys.list_homeless(tx, journey_id=here.journey.id),
        parts=PARTS,
        offered=sum(len(steps) for _, steps in offered),
        problem=problem,
        typed=here.journey.name if typed is None else typed,
    )


async def _offered(tx: Transaction, here: Here) -> list[tuple[Phase, list[Step]]]:
    """The active steps of the framework that the plan doesn't have, by phase."""
    framework = await journeys.list_offered(tx, walk=here.walk)
    return _by_phase(
        here,
        [step for step in framework.active_steps if here.walk.program.find_step(step.slug) is None],
    )


def _by_phase(here: Here, steps: list[Step] | tuple[Step, ...]) -> list[tuple[Phase, list[Step]]]:
    grouped = [
        (phase, [step for step in steps if step.phase == phase.slug])
        for phase in here.walk.program.phases
    ]
    return [(phase, mine) for phase, mine in grouped if mine]


def _behind(here: Here, slug: str, others: list[str], to: int) -> str | None:
    """The step of the whole plan that comes before the place `to` among those of one phase."""
    if to:
        return others[to - 1]
    rest = [one.slug for one in here.walk.program.steps if one.slug != slug]
    first = rest.index(others[0])
    return rest[first - 1] if first else None
