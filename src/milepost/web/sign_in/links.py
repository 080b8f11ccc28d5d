"""Setting a password by a mailed link: a forgotten one, or the first one of somebody invited."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import LinkUsedUp, WeakPassword
from milepost.platform import clock
from milepost.platform.errors import Invalid
from milepost.web import pages

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]


@router.get("/forgot-password")
async def ask(request: Request) -> Response:
    """Ask for the address to send a link to."""
    return pages.plain(request, "sign_in/forgot.html", email="", problem="", sent=False)


@router.post("/forgot-password")
async def send(request: Request, email: Text = "") -> Response:
    """Have a link sent; the answer is the same whether anybody has the address."""
    identity_http.check_form_origin(request)
    email = pages.line(email)[:300]
    try:
        await identity.request_reset(request.app.state.db, email=email)
    except Invalid as error:
        return pages.plain(
            request,
            "sign_in/forgot.html",
            status=422,
            email=email,
            problem=error.message,
            sent=False,
        )
    return pages.plain(request, "sign_in/forgot.html", email=email, problem="", sent=True)


@router.get("/sign-in/reset/{token}")
async def show_reset(request: Request, token: str) -> Response:
    """Ask for a new password."""
    return _form(request, "reset", token)


@router.post("/sign-in/reset/{token}")
async def reset(request: Request, token: str, password: Text = "", again: Text = "") -> Response:
    """Set the new password of somebody who forgot theirs."""
    return await _set(request, "reset", token, password, again)


@router.get("/sign-in/invitation/{token}")
async def show_invitation(request: Request, token: str) -> Response:
    """Welcome somebody invited, and ask for their password."""
    return _form(request, "invitation", token)


@router.post("/sign-in/invitation/{token}")
async def accept(request: Request, token: str, password: Text = "", again: Text = "") -> Response:
    """Set the first password of somebody invited."""
    return await _set(request, "invitation", token, password, again)


async def _set(request: Request, kind: str, token: str, password: str, again: str) -> Response:
    identity_http.check_form_origin(request)
    if password != again:
        return _form(request, kind, token, problem="The two are not the same. Type them again.")
    try:
        await identity.set_password_by_link(
            request.app.state.db, token=token, kind=kind, password=password, now=clock.now()
        )
    except WeakPassword as error:
        return _form(request, kind, token, problem=error.message)
    except LinkUsedUp:
        return pages.plain(request, "sign_in/used_up.html", status=409, kind=kind)
    return pages.redirect("/sign-in", "password-set")


def _form(request: Request, kind: str, token: str, problem: str = "") -> Response:
    response = pages.plain(
        request,
        "sign_in/set_password.html",
        status=422 if problem else 200,
        kind=kind,
        token=token,
        problem=problem,
    )
    # The address holds the link's secret: nothing this page loads may be told it.
    response.headers["referrer-policy"] = "no-referrer"
    return response
