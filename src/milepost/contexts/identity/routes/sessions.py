"""Signing in and out, and setting a password by a mailed link."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from milepost.contexts.identity import http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.routes.models import (
    LinkUse,
    ResetRequest,
    SessionOut,
    Sessions,
    SignedInOut,
    SignIn,
    UserOut,
)
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["sign-in"], route_class=StrictRoute)

WRONG = problems.responses(401)[401] | {
    "description": "The address and the password don't belong together"
}


@router.post(
    "/sessions",
    operation_id="sign_in",
    status_code=201,
    responses=problems.responses(409, 429) | {401: WRONG},
)
async def sign_in(request: Request, body: SignIn) -> SignedInOut:
    """Sign in, and get a bearer token."""
    now = clock.now()
    done = await identity.sign_in(
        request.app.state.db,
        email=body.email,
        password=body.password,
        tenant=body.tenant,
        kind="bearer",
        address=http.address(request),
        user_agent=request.headers.get("user-agent", ""),
        now=now,
        secret=request.app.state.secret,
        idempotency_key=http.idempotency_key(request),
        life=timedelta(days=request.app.state.settings.session_days),
    )
    return SignedInOut(
        access_token=str(done.token),
        expires_in=int((done.expires_at - now).total_seconds()),
        user=UserOut.model_validate(done.user),
    )


@router.delete(
    "/sessions/current",
    operation_id="sign_out",
    status_code=204,
    responses=problems.responses(403, 409),
)
async def sign_out(request: Request, response: Response, tx: Tx) -> None:
    """Sign out: the token is worth nothing from now on."""
    await identity.sign_out(tx, now=clock.now())
    http.clear_session_cookie(response, request)


@router.get("/sessions", responses=problems.responses(403), operation_id="list_sessions")
async def list_sessions(tx: Tx) -> Sessions:
    """List where you are signed in."""
    items = [
        SessionOut.model_validate(session).model_copy(
            update={"current": session.id == tx.actor.session_id}
        )
        for session in await identity.list_sessions(tx, now=clock.now())
    ]
    return Sessions(items=items)


@router.delete(
    "/sessions/{session_id}",
    operation_id="revoke_session",
    status_code=204,
    responses=problems.responses(403, 404),
)
async def revoke_session(session_id: UUID, tx: Tx) -> None:
    """End one of your sessions."""
    await identity.revoke_session(tx, session_id=session_id, now=clock.now())


@router.post(
    "/password-resets",
    operation_id="request_reset",
    status_code=202,
    responses=problems.responses(),
)
async def request_reset(request: Request, body: ResetRequest) -> None:
    """Have a link for a new password sent; the answer is the same for any address."""
    http.idempotency_key(request)
    await identity.request_reset(request.app.state.db, email=body.email, tenant=body.tenant)


@router.post(
    "/password-resets/confirm",
    operation_id="confirm_reset",
    status_code=204,
    responses=problems.responses(409),
)
async def confirm_reset(request: Request, body: LinkUse) -> None:
    """Set a new password by a mailed link; every session ends."""
    http.idempotency_key(request)
    await identity.set_password_by_link(
        request.app.state.db,
        token=body.token,
        kind="reset",
        password=body.password,
        now=clock.now(),
    )


@router.post(
    "/invitations/accept",
    operation_id="accept_invitation",
    status_code=204,
    responses=problems.responses(409),
)
async def accept_invitation(request: Request, body: LinkUse) -> None:
    """Accept an invitation by choosing a password."""
    http.idempotency_key(request)
    await identity.set_password_by_link(
        request.app.state.db,
        token=body.token,
        kind="invitation",
        password=body.password,
        now=clock.now(),
    )
