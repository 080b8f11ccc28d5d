"""A session as its owner knows it: which browser on which kind of device."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.types import Session

# The first that fits wins: browsers name their forebears too.
_BROWSERS = (
    (re.compile(r"Edg(?:A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/|Chromium/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
_SYSTEMS = (
    (re.compile(r"iPhone|iPod"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X|Macintosh"), "Mac"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Linux|X11"), "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody is signed in."""

    session_id: UUID
    name: str
    address: str
    since: datetime
    last_seen: datetime


def of(session: Session) -> Device:
    """Read a session as a device."""
    return Device(
        session.id,
        name_of(session.kind, session.user_agent),
        session.address,
        session.created_at,
        session.last_seen_at,
    )


def name_of(kind: str, user_agent: str) -> str:
    """Name a device by what its browser says of itself."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if kind == "bearer" and browser is None:
        return "A program"
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "An unknown browser"


def _first(known: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str | None:
    return next((name for pattern, name in known if pattern.search(text)), None)
