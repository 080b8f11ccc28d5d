"""Keeps partitions of the log made ahead of time."""

from datetime import datetime

from milepost.platform import jobs
from milepost.platform.db import Transaction
from milepost.platform.jobs import JobContext


async def ensure_partitions(tx: Transaction, *, now: datetime) -> None:
    """Make the partition of that month and the two that follow, where they are missing."""
    await tx.value("select events.make_partitions(%(now)s)", {"now": now})


@jobs.task("events.make_partitions", queue="events", cron="20 3 * * *")
async def make_partitions(context: JobContext) -> None:
    """Make partitions ahead."""
    async with context.db.transaction(context.system_actor(None)) as tx:
        await ensure_partitions(tx, now=context.now())
