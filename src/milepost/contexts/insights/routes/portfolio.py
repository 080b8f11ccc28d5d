"""The JSON API of portfolios: what companies show those who invest in them."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import Level
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.portfolio import Choice, Portfolio
from milepost.contexts.insights.portfolio_sheet import sheet
from milepost.contexts.insights.routes.portfolio_shapes import (
    CompanyDetailOut,
    CompanyOut,
    InsightsOut,
    PortfolioOut,
)
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["portfolio"], route_class=StrictRoute)

Sort = Annotated[
    Literal["name", "progress", "stalled", "confidence", "trend", "activity"],
    Query(description="what should come first; companies that don't show it come last"),
]
OfLevel = Annotated[Level | None, Query(description="only companies that show just so much")]
Only = Annotated[
    Literal["stalled", "low_confidence"] | None, Query(description="only companies with this risk")
]
Text = Annotated[str, Query(max_length=100, description="part of a company's name")]
Firm = Annotated[UUID | None, Query(description="of several firms, this one's portfolio")]

_CSV = {
    "schema": {"type": "string"},
    "example": '"Company","You see","Progress"\r\n"Ferment Lab","Full","28%"\r\n',
}


@router.get(
    "/portfolio",
    operation_id="get_portfolio",
    response_model=PortfolioOut,
    responses={
        200: {"content": {"text/csv": _CSV}},
        **problems.responses(403, 404),
    },
)
async def get_portfolio(
    request: Request,
    tx: Tx,
    sort: Sort = "name",
    level: OfLevel = None,
    only: Only = None,
    text: Text = "",
    firm_id: Firm = None,
) -> Response:
    """Show the companies that let your firm in, each at its level; as a file for `text/csv`."""
    choice = Choice(sort, level or "", only or "", text)
    if request.headers.get("accept", "").split(",")[0].split(";")[0].strip() == "text/csv":
        return await _file(tx, choice, firm_id)
    found = await _portfolio(tx, choice, firm_id)
    await _note_reads(tx, found.insights.companies)
    shown = PortfolioOut(
        firm_id=found.holder.id,
        firm=found.holder.name,
        items=[CompanyOut.of(company) for company in found.companies],
        insights=InsightsOut.of(found.insights),
    )
    # Written here: the framework would check and copy every one of the companies once more.
    return Response(shown.model_dump_json(), media_type="application/json")


@router.get(
    "/portfolio.csv",
    operation_id="export_portfolio",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": _CSV}},
        **problems.responses(403, 404),
    },
)
async def export_portfolio(
    tx: Tx,
    sort: Sort = "name",
    level: OfLevel = None,
    only: Only = None,
    text: Text = "",
    firm_id: Firm = None,
) -> Response:
    """Hand out the table of the portfolio page as a file."""
    return await _file(tx, Choice(sort, level or "", only or "", text), firm_id)


@router.get(
    "/portfolio/insights",
    operation_id="get_portfolio_insights",
    responses=problems.responses(403, 404),
)
async def get_portfolio_insights(tx: Tx, firm_id: Firm = None) -> InsightsOut:
    """Show what a portfolio comes to, and when that was worked out."""
    now = clock.now()
    holder = await insights.get_holder(tx, holder_id=firm_id, now=now)
    found = await insights.get_insights(tx, holder=holder, now=now)
    await _note_reads(tx, found.companies)
    return InsightsOut.of(found)


@router.get(
    "/portfolio/companies/{company_id}",
    operation_id="get_portfolio_company",
    responses=problems.responses(403, 404),
)
async def get_portfolio_company(
    company_id: UUID,
    tx: Tx,
    journey_id: Annotated[UUID | None, Query(description="of several journeys, this one")] = None,
) -> CompanyDetailOut:
    """Show a company that lets you in, as much of it as it shows you."""
    now = clock.now()
    view = await insights.get_company(
        tx, organization_id=company_id, journey_id=journey_id, now=now
    )
    await identity.record_read(tx, subject_id=company_id, what=insights.READ, now=now)
    return CompanyDetailOut.view(view)


async def _portfolio(tx: Transaction, choice: Choice, firm_id: UUID | None) -> Portfolio:
    now = clock.now()
    holder = await insights.get_holder(tx, holder_id=firm_id, now=now)
    return await insights.list_portfolio(tx, holder=holder, choice=choice, now=now)


async def _note_reads(tx: Transaction, companies: Sequence[UUID]) -> None:
    await identity.record_reads(tx, subject_ids=companies, what="progress", now=clock.now())


async def _file(tx: Transaction, choice: Choice, firm_id: UUID | None) -> Response:
    """Write the table of the companies chosen: what all of them come to is not in it."""
    found = await _portfolio(tx, choice, firm_id)
    await _note_reads(tx, [company.holding.organization_id for company in found.companies])
    return Response(
        sheet(found, zone=ZoneInfo(tx.actor.time_zone)).csv(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="portfolio.csv"'},
    )
