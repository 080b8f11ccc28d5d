"""Who is on the line: a browser by its cookie, from our own page only; a program by its token."""

from urllib.parse import urlsplit

from starlette.websockets import WebSocket

from milepost.contexts.identity.errors import ForeignRequest, NotSignedIn
from milepost.contexts.identity.http import COOKIE
from milepost.contexts.identity.types import Token

# What a client may offer besides its token, so that the answer needn't repeat the token.
PROTOCOL = "milepost.standup"
_BEARER = "bearer."


def subprotocol(socket: WebSocket) -> str | None:
    """Choose among what the client offers; one that offers any expects one of them."""
    offered: list[str] = socket.scope.get("subprotocols", [])
    if PROTOCOL in offered:
        return PROTOCOL
    return next((one for one in offered if one.startswith(_BEARER)), None)


def token(socket: WebSocket) -> Token:
    """Read whose line it is. Raises NotSignedIn, ForeignRequest.

    A browser sends its cookie to whatever page asks it to: there, the page must be ours.
    """
    offered: list[str] = socket.scope.get("subprotocols", [])
    for one in offered:
        if one.startswith(_BEARER):
            return Token.parse(one.removeprefix(_BEARER))
    scheme, _, written = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Token.parse(written.strip())
    cookie = socket.cookies.get(COOKIE)
    if not cookie:
        raise NotSignedIn("Sign in first.")
    if not _is_own_page(socket):
        raise ForeignRequest("This line was opened from another page than ours.")
    return Token.parse(cookie)


def _is_own_page(socket: WebSocket) -> bool:
    origin = socket.headers.get("origin")
    if not origin:
        return False
    own = {socket.headers.get("host", "")}
    base_url: str | None = socket.app.state.settings.base_url
    if base_url:
        own.add(urlsplit(base_url).netloc)
    return urlsplit(origin).netloc in own
