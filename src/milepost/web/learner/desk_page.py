"""Drawing a tool: the open one with its form or its answers, and the locked one with the way in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Desk, State
from milepost.contexts.programs.types import Step
from milepost.platform.db import Transaction
from milepost.web.forms import Parsed
from milepost.web.learner import today_view, tool_view, walks
from milepost.web.learner.answers import ordered_form


def to_today() -> Response:
    """Lead somebody who has not begun to where that can be done."""
    return RedirectResponse("/today", 303)


async def draw_locked(request: Request, tx: Transaction, walk: Walk, step: Step) -> Response:
    """Say why a tool is locked and how to open it; nothing else of it is shown."""
    standing = walk.standings[step.slug]
    return await walks.page(
        request,
        tx,
        walk,
        "locked.html",
        status=409,
        step=step,
        obstacles=tool_view.obstacles(walk, standing.missing),
        way=[(walk.program.step(slug), walk.standings[slug].state) for slug in standing.way],
    )


async def draw_desk(
    request: Request,
    tx: Transaction,
    walk: Walk,
    step: Step,
    *,
    write: bool,
    typed: Parsed | None = None,
    errors: dict[str, str] | None = None,
    seen: str | None = None,
    overtaken: bool = False,
) -> Response:
    """Draw an open tool.

    `typed` is a form that came back, `seen` the revision it goes on from; `overtaken` says that
    another device was faster, so that sending it again means: mine.
    """
    # Saving may have begun the step since the walk was read.
    walk = await journeys.get_walk(tx, journey_id=walk.journey.id)
    desk = await journeys.open_desk(tx, walk=walk, step_slug=step.slug)
    rows = await journeys.list_steps(tx, journey_id=walk.journey.id)
    state = desk.standing.state
    writing = write or state is not State.COMPLETED
    reviews = await journeys.list_reviews(tx, journey_id=walk.journey.id, step_slug=step.slug)
    basis = desk.draft or desk.latest
    return await walks.page(
        request,
        tx,
        walk,
        "tool.html",
        status=_status(errors, overtaken),
        step=step,
        state=state,
        row=rows.get(step.slug),
        phase=next(one for one in walk.program.phases if one.slug == step.phase),
        desk=desk,
        writing=writing,
        inflows=tool_view.inflows(walk.program, step, desk),
        changes=today_view.changes(walk, desk.outdated),
        reviews=reviews,
        overtaken=overtaken,
        draft_key=f"{walk.journey.id}:{step.slug}",
        **_form(step, desk, typed, errors, seen, tool_view.revision(basis)),
        parts=tool_view.parts(step, desk.latest.data) if desk.latest else [],
    )


def _status(errors: dict[str, str] | None, overtaken: bool) -> int:
    if overtaken:
        return 409
    return 422 if errors else 200


def _form(
    step: Step,
    desk: Desk,
    typed: Parsed | None,
    errors: dict[str, str] | None,
    seen: str | None,
    revision: str,
) -> dict[str, Any]:
    found = errors if errors is not None else (typed.errors if typed else {})
    return {
        "schema": ordered_form(step),
        "data": tool_view.first_answers(step, desk),
        "raw": typed.raw if typed else None,
        "errors": found,
        "revision": revision if seen is None else seen,
    }
