"""Takes up again what a killed worker left half done."""

import asyncio

import structlog
from procrastinate import exceptions, jobs, manager

from milepost.platform import clock

# A job that takes its worker down each time must not do so for ever.
MOST_ATTEMPTS = 10

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.jobs")


async def keep_rescuing(queue: manager.JobManager, seconds: float) -> None:
    """Look for abandoned jobs now, and again every `seconds`."""
    while True:
        try:
            await rescue(queue, seconds)
        except exceptions.ConnectorException as error:
            log.warning("rescue_postponed", reason=type(error.__cause__ or error).__name__)
        await asyncio.sleep(seconds)


async def rescue(queue: manager.JobManager, seconds: float) -> int:
    """Put back the jobs of workers silent for `seconds`; tell how many.

    Workers that rescue at once find each job once: the second sees it is not running any more.
    """
    # Workers that are gone leave first; a job without a worker is an abandoned one.
    await queue.prune_stalled_workers(seconds)
    count = 0
    for job in await queue.get_stalled_jobs(seconds_since_heartbeat=seconds):
        try:
            if job.attempts >= MOST_ATTEMPTS:
                await queue.finish_job(job, jobs.Status.FAILED, delete_job=False)
            else:
                await queue.retry_job(job, retry_at=clock.now())
        except exceptions.ConnectorException:
            continue
        log.warning("job_rescued", job=job.task_name, job_id=job.id, attempt=job.attempts + 1)
        count += 1
    return count
