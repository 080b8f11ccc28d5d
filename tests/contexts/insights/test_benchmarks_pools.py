"""Whose companies are counted together: those of a tenant, or of all that joined."""

from pathlib import Path

import pytest
import pytest_asyncio

from milepost import main
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.insights.benchmarks import Withheld
from milepost.platform import jobs
from milepost.platform.db import Database
from milepost.platform.errors import Forbidden
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Outbox
from milepost.settings import Settings
from tests.contexts.insights.benchmark_nights import SECRET, look, refresh, write
from tests.contexts.insights.companies import Town
from tests.contexts.insights.conftest import NOW
from tests.factories.people import Place, make_place


@pytest_asyncio.fixture(loop_scope="session")
async def place(counting: Database) -> Place:
    return await make_place(counting, now=NOW)


async def test_tenants_are_apart_unless_both_join(
    counting: Database, town: Town, place: Place
) -> None:
    other = await make_place(counting, now=NOW)
    third = await make_place(counting, now=NOW)
    await write(town, await town.companies(place, 8))
    await write(town, await town.companies(other, 3))
    await write(town, await town.companies(third, 6))
    await refresh(counting)
    assert (await look(other)).withheld is Withheld.TOO_FEW
    alone = await look(place)
    assert alone.cell is not None
    assert not alone.everywhere

    await join(place, joins=True)
    await refresh(counting, days_later=1)
    assert (await look(other)).cell is None
    assert (await look(place)).cell == alone.cell, "the only one in the common pool"

    await join(other, joins=True)
    await write(town, await town.companies(other, 5))
    await refresh(counting, days_later=2)
    here, there, outside = await look(place), await look(other), await look(third)
    assert here.cell is not None
    assert here.cell == there.cell
    assert here.everywhere
    assert there.everywhere
    assert not outside.everywhere
    assert here.cell.companies == 15
    assert outside.cell is not None
    assert outside.cell.companies == 5


async def test_leaving_the_common_pool_takes_ones_own_blocks_along(
    counting: Database, town: Town, place: Place
) -> None:
    other = await make_place(counting, now=NOW)
    await write(town, await town.companies(place, 8))
    await refresh(counting)
    alone = await look(place)
    for one in (place, other):
        await join(one, joins=True)
    # Counted together, since neither has enough of them.
    await write(town, await town.companies(place, 3), industry="health")
    await write(town, await town.companies(other, 3), industry="health")
    await refresh(counting, days_later=1)
    assert (await look(other, industry="health")).cell is not None
    await join(place, joins=False)
    (own, common) = sorted(
        await refresh(counting, days_later=2), key=lambda done: done.pool.int, reverse=True
    )
    assert (own.pool, own.gone, common.gone) == (place.tenant_id, 0, 6)
    assert (await look(place)).cell == alone.cell
    assert (await look(other)).withheld is Withheld.TOO_FEW


async def test_whoever_joins_or_leaves_is_counted_anew_at_once(
    counting: Database, town: Town, place: Place, tmp_path: Path
) -> None:
    await town.operator.execute("delete from procrastinate.procrastinate_jobs")
    context = JobContext(
        db=counting,
        settings=Settings(data=tmp_path, benchmark_settle_days=0),
        mailer=Outbox(tmp_path / "outbox", "Milepost <milepost@localhost>"),
        system_actor=System,
        secret=SECRET,
    )
    assert main.JOBS
    await write(town, await town.companies(place, 8))
    await refresh(counting)
    alone = await look(place)
    for joins in (True, False):
        await join(place, joins=joins)
        await jobs.run_pending(counting, context)
        told = await look(place)
        assert told.cell == alone.cell
        assert told.everywhere is joins
    await join(place, joins=False)
    waiting = await town.operator.execute(
        "select 1 from procrastinate.procrastinate_jobs where status = 'todo'"
    )
    assert await waiting.fetchall() == [], "nothing changed"


async def join(place: Place, *, joins: bool) -> None:
    async with place.db.transaction(place.admin.actor) as tx:
        tenant = await identity.join_pool(tx, joins=joins, now=NOW)
    assert tenant.joins_pool is joins


async def test_only_an_administrator_joins(counting: Database, place: Place) -> None:
    person = await place.person()
    async with counting.transaction(person.actor) as tx:
        with pytest.raises(Forbidden):
            await identity.join_pool(tx, joins=True, now=NOW)
