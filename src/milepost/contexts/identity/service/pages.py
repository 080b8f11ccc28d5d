"""Where a list goes on: the last row's name and id, written so that nobody takes it apart."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from milepost.contexts.identity.types import Page
from milepost.platform.errors import Invalid

T = TypeVar("T")


def page_of(rows: Sequence[T], limit: int, place: Callable[[T], tuple[str, UUID]]) -> Page[T]:
    """Make a page of at most `limit` rows out of one more than that."""
    items = tuple(rows[:limit])
    if len(rows) <= limit:
        return Page(items, None)
    name, row_id = place(items[-1])
    raw = json.dumps([name, str(row_id)], ensure_ascii=False).encode()
    return Page(items, base64.urlsafe_b64encode(raw).decode("ascii").rstrip("="))


def parse_cursor(cursor: str | None) -> tuple[str | None, UUID | None]:
    """Read where to go on. Raises Invalid for what was never a cursor."""
    if cursor is None:
        return None, None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        name, row_id = json.loads(raw)
        if not isinstance(name, str) or "\0" in name:
            raise ValueError(name)
        name.encode()
        return name, UUID(row_id)
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise Invalid("This is not a place in the list. Start from the beginning.") from error


def parse_time_cursor(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    """Read where to go on in a list by time. Raises Invalid for what was never a cursor."""
    text, row_id = parse_cursor(cursor)
    if text is None:
        return None, None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("This is not a place in the list. Start from the beginning.") from error
    if at.tzinfo is None:
        raise Invalid("This is not a place in the list. Start from the beginning.")
    return at, row_id
