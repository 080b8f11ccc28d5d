"""The worker: runs what waits, keeps time, stops without dropping work, takes up abandoned jobs."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from milepost.contexts.identity.types import System
from milepost.platform import jobs
from milepost.platform.db import Database
from milepost.platform.db.roles import Roles
from milepost.platform.jobs import JobContext, Registry


@pytest.fixture(autouse=True)
async def empty_queue(db: Database) -> None:
    async with db.transaction(System()) as tx:
        await tx.run("delete from procrastinate.procrastinate_periodic_defers")
        await tx.run("delete from procrastinate.procrastinate_jobs")


@asynccontextmanager
async def working(
    conninfo: str, context: JobContext, tasks: Registry, *, stalled_seconds: float = 30.0
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    worker = asyncio.create_task(
        jobs.run_worker(conninfo, context, stop, tasks=tasks, stalled_seconds=stalled_seconds)
    )
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(worker, 10)


async def until(ready: Callable[[], bool], seconds: float = 8.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


async def ask(db: Database, tasks: Registry, name: str, **args: object) -> None:
    async with db.transaction(System()) as tx:
        await jobs.defer(tx, name, tasks=tasks, **args)


async def test_a_job_starts_soon_after_it_was_asked_for(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    ran: list[float] = []

    @tasks.task("test.quick")
    async def quick(context: JobContext) -> None:
        ran.append(time.monotonic())

    async with working(database.app, context, tasks):
        await ask(db, tasks, "test.quick")
        await until(lambda: len(ran) == 1)
        asked = time.monotonic()
        await ask(db, tasks, "test.quick")
        await until(lambda: len(ran) == 2)
    assert ran[1] - asked < 1.0


async def test_stopping_finishes_what_runs_and_leaves_the_rest(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    started: list[int] = []
    finished: list[int] = []

    @tasks.task("test.slow")
    async def slow(context: JobContext, turn: int) -> None:
        started.append(turn)
        await asyncio.sleep(0.5)
        finished.append(turn)

    async with working(database.app, context, tasks) as stop:
        for turn in range(8):
            await ask(db, tasks, "test.slow", turn=turn)
        await until(lambda: len(started) >= 1)
        stop.set()
    assert finished == started
    assert len(started) < 8
    async with db.transaction(System()) as tx:
        left = await tx.values("select status::text from procrastinate.procrastinate_jobs")
    assert left == ["todo"] * (8 - len(started))


async def test_the_job_of_a_killed_worker_runs_again(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    ran: list[str] = []

    @tasks.task("test.abandoned")
    async def abandoned(context: JobContext) -> None:
        ran.append("again")

    await ask(db, tasks, "test.abandoned")
    async with db.transaction(System()) as tx:
        # What a killed worker leaves: its own row, a job it had begun, and no sign of life since.
        await tx.run(
            """
            with worker as (
              insert into procrastinate.procrastinate_workers (last_heartbeat)
              values (now() - interval '1 minute')
              returning id
            )
            update procrastinate.procrastinate_jobs
               set status = 'doing', worker_id = worker.id
              from worker
            """
        )
    async with working(database.app, context, tasks):
        await until(lambda: ran == ["again"])


async def test_the_job_of_a_living_worker_is_left_alone(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    starts: list[float] = []

    @tasks.task("test.long")
    async def long(context: JobContext) -> None:
        starts.append(time.monotonic())
        await asyncio.sleep(1.6)

    async with (
        working(database.app, context, tasks, stalled_seconds=0.6),
        working(database.app, context, tasks, stalled_seconds=0.6),
    ):
        await ask(db, tasks, "test.long")
        await until(lambda: len(starts) == 1)
        await asyncio.sleep(1.8)
    assert len(starts) == 1


async def test_a_missed_time_is_made_up_for_once(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    ran: list[str] = []

    # New Year: its time has long passed, and will not come during the test.
    @tasks.task("test.yearly", cron="0 0 1 1 *")
    async def yearly(context: JobContext) -> None:
        ran.append("yearly")

    async with working(database.app, context, tasks):
        await until(lambda: ran == ["yearly"])
    async with working(database.app, context, tasks):
        await asyncio.sleep(0.5)
    assert ran == ["yearly"]


async def test_the_worker_comes_back_when_its_connections_were_cut(
    new_database: Callable[[str], Roles], context: JobContext, tasks: Registry
) -> None:
    ran: list[str] = []

    @tasks.task("test.after")
    async def after(context: JobContext) -> None:
        ran.append("after")

    # A database of its own: what is cut here must not be another test's.
    conninfo = new_database("tests_cut_connections").app
    db = Database(conninfo)
    await db.open()
    try:
        async with working(conninfo, context, tasks):
            await ask(db, tasks, "test.after")
            await until(lambda: len(ran) == 1)
            async with db.transaction(System()) as tx:
                cut = await tx.values(
                    """
                    select pg_terminate_backend(pid)
                      from pg_stat_activity
                     where datname = current_database()
                       and usename = current_user
                       and pid <> pg_backend_pid()
                    """
                )
                await jobs.defer(tx, "test.after", tasks=tasks)
            assert any(cut)
            await until(lambda: len(ran) == 2, seconds=15)
    finally:
        await db.close()
