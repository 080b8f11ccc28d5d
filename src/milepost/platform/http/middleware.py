"""What surrounds every request, from the outside in: its id and log line, headers that protect,
compression, the answer to what nobody expected, and the limit of a body.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from milepost.platform.http import caller, metrics, problems
from milepost.platform.http.problems import Answer, Refused, RenderPage

BODY_LIMIT = 512 * 1024

# Read and thrown away before a refusal: a client that still sends would miss the answer.
_DRAINED = 16 * 1024 * 1024
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_PROTECTION = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What a page is allowed; styles and scripts are a part of one, and a dozen of them come with it.
_PROTECTION_OF_PAGES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_PARTS_OF_PAGES = ("text/css", "text/javascript")
_HSTS = "max-age=31536000; includeSubDomains"

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.http")


def install(
    app: FastAPI,
    *,
    trusted_proxies: int = 0,
    pool_stats: Callable[[], Mapping[str, int]] = dict,
    render_page: RenderPage | None = None,
    body_limit: int = BODY_LIMIT,
) -> None:
    """Put everything around `app`, and let one voice answer all its errors."""
    answer = problems.answering(render_page)
    problems.install(app, answer)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, answer=answer, limit=body_limit)
    app.add_middleware(UnexpectedErrors, answer=answer)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Protection)
    app.add_middleware(Access, trusted_proxies=trusted_proxies, pool=metrics.PoolGauge(pool_stats))


class Access:
    """Gives each request an id, knows its caller, logs one line, counts it."""

    def __init__(self, app: ASGIApp, *, trusted_proxies: int, pool: metrics.PoolGauge) -> None:
        self._app = app
        self._trusted = trusted_proxies
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell of it when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        caller.honour_proxies(scope, headers, trusted=self._trusted)
        request_id = self._request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        started = perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                self._tell(scope, status, perf_counter() - started)

    def _request_id(self, headers: Headers) -> str:
        given = headers.get("x-request-id", "")
        if self._trusted and _REQUEST_ID.fullmatch(given):
            return given
        return secrets.token_hex(8)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        # The template, not the address: links of mails carry their secret in it.
        route = template(scope)
        metrics.observe(method=scope["method"], route=route, status=status, seconds=seconds)
        self._pool.refresh()
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            client=caller.address(scope),
        )


class Protection:
    """Headers that keep a browser from harm; a response's own stand."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add what the answer lacks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _PROTECTION.items():
                    headers.setdefault(name, value)
                if not headers.get("content-type", "").startswith(_PARTS_OF_PAGES):
                    for name, value in _PROTECTION_OF_PAGES.items():
                        headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", _HSTS)
                if _is_personal(scope, headers):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_protected)


class UnexpectedErrors:
    """Answers 500 and tells the log why; the answer itself says nothing of it."""

    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer when that raises."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            log.exception("unexpected_error", method=scope["method"], route=template(scope))
            if begun:
                # Half an answer can't be taken back: the connection has to break.
                raise
            response = self._answer(Request(scope, receive), error)
            await response(scope, receive, send)


class BodyLimit:
    """Refuses bodies beyond a limit, announced or not."""

    def __init__(self, app: ASGIApp, *, answer: Answer, limit: int) -> None:
        self._app = app
        self._answer = answer
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self._limit:
            await _drain(receive)
            response = self._answer(Request(scope, receive), self._refusal())
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                if message.get("more_body", False):
                    await _drain(receive)
                raise self._refusal()
            return message

        await self._app(scope, receive_counted, send)

    def _refusal(self) -> Refused:
        return Refused(
            413, "too_large", f"This is more than the {self._limit // 1024} kB taken at once."
        )


def template(scope: Scope) -> str:
    """The route's pattern with its prefixes (`/api/v1/journeys/{id}`), or `unmatched`.

    Of an application that is mounted, such as the static files, it is the mount's name: `static`.
    """
    included: Any = scope.get("fastapi", {}).get("effective_route_context")
    for found in (included, scope.get("route")):
        path = getattr(found, "path_format", None) or getattr(found, "path", None)
        if isinstance(path, str):
            return path
    mount: str = scope.get("root_path", "").removeprefix(scope.get("app_root_path", ""))
    return mount.strip("/") or "unmatched"


def _is_personal(scope: Scope, answer: MutableHeaders) -> bool:
    asked = Headers(scope=scope)
    path: str = scope["path"]
    return (
        "authorization" in asked
        or "cookie" in asked
        or "set-cookie" in answer
        or path.startswith("/api/")
    )


async def _drain(receive: Receive) -> None:
    drained = 0
    while drained < _DRAINED:
        message = await receive()
        drained += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return
