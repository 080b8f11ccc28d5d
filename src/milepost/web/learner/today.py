"""Today: what is next and why, and what changed; and beginning a program."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import GrantState, ListedGrant
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.programs.types import Walker
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.belongings import belongings
from milepost.web.learner import today_view, walks
from milepost.web.places import first_place

router = APIRouter()


@router.get("/")
async def first_page(request: Request) -> Response:
    """Lead to where this person begins; somebody signed out is asked who they are there."""
    if not request.cookies.get(identity_http.COOKIE):
        return RedirectResponse("/today", 303)
    async with identity_http.transaction(request) as tx:
        return RedirectResponse(first_place(await belongings(tx), tx.actor.role), 303)


@router.get("/today")
async def today(request: Request, tx: Tx) -> Response:
    """Say what is next; to somebody who has not begun, what there is to begin."""
    walk = await walks.find_walk(tx)
    if walk is None:
        return await _welcome(request, tx)
    return await _next(request, tx, walk)


@router.post("/journeys")
async def begin(tx: Tx, program: Annotated[str, Form(max_length=100)]) -> Response:
    """Begin a program, or come back to it."""
    await journeys.get_or_create(tx, program_slug=program, now=clock.now())
    return pages.redirect("/today")


async def _welcome(request: Request, tx: Transaction) -> Response:
    offered: list[object] = []
    for program in await pages.walked_by(tx, Walker.PERSON):
        offered.append(
            {
                "program": program,
                "words": walks.words(program),
                "minutes": sum(step.minutes for step in program.steps),
                "first": program.topological[0] if program.steps else None,
            }
        )
    has = await belongings(tx)
    together = await pages.walked_by(tx, Walker.COMPANY) if has.companies else []
    return await walks.page(
        request,
        tx,
        None,
        "welcome.html",
        has=has,
        offered=offered,
        together=together,
        companies=has.companies,
        waiting=await _asked(tx),
    )


async def _next(request: Request, tx: Transaction, walk: Walk) -> Response:
    now = clock.now()
    rows = await journeys.list_steps(tx, journey_id=walk.journey.id)
    reviews = await journeys.list_reviews(tx, journey_id=walk.journey.id)
    outdated = await journeys.list_outdated(tx, walk=walk)
    open_now = today_view.open_steps(walk, rows)
    next_slug = open_now[0].step.slug if open_now else None
    paths = today_view.phase_paths(walk, next_slug)
    return await walks.page(
        request,
        tx,
        walk,
        "today.html",
        upcoming=open_now[0] if open_now else None,
        others=open_now[1:],
        paths=paths,
        done=sum(path.done for path in paths),
        total=len(walk.program.steps),
        minutes_left=today_view.minutes_left(walk),
        changes=today_view.changes(walk, outdated),
        opened=today_view.lately_opened(walk, rows, now, next_slug),
        reviews=today_view.fresh_reviews(walk, reviews, now),
        waiting=await _asked(tx),
    )


async def _asked(tx: Transaction) -> list[ListedGrant]:
    """Who asks to see the person, and waits for an answer."""
    given = await identity.list_given(tx, subject_id=tx.actor.user_id)
    return [grant for grant in given.items if grant.state == GrantState.PENDING]
