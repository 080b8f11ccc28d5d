"""What one entry of the samples says: a row, as JSON in the shape of its table."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Stands for whoever is asking.
ACTOR = "{actor}"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """What stands in a table: made from `values`, or `found` there already."""

    table: str
    values: Row = field(default_factory=dict)
    variant: str = ""
    found: Row | None = None
    # What another such row has of its own, and what an update writes (else: nothing new).
    fresh: Row = field(default_factory=dict)
    change: Row = field(default_factory=dict)
    # The database numbers it.
    numbered: bool = False
    # Else it only stands there, to be asked for in the partition that holds it.
    asked: bool = True


def months_later(moment: datetime, months: int) -> datetime:
    """Return the moment, or the first of a month that comes later: one in each partition."""
    year, month = divmod(moment.month - 1 + months, 12)
    return moment.replace(year=moment.year + year, month=month + 1, day=1 if months else moment.day)
