"""Signing in with a provider: off to it, and back."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import RedirectResponse, Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import SignInElsewhere
from milepost.platform import clock
from milepost.platform.errors import Unavailable
from milepost.web.places import local

router = APIRouter(prefix="/auth/oidc", include_in_schema=False)

COOKIE = "milepost_oidc"
# As long as somebody may take at the provider.
FLOW_SECONDS = 600

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.oidc")


@router.get("/{slug}")
async def start(request: Request, slug: str, next: str = "") -> Response:
    """Send the person to the provider, and remember what the answer must match."""
    provider = identity.find_provider(request.app.state.settings, slug)
    with _logged(slug):
        to, flow = await identity.leave_for(
            provider, redirect_uri=_redirect_uri(request, slug), to=local(next)
        )
    response = RedirectResponse(to, 303)
    response.set_cookie(
        COOKIE,
        _signer(request).dumps(asdict(flow)),
        max_age=FLOW_SECONDS,
        path="/auth/oidc",
        secure=identity_http.needs_https(request),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/{slug}/callback")
async def callback(request: Request, slug: str) -> Response:
    """Take the person back, signed in; or to the sign-in, which says that it failed."""
    provider = identity.find_provider(request.app.state.settings, slug)
    try:
        flow = identity.Flow(
            **_signer(request).loads(request.cookies.get(COOKIE, ""), max_age=FLOW_SECONDS)
        )
        with _logged(slug):
            signed_in = await identity.finish_oidc(
                request.app.state.db,
                provider=provider,
                flow=flow,
                answer=dict(request.query_params),
                redirect_uri=_redirect_uri(request, slug),
                address=identity_http.address(request),
                user_agent=request.headers.get("user-agent", ""),
                now=clock.now(),
                life=timedelta(days=request.app.state.settings.session_days),
            )
    except (BadData, SignInElsewhere):
        response = RedirectResponse("/sign-in?refused=provider", 303)
    else:
        response = RedirectResponse(local(flow.to), 303)
        identity_http.set_session_cookie(
            response, request, token=signed_in.token, expires_at=signed_in.expires_at
        )
    response.delete_cookie(COOKIE, path="/auth/oidc", httponly=True, samesite="lax")
    return response


@contextmanager
def _logged(slug: str) -> Generator[None]:
    """Tell the log why a provider can't be used: the person is only told that it can't."""
    try:
        yield
    except Unavailable as error:
        cause = repr(error.__cause__) if error.__cause__ else None
        log.warning("oidc_unavailable", provider=slug, detail=error.message, cause=cause)
        raise


def _redirect_uri(request: Request, slug: str) -> str:
    base = request.app.state.settings.base_url or str(request.base_url)
    return f"{base.rstrip('/')}/auth/oidc/{slug}/callback"


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.secret, salt="milepost.oidc")
