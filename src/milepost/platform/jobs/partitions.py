"""Keeps partitions made ahead of time, for every table that has one a month."""

from datetime import datetime

from milepost.platform.db import Transaction
from milepost.platform.jobs.context import JobContext
from milepost.platform.jobs.registry import task


async def ensure_partitions(tx: Transaction, *, now: datetime) -> None:
    """Make the partitions of that month and the two that follow, where they are missing."""
    await tx.value("select platform.make_partitions(%(now)s)", {"now": now})


@task("platform.make_partitions", cron="20 3 * * *")
async def make_partitions(context: JobContext) -> None:
    """Make partitions ahead."""
    async with context.db.transaction(context.system_actor(None)) as tx:
        await ensure_partitions(tx, now=context.now())
