"""The standup as a page: what was said and proposed, saying more, deciding.

With scripts the page goes on by the socket; without, each of these is a form and a page.
"""

from secrets import token_urlsafe
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.identity.types import System
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import service as standups
from milepost.contexts.standups.errors import MayOnlyLook
from milepost.platform import ai, clock
from milepost.platform.db import Transaction
from milepost.platform.errors import (
    AppError,
    Conflict,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from milepost.settings import Settings
from milepost.web import pages
from milepost.web.belongings import belongings
from milepost.web.company import here as place
from milepost.web.company.here import Here
from milepost.web.company.step import JourneyField
from milepost.web.company.team import read_team
from milepost.web.form_values import normalised, printable

router = APIRouter()

ADDRESS = "/company/standup"
LONGEST_BYTES = 8192
_SHOWN = 40
# What a person sets right in the message itself.
_SAID_BESIDE = (Invalid, TooLarge, TooMany, Conflict, Unavailable)


@router.get(ADDRESS)
async def show(
    request: Request,
    tx: Tx,
    journey: Annotated[str, Query(max_length=40)] = "",
    before: UUID | None = None,
) -> Response:
    """Show the talk: to who acts for the company their own, to who looks on everybody's."""
    return await _draw(request, tx, await _here(request, tx, journey), before=before)


@router.post(ADDRESS)
async def say(
    request: Request,
    actor: Caller,
    journey: JourneyField,
    text: Annotated[str, Form()] = "",
    name: Annotated[str | None, Form(min_length=1, max_length=100)] = None,
) -> Response:
    """Say something; sent twice, it is said once. No transaction is open while it is read."""
    text = printable(normalised(text))
    async with request.app.state.db.transaction(actor) as tx:
        identity_http.check_scope(tx.actor, request.method)
        here = await place.get(request, tx, journey)
    means = ai.Means(
        settings=request.app.state.settings,
        db=request.app.state.db,
        actor=actor,
        overseer=System(actor.token.tenant_id),
        now=clock.now,
    )
    try:
        await standups.converse(means, journey_id=here.journey.id, text=text, client_key=name)
    except _SAID_BESIDE as refused:
        async with request.app.state.db.transaction(actor) as tx:
            return await _draw(request, tx, here, typed=text, refused=refused)
    return pages.redirect(f"{_address(here)}#latest")


@router.post(f"{ADDRESS}/actions")
async def decide(
    request: Request,
    tx: Tx,
    journey: JourneyField,
    decision: Annotated[Literal["confirm", "dismiss"], Form()],
    action: Annotated[list[UUID], Form(max_length=20)],
) -> Response:
    """Have what was proposed done, or leave it; several at once are options not meant."""
    here = await place.get(request, tx, journey)
    act = standups.confirm if decision == "confirm" else standups.dismiss
    for one in action:
        await act(tx, journey_id=here.journey.id, action_id=one, now=clock.now())
    return pages.redirect(f"{_address(here)}#action-{action[0]}")


def _address(here: Here) -> str:
    """The page of this very talk: another tab may have gone on to another journey."""
    several = len(here.has.company_journeys) > 1
    return f"{ADDRESS}?journey={here.journey.id}" if several else ADDRESS


async def _draw(
    request: Request,
    tx: Transaction,
    here: Here,
    *,
    before: UUID | None = None,
    typed: str = "",
    refused: AppError | None = None,
) -> Response:
    journey_id = here.journey.id
    try:
        # Asked first: what is said meanwhile comes by the socket as well, and stands once.
        talk = await standups.open_talk(tx, journey_id=journey_id)
    except MayOnlyLook:
        talk = None
    entries = await standups.list_messages(
        tx,
        journey_id=journey_id,
        now=clock.now(),
        user_id=tx.actor.user_id if talk else None,
        before_id=before,
        limit=_SHOWN + 1,
    )
    settings: Settings = request.app.state.settings
    mine = any(one.id == journey_id for one in here.has.company_journeys)
    if not mine and not entries:
        # Whoever is not shown what is said here has no such page.
        raise NotFound("There is nothing here, or it is not shown to you.")
    response = await place.page(
        request,
        tx,
        here,
        "standup.html",
        entries=list(reversed(entries[:_SHOWN])),
        earlier=entries[_SHOWN - 1].message.id if len(entries) > _SHOWN else None,
        now_shown=before is None,
        mine=mine,
        talk=talk,
        team=await read_team(tx, here),
        verdict=standups.verdict,
        engines={
            (one.message.user_id, one.message.seq): one.message.extracted.get("engine", "")
            for one in entries
            if one.message.speaker == "user"
        },
        model_seconds=round(settings.ai_timeout) if settings.ai_model else 0,
        name=token_urlsafe(12),
        typed=typed,
        problem=refused.message if refused else "",
        longest=LONGEST_BYTES,
        find_step=here.walk.program.find_step,
    )
    if refused is not None:
        response.status_code = 422
    return response


async def _here(request: Request, tx: Transaction, journey_id: str) -> Here:
    """Find whose standup it is: one's own company's, or one that somebody is shown in full."""
    has = await belongings(tx)
    if not journey_id or any(str(one.id) == journey_id for one in has.company_journeys):
        return await place.get(request, tx, journey_id)
    try:
        walk = await journeys.get_walk(tx, journey_id=UUID(journey_id))
    except ValueError:
        raise NotFound("There is no such journey.") from None
    company = await identity.get_organization(tx, organization_id=walk.journey.subject_id)
    return Here(walk, company, has)
