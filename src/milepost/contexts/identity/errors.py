"""Errors of identity."""

from milepost.platform.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
)


class NotSignedIn(Unauthenticated):
    """No sign-in, or one that has ended."""

    code = "not_signed_in"


class WrongPassword(Unauthenticated):
    """The address and the password don't belong together; which of them is wrong stays open."""

    code = "wrong_password"


class SlowDown(TooMany):
    """Too many wrong passwords from here or for this account."""

    code = "slow_down"


class WeakPassword(Invalid):
    """This can't be a password; the message says why."""

    code = "weak_password"


class LinkUsedUp(Conflict):
    """A mailed link that was used, has expired, or never was."""

    code = "link_used_up"


class GrantClosed(Conflict):
    """The grant is past the point where this could be done."""

    code = "grant_closed"


class LevelHeld(Conflict):
    """Somebody who is let in asked for more than is shown; `data["level"]` is what is."""

    code = "level_held"


class NoSuchAudience(NotFound):
    """Nobody of that name or address can be let in."""

    code = "no_such_audience"


class AddressTaken(Conflict):
    """The address, or the number in the school, belongs to another person here."""

    code = "address_taken"


class IdempotencyKeyReused(Invalid):
    """The key was used for another request before."""

    code = "idempotency_key_reused"


class ForeignRequest(Forbidden):
    """The request didn't come from our own page."""

    code = "foreign_request"


class ScopeMissing(Forbidden):
    """The API key isn't good for this."""

    code = "scope_missing"


class SignInElsewhere(Unauthenticated):
    """The provider's answer can't sign anybody in; the message says why."""

    code = "provider_refused"


class ImportRefused(Invalid):
    """A list of people with rows that can't be taken; `data["refused"]` says which and why."""

    code = "import_refused"
