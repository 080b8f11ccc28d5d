"""Sharing of a company: which firms see it, at which level, what they read, and how it looks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import NoSuchAudience
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.identity.types import (
    Capacity,
    GrantState,
    Level,
    ListedGrant,
    Organization,
)
from milepost.contexts.insights import service as insights
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import AppError, Conflict, Invalid, NotFound
from milepost.web import pages
from milepost.web.account import shares
from milepost.web.belongings import belongings
from milepost.web.investor import company as company_page
from milepost.web.investor.words import LEVELS

router = APIRouter(include_in_schema=False, prefix="/sharing/companies/{organization_id}")

Text = Annotated[str, Form()]
Short = Annotated[str, Query(max_length=100)]
MOST = 200

# What an investor's looks are called where the company reads of them.
LOOKS: Mapping[str, str] = {
    "progress": "Progress, in the portfolio",
    insights.READ: "The company’s page",
    "outcomes": "Outcomes",
}


@router.get("")
async def show(
    request: Request, organization_id: UUID, tx: Tx, cursor: str | None = None
) -> Response:
    """Show which firms see the company, and what they read."""
    return await _page(request, tx, await _company(tx, organization_id), cursor=cursor)


@router.post("")
async def share(
    request: Request,
    organization_id: UUID,
    tx: Tx,
    firm: Text = "",
    level: Text = "",
    ends_on: Text = "",
) -> Response:
    """Let a firm in."""
    company = await _company(tx, organization_id)
    try:
        await identity.make_grant(
            tx,
            subject_id=company.id,
            audience=identity.Audience(organization_id=_firm(firm)),
            level=_level(level),
            capacity=Capacity.INVESTOR,
            ends_at=_until(ends_on, tx),
            now=clock.now(),
        )
    except (Invalid, NoSuchAudience) as error:
        typed = {"firm": firm, "level": level, "ends_on": ends_on}
        return await _page(request, tx, company, problem=error, typed=typed, status=422)
    return pages.redirect(_address(company), "access-given")


@router.post("/grants/{grant_id}/level")
async def change_level(organization_id: UUID, grant_id: UUID, tx: Tx, level: Text = "") -> Response:
    """Show more or less from now on."""
    company = await _company(tx, organization_id)
    grant = await _given(tx, company, grant_id)
    if grant.state != GrantState.ACTIVE:
        raise Conflict("This has ended. Share it anew.")
    await identity.change_level(tx, grant_id=grant.id, level=_level(level), now=clock.now())
    return pages.redirect(_address(company), "access-changed")


@router.post("/grants/{grant_id}/end")
async def end(organization_id: UUID, grant_id: UUID, tx: Tx) -> Response:
    """Take it back; it holds at once."""
    company = await _company(tx, organization_id)
    await _given(tx, company, grant_id)
    await identity.end(tx, grant_id=grant_id, now=clock.now())
    return pages.redirect(_address(company), "access-ended")


@router.post("/grants/{grant_id}/accept")
async def accept(organization_id: UUID, grant_id: UUID, tx: Tx, level: Text = "") -> Response:
    """Say yes to a firm that asked, to what it asked for or to less."""
    company = await _company(tx, organization_id)
    await _given(tx, company, grant_id)
    now = clock.now()
    await identity.accept(tx, grant_id=grant_id, now=now)
    if level:
        await identity.change_level(tx, grant_id=grant_id, level=_level(level), now=now)
    return pages.redirect(_address(company), "access-given")


@router.post("/grants/{grant_id}/decline")
async def decline(organization_id: UUID, grant_id: UUID, tx: Tx) -> Response:
    """Say no to a firm that asked."""
    company = await _company(tx, organization_id)
    await _given(tx, company, grant_id)
    await identity.decline(tx, grant_id=grant_id, now=clock.now())
    return pages.redirect(_address(company), "access-declined")


@router.get("/preview")
async def preview(
    request: Request,
    organization_id: UUID,
    caller: Caller,
    level: Short = "basic",
    journey: Short = "",
) -> Response:
    """Show the company as a firm sees it that is let in at a level."""
    db = request.app.state.db
    now = clock.now()
    journey_id = company_page.chosen(journey)
    async with db.transaction(caller) as tx:
        company = await _company(tx, organization_id)
        has = await belongings(tx)
        community = await insights.get_community(
            tx, organization_id=company.id, journey_id=journey_id
        )
        eyes = identity.Preview(
            tenant_id=tx.actor.tenant_id,
            user_id=tx.actor.user_id,
            company_id=company.id,
            level=_level(level),
            now=now,
        )
    async with db.transaction(eyes) as tx:
        view = await insights.preview_company(
            tx,
            organization_id=company.id,
            level=eyes.level,
            journey_id=journey_id,
            community=community,
            now=now,
        )
        here = f"{_address(company)}/preview"
        return await company_page.draw(
            request, tx, view, here=here, has=has, preview=True, back=_address(company)
        )


async def _page(
    request: Request,
    tx: Transaction,
    company: Organization,
    *,
    cursor: str | None = None,
    status: int = 200,
    problem: AppError | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    now = clock.now()
    given = await identity.list_given(tx, subject_id=company.id, limit=MOST)
    reads = await identity.list_reads(tx, subject_id=company.id, cursor=cursor, limit=MOST)
    sorted_out = shares.sorted_out(given.items, now=now)
    let_in = {grant.audience_id for grant in (*sorted_out.holding, *sorted_out.waiting)}
    firms = [firm for firm in await identity.list_firms(tx) if firm.id not in let_in]
    return await pages.page(
        request,
        tx,
        "account/company.html",
        status=status,
        company=company,
        given=sorted_out,
        firms=firms,
        days=shares.by_day(reads.items, None, LOOKS),
        reads_cursor=reads.next_cursor,
        from_start=cursor is None,
        levels=LEVELS,
        capacities=shares.CAPACITIES,
        problem=problem,
        typed={"firm": "", "level": "basic", "ends_on": "", **(typed or {})},
    )


async def _company(tx: Transaction, organization_id: UUID) -> Organization:
    joined = await identity.list_joined(tx, kind="company")
    found = next((company for company in joined if company.id == organization_id), None)
    if found is None:
        raise NotFound("You act for no such company.")
    return found


async def _given(tx: Transaction, company: Organization, grant_id: UUID) -> ListedGrant:
    given = await identity.list_given(tx, subject_id=company.id, limit=MOST)
    found = next((grant for grant in given.items if grant.id == grant_id), None)
    if found is None:
        raise NotFound("There is nothing of this kind that the company shares.")
    return found


def _address(company: Organization) -> str:
    return f"/sharing/companies/{company.id}"


def _firm(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose which firm to let in.") from None


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        raise Invalid("Choose what they see.") from None


def _until(text: str, tx: Transaction) -> datetime | None:
    try:
        return pages.until(text, zone=tx.actor.time_zone)
    except ValueError:
        raise Invalid("Write the day as year-month-day, like 2026-12-31.") from None
