"""Tables with a partition a month: what grows for ever. The months are made ahead of time."""

from datetime import datetime

import psycopg

from milepost.platform.db.transaction import Transaction

_MAKE = "select platform.make_partitions(%(now)s)"


async def ensure_partitions(tx: Transaction, *, now: datetime) -> None:
    """Make the partitions of that month and the two that follow, where they are missing."""
    await tx.value(_MAKE, {"now": now})


def ensure_at_start(owner: psycopg.Connection, *, now: datetime) -> None:
    """Do the same before anything runs: after months off, nobody made them every night."""
    owner.execute(_MAKE, {"now": now})
