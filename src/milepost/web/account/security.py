"""Password, devices, API keys, and deleting the account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import SlowDown, WeakPassword, WrongPassword
from milepost.contexts.identity.http import Caller, Tx
from milepost.platform import clock
from milepost.platform.errors import AppError, Conflict, Invalid
from milepost.web import pages
from milepost.web.account.profile import account_page

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]
DELETE_WORD = "delete"


@router.post("/account/password")
async def change_password(
    request: Request, caller: Caller, old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    """Set a new password; all other devices are signed out."""
    try:
        if new != again:
            raise Invalid("The two new passwords are not the same. Type them again.")
        await identity.change_password(
            request.app.state.db,
            actor=caller,
            old=old,
            new=new,
            address=identity_http.address(request),
            now=clock.now(),
            secret=request.app.state.secret,
        )
    except (WrongPassword, SlowDown, WeakPassword, Invalid) as error:
        return await _again(request, caller, "password", error)
    return pages.redirect("/account#security", "password-changed")


@router.post("/account/sessions/{session_id}/end")
async def end_session(session_id: UUID, tx: Tx) -> Response:
    """Sign one device out."""
    await identity.revoke_session(tx, session_id=session_id, now=clock.now())
    return pages.redirect("/account#security", "session-ended")


@router.post("/account/sessions/end-others")
async def end_other_sessions(tx: Tx) -> Response:
    """Sign all other devices out."""
    await identity.revoke_other_sessions(tx, now=clock.now())
    return pages.redirect("/account#security", "sessions-ended")


@router.post("/account/keys")
async def make_key(
    request: Request,
    tx: Tx,
    name: Text = "",
    scopes: Annotated[tuple[str, ...], Form()] = (),
    ends_on: Text = "",
    attempt: Text = "",
) -> Response:
    """Make an API key, and show it this once; a reload shows the same one."""
    try:
        expires_at = pages.until(ends_on, zone=tx.actor.time_zone)
        made = await identity.make_key(
            tx,
            name=name,
            scopes=scopes,
            expires_at=expires_at,
            now=clock.now(),
            secret=request.app.state.secret,
            idempotency_key=pages.line(attempt)[:64] or None,
        )
    except (AppError, ValueError) as error:
        typed = {"key_name": pages.line(name), "scopes": list(scopes), "ends_on": ends_on}
        problem = error if isinstance(error, AppError) else Invalid("Write the day as 2026-12-31.")
        return await account_page(request, tx, problems={"key": problem}, typed=typed, status=422)
    return await account_page(request, tx, new_key=made)


@router.post("/account/keys/{key_id}/revoke")
async def revoke_key(key_id: UUID, tx: Tx) -> Response:
    """Revoke an API key."""
    await identity.revoke_key(tx, key_id=key_id, now=clock.now())
    return pages.redirect("/account#keys", "key-revoked")


@router.post("/account/delete")
async def delete(
    request: Request, caller: Caller, word: Text = "", confirmation: Text = ""
) -> Response:
    """Delete the account with everything in it."""
    try:
        if pages.line(word).lower() != DELETE_WORD:
            raise Invalid(f"Type {DELETE_WORD} in the first field, to be sure.")
        await identity.delete_account(
            request.app.state.db,
            actor=caller,
            confirmation=confirmation,
            address=identity_http.address(request),
            now=clock.now(),
            secret=request.app.state.secret,
        )
    except (WrongPassword, SlowDown, Conflict, Invalid) as error:
        return await _again(request, caller, "delete", error)
    response = pages.redirect("/sign-in", "account-deleted")
    identity_http.clear_session_cookie(response, request)
    return response


async def _again(request: Request, caller: Caller, where: str, error: AppError) -> Response:
    """Draw the page again with what went wrong; passwords have to be typed anew."""
    async with request.app.state.db.transaction(caller) as tx:
        return await account_page(request, tx, problems={where: error}, status=422)
