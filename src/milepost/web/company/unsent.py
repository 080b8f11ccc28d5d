"""What somebody writes in a form of these pages, kept while they write: by autosave, for later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import FormOvertaken
from milepost.contexts.journeys.types import FormKind, FormSpot, UnsentForm
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web.company.here import Here

# Tells the browser which form arrived, so that it lets go of what it kept of that itself.
_SENT_COOKIE = "milepost_sent"

# Begins the revision of a form of which nothing is kept; what stood in its place follows, so that
# what a browser kept from another time is told from what belongs here.
_NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a form's page says of it: what is kept of it, and what a device has seen of that.

    `elsewhere` says that another device of the same person wrote in it meanwhile.
    """

    kept: UnsentForm | None
    revision: str
    draft_key: str
    elsewhere: bool = False


def outcome_spot(here: Here, slug: str) -> FormSpot:
    """Where the form of how a step went stands."""
    return FormSpot(journey_id=here.journey.id, kind=FormKind.OUTCOME, step_slug=slug)


def edit_spot(here: Here, slug: str) -> FormSpot:
    """Where the form of a step in the company's own words stands."""
    return FormSpot(journey_id=here.journey.id, kind=FormKind.EDIT, step_slug=slug)


def own_spot(here: Here) -> FormSpot:
    """Where the form of a step of the company's own stands."""
    return FormSpot(journey_id=here.journey.id, kind=FormKind.OWN)


def seen(request: Request, form: FormData) -> str | None:
    """Read the etag of what a device had in its form; None for one that had nothing kept."""
    shown = str(form.get("revision", ""))
    etag = request.headers.get("if-match") or f'"{shown}"'
    return None if etag == '""' or etag.startswith(f'"{_NOTHING}') else etag


async def begun(
    tx: Transaction,
    spot: FormSpot,
    *,
    based_on: str,
    came_back: FormData | None = None,
    elsewhere: bool = False,
) -> Begun:
    """Say what is kept of a form. `based_on` is what stands in its place now.

    A form that `came_back` goes on from what its device had, unless that is just what it is
    told: that another device wrote in it `elsewhere`.
    """
    kept = await journeys.find_unsent(tx, spot=spot)
    revision = _revision(kept.etag if kept else None, based_on)
    if came_back is not None and not elsewhere:
        revision = str(came_back.get("revision", ""))
    return Begun(
        kept=kept,
        revision=revision,
        draft_key=_key(spot),
        elsewhere=elsewhere,
    )


async def keep(
    request: Request,
    tx: Transaction,
    spot: FormSpot,
    *,
    based_on: str,
    data: Mapping[str, Any],
    blank: bool,
) -> Response:
    """Answer autosave: keep what is written, or let go of a form that is blank again.

    Raises JourneyArchived, NotFound, Forbidden.
    """
    had = seen(request, await request.form())
    now = clock.now()
    try:
        if blank:
            await journeys.finish_unsent(tx, spot=spot, data=data, seen=had)
            etag = None
        else:
            kept = await journeys.keep_unsent(
                tx, spot=spot, based_on=based_on, data=data, seen=had, now=now
            )
            etag = kept.etag
    except FormOvertaken as overtaken:
        there = overtaken.data["current_etag"]
        return JSONResponse(
            {
                "code": overtaken.code,
                "detail": overtaken.message,
                "current_revision": _revision(there, based_on),
            },
            409,
        )
    told = {
        "revision": _revision(etag, based_on),
        "saved_at": now.isoformat(),
        "kept": etag is not None,
        "errors": {},
    }
    return JSONResponse(told, headers={} if etag is None else {"etag": etag})


async def hold(
    tx: Transaction,
    spot: FormSpot,
    *,
    based_on: str,
    data: Mapping[str, Any],
    seen: str | None,
) -> bool:
    """Keep a form that was sent, and can't be taken yet; False when another device wrote in it.

    Raises JourneyArchived, NotFound, Forbidden.
    """
    try:
        await journeys.keep_unsent(
            tx, spot=spot, based_on=based_on, data=data, seen=seen, now=clock.now()
        )
    except FormOvertaken:
        return False
    return True


def arrived(response: Response, spot: FormSpot) -> Response:
    """Say with an answer that a form was taken."""
    response.set_cookie(_SENT_COOKIE, _key(spot), max_age=31_536_000, samesite="lax")
    return response


def _key(spot: FormSpot) -> str:
    """What a browser keeps a form under."""
    return ":".join(filter(None, (spot.kind, str(spot.journey_id), spot.step_slug)))


def _revision(etag: str | None, based_on: str) -> str:
    return etag.strip('"') if etag else f"{_NOTHING}{based_on}"
