"""Background work: jobs are asked for inside the caller's transaction and run by a worker.

A context's `jobs.py` registers functions with `jobs.task`; its service asks for them with
`await jobs.defer(tx, name, ...)`. Both know each other by the name only. procrastinate keeps and
runs the jobs, in a schema of its own.
"""

from typing import TYPE_CHECKING, Any

from milepost.platform.jobs.context import JobContext
from milepost.platform.jobs.defer import defer
from milepost.platform.jobs.partitions import archive_old_partitions, make_partitions
from milepost.platform.jobs.pending import is_under_way
from milepost.platform.jobs.registry import Registry, task
from milepost.platform.jobs.sweeping import forget_failed

if TYPE_CHECKING:
    from milepost.platform.jobs.worker import JobsFailed, run_pending, run_worker

__all__ = [
    "JobContext",
    "JobsFailed",
    "Registry",
    "archive_old_partitions",
    "defer",
    "forget_failed",
    "is_under_way",
    "make_partitions",
    "run_pending",
    "run_worker",
    "task",
]


def __getattr__(name: str) -> Any:
    """Load what runs jobs, and procrastinate with it, only where jobs are run.

    A server only asks for jobs, and starts a quarter of a second sooner without.
    """
    if name in ("JobsFailed", "run_pending", "run_worker"):
        from milepost.platform.jobs import worker

        return getattr(worker, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
