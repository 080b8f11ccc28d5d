"""Beginning a company's journey, choosing between several, and what to do without a company."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.programs.types import Walker
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.belongings import belongings
from milepost.web.company import here as place
from milepost.web.learner import walks

router = APIRouter()


async def draw(request: Request, tx: Transaction) -> Response:
    """Draw what somebody sees whose companies walk nothing yet."""
    has = await belongings(tx)
    offered = await pages.walked_by(tx, Walker.COMPANY)
    program = next(iter(offered), None)
    return await pages.page(
        request,
        tx,
        "company/begin.html",
        has=has,
        hue=program.accent if program else None,
        program=program,
        offered=offered,
        words=walks.words(program),
        companies=has.companies,
    )


@router.post("/company/journeys")
async def begin(
    tx: Tx,
    program: Annotated[str, Form(max_length=100)],
    organization: Annotated[UUID | None, Form()] = None,
    name: Annotated[str, Form(max_length=200)] = "",
    take: Annotated[str, Form(max_length=10)] = "all",
) -> Response:
    """Begin a journey, with every step of the framework or with those chosen next."""
    now = clock.now()
    journey, created = await journeys.get_or_create(
        tx,
        program_slug=program,
        organization_id=organization,
        name=pages.line(name) or None,
        now=now,
    )
    if take == "choose":
        return place.choose(pages.redirect("/company/plan/add"), journey.id)
    if created:
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=now)
    return place.choose(place.to_home("company-begun" if created else ""), journey.id)


@router.post("/company/journey")
async def choose(
    request: Request, tx: Tx, journey: Annotated[str, Form(max_length=40)]
) -> Response:
    """Look at another journey from now on."""
    chosen = await place.get(request, tx, journey)
    return place.choose(place.to_home(), chosen.journey.id)
