"""The library's job manager, made to survive a job whose key is taken when it is to wait again."""

from datetime import datetime

import structlog
from procrastinate import exceptions, manager
from procrastinate.jobs import Job, Status

from milepost.platform.errors import Conflict

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.jobs")


class JobManager(manager.JobManager):
    """Lets the job that waits already stand in for the one that failed."""

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Put the job back; drop it when another with its key was asked for meanwhile."""
        try:
            await super().retry_job(job, retry_at, priority, queue, lock)
        except (exceptions.UniqueViolation, Conflict):
            # The library would leave it "running" for ever, and nothing would pick it up.
            log.info("job_superseded", job=job.task_name, job_id=job.id)
            await self.finish_job(job, Status.FAILED, delete_job=True)
