"""Which company's journey a page is about, and a page drawn in its words and colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from milepost.contexts.identity.types import Organization
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Journey
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound
from milepost.web import pages
from milepost.web.belongings import Belongings, belongings
from milepost.web.learner import walks

# Which of several journeys this browser looks at. A form names its journey itself: what is sent
# from a page left open belongs where that page was.
COOKIE = "milepost_journey"
HOME = "/company"


@dataclass(frozen=True, slots=True)
class Here:
    """The journey that a page is about, the company that walks it, and what else there is."""

    walk: Walk
    company: Organization
    has: Belongings

    @property
    def journey(self) -> Journey:
        """The journey itself."""
        return self.walk.journey

    @property
    def others(self) -> Sequence[Journey]:
        """The other journeys to go on with, of this company and of the person's others."""
        return [
            one
            for one in self.has.company_journeys
            if one.id != self.journey.id and one.status == "active"
        ]

    @property
    def archived(self) -> Sequence[Journey]:
        """The journeys of this company that were put away."""
        return [
            one
            for one in self.has.company_journeys
            if one.status == "archived" and one.subject_id == self.company.id
        ]


async def find(request: Request, tx: Transaction, journey_id: str = "") -> Here | None:
    """Return the journey that this browser looks at; for a form, the one that it names.

    None for somebody whose companies walk nothing yet. Raises NotFound for a form whose journey
    is none of theirs.
    """
    has = await belongings(tx)
    if journey_id:
        found = _named(has, journey_id)
        if found is None:
            raise NotFound("This journey is none of your company's.")
    else:
        found = _named(has, request.cookies.get(COOKIE, "")) or _first(has)
    if found is None:
        return None
    walk = await journeys.get_walk(tx, journey_id=found.id)
    return Here(walk, has.company_of(found), has)


async def get(request: Request, tx: Transaction, journey_id: str = "") -> Here:
    """Return the journey that a page is about. Raises NotFound where there is none yet."""
    here = await find(request, tx, journey_id)
    if here is None:
        raise NotFound("Your company has begun no journey yet.")
    return here


def choose(response: Response, journey_id: UUID) -> Response:
    """Let this browser look at a journey from now on."""
    response.set_cookie(
        COOKIE, str(journey_id), path=HOME, max_age=31_536_000, httponly=True, samesite="lax"
    )
    return response


async def page(
    request: Request,
    tx: Transaction,
    here: Here,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> Response:
    """Draw a page about a company's journey."""
    program = here.walk.program
    return await pages.page(
        request,
        tx,
        f"company/{template}",
        status=status,
        has=here.has,
        hue=program.accent,
        program=program,
        words=walks.words(program),
        here=here,
        journey=here.journey,
        **context,
    )


def to_home(notice: str = "") -> RedirectResponse:
    """Lead to the company's home."""
    return pages.redirect(HOME, notice)


def _named(has: Belongings, journey_id: str) -> Journey | None:
    return next((one for one in has.company_journeys if str(one.id) == journey_id), None)


def _first(has: Belongings) -> Journey | None:
    """The one begun first of those that are walked; when all are put away, of those."""
    ordered = sorted(has.company_journeys, key=lambda one: (one.status != "active", one.created_at))
    return next(iter(ordered), None)
