"""A newer version of the framework: what it would change, and taking it, in part or whole."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import JourneyArchived, PlanConflict, WrongPlan
from milepost.contexts.journeys.types import Update, UpdateKind
from milepost.contexts.programs import service as programs
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company import update_words
from milepost.web.company.here import Here
from milepost.web.company.step import JourneyField

router = APIRouter()

PostedSlugs = Annotated[list[str] | None, Form()]


@router.get("/company/update")
async def show(
    request: Request, tx: Tx, again: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """Show what the newest version would change; `again` also after staying away from it."""
    return await _draw(request, tx, await place.get(request, tx), again=bool(again))


@router.post("/company/update")
async def take(
    request: Request,
    journey: JourneyField,
    version: Annotated[UUID, Form()],
    plan: Annotated[str | None, Form(max_length=400)] = None,
    what: Annotated[str, Form(max_length=10)] = "some",
    again: Annotated[str, Form(max_length=10)] = "",
    take: PostedSlugs = None,
    restore: PostedSlugs = None,
) -> Response:
    """Take all of it, what was chosen, or nothing; or look at what that choice would change."""
    whole = {"all": None, "noted": None, "none": frozenset[str]()}
    wanted = whole.get(what, frozenset(take or []))
    # In a step that isn't taken there is nothing to give one's own words up for.
    given_up = frozenset(restore or []) if wanted is None else wanted & frozenset(restore or [])
    choice: dict[str, Any] = {"chosen": wanted, "restored": given_up, "again": bool(again)}
    if what == "look":
        async with identity_http.transaction(request) as tx:
            here = await place.get(request, tx, journey)
            seen = plan if pages.asks_for(request, "moves") else None
            return await _draw(request, tx, here, **choice, seen=seen)
    status, problem = 409, ""
    # A refusal takes back all that was written: the page is drawn in a transaction of its own.
    try:
        if what == "some" and not wanted:
            raise WrongPlan("Nothing is ticked: tick what you want to take, or stay as you are.")
        async with identity_http.transaction(request) as tx:
            here = await place.get(request, tx, journey)
            await journeys.take_update(
                tx,
                journey_id=here.journey.id,
                version_id=version,
                take=wanted,
                restore=given_up,
                seen=plan,
                now=clock.now(),
            )
    except WrongPlan as refused:
        status, problem = 422, refused.message
    except (PlanConflict, JourneyArchived) as refused:
        problem = refused.message
    else:
        notices = {"none": "update-stayed", "noted": ""}
        return place.to_home(notices.get(what, "update-taken"))
    async with identity_http.transaction(request) as tx:
        here = await place.get(request, tx, journey)
        return await _draw(request, tx, here, **choice, status=status, problem=problem)


async def _draw(
    request: Request,
    tx: Transaction,
    here: Here,
    *,
    chosen: frozenset[str] | None = None,
    restored: frozenset[str] = frozenset(),
    again: bool = False,
    seen: str | None = None,
    status: int = 200,
    problem: str = "",
) -> Response:
    try:
        update = await _preview(tx, here, chosen, restored, again=again, seen=seen)
    except PlanConflict:
        return _anew()
    except WrongPlan:
        # Made before somebody else chose, or before another version came out.
        chosen, status = None, 409
        problem = problem or "This page was no longer up to date. This is what is on offer now."
        update = await _preview(tx, here, None, frozenset(), again=again)
    if update is None:
        return await _none(request, tx, here)
    newest = (await programs.get_version(tx, version_id=update.version_id)).program
    return await place.page(
        request,
        tx,
        here,
        "update_moves.html" if pages.asks_for(request, "moves") else "update.html",
        status=status,
        update=update,
        kinds=UpdateKind,
        by_kind={kind: [one for one in update.steps if one.kind is kind] for kind in UpdateKind},
        chosen=update.takeable if chosen is None else chosen,
        restored=restored,
        again=again,
        parts=update_words.PARTS,
        newest=newest,
        differences={
            one.slug: update_words.compare(one, here.walk.program, newest, update.titles)
            for one in update.steps
        },
        fresh=[slug for slug, (before, _) in update.moves.items() if before is None],
        problem=problem,
    )


async def _preview(
    tx: Transaction,
    here: Here,
    chosen: frozenset[str] | None,
    restored: frozenset[str],
    *,
    again: bool,
    seen: str | None = None,
) -> Update | None:
    return await journeys.preview_update(
        tx, journey_id=here.journey.id, take=chosen, restore=restored, again=again, seen=seen
    )


def _anew() -> Response:
    """Have the page drawn anew: of what it shows something is otherwise by now.

    With the moves alone it would get their stamp, and vouch with it for the rest as well.
    """
    return Response(status_code=204, headers={"HX-Refresh": "true"})


async def _none(request: Request, tx: Transaction, here: Here) -> Response:
    if pages.asks_for(request, "moves"):
        return _anew()
    passed = await _preview(tx, here, None, frozenset(), again=True)
    return await place.page(request, tx, here, "update_none.html", passed=passed)
