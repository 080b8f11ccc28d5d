"""The Account page, and what a person says of themselves there."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import ApiKey, Token
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import Invalid
from milepost.web import pages
from milepost.web.account import devices

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]


@router.get("/account")
async def show(request: Request, tx: Tx) -> Response:
    """Show everything about one's own account."""
    return await account_page(request, tx)


@router.post("/account/profile")
async def change_profile(
    request: Request, tx: Tx, full_name: Text = "", time_zone: Text = "", theme: Text = "system"
) -> Response:
    """Change name, time zone and theme."""
    try:
        await identity.change_profile(
            tx,
            full_name=full_name,
            time_zone=pages.line(time_zone),
            theme=theme,
            now=clock.now(),
        )
    except Invalid as error:
        typed = {"full_name": full_name, "time_zone": time_zone, "theme": theme}
        return await account_page(request, tx, problems={"profile": error}, typed=typed, status=422)
    return pages.redirect("/account", "profile-changed")


@router.get("/account/export")
async def export(tx: Tx) -> Response:
    """Hand out all of a person's data as a file."""
    data = await identity.export_me(tx, now=clock.now())
    return JSONResponse(
        data, headers={"content-disposition": 'attachment; filename="milepost-my-data.json"'}
    )


async def account_page(
    request: Request,
    tx: Transaction,
    *,
    status: int = 200,
    problems: Mapping[str, Invalid | Exception] | None = None,
    typed: Mapping[str, Any] | None = None,
    new_key: tuple[ApiKey, Token] | None = None,
) -> Response:
    """Draw the Account page, with what went wrong where and what was typed there."""
    now = clock.now()
    user = await identity.get_user(tx, user_id=tx.actor.user_id)
    sessions = await identity.list_sessions(tx, now=now)
    shown = {
        "full_name": user.full_name,
        "time_zone": user.time_zone,
        "theme": user.theme,
        "key_name": "",
        "scopes": ["read"],
        "ends_on": "",
    }
    return await pages.page(
        request,
        tx,
        "account/account.html",
        status=status,
        user=user,
        typed={**shown, **(typed or {})},
        problems=problems or {},
        devices=[devices.of(session) for session in sessions],
        this_device=tx.actor.session_id,
        keys=await identity.list_keys(tx),
        new_key=new_key,
        key_attempt=uuid4().hex,
        has_password=await identity.has_password(tx),
        zones=sorted(available_timezones()),
    )
