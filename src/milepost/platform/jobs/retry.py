"""When a failed job is tried again."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from milepost.platform import clock

_FIRST_SECONDS = 5
_LONGEST_SECONDS = 3600


@dataclass(frozen=True)
class Backoff(BaseRetryStrategy):
    """Tries again `times` times, after 5, 20, 80 … seconds, at most an hour apart."""

    times: int

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Tell when; None when it has been tried often enough."""
        if isinstance(exception, asyncio.CancelledError):
            # The worker had to leave: that is not the job's fault, and another takes it up.
            return RetryDecision(retry_at=clock.now())
        if job.attempts >= self.times:
            return None
        seconds = min(_FIRST_SECONDS * 4**job.attempts, _LONGEST_SECONDS)
        return RetryDecision(retry_at=clock.now() + timedelta(seconds=seconds))
