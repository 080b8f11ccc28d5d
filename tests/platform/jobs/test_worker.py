"""The worker: runs what waits, keeps time, stops without dropping work, takes up abandoned jobs."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

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
    assert ran[1] - asked < 2.5


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


CHILD = """
import asyncio, sys
from pathlib import Path
from milepost.contexts.identity.types import System
from milepost.platform import jobs
from milepost.platform.db import Database
from milepost.platform.mail import Outbox
from milepost.settings import Settings

@jobs.task("test.abandoned")
async def abandoned(context):
    print("begun", flush=True)
    await asyncio.sleep(60)

async def main(conninfo):
    db = Database(conninfo)
    await db.open()
    context = jobs.JobContext(
        db=db, settings=Settings(), mailer=Outbox(Path("outbox"), "a@b"), system_actor=System
    )
    await jobs.run_worker(conninfo, context, asyncio.Event(), stalled_seconds=0.6)

asyncio.run(main(sys.argv[1]))
"""


async def test_the_job_of_a_killed_worker_runs_again(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    ran: list[str] = []

    @tasks.task("test.abandoned")
    async def abandoned(context: JobContext) -> None:
        ran.append("again")

    await ask(db, tasks, "test.abandoned")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, database.app, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        assert await asyncio.wait_for(child.stdout.readline(), 20) == b"begun\n"
    finally:
        child.kill()
        await child.wait()
    async with working(database.app, context, tasks, stalled_seconds=0.6):
        await until(lambda: ran == ["again"])


async def test_a_worker_starts_over_what_a_killed_one_had_put_back(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    ran: list[str] = []

    @tasks.task("test.again")
    async def again(context: JobContext) -> None:
        ran.append("again")

    await ask(db, tasks, "test.again")
    async with db.transaction(System()) as tx:
        # A job that failed once keeps its worker's number while it waits.
        await tx.run(
            """
            with worker as (
              insert into procrastinate.procrastinate_workers (last_heartbeat)
              values (now() - interval '1 minute')
              returning id
            )
            update procrastinate.procrastinate_jobs
               set worker_id = worker.id, scheduled_at = now(), attempts = 1
              from worker
            """
        )
    async with working(database.app, context, tasks):
        await until(lambda: ran == ["again"])


async def test_a_job_that_takes_its_workers_down_is_given_up(
    db: Database, database: Roles, context: JobContext, tasks: Registry
) -> None:
    ran: list[str] = []

    @tasks.task("test.deadly")
    async def deadly(context: JobContext) -> None:
        ran.append("deadly")

    await ask(db, tasks, "test.deadly")
    async with db.transaction(System()) as tx:
        await tx.run("update procrastinate.procrastinate_jobs set status = 'doing', attempts = 10")
    async with working(database.app, context, tasks):
        await asyncio.sleep(0.5)
    async with db.transaction(System()) as tx:
        left = await tx.values("select status::text from procrastinate.procrastinate_jobs")
    assert left == ["failed"]
    assert ran == []


async def test_stopping_does_not_wait_for_a_database_that_is_away(
    context: JobContext, tasks: Registry, tmp_path: Path
) -> None:
    stop = asyncio.Event()
    nowhere = f"host={tmp_path} dbname=nothing user=nobody"
    worker = asyncio.create_task(jobs.run_worker(nowhere, context, stop, tasks=tasks))
    await asyncio.sleep(0.3)
    before = len(asyncio.all_tasks())
    stop.set()
    await asyncio.wait_for(worker, 5)
    assert len(asyncio.all_tasks()) < before


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
