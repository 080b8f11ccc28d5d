"""Turns what PostgreSQL refuses into errors a caller can act on, by constraint name.

Contexts register the constraints they own, beside the statements that meet them.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg

from milepost.platform.errors import AppError, Conflict, Forbidden, Invalid, Unavailable

_by_constraint: dict[str, Callable[[], AppError]] = {}


def register(constraint: str, make: Callable[[], AppError]) -> None:
    """Say which error a violated constraint becomes."""
    _by_constraint[constraint] = make


@contextmanager
def translated() -> Generator[None]:
    """Let errors of the database out as errors of ours; others pass unchanged."""
    try:
        yield
    except pg.IntegrityError as error:
        make = _by_constraint.get(error.diag.constraint_name or "")
        if make is not None:
            raise make() from error
        if isinstance(error, pg.UniqueViolation):
            raise Conflict("That is there already.") from error
        raise Invalid("This doesn't fit with what is there.") from error
    except pg.InsufficientPrivilege as error:
        raise Forbidden("You may not do this.") from error
    except (pg.DeadlockDetected, pg.SerializationFailure, pg.LockNotAvailable) as error:
        raise Conflict("Somebody else changed this at the same moment. Try again.") from error
    except pg.QueryCanceled as error:
        raise Unavailable("This took too long and was stopped. Nothing was changed.") from error
    except psycopg.OperationalError as error:
        raise Unavailable("The database doesn't answer just now. Try again.") from error
    except psycopg.DataError as error:
        raise Invalid("Something in this can't be stored.") from error
