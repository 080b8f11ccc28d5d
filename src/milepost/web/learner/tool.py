"""A tool: reading it, writing in it, handing it in, and what that opened."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import VersionConflict, WrongAnswers
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Choice, State
from milepost.contexts.programs.types import Step
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import forms, pages
from milepost.web.forms import Parsed
from milepost.web.learner import posted, tool_view, walks
from milepost.web.learner.desk_page import draw_desk, draw_locked, to_today

router = APIRouter()


@router.get("/tools/{slug}")
async def show(request: Request, slug: str, tx: Tx, write: bool = False) -> Response:
    """Show a tool: its form, its answers when it is done, or why it is locked."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    step = walk.step(slug)
    if walk.standings[slug].state is State.LOCKED:
        return await draw_locked(request, tx, walk, step)
    return await draw_desk(request, tx, walk, step, write=write)


@router.post("/tools/{slug}")
async def take(request: Request, slug: str, tx: Tx) -> Response:
    """Take a posted form: rearrange its entries, save it as a draft, or hand it in."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    step = walk.step(slug)
    if walk.standings[slug].state is State.LOCKED:
        return await draw_locked(request, tx, walk, step)
    parsed, seen = await posted.read(request, step)
    if parsed.rearranged:
        shown = seen.strip('"')
        return await draw_desk(request, tx, walk, step, write=True, typed=parsed, seen=shown)
    if parsed.action == "submit":
        return await _hand_in(request, tx, walk, step, parsed, seen)
    return await _save(request, tx, walk, step, parsed, seen, errors=parsed.errors)


@router.post("/tools/{slug}/start")
async def start(request: Request, slug: str, tx: Tx) -> Response:
    """Begin a tool."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    await journeys.start(tx, journey_id=walk.journey.id, step_slug=slug, now=clock.now())
    return pages.redirect(f"/tools/{slug}#form")


@router.post("/tools/{slug}/skip")
async def skip(request: Request, slug: str, tx: Tx) -> Response:
    """Leave a tool out for now."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    await journeys.skip(tx, journey_id=walk.journey.id, step_slug=slug, now=clock.now())
    return pages.redirect("/today", "step-skipped")


@router.post("/tools/{slug}/inputs/{field_id}")
async def decide(
    request: Request,
    slug: str,
    field_id: str,
    tx: Tx,
    choice: Annotated[Choice, Form()],
    back: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Keep the value an answer was written with, or take the one that it is now."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    await journeys.decide_input(
        tx,
        journey_id=walk.journey.id,
        step_slug=slug,
        field_id=field_id,
        choice=choice,
        now=clock.now(),
    )
    notice = "value-kept" if choice is Choice.KEEP else "value-taken"
    return pages.redirect("/today" if back == "today" else f"/tools/{slug}", notice)


@router.get("/tools/{slug}/done")
async def done(
    request: Request,
    slug: str,
    tx: Tx,
    version: Annotated[int | None, Query(ge=1, le=10**6)] = None,
) -> Response:
    """Say what handing in opened, and what is next."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    step = walk.step(slug)
    if walk.standings[slug].state is State.LOCKED:
        return await draw_locked(request, tx, walk, step)
    if version is None:
        return RedirectResponse(f"/tools/{slug}", 303)
    submission = await journeys.get_submission(
        tx, journey_id=walk.journey.id, step_slug=slug, version=version
    )
    rows = await journeys.list_steps(tx, journey_id=walk.journey.id)
    opened = tool_view.opened_by(walk, rows, step, submission.submitted_at)
    upcoming = [one for one in walk.next_steps() if one.slug != slug]
    return await walks.page(
        request,
        tx,
        walk,
        "done.html",
        step=step,
        submission=submission,
        opened=opened,
        upcoming=next((one for one in opened), upcoming[0] if upcoming else None),
        left=len(upcoming),
        done=sum(standing.state.done for standing in walk.standings.values()),
        total=len(walk.program.steps),
    )


async def _save(
    request: Request,
    tx: Transaction,
    walk: Walk,
    step: Step,
    parsed: Parsed,
    seen: str,
    *,
    errors: dict[str, str],
) -> Response:
    """Save what can be read of a form; with errors, show it again as it was typed."""
    try:
        saved = await journeys.save_draft(
            tx,
            journey_id=walk.journey.id,
            step_slug=step.slug,
            data=parsed.data,
            seen=seen,
            now=clock.now(),
        )
    except VersionConflict:
        return await draw_desk(request, tx, walk, step, write=True, typed=parsed, overtaken=True)
    except WrongAnswers as wrong:
        found = {**posted.refusals(wrong), **errors}
        return await draw_desk(
            request, tx, walk, step, write=True, typed=parsed, errors=found, seen=seen.strip('"')
        )
    if not errors:
        return pages.redirect(f"/tools/{step.slug}?write=1#form", "draft-saved")
    return await draw_desk(
        request,
        tx,
        walk,
        step,
        write=True,
        typed=parsed,
        errors=errors,
        seen=tool_view.revision(saved),
    )


async def _hand_in(
    request: Request, tx: Transaction, walk: Walk, step: Step, parsed: Parsed, seen: str
) -> Response:
    problems = forms.problems(step.form, parsed)
    if problems:
        return await _save(request, tx, walk, step, parsed, seen, errors=problems)
    try:
        handed_in = await journeys.submit(
            tx,
            journey_id=walk.journey.id,
            step_slug=step.slug,
            data=parsed.data,
            seen=seen,
            now=clock.now(),
        )
    except WrongAnswers as wrong:
        found = posted.refusals(wrong)
        return await _save(request, tx, walk, step, parsed, seen, errors=found)
    except VersionConflict:
        return await _handed_in_before(request, tx, walk, step, parsed)
    return _to_done(step, handed_in.submission.version)


async def _handed_in_before(
    request: Request, tx: Transaction, walk: Walk, step: Step, parsed: Parsed
) -> Response:
    """Answer a form that was overtaken: by itself, sent twice, or by another device.

    Its revision makes a form good for one submission; sent again, it leads to the version it
    made and makes no second one.
    """
    desk = await journeys.open_desk(tx, walk=walk, step_slug=step.slug)
    if desk.draft is None and desk.latest is not None and desk.latest.data == parsed.data:
        return _to_done(step, desk.latest.version)
    return await draw_desk(request, tx, walk, step, write=True, typed=parsed, overtaken=True)


def _to_done(step: Step, version: int) -> Response:
    return RedirectResponse(f"/tools/{step.slug}/done?version={version}", 303)
