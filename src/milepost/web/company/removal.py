"""Taking a step out of a company's plan again, as long as nobody worked on it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import WorkedOn
from milepost.platform import clock
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company.step import JourneyField

router = APIRouter()


@router.post("/company/plan/steps/{slug}/remove")
async def remove(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Take a step away; its page says why not where somebody worked on it meanwhile."""
    here = await place.get(request, tx, journey)
    phase = here.walk.step(slug).phase
    try:
        await journeys.remove_step(tx, journey_id=here.journey.id, step_slug=slug, now=clock.now())
    except WorkedOn:
        return pages.redirect(f"/company/plan/steps/{slug}#remove", "step-stays")
    return pages.redirect(f"/company/plan#phase-{phase}", "step-removed")
