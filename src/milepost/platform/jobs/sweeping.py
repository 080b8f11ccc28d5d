"""Clears away jobs that failed for good, once somebody had time to look at them."""

from datetime import timedelta

from milepost.platform.jobs.context import JobContext
from milepost.platform.jobs.registry import task

KEPT = timedelta(days=30)


@task("jobs.forget_failed", cron="40 3 * * *")
async def forget_failed(context: JobContext) -> None:
    """Delete jobs that ended without success, a month after their last sign of life."""
    async with context.db.transaction(context.system_actor(None)) as tx:
        await tx.run(
            """
            delete from procrastinate.procrastinate_jobs j
             where j.status in ('failed', 'cancelled', 'aborted')
               and not exists (
                 select 1
                   from procrastinate.procrastinate_events e
                  where e.job_id = j.id
                    and e.at > %(before)s
               )
            """,
            {"before": context.now() - KEPT},
        )
