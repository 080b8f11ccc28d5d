"""How a request says who its caller is; for the routes and pages of every context.

A caller holds a token: in `Authorization: Bearer …`, or in the session cookie. A browser
sends the cookie by itself, so whoever changes something with it must also show the CSRF
token that only our own pages know.
"""

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Security
from fastapi.encoders import jsonable_encoder
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from milepost.contexts.identity.errors import (
    ForeignRequest,
    IdempotencyKeyReused,
    NotSignedIn,
    ScopeMissing,
)
from milepost.contexts.identity.queries import replies
from milepost.contexts.identity.service.secrets import derived_secret
from milepost.contexts.identity.types import Bearer, Person, Token
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import Invalid

COOKIE = "milepost_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "_csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def caller(request: Request) -> Bearer:
    """Tell whose token the request carries. Raises NotSignedIn when it carries none."""
    token = _bearer_token(request) or request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn("Sign in first.")
    return Bearer(Token.parse(token), clock.now())


async def check_origin(request: Request) -> None:
    """Make sure that what changes something comes from the caller, not from a foreign page.

    Raises ForeignRequest. A bearer token is proof enough: no browser sends it by itself.
    """
    if request.method in SAFE_METHODS or _bearer_token(request):
        return
    shown = request.headers.get(CSRF_HEADER)
    if shown is None and request.headers.get("content-type", "").startswith(_FORM_TYPES):
        field = (await request.form()).get(CSRF_FIELD)
        shown = field if isinstance(field, str) else None
    if shown is None or not hmac.compare_digest(_unmasked(shown), _csrf_secret(request)):
        raise ForeignRequest("This form is out of date. Load the page again, and send it anew.")


def check_form_origin(request: Request) -> None:
    """Make sure that a form of somebody signed out comes from our own page.

    There is no session yet that a CSRF token could belong to; the browser says where the
    form was. Raises ForeignRequest.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise ForeignRequest("This form was sent from another page. Open ours, and try again.")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc not in _own_hosts(request):
        raise ForeignRequest("This form was sent from another page. Open ours, and try again.")


def csrf_token(request: Request) -> str:
    """Make a CSRF token of the request's session: what its pages' forms carry.

    It is masked anew each time: pages are compressed, and a secret that stands in each of
    them the same way could be guessed from their lengths.
    """
    secret = _csrf_secret(request)
    mask = secrets.token_bytes(len(secret))
    return (mask + _masked(secret, mask)).hex()


def _csrf_secret(request: Request) -> bytes:
    return derived_secret(request.app.state.secret, "csrf", request.cookies.get(COOKIE, ""))


def _unmasked(token: str) -> bytes:
    try:
        raw = bytes.fromhex(token)
    except ValueError:
        return b""
    half = len(raw) // 2
    return _masked(raw[half:], raw[:half]) if len(raw) == 2 * half else b""


def _masked(secret: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(secret, mask, strict=True))


def set_session_cookie(
    response: Response, request: Request, *, token: Token, expires_at: datetime
) -> None:
    """Sign a browser in."""
    response.set_cookie(
        COOKIE,
        str(token),
        expires=expires_at,
        path="/",
        secure=needs_https(request),
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(response: Response, request: Request) -> None:
    """Sign a browser out."""
    response.delete_cookie(
        COOKIE, path="/", secure=needs_https(request), httponly=True, samesite="lax"
    )


def needs_https(request: Request) -> bool:
    """Tell whether cookies may only travel encrypted: everywhere but on this very machine."""
    base_url = request.app.state.settings.base_url
    if base_url:
        return base_url.startswith("https://") or not _is_loopback(urlsplit(base_url).hostname)
    return request.url.scheme == "https" or not _is_loopback(request.url.hostname)


def address(request: Request) -> str:
    """Tell from where the request comes, believing as many proxies as the settings name."""
    proxies: int = request.app.state.settings.trusted_proxies
    hops = [hop.strip() for hop in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies][:64]
    return request.client.host if request.client else ""


@asynccontextmanager
async def transaction(request: Request) -> AsyncGenerator[Transaction]:
    """Open the caller's transaction, once everything that can be asked of them is."""
    actor = caller(request)
    # When the caller asked, before waiting for a connection: whoever wrote since was first.
    request.state.asked = actor.now
    await check_origin(request)
    async with request.app.state.db.transaction(actor) as tx:
        check_scope(tx.actor, request.method)
        yield tx


# These say in OpenAPI how a token is carried; it is `caller` that reads it.
InHeader = Annotated[
    object,
    Security(
        HTTPBearer(
            scheme_name="bearer",
            description="The `access_token` of a sign-in, or an API key.",
            auto_error=False,
        )
    ),
]
InCookie = Annotated[
    object,
    Security(
        APIKeyCookie(
            name=COOKIE,
            scheme_name="session",
            description=f"A browser's sign-in; what changes something needs {CSRF_HEADER} too.",
            auto_error=False,
        )
    ),
]


async def open_transaction(
    request: Request, _header: InHeader, _cookie: InCookie
) -> AsyncGenerator[Transaction]:
    """Give a route the caller's transaction; it commits before the answer is sent."""
    async with transaction(request) as tx:
        yield tx


async def checked_caller(request: Request, _header: InHeader, _cookie: InCookie) -> Bearer:
    """Give a route its caller, for work that opens transactions of its own."""
    bearer = caller(request)
    await check_origin(request)
    return bearer


Caller = Annotated[Bearer, Depends(checked_caller)]

# `scope="function"` ends the dependency before the answer is sent: a commit that fails
# is an error the caller sees, and whoever was answered finds everything written.
Tx = Annotated[Transaction, Depends(open_transaction, scope="function")]


def check_scope(person: Person, method: str) -> None:
    """Make sure that an API key is good for the method. Raises ScopeMissing."""
    needed = "read" if method in SAFE_METHODS else "write"
    if person.scopes is not None and needed not in person.scopes:
        raise ScopeMissing(f"This API key lacks the scope {needed}.", needed=needed)


def idempotency_key(request: Request) -> str | None:
    """Read the Idempotency-Key. Raises Invalid for one that can't be kept."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        raise Invalid("An Idempotency-Key has 1 to 255 visible ASCII characters.")
    return key


async def once(
    tx: Transaction, request: Request, status: int, work: Callable[[], Awaitable[Any]]
) -> Response:
    """Do the work and answer it; to a repeat with the same Idempotency-Key, answer the same.

    The claim on the key is written in the caller's transaction: a repeat that comes at the
    same moment waits for it, and after an error the key is free again. Raises
    IdempotencyKeyReused when the key came with another request before.
    """
    key = idempotency_key(request)
    if key is None:
        return _answer(status, _as_json(await work()))
    request_hash = await _request_hash(request)
    claimed = await replies.insert_reply(tx, key=key, request_hash=request_hash, now=clock.now())
    if claimed:
        body = _as_json(await work())
        await replies.update_reply(tx, key=key, status=status, body=body)
        return _answer(status, body)
    reply = await replies.find_reply(tx, key=key)
    if reply is None or reply.request_hash != request_hash:
        raise IdempotencyKeyReused("This Idempotency-Key was used for another request.")
    response = _answer(reply.status or status, reply.body)
    response.headers["Idempotent-Replayed"] = "true"
    return response


async def once_only(tx: Transaction, key: str, work: Callable[[], Awaitable[UUID]]) -> UUID:
    """Do the work of a form, and return what it made; to a repeat with the same key, the same.

    The key says all that makes the form this one. A repeat waits as it does in `once`, and after
    an error the key is free again.
    """
    named = hashlib.sha256(key.encode()).digest()
    kept = f"form-{named.hex()}"
    async with tx.connection.transaction():
        if await replies.insert_reply(tx, key=kept, request_hash=named, now=clock.now()):
            made = await work()
            await replies.update_reply(tx, key=kept, status=303, body=str(made))
            return made
    reply = await replies.find_reply(tx, key=kept)
    if reply is None or not isinstance(reply.body, str):
        raise IdempotencyKeyReused("This form was sent before. Load the page again.")
    return UUID(reply.body)


async def replayed(tx: Transaction, request: Request) -> bool:
    """Tell whether this request was answered before; for work that can't be done in one go.

    Such work says `remember` at its end. Raises IdempotencyKeyReused.
    """
    key = idempotency_key(request)
    reply = None if key is None else await replies.find_reply(tx, key=key)
    if reply is not None and reply.request_hash != await _request_hash(request):
        raise IdempotencyKeyReused("This Idempotency-Key was used for another request.")
    return reply is not None


async def remember(tx: Transaction, request: Request, status: int) -> None:
    """Keep that this request was answered, with nothing in the answer."""
    key = idempotency_key(request)
    if key is not None and await replies.insert_reply(
        tx, key=key, request_hash=await _request_hash(request), now=clock.now()
    ):
        await replies.update_reply(tx, key=key, status=status, body=None)


def _as_json(value: Any) -> Any:
    # A model knows its JSON already; looking through it value by value takes ten times as long.
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return jsonable_encoder(value)


def _answer(status: int, body: Any) -> Response:
    return Response(status_code=status) if status == 204 else JSONResponse(body, status)


async def _request_hash(request: Request) -> bytes:
    # Keyed: a body may hold a password, and a plain hash of it could be guessed.
    return derived_secret(
        request.app.state.secret,
        "request",
        request.method,
        request.url.path,
        request.url.query,
        await request.body(),
    )


def _bearer_token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _own_hosts(request: Request) -> set[str]:
    hosts = {request.headers.get("host", "")}
    if request.app.state.settings.base_url:
        hosts.add(urlsplit(request.app.state.settings.base_url).netloc)
    return hosts


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
