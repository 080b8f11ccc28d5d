"""A newer version of the framework: what it would change, and taking it, in part or whole."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import PlanConflict
from milepost.contexts.journeys.types import State, Update, UpdateKind
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

# What a part of a step is called in a sentence.
PARTS: Mapping[str, str] = {
    "title": "title",
    "kind": "kind",
    "purpose": "purpose",
    "description": "description",
    "guidance": "how to do it well",
    "deliverables": "what exists afterwards",
    "criteria": "when it is done well",
    "tasks": "tasks",
    "phase": "phase",
    "domain": "domain",
    "order": "place",
    "after": "what it comes after",
    "difficulty": "difficulty",
    "days": "duration",
    "minutes": "duration",
    "skippable": "whether it may be skipped",
    "version": "revision",
}


@router.get("/company/update")
async def show(request: Request, tx: Tx) -> Response:
    """Show what the newest version would change."""
    return await _draw(request, tx, await place.get(request, tx), None, frozenset())


@router.post("/company/update")
async def take(
    request: Request,
    journey: JourneyField,
    version: Annotated[UUID, Form()],
    plan: Annotated[UUID | None, Form()] = None,
    what: Annotated[str, Form(max_length=10)] = "some",
    take: PostedSlugs = None,
    restore: PostedSlugs = None,
) -> Response:
    """Take all of it, what was chosen, or nothing; or look at what that choice would change."""
    wanted = {"all": None, "none": frozenset[str]()}.get(what, frozenset(take or []))
    given_up = frozenset(restore or [])
    if what == "look":
        async with identity_http.transaction(request) as tx:
            here = await place.get(request, tx, journey)
            return await _draw(request, tx, here, wanted, given_up)
    # A refusal takes back all that was written: the page is drawn in a transaction of its own.
    try:
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
    except PlanConflict as refused:
        problem = refused.message
    else:
        return place.to_home("update-stayed" if what == "none" else "update-taken")
    async with identity_http.transaction(request) as tx:
        here = await place.get(request, tx, journey)
        return await _draw(request, tx, here, wanted, given_up, status=409, problem=problem)


async def _draw(
    request: Request,
    tx: Transaction,
    here: Here,
    chosen: frozenset[str] | None,
    restored: frozenset[str],
    *,
    status: int = 200,
    problem: str = "",
) -> Response:
    update = await journeys.preview_update(tx, journey_id=here.journey.id, take=chosen)
    if update is None:
        return await place.page(request, tx, here, "update_none.html")
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
        parts=PARTS,
        newest=newest,
        differences={
            one.slug: update_words.compare(one, here.walk.program, newest) for one in update.steps
        },
        titles=_titles(here, update),
        **_moves(update),
        problem=problem,
    )


def _titles(here: Here, update: Update) -> dict[str, str]:
    return {step.slug: step.title for step in here.walk.program.steps} | {
        step.slug: step.title for step in update.steps
    }


def _moves(update: Update) -> dict[str, list[str]]:
    """Sort out which steps would stand elsewhere."""
    fresh = [slug for slug, (before, _) in update.moves.items() if before is None]
    opens = [
        slug
        for slug, (before, after) in update.moves.items()
        if before is State.LOCKED and after is State.UNLOCKED
    ]
    return {"fresh": fresh, "opening": opens, "locking": list(update.locks)}
