"""Long lists in pages: `{items, next_cursor}`, where a cursor says after which row to go on.

A cursor is the sort key of the last row shown: opaque to clients, checked when it comes back.
"""

import base64
import binascii
import functools
import json
from collections.abc import Callable, Sequence
from types import GenericAlias
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from milepost.platform.errors import Invalid
from milepost.platform.http.json import parse
from milepost.platform.http.problems import Refused

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

_LONGEST_CURSOR = 600

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="how many at most")]
Cursor = Annotated[
    str | None,
    Query(max_length=_LONGEST_CURSOR, description="`next_cursor` of the page before"),
]

T = TypeVar("T")
R = TypeVar("R")


class BadCursor(Invalid):
    """The cursor is none that was given out for this list."""

    code = "bad_cursor"


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(
        description="for the next page; null on the last one", examples=[None]
    )


def encode(*key: Any) -> str:
    """Make a cursor of a row's sort key: text, numbers, ids, times."""
    raw = json.dumps(key, default=_text, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).rstrip(b"=").decode("ascii")


def decode(cursor: str, *types: type[Any]) -> tuple[Any, ...]:
    """Read a cursor whose key has these types. Raises BadCursor."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        key = parse(raw)
        return _key(types).validate_json(json.dumps(key), strict=True)
    except (binascii.Error, ValueError, Refused, ValidationError) as error:
        raise BadCursor(
            "This place in the list is not known. Begin at its start.",
            errors=[
                {
                    "in": "query",
                    "path": "cursor",
                    "message": "This is not a cursor of this list.",
                    "code": "bad_cursor",
                }
            ],
        ) from error


def cut(
    rows: Sequence[R], *, limit: int, key: Callable[[R], tuple[Any, ...]]
) -> tuple[Sequence[R], str | None]:
    """Cut `limit + 1` rows read from the database to a page, and make the cursor after it."""
    if len(rows) <= limit:
        return rows, None
    shown = rows[:limit]
    return shown, encode(*key(shown[-1]))


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@functools.cache
def _key(types: tuple[type[Any], ...]) -> TypeAdapter[tuple[Any, ...]]:
    shape: Any = GenericAlias(tuple, types)
    return TypeAdapter(shape)
