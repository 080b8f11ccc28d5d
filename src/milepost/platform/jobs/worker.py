"""Runs jobs: a worker that stays until told to stop, and an in-process run for tests."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import procrastinate
import structlog

from milepost.platform.db import Database
from milepost.platform.db.transaction import SESSION_OPTIONS
from milepost.platform.jobs import stalled
from milepost.platform.jobs.connector import Borrowed
from milepost.platform.jobs.context import JobContext
from milepost.platform.jobs.manager import JobManager
from milepost.platform.jobs.registry import Registry, Task, registry
from milepost.platform.jobs.retry import Backoff

# A periodic job whose time came while no worker ran is made up for, however long that was.
_MADE_UP_FOR_SECONDS = 400 * 86400
_PAUSE_SECONDS = 2.0
# The library can miss a notification that comes while it looks for jobs; then this is the wait.
_POLL_SECONDS = 1.0

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.jobs")


class JobsFailed(ExceptionGroup[Exception]):
    """What the jobs of one `run_pending` raised."""


async def run_worker(
    conninfo: str,
    context: JobContext,
    stop: asyncio.Event,
    *,
    concurrency: int = 4,
    finish_seconds: float = 25.0,
    stalled_seconds: float = 30.0,
    tasks: Registry = registry,
) -> None:
    """Run jobs until `stop` is set; then finish what is running, for `finish_seconds` at most.

    Comes back by itself when the database was away. Jobs of a worker that was killed run again
    `stalled_seconds` after its last sign of life.
    """
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            connector = procrastinate.PsycopgConnector(
                conninfo=conninfo,
                min_size=1,
                max_size=concurrency + 1,
                timeout=10,
                kwargs={"options": SESSION_OPTIONS},
            )
            running = asyncio.create_task(
                _serve(connector, context, tasks, concurrency, finish_seconds, stalled_seconds)
            )
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            # The worker takes a cancellation as the wish to end, and finishes its jobs first.
            running.cancel()
            (outcome,) = await asyncio.gather(running, return_exceptions=True)
            if not stop.is_set():
                log.warning("worker_interrupted", reason=type(outcome).__name__)
                await asyncio.wait({stopping}, timeout=_PAUSE_SECONDS)
    finally:
        stopping.cancel()


async def run_pending(db: Database, context: JobContext, *, tasks: Registry = registry) -> int:
    """Run every job that waits, and those it leads to; tell how many ran.

    Raises JobsFailed, when all have run, with what they raised; those wait to be tried again.
    """
    failures: list[Exception] = []
    count = 0

    def observe(error: Exception | None) -> None:
        nonlocal count
        count += 1
        if error is not None:
            failures.append(error)

    app = _app(Borrowed(db, context.system_actor(None)), tasks, observe)
    async with app.open_async():
        await app.run_worker_async(
            wait=False,
            listen_notify=False,
            install_signal_handlers=False,
            delete_jobs="successful",
            concurrency=1,
            additional_context={"job_context": context},
        )
    if failures:
        raise JobsFailed(f"{len(failures)} of {count} jobs failed", failures)
    return count


async def _serve(
    connector: procrastinate.PsycopgConnector,
    context: JobContext,
    tasks: Registry,
    concurrency: int,
    finish_seconds: float,
    stalled_seconds: float,
) -> None:
    app = _app(connector, tasks, _unobserved)
    _schedule(app, tasks)
    try:
        async with app.open_async():
            rescue = asyncio.create_task(stalled.keep_rescuing(app.job_manager, stalled_seconds))
            try:
                await app.run_worker_async(
                    concurrency=concurrency,
                    fetch_job_polling_interval=_POLL_SECONDS,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=finish_seconds,
                    update_heartbeat_interval=stalled_seconds / 3,
                    stalled_worker_timeout=stalled_seconds,
                    additional_context={"job_context": context},
                )
            finally:
                rescue.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await rescue
    finally:
        # A pool that was interrupted while it opened would go on trying behind our back.
        await connector.close_async()


def _app(
    connector: procrastinate.BaseConnector,
    tasks: Registry,
    observe: Callable[[Exception | None], None],
) -> procrastinate.App:
    app = procrastinate.App(
        connector=connector, periodic_defaults={"max_delay": _MADE_UP_FOR_SECONDS}
    )
    app.job_manager = JobManager(connector)
    for task in tasks:
        app.task(name=task.name, queue=task.queue, pass_context=True, retry=Backoff(task.retry))(
            _runner(task, observe)
        )
    return app


def _schedule(app: procrastinate.App, tasks: Registry) -> None:
    for task in tasks:
        if task.cron is not None:
            app.periodic(cron=task.cron, periodic_id="", queueing_lock=task.name)(
                app.tasks[task.name]
            )


def _unobserved(error: Exception | None) -> None:
    del error


def _runner(
    task: Task, observe: Callable[[Exception | None], None]
) -> Callable[..., Coroutine[Any, Any, None]]:
    """Give the library a function of its own shape that calls ours."""

    async def run(job: procrastinate.JobContext, **args: Any) -> None:
        if task.cron is not None:
            args.pop("timestamp", None)
        context: JobContext = job.additional_context["job_context"]
        structlog.contextvars.bind_contextvars(job=task.name, job_id=job.job.id)
        try:
            await task.work(context, **args)
        except Exception as error:
            log.exception("job_failed", attempt=job.job.attempts + 1)
            observe(error)
            raise
        observe(None)

    return run
