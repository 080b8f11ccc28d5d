"""Errors a caller can act on: a stable code, a message for a person, a kind.

Contexts subclass `AppError`; `platform.http.problems` maps kinds to HTTP statuses.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, ClassVar


class Kind(Enum):
    """What sort of refusal it is; one table maps each to an HTTP status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


class AppError(Exception):
    """A refusal: `code` for programs, `message` for people, `data` with the reasons."""

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data: Mapping[str, Any] = data


class Invalid(AppError):
    """What was sent can't be used; `data["errors"]` says where and why."""


class Unauthenticated(AppError):
    """Nobody is signed in, or not any more."""

    kind = Kind.UNAUTHENTICATED
    code = "unauthenticated"


class Forbidden(AppError):
    """The caller may not do this here."""

    kind = Kind.FORBIDDEN
    code = "forbidden"


class NotFound(AppError):
    """There is no such thing, as far as this caller may know."""

    kind = Kind.NOT_FOUND
    code = "not_found"


class Conflict(AppError):
    """Something else happened first; `data` holds what is there now."""

    kind = Kind.CONFLICT
    code = "conflict"


class TooLarge(AppError):
    """More was sent than is taken."""

    kind = Kind.TOO_LARGE
    code = "too_large"


class TooMany(AppError):
    """Too often; `data["retry_after"]` says in how many seconds to come back."""

    kind = Kind.TOO_MANY
    code = "too_many"


class Unavailable(AppError):
    """Not just now."""

    kind = Kind.UNAVAILABLE
    code = "unavailable"
