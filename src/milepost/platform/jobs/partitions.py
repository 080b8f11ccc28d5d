"""Keeps partitions made ahead of time, for every table that has one a month."""

from milepost.platform.db.partitions import ensure_partitions
from milepost.platform.jobs.context import JobContext
from milepost.platform.jobs.registry import task


@task("platform.make_partitions", cron="20 3 * * *")
async def make_partitions(context: JobContext) -> None:
    """Make partitions ahead."""
    async with context.db.transaction(context.system_actor(None)) as tx:
        await ensure_partitions(tx, now=context.now())
