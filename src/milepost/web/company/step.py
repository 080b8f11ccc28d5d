"""A step of a company's journey: reading it, beginning, completing, leaving out, reopening it."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import AlreadyDone, JourneyArchived, StepLocked, WrongPlan
from milepost.contexts.journeys.types import State, StepRow
from milepost.contexts.programs.types import Step
from milepost.contexts.standups import service as standups
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.company import board, task_form, unsent
from milepost.web.company import here as place
from milepost.web.company.blocked import read_blockers
from milepost.web.company.here import Here
from milepost.web.company.task_form import Refused
from milepost.web.company.team import acting, ticked_by

router = APIRouter()

JourneyField = Annotated[str, Form(max_length=40)]


@router.get("/company/steps/{slug}")
async def show(request: Request, slug: str, tx: Tx) -> Response:
    """Show a step; a locked one with what it waits for."""
    here = await place.get(request, tx)
    return await draw(request, tx, here, here.walk.step(slug))


@router.post("/company/steps/{slug}/start")
async def start(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Begin a step."""
    here = await place.get(request, tx, journey)
    await journeys.start(tx, journey_id=here.journey.id, step_slug=slug, now=clock.now())
    return pages.redirect(f"/company/steps/{slug}#work")


@router.post("/company/steps/{slug}/complete")
async def complete(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Say that a step is done, and lead to what that opened."""
    here = await place.get(request, tx, journey)
    await journeys.complete(tx, journey_id=here.journey.id, step_slug=slug, now=clock.now())
    return pages.redirect(f"/company/steps/{slug}/done")


@router.post("/company/blockers/{blocker_id}/lift")
async def lift(request: Request, blocker_id: UUID, tx: Tx, journey: JourneyField) -> Response:
    """Say that what blocked a step is out of the way."""
    here = await place.get(request, tx, journey)
    lifted = await standups.lift(
        tx, journey_id=here.journey.id, action_id=blocker_id, now=clock.now()
    )
    # The page was left open: a colleague may have taken its step out of the plan meanwhile.
    there = here.walk.program.find_step(lifted.step_slug) is not None
    to = f"/company/steps/{lifted.step_slug}#work" if there else "/company/plan"
    return pages.redirect(to, "blocker-lifted")


@router.post("/company/steps/{slug}/skip")
async def skip(
    request: Request,
    slug: str,
    tx: Tx,
    journey: JourneyField,
    reason: Annotated[str, Form(max_length=2000)] = "",
    instead: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Leave a step out, saying why; `instead` of somebody else's reason, where that was seen."""
    here = await place.get(request, tx, journey)
    try:
        await journeys.skip(
            tx,
            journey_id=here.journey.id,
            step_slug=slug,
            reason=reason,
            instead=instead == "yes",
            now=clock.now(),
        )
    except (AlreadyDone, StepLocked, JourneyArchived) as refused:
        # A colleague was faster. What was written stays on the page, above what holds now.
        fresh = await place.get(request, tx, journey)
        return await draw(
            request,
            tx,
            fresh,
            fresh.walk.step(slug),
            status=409,
            problems={"unskipped": refused.message},
            typed={"reason": reason},
        )
    except WrongPlan as refused:
        return await draw(
            request,
            tx,
            here,
            here.walk.step(slug),
            status=422,
            problems={"reason": refused.message},
            typed={"reason": reason},
        )
    return pages.redirect(f"/company/steps/{slug}", "step-skipped")


@router.post("/company/steps/{slug}/reopen")
async def reopen(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Take a step up again."""
    here = await place.get(request, tx, journey)
    await journeys.reopen(tx, journey_id=here.journey.id, step_slug=slug, now=clock.now())
    return pages.redirect(f"/company/steps/{slug}", "step-reopened")


@router.get("/company/steps/{slug}/done")
async def done(request: Request, slug: str, tx: Tx) -> Response:
    """Say what completing a step opened, and ask how it went."""
    here = await place.get(request, tx)
    walk = here.walk
    step = walk.open_step(slug)
    if walk.standings[slug].state is not State.COMPLETED:
        return pages.redirect(f"/company/steps/{slug}")
    rows = await journeys.list_steps(tx, journey_id=here.journey.id)
    available = await journeys.list_available(tx, walk=walk, now=clock.now())
    return await place.page(
        request,
        tx,
        here,
        "done.html",
        step=step,
        opened=_opened_by(here, rows, step),
        upcoming=board.next_steps(walk, available, {}),
        path=board.path(walk),
        done=sum(standing.state.done for standing in walk.standings.values()),
        total=len(walk.program.steps),
    )


async def draw(
    request: Request,
    tx: Transaction,
    here: Here,
    step: Step,
    *,
    status: int = 200,
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    """Draw a step; to htmx, what is done in it alone."""
    walk = here.walk
    standing = walk.standings[step.slug]
    journey_id = here.journey.id
    locked = standing.state is State.LOCKED
    tasks = await journeys.list_tasks(tx, journey_id=journey_id, step_slug=step.slug)
    rows = await journeys.list_steps(tx, journey_id=journey_id)
    skipped = standing.state is State.SKIPPED
    reason = (
        await journeys.find_reason(tx, journey_id=journey_id, step_slug=step.slug)
        if skipped
        else None
    )
    available = await journeys.list_available(tx, walk=walk, now=clock.now())
    members = await identity.list_members(tx, organization_id=here.company.id)
    written = await journeys.list_outcomes(tx, journey_id=journey_id, step_slug=step.slug)
    begun = await journeys.find_unsent(tx, spot=unsent.outcome_spot(here, step.slug))
    item = await journeys.get_item(tx, journey_id=journey_id, step_slug=step.slug)
    blockers = await read_blockers(tx, here)
    reasoned = next((one for one in available if one.slug == step.slug), None)
    alone = pages.asks_for(request, "work")
    before = walk.program.requires(step.slug)
    return await place.page(
        request,
        tx,
        here,
        "step_work.html" if alone else "step.html",
        status=409 if locked and status == 200 and not alone else status,
        step=step,
        item=item,
        state=standing.state,
        way=[(walk.program.step(slug), walk.standings[slug].state) for slug in standing.way],
        waits_for=[walk.program.step(one.given_by) for one in standing.missing],
        # That it is begun, its state says already.
        why=reasoned.text if reasoned and reasoned.kind != "begun" else "",
        leads_to=board.opens_besides(walk, reasoned) if reasoned else (),
        blocked_by=blockers.get(step.slug, ()),
        row=rows.get(step.slug),
        tasks=tasks,
        ticked=sum(task.is_completed for task in tasks),
        helpers=ticked_by(tasks, members, me=tx.actor.user_id),
        members=acting(members),
        outcome=next(iter(written), None),
        begun=begun,
        reason=reason,
        comes_after=[one for one in walk.program.topological if one.slug in before],
        opens=[walk.program.step(slug) for slug in walk.program.dependents_of(step.slug)],
        standings=walk.standings,
        problems=problems or {},
        typed=typed or {},
        refused=refused,
        forms={task.id: task_form.of_task(task) for task in tasks}
        | ({refused.task_id: refused.written} if refused else {}),
        attempt=uuid4().hex,
    )


def _opened_by(here: Here, rows: Mapping[str, StepRow], step: Step) -> list[Step]:
    """List the steps that completing this one opened, at the moment it was completed."""
    row = rows.get(step.slug)
    at = row.completed_at if row else None
    return [
        here.walk.program.step(slug)
        for slug in here.walk.program.dependents_of(step.slug)
        if at is not None and slug in rows and rows[slug].unlocked_at == at
    ]
