"""Static files: read once, compressed once, kept for ever under a name that tells their content.

The fingerprint stands in the path (`/static/<fingerprint>/js/rows.js`) and covers the whole tree,
so that an ES module importing its neighbour by a relative path gets the one of the same release.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from milepost.web import accent

ROOT = Path(__file__).parent / "static"
PREFIX = "/static"

# What pages name in their `Speculation-Rules` header; browsers insist on its own content type.
PREFETCH = "prefetch.json"

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file ready to be sent: plain, compressed (where that is smaller), and its tag."""

    body: bytes
    gzipped: bytes | None
    content_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Assets:
    """Every static file by its path below `/static/`, and the fingerprint of them all."""

    files: Mapping[str, Asset]
    fingerprint: str

    def url(self, path: str) -> str:
        """The address of a file (or of `accent/<hue>.css`), good for ever."""
        if path not in self.files and _hue_of(path) is None:
            raise LookupError(f"no static file {path!r}")
        return f"{PREFIX}/{self.fingerprint}/{path}"


def load(root: Path = ROOT) -> Assets:
    """Read and compress every file under `root`."""
    files = {
        path.relative_to(root).as_posix(): _asset(path.read_bytes(), _content_type(path))
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    digest = hashlib.sha256()
    for name, asset in files.items():
        digest.update(name.encode())
        digest.update(asset.etag.encode())
    # Accents are computed, not stored; a few of them stand for the way all are computed.
    for hue in (0, 90, 180, 270):
        digest.update(accent.stylesheet(hue).encode())
    return Assets(files=files, fingerprint=digest.hexdigest()[:12])


class StaticFiles:
    """The ASGI application to mount at `/static`: `app.mount("/static", StaticFiles(assets))`."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI calls it."""
        request = Request(scope, receive)
        await self._answer(request)(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("Method not allowed", 405, headers={"allow": "GET, HEAD"})
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        path = path.removeprefix(PREFIX).lstrip("/")
        first, _, rest = path.partition("/")
        current = first == self._assets.fingerprint
        asset = self._find(path) or self._find(rest)
        if asset is None:
            return PlainTextResponse("Not found", 404, headers={"cache-control": _ASK_AGAIN})
        # A page of the previous release asks under the old fingerprint while servers are being
        # replaced: it gets today's file, but may not keep it for ever under yesterday's name.
        headers = {
            "cache-control": _FOR_EVER if current else _ASK_AGAIN,
            "etag": asset.etag,
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
        }
        if asset.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = asset.body
        if asset.gzipped is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
            body = asset.gzipped
            headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
        sent = b"" if request.method == "HEAD" else body
        return Response(sent, headers=headers, media_type=asset.content_type)

    def _find(self, path: str) -> Asset | None:
        hue = _hue_of(path)
        if hue is not None:
            return _asset(accent.stylesheet(hue).encode(), _TYPES[".css"])
        return self._assets.files.get(path)


def _content_type(path: Path) -> str:
    if path.name == PREFETCH:
        return "application/speculationrules+json"
    return _TYPES.get(path.suffix, "application/octet-stream")


def _asset(body: bytes, content_type: str) -> Asset:
    gzipped = gzip.compress(body, 9, mtime=0)
    return Asset(
        body=body,
        gzipped=gzipped if len(gzipped) < len(body) else None,
        content_type=content_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
    )


def _hue_of(path: str) -> int | None:
    """The hue of `accent/<0 to 359>.css`, without leading zeros: one address a stylesheet."""
    name = path.removeprefix("accent/").removesuffix(".css")
    if path != f"accent/{name}.css" or not (name.isascii() and name.isdigit()) or len(name) > 3:
        return None
    hue = int(name)
    return hue if hue < 360 and str(hue) == name else None


def _takes_gzip(accept_encoding: str) -> bool:
    for offer in accept_encoding.lower().split(","):
        coding, _, weight = offer.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
