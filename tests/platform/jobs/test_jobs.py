"""Jobs: asked for with the caller's transaction, run once, tried again, never two of one key."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from milepost.contexts.identity.types import System
from milepost.platform import jobs
from milepost.platform.db import Database
from milepost.platform.jobs import JobContext, Registry


async def waiting(db: Database) -> int:
    async with db.transaction(System()) as tx:
        return await tx.value(
            "select count(*) from procrastinate.procrastinate_jobs where status = 'todo'"
        )


@pytest.fixture(autouse=True)
async def empty_queue(db: Database) -> None:
    async with db.transaction(System()) as tx:
        await tx.run("delete from procrastinate.procrastinate_periodic_defers")
        await tx.run("delete from procrastinate.procrastinate_jobs")


@pytest.fixture
def seen(tasks: Registry) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []

    @tasks.task("test.note")
    async def note(context: JobContext, **args: object) -> None:
        assert isinstance(context, JobContext)
        found.append(args)

    return found


async def test_a_job_runs_once_with_its_arguments_and_leaves_nothing(
    db: Database, context: JobContext, tasks: Registry, seen: list[dict[str, object]]
) -> None:
    some_id, at = uuid4(), datetime(2026, 3, 2, 12, tzinfo=UTC)
    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.note", tasks=tasks, id=some_id, when=at, name="n", text="é 😀")

    assert await jobs.run_pending(db, context, tasks=tasks) == 1
    assert await jobs.run_pending(db, context, tasks=tasks) == 0

    assert seen == [{"id": str(some_id), "when": at.isoformat(), "name": "n", "text": "é 😀"}]
    async with db.transaction(System()) as tx:
        left = await tx.value("select count(*) from procrastinate.procrastinate_jobs")
    assert left == 0


async def test_a_job_of_a_rolled_back_transaction_never_was(
    db: Database, context: JobContext, tasks: Registry, seen: list[dict[str, object]]
) -> None:
    async def change_my_mind() -> None:
        async with db.transaction(System()) as tx:
            await jobs.defer(tx, "test.note", tasks=tasks)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await change_my_mind()

    assert await jobs.run_pending(db, context, tasks=tasks) == 0
    assert seen == []


async def test_an_unknown_name_is_refused_before_anything_is_written(
    db: Database, tasks: Registry
) -> None:
    with pytest.raises(LookupError, match=r"test\.nothing"):
        async with db.transaction(System()) as tx:
            await jobs.defer(tx, "test.nothing", tasks=tasks)
    assert await waiting(db) == 0


async def test_two_functions_of_one_name_are_refused(tasks: Registry) -> None:
    async def one(context: JobContext) -> None: ...

    async def other(context: JobContext) -> None: ...

    tasks.task("test.same")(one)
    tasks.task("test.same")(one)
    with pytest.raises(ValueError, match="two jobs"):
        tasks.task("test.same")(other)


async def test_a_key_keeps_one_waiting_job_and_spares_the_transaction(
    db: Database, context: JobContext, tasks: Registry, seen: list[dict[str, object]]
) -> None:
    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.note", "same", tasks=tasks, turn=1)
        await jobs.defer(tx, "test.note", "same", tasks=tasks, turn=2)
        assert await tx.value("select 1") == 1
    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.note", key="same", tasks=tasks, turn=3)
        await jobs.defer(tx, "test.note", key="other", tasks=tasks, turn=4)

    assert await jobs.run_pending(db, context, tasks=tasks) == 2
    assert [args["turn"] for args in seen] == [1, 4]


async def test_a_waiting_job_is_not_started_while_somebody_relies_on_it(
    db: Database, context: JobContext, tasks: Registry, seen: list[dict[str, object]]
) -> None:
    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.note", "same", tasks=tasks)
    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.note", "same", tasks=tasks)
        assert await jobs.run_pending(db, context, tasks=tasks) == 0
    assert await jobs.run_pending(db, context, tasks=tasks) == 1
    assert len(seen) == 1


async def test_a_job_for_later_waits(
    db: Database, context: JobContext, tasks: Registry, seen: list[dict[str, object]]
) -> None:
    async with db.transaction(System()) as tx:
        later = datetime.now(UTC) + timedelta(hours=1)
        await jobs.defer(tx, "test.note", at=later, tasks=tasks)
    assert await jobs.run_pending(db, context, tasks=tasks) == 0
    assert await waiting(db) == 1


async def test_a_failing_job_waits_longer_each_time_and_then_stays_failed(
    db: Database, context: JobContext, tasks: Registry
) -> None:
    @tasks.task("test.fail", retry=2)
    async def fail(context: JobContext) -> None:
        raise RuntimeError("no luck")

    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.fail", tasks=tasks)
    waits: list[int] = []
    for _ in range(3):
        with pytest.raises(jobs.JobsFailed) as raised:
            await jobs.run_pending(db, context, tasks=tasks)
        assert str(raised.value.exceptions[0]) == "no luck"
        async with db.transaction(System()) as tx:
            wait = await tx.value(
                """
                select round(extract(epoch from scheduled_at - now()))::integer
                  from procrastinate.procrastinate_jobs
                 where status = 'todo'
                """
            )
            waits.append(wait)
            await tx.run("update procrastinate.procrastinate_jobs set scheduled_at = null")
    assert waits[0] in (4, 5)
    assert waits[1] in (19, 20)
    assert waits[2] is None
    assert await jobs.run_pending(db, context, tasks=tasks) == 0
    async with db.transaction(System()) as tx:
        rows = await tx.values("select status::text from procrastinate.procrastinate_jobs")
    assert rows == ["failed"]


async def test_a_failed_job_gives_way_to_a_new_one_of_its_key(
    db: Database, context: JobContext, tasks: Registry
) -> None:
    turns: list[int] = []

    @tasks.task("test.again")
    async def again(context: JobContext, turn: int) -> None:
        turns.append(turn)
        if turn == 1:
            async with context.db.transaction(System()) as tx:
                await jobs.defer(tx, "test.again", "same", tasks=tasks, turn=2)
            raise RuntimeError("half done")

    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.again", "same", tasks=tasks, turn=1)
    with pytest.raises(jobs.JobsFailed):
        await jobs.run_pending(db, context, tasks=tasks)
    assert turns == [1, 2]
    async with db.transaction(System()) as tx:
        assert await tx.value("select count(*) from procrastinate.procrastinate_jobs") == 0


async def test_jobs_that_jobs_ask_for_run_too(
    db: Database, context: JobContext, tasks: Registry, seen: list[dict[str, object]]
) -> None:
    @tasks.task("test.first")
    async def first(context: JobContext) -> None:
        async with context.db.transaction(System()) as tx:
            await jobs.defer(tx, "test.note", tasks=tasks, after="first")

    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.first", tasks=tasks)
    assert await jobs.run_pending(db, context, tasks=tasks) == 2
    assert seen == [{"after": "first"}]


async def test_two_at_once_with_one_key_leave_one_job(
    db: Database, context: JobContext, tasks: Registry, seen: list[dict[str, object]]
) -> None:
    async def ask() -> None:
        async with db.transaction(System()) as tx:
            await jobs.defer(tx, "test.note", "same", tasks=tasks)
            await asyncio.sleep(0.02)

    await asyncio.gather(*(ask() for _ in range(4)))
    assert await jobs.run_pending(db, context, tasks=tasks) == 1


async def test_failed_jobs_are_forgotten_after_a_month(
    db: Database, context: JobContext, tasks: Registry
) -> None:
    @tasks.task("test.fail", retry=0)
    async def fail(context: JobContext) -> None:
        raise RuntimeError("no luck")

    async with db.transaction(System()) as tx:
        await jobs.defer(tx, "test.fail", tasks=tasks)
    with pytest.raises(jobs.JobsFailed):
        await jobs.run_pending(db, context, tasks=tasks)

    async def left(days: int) -> int:
        then = datetime.now(UTC) + timedelta(days=days)
        await jobs.forget_failed(replace(context, now=lambda: then))
        async with db.transaction(System()) as tx:
            return await tx.value("select count(*) from procrastinate.procrastinate_jobs")

    assert await left(days=29) == 1
    assert await left(days=31) == 0
