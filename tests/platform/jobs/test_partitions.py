"""Tables with a partition a month: made ahead, for all of them alike, and closed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from milepost.contexts.identity.types import System
from milepost.platform import jobs
from milepost.platform.db import Database
from milepost.platform.db.partitions import ensure_partitions
from milepost.platform.errors import Forbidden
from milepost.platform.jobs import JobContext

MONTHS = """
  select c.relnamespace::regnamespace::text || '.' || c.relname
    from pg_class c
    join pg_inherits i
      on i.inhrelid = c.oid
   where i.inhparent in ('events.log'::regclass, 'platform.ai_usage'::regclass)
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
            for table in ("events.log", "platform.ai_usage")
            for month in ("2041_11", "2041_12", "2042_01")
        }


async def test_a_month_is_reached_through_its_table_only(db: Database, context: JobContext) -> None:
    month = datetime(2043, 3, 1, tzinfo=UTC)
    async with db.transaction(System()) as tx:
        await ensure_partitions(tx, now=month)
    with pytest.raises(Forbidden):
        async with db.transaction(System()) as tx:
            await tx.run("select l.id from events.log_2043_03 l")
