"""Tables with a partition a month: what grows for ever. The months are made ahead of time, and
old ones go to their context's archive.
"""

from collections.abc import Sequence
from datetime import datetime

import psycopg

from milepost.platform.db.transaction import Transaction

_MAKE = "select platform.make_partitions(%(now)s, %(tables)s::text[])"
_ARCHIVE = "select platform.archive_partitions(%(now)s, %(months)s)"


async def ensure_partitions(
    tx: Transaction, *, now: datetime, tables: Sequence[str] | None = None
) -> None:
    """Make the partitions of that month and the two that follow, where they are missing.

    Of these tables (`events.log`), or of all.
    """
    await tx.value(_MAKE, {"now": now, "tables": None if tables is None else list(tables)})


def ensure_at_start(owner: psycopg.Connection, *, now: datetime) -> None:
    """Do the same before anything runs: after months off, nobody made them every night."""
    owner.execute(_MAKE, {"now": now, "tables": None})


async def archive_partitions(tx: Transaction, *, now: datetime, months: int) -> int:
    """Archive all months but that one and so many before it; return how many were moved.

    They are read through their tables as before.
    """
    return int(await tx.value(_ARCHIVE, {"now": now, "months": months}))
