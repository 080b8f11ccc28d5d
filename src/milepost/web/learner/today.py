"""Today: what is next and why, and what changed; and beginning a program."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import GrantState, ListedGrant, Organization
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.programs.types import Walker
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.belongings import Belongings, belongings
from milepost.web.learner import today_view, walks
from milepost.web.places import TODAY, first_entry, first_place

router = APIRouter()


@router.get("/")
async def first_page(request: Request) -> Response:
    """Lead to where this person begins; somebody signed out signs in first, and comes back."""
    if not request.cookies.get(identity_http.COOKIE):
        # With nowhere named to go on to, the sign-in leads here again: by then it is known who.
        return RedirectResponse("/sign-in", 303)
    async with identity_http.transaction(request) as tx:
        return RedirectResponse(first_place(await belongings(tx), tx.actor.role), 303)


@router.get("/today")
async def today(
    request: Request, tx: Tx, program: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Say what is next; to somebody who has not begun, what there is to begin."""
    walk = await walks.find_walk(request, tx, program=program)
    choices = await walks.choices(tx)
    if walk is None:
        return await _welcome(request, tx)
    if any(one.slug == program and not one.begun for one in choices):
        return await _welcome(request, tx, beside=choices, only=program)
    return await _next(request, tx, walk, choices)


@router.post("/journeys")
async def begin(tx: Tx, program: Annotated[str, Form(max_length=100)]) -> Response:
    """Begin a program, or come back to it."""
    await journeys.get_or_create(tx, program_slug=program, now=clock.now())
    return walks.remember(pages.redirect("/today"), program)


async def _welcome(
    request: Request, tx: Transaction, *, beside: Sequence[walks.Choice] = (), only: str = ""
) -> Response:
    """Draw what there is to begin; `beside` what is walked already, `only` what was chosen."""
    offered: list[object] = []
    for program in await pages.walked_by(tx, Walker.PERSON):
        if only and program.slug != only:
            continue
        offered.append(
            {
                "program": program,
                "words": walks.words(program),
                "time": today_view.time_needed(program),
                "first": program.topological[0] if program.steps else None,
            }
        )
    has = await belongings(tx)
    begun = bool(has.company_journeys)
    together = (
        await pages.walked_by(tx, Walker.COMPANY)
        if has.companies and not begun and not only
        else []
    )
    place = first_entry(has, tx.actor.role)
    return await walks.page(
        request,
        tx,
        None,
        "welcome.html",
        has=has,
        choices=beside,
        chosen=only,
        offered=offered,
        together=together,
        companies=has.companies,
        walking=_walking(has),
        elsewhere=None if place == TODAY else place,
        waiting=await _asked(tx),
    )


def _walking(has: Belongings) -> list[Organization]:
    """List the companies that walk already, with which the person goes on."""
    walked = {one.subject_id for one in has.company_journeys}
    return [one for one in has.companies if one.id in walked]


async def _next(
    request: Request, tx: Transaction, walk: Walk, choices: Sequence[walks.Choice]
) -> Response:
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
        choices=choices,
        upcoming=open_now[0] if open_now else None,
        others=open_now[1:],
        paths=paths,
        done=sum(path.done for path in paths),
        total=len(walk.program.steps),
        time_left=today_view.time_left(walk),
        changes=today_view.changes(walk, outdated),
        opened=today_view.lately_opened(walk, rows, now, next_slug),
        reviews=today_view.fresh_reviews(walk, reviews, now),
        waiting=await _asked(tx),
    )


async def _asked(tx: Transaction) -> list[ListedGrant]:
    """Who asks to see the person, and waits for an answer."""
    given = await identity.list_given(tx, subject_id=tx.actor.user_id)
    return [grant for grant in given.items if grant.state == GrantState.PENDING]
