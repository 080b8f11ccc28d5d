"""Keeps partitions made ahead of time, and old ones archived, for every table that has one a
month.
"""

import structlog

from milepost.platform.db.partitions import archive_partitions, ensure_partitions
from milepost.platform.jobs.context import JobContext
from milepost.platform.jobs.registry import task

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.jobs")


@task("platform.make_partitions", cron="20 3 * * *")
async def make_partitions(context: JobContext) -> None:
    """Make partitions ahead."""
    async with context.db.transaction(context.system_actor(None)) as tx:
        await ensure_partitions(tx, now=context.now())


@task("platform.archive_partitions", cron="30 3 2 * *")
async def archive_old_partitions(context: JobContext) -> None:
    """Archive the months that are older than the settings say."""
    months = context.settings.archive_after_months
    if months == 0:
        return
    async with context.db.transaction(context.system_actor(None)) as tx:
        moved = await archive_partitions(tx, now=context.now(), months=months)
    if moved:
        log.info("partitions archived", moved=moved)
