"""What is shown of benchmarks is derived anew from who is counted; what doesn't follow is named."""

import psycopg
import pytest_asyncio

from milepost.contexts.insights import service as insights
from milepost.platform.db import Database
from tests.contexts.insights.benchmark_nights import look, refresh, write
from tests.contexts.insights.companies import Town
from tests.contexts.insights.conftest import FRAMEWORK, NOW
from tests.factories.people import Place, make_place


@pytest_asyncio.fixture(loop_scope="session")
async def place(counting: Database) -> Place:
    return await make_place(counting, now=NOW)


async def stale(db: Database) -> tuple[int, list[insights.StaleFigure]]:
    seen = 0
    found: list[insights.StaleFigure] = []
    async for steps, figures in insights.verify_benchmarks(db):
        seen += steps
        found += figures
    return seen, found


async def test_what_is_shown_follows_from_the_blocks_and_what_does_not_is_named(
    counting: Database, seeing_all: psycopg.AsyncConnection, town: Town, place: Place
) -> None:
    await write(town, await town.companies(place, 12))
    await write(town, await town.companies(place, 8), industry="health")
    await refresh(counting)
    seen, found = await stale(counting)
    assert (seen, found) == (3, [])
    whole = await look(place)
    assert whole.cell is not None
    median = whole.cell.median
    await seeing_all.execute(
        """
        update insights.benchmark_cells
           set median = median + 1
         where industry = ''
           and stage = ''
        """
    )
    step = f"{FRAMEWORK.slug} idea"
    assert (await stale(counting))[1] == [
        insights.StaleFigure(f"{step} all/all median", str(median + 1), str(median))
    ]
    await seeing_all.execute("delete from insights.benchmark_cells where industry = ''")
    _, found = await stale(counting)
    assert {(item.shown, item.derived.partition(" ")[0]) for item in found} == {("not shown", "at")}
    assert f"{step} all/all" in {item.what for item in found}


async def test_a_tenant_that_joins_the_common_pool_makes_nothing_stale_before_the_night(
    counting: Database, seeing_all: psycopg.AsyncConnection, town: Town, place: Place
) -> None:
    joined = await make_place(counting, now=NOW)
    for one in (place, joined):
        await write(town, await town.companies(one, 8))
    await seeing_all.execute(
        """
        update identity.tenants
           set settings = '{"joins_pool": true}'
         where id = %s
        """,
        [place.tenant_id],
    )
    await refresh(counting)
    assert await stale(counting) == (6, [])
    await seeing_all.execute("update identity.tenants set settings = '{\"joins_pool\": true}'")
    assert (await stale(counting))[1] == []
    await refresh(counting, days_later=1)
    assert await stale(counting) == (3, [])
