"""A company of the portfolio, as much of it as it shows; the same page serves its own preview."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.portfolio_company import CompanyView, OutcomeLine, StepLine
from milepost.contexts.insights.portfolio_sheet import percent
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound
from milepost.web import pages
from milepost.web.belongings import Belongings
from milepost.web.investor.words import LEVELS

router = APIRouter(include_in_schema=False)

Short = Annotated[str, Query(max_length=100)]


@router.get("/portfolio/companies/{organization_id}")
async def show(request: Request, organization_id: UUID, tx: Tx, journey: Short = "") -> Response:
    """Show a company at the level that it granted, and let it know that somebody looked."""
    now = clock.now()
    view = await insights.get_company(
        tx, organization_id=organization_id, journey_id=chosen(journey), now=now
    )
    await identity.record_read(tx, subject_id=organization_id, what=insights.READ, now=now)
    return await draw(request, tx, view, here=f"/portfolio/companies/{organization_id}")


async def draw(
    request: Request,
    tx: Transaction,
    view: CompanyView,
    *,
    here: str,
    has: Belongings | None = None,
    preview: bool = False,
    **context: Any,
) -> Response:
    """Draw a company's page out of what a transaction was shown."""
    outcomes: dict[str, list[OutcomeLine]] = {}
    for outcome in view.outcomes:
        outcomes.setdefault(outcome.step_slug, []).append(outcome)
    steps: dict[str, list[StepLine]] = {phase.slug: [] for phase in view.phases}
    for step in view.steps:
        steps.setdefault(step.phase, []).append(step)
    return await pages.page(
        request,
        tx,
        "investor/company.html",
        has=has,
        hue=view.accent,
        view=view,
        company=view.company,
        holding=view.company.holding,
        details=view.company.details,
        steps=steps,
        outcomes=outcomes,
        percent=percent,
        levels=LEVELS,
        here=here,
        preview=preview,
        **context,
    )


def chosen(journey: str) -> UUID | None:
    """Read which of a company's journeys is meant. Raises NotFound for what is no id."""
    try:
        return UUID(journey) if journey else None
    except ValueError:
        raise NotFound("This company has no such journey.") from None
