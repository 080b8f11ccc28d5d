"""Sharing: who sees what of me and what they read; and, for a coach, who lets them in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import LevelHeld, NoSuchAudience
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.identity.types import (
    Capacity,
    Level,
    ListedGrant,
    Organization,
    Role,
    System,
    User,
)
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import AppError, Forbidden, Invalid, NotFound
from milepost.web import pages
from milepost.web.account import shares
from milepost.web.learner import walks

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]
MOST = 200


@router.get("/sharing")
async def show(request: Request, tx: Tx, cursor: str | None = None) -> Response:
    """Show who sees what, and what they read."""
    return await _page(request, tx, cursor=cursor)


@router.post("/sharing")
async def share(
    request: Request,
    tx: Tx,
    audience: Text = "",
    level: Text = "",
    capacity: Text = "coach",
    ends_on: Text = "",
) -> Response:
    """Let somebody in."""
    typed = {"audience": audience, "level": level, "capacity": capacity, "ends_on": ends_on}
    try:
        await identity.make_grant(
            tx,
            audience=identity.Audience(user_id=_chosen(audience)),
            level=_level(level),
            capacity=_capacity(capacity),
            ends_at=_until(ends_on, tx),
            now=clock.now(),
        )
    except (Invalid, NoSuchAudience) as error:
        return await _page(request, tx, problems={"share": error}, typed=typed, status=422)
    return pages.redirect("/sharing", "access-given")


@router.post("/sharing/{grant_id}/level")
async def change_level(grant_id: UUID, tx: Tx, level: Text = "") -> Response:
    """Show more or less from now on."""
    grant = await _given(tx, grant_id)
    await identity.change_level(tx, grant_id=grant.id, level=_level(level), now=clock.now())
    return pages.redirect("/sharing", "access-changed")


@router.post("/sharing/{grant_id}/end")
async def end(grant_id: UUID, tx: Tx) -> Response:
    """Take it back, or step back from it; it holds at once."""
    await identity.end(tx, grant_id=grant_id, now=clock.now())
    return pages.redirect("/sharing", "access-ended")


@router.post("/sharing/{grant_id}/accept")
async def accept(grant_id: UUID, tx: Tx) -> Response:
    """Say yes to who asked."""
    await identity.accept(tx, grant_id=grant_id, now=clock.now())
    return pages.redirect("/sharing", "access-given")


@router.post("/sharing/{grant_id}/decline")
async def decline(grant_id: UUID, tx: Tx) -> Response:
    """Say no to who asked."""
    await identity.decline(tx, grant_id=grant_id, now=clock.now())
    return pages.redirect("/sharing", "access-declined")


@router.post("/sharing/ask")
async def ask(
    request: Request, caller: Caller, email: Text = "", user_id: Text = "", level: Text = "full"
) -> Response:
    """Ask somebody to let the coach in: a person seen on the team page, or by address.

    Whether anybody has the address is not told: the answer is the same.
    """
    db = request.app.state.db
    async with db.transaction(caller) as tx:
        if tx.actor.role not in (Role.GURU, Role.ADMIN):
            raise Forbidden("Only a coach asks to be let in.")
        tenant_id = tx.actor.tenant_id
    try:
        subject_id = _chosen(user_id) if user_id else None
        if subject_id is None:
            # Strangers' rows are hidden from a coach; the address alone leads to the person.
            async with db.transaction(System(tenant_id)) as tx:
                found = await identity.find_user_by_email(tx, email=pages.line(email))
            subject_id = found.id if found else None
        if subject_id is not None:
            async with db.transaction(caller) as tx:
                await identity.make_grant(
                    tx, subject_id=subject_id, level=_level(level), now=clock.now()
                )
    # Told only to a coach whom the person lets in: to them, that the person is here is no news.
    except (Invalid, NotFound, LevelHeld) as error:
        async with db.transaction(caller) as tx:
            typed = {"email": pages.line(email), "ask_level": level}
            status = 409 if isinstance(error, LevelHeld) else 422
            return await _page(request, tx, problems={"ask": error}, typed=typed, status=status)
    return pages.redirect(f"/team/{user_id}" if user_id else "/sharing", "access-asked")


async def _page(
    request: Request,
    tx: Transaction,
    *,
    cursor: str | None = None,
    status: int = 200,
    problems: Mapping[str, AppError] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    now = clock.now()
    coaching = tx.actor.role in (Role.GURU, Role.ADMIN)
    program = await pages.program(tx)
    words = walks.words(program)
    reads = await identity.list_reads(tx, subject_id=tx.actor.user_id, cursor=cursor, limit=MOST)
    me = tx.actor.user_id
    given = await identity.list_given(tx, subject_id=me, limit=MOST)
    received = await identity.list_received(tx, audience_id=me, limit=MOST) if coaching else None
    nothing_typed = {
        "audience": "",
        "level": "full",
        "capacity": "coach",
        "ends_on": "",
        "email": "",
        "ask_level": "full",
    }
    return await pages.page(
        request,
        tx,
        "account/sharing.html",
        status=status,
        words=words,
        given=shares.sorted_out(given.items, now=now),
        received=shares.sorted_out(received.items, now=now) if received else None,
        audiences=await _audiences(tx),
        companies=await _companies(tx, now),
        days=shares.by_day(reads.items, program),
        reads_cursor=reads.next_cursor,
        from_start=cursor is None,
        levels=shares.levels(words),
        levels_of_others=shares.levels(words, of_others=True),
        capacities=shares.CAPACITIES,
        problems=problems or {},
        typed={**nothing_typed, **(typed or {})},
    )


async def _companies(tx: Transaction, now: datetime) -> list[tuple[Organization, shares.Shares]]:
    """The companies that the actor acts for, each with who sees it."""
    found: list[tuple[Organization, shares.Shares]] = []
    for company in await identity.list_joined(tx, kind="company"):
        given = await identity.list_given(tx, subject_id=company.id, limit=MOST)
        found.append((company, shares.sorted_out(given.items, now=now)))
    return found


async def _audiences(tx: Transaction) -> list[User]:
    """Who can be let in: coaches first, then administrators, but not oneself."""
    found: list[User] = []
    for role in (Role.GURU, Role.ADMIN):
        found += (await identity.list_users(tx, role=role, limit=MOST)).items
    return [user for user in found if user.id != tx.actor.user_id and user.disabled_at is None]


async def _given(tx: Transaction, grant_id: UUID) -> ListedGrant:
    given = await identity.list_given(tx, limit=MOST)
    found = next((grant for grant in given.items if grant.id == grant_id), None)
    if found is None:
        raise NotFound("There is nothing of this kind that you share.")
    return found


def _chosen(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose whom to share with.") from None


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        raise Invalid("Choose what they see.") from None


def _capacity(text: str) -> Capacity:
    try:
        return Capacity(text)
    except ValueError:
        raise Invalid("Choose as what they see it.") from None


def _until(text: str, tx: Transaction) -> datetime | None:
    try:
        return pages.until(text, zone=tx.actor.time_zone)
    except ValueError:
        raise Invalid("Write the day as year-month-day, like 2026-12-31.") from None
