"""What a person does with their own account."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from milepost.contexts.identity import http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.identity.routes.models import (
    Deletion,
    ExportOut,
    PasswordChange,
    ProfileChange,
    UserOut,
)
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["me"], route_class=StrictRoute)


@router.get("/me", responses=problems.responses(403), operation_id="get_me")
async def get_me(tx: Tx) -> UserOut:
    """Tell who you are."""
    return UserOut.model_validate(await identity.get_user(tx, user_id=tx.actor.user_id))


@router.patch("/me", responses=problems.responses(403), operation_id="change_me")
async def change_me(body: ProfileChange, tx: Tx) -> UserOut:
    """Change your name, time zone or theme; what is left out stays."""
    user = await identity.change_profile(
        tx,
        full_name=body.full_name,
        time_zone=body.time_zone,
        theme=body.theme,
        now=clock.now(),
    )
    return UserOut.model_validate(user)


@router.post(
    "/me/password",
    operation_id="change_password",
    status_code=204,
    responses=problems.responses(403, 429),
)
async def change_password(request: Request, body: PasswordChange, caller: Caller) -> None:
    """Set a new password; all your other sessions end."""
    db = request.app.state.db
    async with db.transaction(caller) as tx:
        if await http.replayed(tx, request):
            return
    await identity.change_password(
        db,
        actor=caller,
        old=body.old,
        new=body.new,
        address=http.address(request),
        now=clock.now(),
        secret=request.app.state.secret,
    )
    async with db.transaction(caller) as tx:
        await http.remember(tx, request, 204)


@router.delete(
    "/me",
    operation_id="delete_me",
    status_code=204,
    responses=problems.responses(403, 409, 429),
)
async def delete_me(request: Request, response: Response, body: Deletion, caller: Caller) -> None:
    """Delete your account, with everything about you. This can't be undone."""
    await identity.delete_account(
        request.app.state.db,
        actor=caller,
        confirmation=body.confirmation,
        address=http.address(request),
        now=clock.now(),
        secret=request.app.state.secret,
    )
    http.clear_session_cookie(response, request)


@router.get("/exports/me", responses=problems.responses(403), operation_id="export_me")
async def export_me(response: Response, tx: Tx) -> ExportOut:
    """Get all of your data."""
    response.headers["Content-Disposition"] = 'attachment; filename="milepost-my-data.json"'
    return ExportOut.model_validate(await identity.export_me(tx, now=clock.now()))
