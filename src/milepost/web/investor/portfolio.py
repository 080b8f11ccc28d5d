"""Portfolio: companies × domains, what stands still, what is doubted, how it moves."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import LevelHeld
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.identity.types import Capacity, Level, Organization, System
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.portfolio import ONLY, SORTS, Choice, Holder, Portfolio
from milepost.contexts.insights.portfolio_sheet import sheet
from milepost.platform import clock
from milepost.platform.db import Database, Transaction
from milepost.platform.errors import AppError, Forbidden, Invalid, NotFound
from milepost.web import pages
from milepost.web.investor.words import LEVELS

router = APIRouter(include_in_schema=False)

Short = Annotated[str, Query(max_length=100)]
Text = Annotated[str, Form()]


@router.get("/portfolio")
async def show(
    request: Request,
    tx: Tx,
    sort: Short = "name",
    level: Short = "",
    only: Short = "",
    text: Short = "",
    firm: Short = "",
) -> Response:
    """Show the companies that let the firm in."""
    return await _page(request, tx, _choice(sort, level, only, text), firm)


@router.get("/portfolio.csv")
async def export(
    tx: Tx,
    sort: Short = "name",
    level: Short = "",
    only: Short = "",
    text: Short = "",
    firm: Short = "",
) -> Response:
    """Hand out the table of the page, cell by cell."""
    holder = await _holder(tx, firm)
    found = await _portfolio(tx, holder, _choice(sort, level, only, text))
    # What all companies come to is not in the file.
    await _note_reads(tx, [company.holding.organization_id for company in found.companies])
    return Response(
        sheet(found, zone=ZoneInfo(tx.actor.time_zone)).csv(),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": 'attachment; filename="portfolio.csv"',
            "cache-control": "no-store",
        },
    )


@router.post("/portfolio/ask")
async def ask(
    request: Request, caller: Caller, company: Text = "", level: Text = "basic", firm: Text = ""
) -> Response:
    """Ask a company to let the firm in.

    Whether there is such a company is not told: the answer is the same, and what was asked is
    listed nowhere.
    """
    db = request.app.state.db
    now = clock.now()
    async with db.transaction(caller) as tx:
        holder = await _asking(tx, firm)
        tenant_id = tx.actor.tenant_id
    named = pages.line(company)
    if not named or level not in set(Level):
        async with db.transaction(caller) as tx:
            return await _page(
                request,
                tx,
                Choice(),
                firm,
                problem=Invalid("Name the company, and choose what you would like to see."),
                typed={"company": named, "level": level},
                status=422,
            )
    found = await _named(db, tenant_id, named)
    try:
        if found is not None:
            async with db.transaction(caller) as tx:
                await identity.make_grant(
                    tx,
                    subject_id=found.id,
                    audience=_audience(holder),
                    level=Level(level),
                    capacity=Capacity.INVESTOR,
                    now=now,
                )
    # Told only to a firm that the company lets in: to it, that is no news.
    except LevelHeld as held:
        async with db.transaction(caller) as tx:
            typed = {"company": named, "level": level}
            return await _page(request, tx, Choice(), firm, problem=held, typed=typed, status=409)
    return pages.redirect(_address(holder), "company-asked")


@router.post("/portfolio/take-back")
async def take_back(
    request: Request, caller: Caller, company: Text = "", firm: Text = ""
) -> Response:
    """Take back what the firm asked of a company; the answer is the same if it asked nothing."""
    db = request.app.state.db
    async with db.transaction(caller) as tx:
        holder = await _asking(tx, firm)
        tenant_id = tx.actor.tenant_id
    found = await _named(db, tenant_id, pages.line(company))
    if found is not None:
        async with db.transaction(caller) as tx:
            await identity.take_back(
                tx,
                subject_id=found.id,
                audience_id=holder.id,
                capacity=Capacity.INVESTOR,
                now=clock.now(),
            )
    return pages.redirect(_address(holder), "request-taken-back")


async def _asking(tx: Transaction, firm: str) -> Holder:
    """Return for whom the actor asks. Raises Forbidden for who only looks on, NotFound."""
    holder = await _holder(tx, firm)
    if not holder.acts:
        raise Forbidden(f"You look on here: those who act for {holder.name} ask companies.")
    return holder


async def _named(db: Database, tenant_id: UUID, name: str) -> Organization | None:
    """Find a company by its name: to one that shows nothing, nothing else leads."""
    async with db.transaction(System(tenant_id)) as tx:
        return await identity.find_company(tx, name=name) if name else None


async def _page(
    request: Request,
    tx: Transaction,
    choice: Choice,
    firm: str,
    *,
    status: int = 200,
    problem: AppError | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    now = clock.now()
    holder = await _holder(tx, firm)
    found = await _portfolio(tx, holder, choice)
    await _note_reads(tx, found.insights.companies)
    table = sheet(found, zone=ZoneInfo(tx.actor.time_zone))
    return await pages.page(
        request,
        tx,
        "investor/companies.html"
        if pages.asks_for(request, "companies")
        else "investor/portfolio.html",
        status=status,
        hue=found.accent,
        portfolio=found,
        sheet=table,
        holder=holder,
        holders=await insights.list_holders(tx, now=now),
        choice=choice,
        query=_query(choice, holder, firm),
        sorted_by={name: _query(choice, holder, firm, sort=name) for name in SORTS},
        averages=[
            (domain.title, found.insights.average_progress_by_domain.get(domain.slug))
            for domain in found.domains
        ],
        stalled=[
            (company.holding, step)
            for company in found.companies
            if company.details is not None
            for step in company.details.stalled
        ],
        doubting=[
            company
            for company in found.companies
            if company.details is not None and company.details.confidence.is_low
        ],
        levels=LEVELS,
        problem=problem,
        typed={"company": "", "level": "basic", **(typed or {})},
    )


async def _portfolio(tx: Transaction, holder: Holder, choice: Choice) -> Portfolio:
    return await insights.list_portfolio(tx, holder=holder, choice=choice, now=clock.now())


async def _note_reads(tx: Transaction, companies: Sequence[UUID]) -> None:
    """Note for each company that something of it was read, if only within an average."""
    await identity.record_reads(tx, subject_ids=companies, what="progress", now=clock.now())


async def _holder(tx: Transaction, firm: str) -> Holder:
    try:
        holder_id = UUID(firm) if firm else None
    except ValueError:
        raise NotFound("There is no such firm.") from None
    return await insights.get_holder(tx, holder_id=holder_id, now=clock.now())


def _audience(holder: Holder) -> identity.Audience | None:
    return identity.Audience(organization_id=holder.id) if holder.is_firm else None


def _choice(sort: str, level: str, only: str, text: str) -> Choice:
    """What could not be read asks for nothing."""
    return Choice(
        sort=sort if sort in SORTS else "name",
        level=level if level in set(Level) else "",
        only=only if only in ONLY else "",
        text=pages.line(text),
    )


def _query(choice: Choice, holder: Holder, firm: str, *, sort: str = "") -> str:
    asked = {
        "sort": sort or choice.sort,
        "level": choice.level,
        "only": choice.only,
        "text": choice.text,
        "firm": str(holder.id) if firm else "",
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _address(holder: Holder) -> str:
    return f"/portfolio?firm={holder.id}"
