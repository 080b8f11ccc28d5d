"""Keeps partitions of the log made ahead of time."""

from milepost.platform import jobs
from milepost.platform.jobs import JobContext


@jobs.task("events.make_partitions", queue="events", cron="20 3 * * *")
async def make_partitions(context: JobContext) -> None:
    """Make this month's partition and the two that follow, where they are missing."""
    async with context.db.transaction(context.system_actor(None)) as tx:
        await tx.value("select events.make_partitions(%(now)s)", {"now": context.now()})
