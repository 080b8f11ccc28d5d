"""Tables with a partition a month: made ahead, for all of them alike; closed; archived."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from tests.factories.databases import as_app

from milepost.contexts.identity.types import System
from milepost.platform import jobs
from milepost.platform.db import Database
from milepost.platform.db.partitions import ensure_partitions
from milepost.platform.db.roles import Roles
from milepost.platform.errors import Forbidden
from milepost.platform.jobs import JobContext

TENANT = UUID("01a1ffd1-0000-7000-8000-000000000001")
MONTHS = """
  select c.relnamespace::regnamespace::text || '.' || c.relname
    from pg_class c
    join pg_inherits i
      on i.inhrelid = c.oid
   where i.inhparent in (
           'events.log'::regclass, 'platform.ai_usage'::regclass, 'standups.messages'::regclass
         )
     and c.relrowsecurity
     and c.relforcerowsecurity
   order by 1
"""


async def test_three_months_are_made_of_every_table_and_kept(
    db: Database, context: JobContext
) -> None:
    then = replace(context, now=lambda: datetime(2041, 11, 30, 23, 59, tzinfo=UTC))
    async with db.transaction(System()) as tx:
        before = await tx.values(MONTHS)
    for _ in range(2):
        await jobs.make_partitions(then)
        async with db.transaction(System()) as tx:
            made = set(await tx.values(MONTHS)) - set(before)
        assert made == {
            f"{table}_{month}"
            for table in ("events.log", "platform.ai_usage", "standups.messages")
            for month in ("2041_11", "2041_12", "2042_01")
        }


async def test_a_month_is_reached_through_its_table_only(db: Database, context: JobContext) -> None:
    month = datetime(2043, 3, 1, tzinfo=UTC)
    async with db.transaction(System()) as tx:
        await ensure_partitions(tx, now=month)
    with pytest.raises(Forbidden):
        async with db.transaction(System()) as tx:
            await tx.run("select l.id from events.log_2043_03 l")


@pytest_asyncio.fixture(loop_scope="session")
async def aged(new_database: Callable[[str], Roles]) -> AsyncIterator[Database]:
    """A database of its own, in which nobody else's months are moved."""
    async with as_app(new_database(f"archive_{uuid4().hex}").app) as db:
        yield db


async def test_old_months_are_archived_and_read_as_before(
    aged: Database, context: JobContext
) -> None:
    settings = context.settings.model_copy(update={"archive_after_months": 2})
    then = datetime(2031, 5, 20, tzinfo=UTC)
    months = [datetime(2031, month, 9, tzinfo=UTC) for month in (1, 2, 3, 4, 5)]
    await _log(aged, months)
    later = replace(context, db=aged, settings=settings, now=lambda: then)
    for _ in range(2):
        await jobs.archive_old_partitions(later)
        async with aged.transaction(System()) as tx:
            stands = {month for month in await tx.values(MONTHS) if "_2031_" in month}
        assert {month for month in stands if "log_" in month} == {
            "events_archive.log_2031_01",
            "events_archive.log_2031_02",
            "events.log_2031_03",
            "events.log_2031_04",
            "events.log_2031_05",
            "events.log_2031_06",
            "events.log_2031_07",
        }
        assert "standups_archive.messages_2031_02" in stands
    # Nothing is made again of what is there, and all of it is read, and erased, through its table.
    async with aged.transaction(System()) as tx:
        await ensure_partitions(tx, now=months[0])
    async with aged.transaction(System(TENANT)) as tx:
        assert await tx.values("select l.at from events.log l order by l.at") == months
        assert await tx.run("delete from events.log where name = 'a.thing'") == len(months)
    with pytest.raises(Forbidden):
        async with aged.transaction(System()) as tx:
            await tx.run("select l.id from events_archive.log_2031_01 l")


async def test_without_a_number_of_months_all_stay(aged: Database, context: JobContext) -> None:
    await _log(aged, [datetime(2031, 1, 9, tzinfo=UTC)])
    settings = context.settings.model_copy(update={"archive_after_months": 0})
    far = replace(context, db=aged, settings=settings, now=lambda: datetime(2060, 1, 1, tzinfo=UTC))
    await jobs.archive_old_partitions(far)
    async with aged.transaction(System()) as tx:
        assert "events.log_2031_01" in await tx.values(MONTHS)


async def _log(db: Database, months: Sequence[datetime]) -> None:
    """Write something down in each of these months."""
    for month in months:
        async with db.transaction(System(TENANT)) as tx:
            await ensure_partitions(tx, now=month)
            await tx.run(
                """
                insert into events.log (tenant_id, name, payload, at)
                values (%(tenant_id)s, 'a.thing', '{}', %(at)s)
                """,
                {"tenant_id": TENANT, "at": month},
            )
