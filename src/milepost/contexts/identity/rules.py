"""Pure decisions of identity: addresses, passwords, slowing down, and the life of a grant."""

import re
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from milepost.contexts.identity.errors import GrantClosed, LevelHeld, WeakPassword
from milepost.contexts.identity.types import Failures, Grant, GrantState, Level
from milepost.platform.errors import Invalid

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
LONGEST_NAME = 200

FAILURE_WINDOW = timedelta(minutes=15)
FREE_FAILURES = 10
FIRST_WAIT = timedelta(seconds=15)

RESET_LIFE = timedelta(hours=2)
INVITATION_LIFE = timedelta(days=7)

SCOPES = ("read", "write")
THEMES = ("system", "light", "dark")

_LEVELS = tuple(Level)
# What a level shows of a person, in a word; a company's levels go by their names.
_SHOWN = {Level.BASIC: "progress", Level.DETAILED: "results", Level.FULL: "everything"}

_ADDRESS = re.compile(
    r"[^\s@\x00-\x1f\x7f<>,;:\"\\()\[\]]{1,64}@[^\s@\x00-\x1f\x7f<>,;:\"\\()\[\]]{1,189}"
)


def storable(text: str) -> bool:
    """Tell whether the database can hold the text: no NUL, no half characters."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def folded(text: str) -> str:
    """Write what was typed as an address the one way that addresses are compared."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def email(text: str) -> str:
    """Write an address the one way it is kept. Raises Invalid when it can't be one."""
    written = folded(text)
    if not storable(written) or not _ADDRESS.fullmatch(written) or ".." in written:
        raise Invalid("This is not an e-mail address.", errors=[_error("email", "Not an address.")])
    return written


def full_name(text: str) -> str:
    """Tidy a person's or an organization's name. Raises Invalid when nothing is left of it."""
    written = " ".join(unicodedata.normalize("NFC", text).split())
    if not written or len(written) > LONGEST_NAME or not _printable(written):
        message = f"A name has 1 to {LONGEST_NAME} characters."
        raise Invalid(message, errors=[_error("full_name", message)])
    return written


def time_zone(text: str) -> str:
    """Check the name of an IANA time zone. Raises Invalid."""
    if text not in _time_zones():
        message = "This is not a time zone. They look like Europe/Berlin."
        raise Invalid(message, errors=[_error("time_zone", message)])
    return text


def theme(text: str) -> str:
    """Check the name of a theme. Raises Invalid."""
    if text not in THEMES:
        message = "A theme is system, light or dark."
        raise Invalid(message, errors=[_error("theme", message)])
    return text


def password(text: str, *, address: str) -> str:
    """Check a new password. Raises WeakPassword.

    Length is what counts; rules about signs only make people write passwords down.
    """
    if not storable(text):
        raise WeakPassword("This password holds a character that can't be kept.")
    if len(text) < SHORTEST_PASSWORD:
        raise WeakPassword(f"A password has at least {SHORTEST_PASSWORD} characters.")
    if len(text) > LONGEST_PASSWORD:
        raise WeakPassword(f"A password has at most {LONGEST_PASSWORD} characters.")
    if text.strip().lower() == address.lower():
        raise WeakPassword("Your e-mail address can't be your password.")
    if len(set(text)) == 1:
        raise WeakPassword("A password of one repeated character is guessed at once.")
    return text


def wait(failures: Failures, *, now: datetime) -> int:
    """Tell for how many seconds no password is tried for this key; 0 for now is fine.

    Ten failures within 15 minutes are free. After the tenth the wait since the last one
    is 15 s and doubles with each further one, up to the 15 minutes: 15 · 2^(n-10).
    """
    if failures.count < FREE_FAILURES or failures.last_at is None:
        return 0
    doublings = min(failures.count - FREE_FAILURES, 6)
    until = failures.last_at + min(FIRST_WAIT * 2**doublings, FAILURE_WINDOW)
    # Rounded up: whoever comes back when told must not be sent away again.
    return max(0, -int((now - until) // timedelta(seconds=1)))


def slug_of(name: str) -> str:
    """Make a slug out of a name: what stands in addresses and joins spellings."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    if slug:
        return slug
    # A name without a Latin letter still needs one of its own.
    return "o-" + name.strip().lower().encode("utf-8").hex()[:60]


def require_active(state: str) -> None:
    """Let nothing be changed about a grant that doesn't hold. Raises GrantClosed."""
    if state != GrantState.ACTIVE:
        raise GrantClosed("This does not hold any more. Share it anew.", state=state)


def is_overtaken(grant: Grant, level: Level, *, now: datetime) -> bool:
    """Tell whether asking for a level makes a new request: another is waiting, or none holds."""
    if grant.state == GrantState.PENDING:
        return grant.level != level
    return grant.state == GrantState.ACTIVE and grant.ends_at is not None and grant.ends_at <= now


def require_enough(grant: Grant, level: Level, *, of_a_company: bool) -> None:
    """Let nobody believe that they asked for more than is shown to them. Raises LevelHeld.

    A grant that holds is the subject's to change: what it shows is not asked for again.
    """
    if _LEVELS.index(Level(grant.level)) >= _LEVELS.index(level):
        return
    if of_a_company:
        message = (
            f"The company lets you in already, at the level {grant.level.capitalize()}. Only the"
            f" company can raise it to {level.capitalize()}, under Sharing."
        )
    else:
        message = (
            f"This person lets you in already and shows you {_SHOWN[Level(grant.level)]}. Only they"
            f" can show you {_SHOWN[level]}, under Sharing."
        )
    raise LevelHeld(message, level=str(grant.level), grant_id=str(grant.id))


def after_accepting(state: str) -> GrantState:
    """Tell what a grant becomes when its subject says yes. Raises GrantClosed."""
    if state not in (GrantState.PENDING, GrantState.ACTIVE):
        raise GrantClosed("This has ended. It has to be asked for anew.", state=state)
    return GrantState.ACTIVE


def after_declining(state: str) -> GrantState:
    """Tell what a grant becomes when its subject says no. Raises GrantClosed."""
    if state not in (GrantState.PENDING, GrantState.DECLINED):
        raise GrantClosed("This was answered already; end it instead.", state=state)
    return GrantState.DECLINED


def after_ending(state: str) -> GrantState:
    """Tell what a grant becomes when a side ends it; ending twice changes nothing."""
    return GrantState.DECLINED if state == GrantState.DECLINED else GrantState.ENDED


def _printable(text: str) -> bool:
    return storable(text) and not any(unicodedata.category(char) == "Cc" for char in text)


def _error(field: str, message: str) -> dict[str, str]:
    return {"path": field, "message": message}


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())
