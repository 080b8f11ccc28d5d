"""Who is calling, when proxies stand in front: their address and whether they came by https."""

from collections.abc import Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope


def honour_proxies(scope: Scope, headers: Headers, *, trusted: int) -> None:
    """Put the caller's own address and scheme into the scope, as the trusted proxies tell them.

    Each proxy adds to the end what it saw, so only the last `trusted` entries can be believed.
    """
    if trusted == 0:
        return
    address = _as_ip(_told(headers.getlist("x-forwarded-for"), trusted))
    if address is not None:
        scope["client"] = (address, 0)
    scheme = _told(headers.getlist("x-forwarded-proto"), trusted)
    if scheme in ("http", "https"):
        scope["scheme"] = scheme


def address(scope: Scope) -> str | None:
    """The caller's address, once `honour_proxies` has looked."""
    client = scope.get("client")
    return client[0] if client else None


def _told(lines: Sequence[str], trusted: int) -> str | None:
    entries = [entry.strip() for entry in ",".join(lines).split(",") if entry.strip()]
    return entries[-min(trusted, len(entries))] if entries else None


def _as_ip(text: str | None) -> str | None:
    if text is None:
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None
