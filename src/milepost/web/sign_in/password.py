"""Signing in by e-mail and password, and signing out."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import NotSignedIn, SlowDown, WrongPassword
from milepost.contexts.identity.http import Tx
from milepost.platform import clock
from milepost.platform.errors import AppError, Invalid
from milepost.web import pages
from milepost.web.places import local
from milepost.web.sign_in.providers import buttons

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]


@router.get("/sign-in")
async def show(request: Request, next: str = "", refused: str = "") -> Response:
    """Ask who it is; whoever is signed in already goes on."""
    if await _is_signed_in(request):
        return pages.redirect(local(next))
    return pages.plain(
        request,
        "sign_in/sign_in.html",
        providers=buttons(request, local(next)),
        next=local(next),
        came_from=local(next) != "/",
        email="",
        problem=_REFUSALS.get(refused, ""),
    )


@router.post("/sign-in")
async def sign_in(
    request: Request, email: Text = "", password: Text = "", next: Text = ""
) -> Response:
    """Open a session, and go on to where the person wanted to be."""
    identity_http.check_form_origin(request)
    try:
        signed_in = await identity.sign_in(
            request.app.state.db,
            email=email,
            password=password,
            kind="cookie",
            address=identity_http.address(request),
            user_agent=request.headers.get("user-agent", ""),
            now=clock.now(),
            secret=request.app.state.secret,
            life=timedelta(days=request.app.state.settings.session_days),
        )
    except (WrongPassword, SlowDown, Invalid) as error:
        return _again(request, email, next, error)
    response = pages.redirect(local(next))
    identity_http.set_session_cookie(
        response, request, token=signed_in.token, expires_at=signed_in.expires_at
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request, tx: Tx) -> Response:
    """End this browser's session."""
    await identity.sign_out(tx, now=clock.now())
    response = pages.redirect("/sign-in", "signed-out")
    identity_http.clear_session_cookie(response, request)
    return response


_REFUSALS = {
    "provider": "The sign-in there did not work out. Try again, or use your password.",
}


def _again(request: Request, email: str, next: str, error: AppError) -> Response:
    response = pages.plain(
        request,
        "sign_in/sign_in.html",
        status=429 if isinstance(error, SlowDown) else 422,
        providers=buttons(request, local(next)),
        next=local(next),
        came_from=False,
        email=pages.line(email)[:254],
        problem=error.message,
    )
    if isinstance(error, SlowDown):
        response.headers["retry-after"] = str(error.data["retry_after"])
    return response


async def _is_signed_in(request: Request) -> bool:
    try:
        async with request.app.state.db.transaction(identity_http.caller(request)):
            return True
    except NotSignedIn:
        return False
