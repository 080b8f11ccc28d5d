"""A step's benchmark, from what companies wrote to what others are told, as the application."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Pool, System
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import Withheld
from milepost.contexts.insights.errors import AnotherKey
from milepost.platform.db import Database, roles
from milepost.platform.errors import NotFound
from tests.contexts.insights.benchmark_nights import DAYS, look, refresh, write
from tests.contexts.insights.companies import Town
from tests.contexts.insights.conftest import FRAMEWORK, NOW
from tests.factories.companies import publish
from tests.factories.databases import looking
from tests.factories.people import Place, make_place


@pytest_asyncio.fixture(loop_scope="session")
async def place(counting: Database) -> Place:
    return await make_place(counting, now=NOW)


async def test_what_eight_companies_share_is_told_and_what_they_keep_is_not(
    counting: Database, town: Town, place: Place
) -> None:
    assert (await look(place)).withheld is Withheld.NOT_YET
    outcomes = await write(town, await town.companies(place, 8))
    kept = await town.companies(place, 5)
    for company in kept:
        await town.outcome(company, step="idea", days=300, shared=False)
    (done,) = await refresh(counting)
    assert (done.made, done.steps, done.changed) == (1, 3, 1)
    told = await look(place)
    assert told.cell is not None
    assert told.withheld is None
    assert told.cell.companies == 5
    assert told.cell.median in (8, 9, 10, 11, 12)
    assert told.cell.finished is None
    assert sum(band.share for band in told.durations) == 100
    assert told.durations[-1].last is None
    assert told.durations[-1].share == 0
    assert told.calculated_at == NOW
    assert told.industries == ["software"]
    assert len(outcomes) == 8


async def test_a_small_pool_is_told_nothing(counting: Database, town: Town, place: Place) -> None:
    await write(town, await town.companies(place, 4))
    await refresh(counting)
    told = await look(place)
    assert told.cell is None
    assert told.withheld is Withheld.TOO_FEW
    assert told.calculated_at is not None
    assert told.durations == []
    (fifth,) = await town.companies(place, 1)
    await town.outcome(fifth, step="idea")
    await refresh(counting, days_later=1)
    assert (await look(place)).cell is not None


async def test_withdrawing_takes_the_block_out_of_the_next_refresh_for_good(
    counting: Database, town: Town, place: Place
) -> None:
    first, *others = await write(town, await town.companies(place, 16))
    await refresh(counting)
    before = await look(place)
    assert before.cell is not None
    assert before.cell.companies == 15
    await town.share(first, shared=False)
    assert (await look(place)).cell == before.cell
    (done,) = await refresh(counting, days_later=1)
    assert done.gone == 8
    after = await look(place)
    assert after.cell is not None
    assert after.cell.companies == 5
    # Agreeing again doesn't bring back what could be subtracted.
    await town.share(first, shared=True)
    (done,) = await refresh(counting, days_later=2)
    assert (done.gone, done.made) == (0, 0)
    again = await look(place)
    assert again.cell == after.cell
    assert len(others) == 15


async def test_a_refresh_without_news_changes_nothing_but_the_time(
    counting: Database, town: Town, place: Place
) -> None:
    await write(town, await town.companies(place, 9))
    await refresh(counting)
    before = await look(place)
    (done,) = await refresh(counting, days_later=1)
    assert (done.changed, done.gone, done.made) == (0, 0, 0)
    after = await look(place)
    assert after.cell == before.cell
    assert after.calculated_at == NOW + timedelta(days=1)


async def test_what_was_shared_just_now_waits_until_it_has_settled(
    counting: Database, town: Town, place: Place
) -> None:
    await write(town, await town.companies(place, 6))
    await refresh(counting, settle=3, days_later=2)
    assert (await look(place)).withheld is Withheld.TOO_FEW
    await refresh(counting, settle=3, days_later=3)
    assert (await look(place)).cell is not None


async def test_a_step_that_a_newer_version_retired_is_counted_and_told(
    counting: Database, counting_database: roles.Roles, town: Town, place: Place
) -> None:
    *left, retired = (step.slug for step in FRAMEWORK.steps)
    shorter = replace(FRAMEWORK, steps=FRAMEWORK.steps[: len(left)])
    async with looking(counting_database.owner) as owner:
        await publish(owner, shorter, now=NOW)
    try:
        for number, company in enumerate(await town.companies(place, 8)):
            await town.outcome(company, step=retired, days=DAYS[number])
        await refresh(counting)
        told = await look(place, step=retired)
        assert told.cell is not None
        assert told.cell.companies == 5
        async with counting.transaction(place.admin.actor) as tx:
            assert await insights.find_for_advice(tx, program_id=town.program_id, step_slug=retired)
        with pytest.raises(NotFound):
            await look(place, step="own-offer")
    finally:
        async with looking(counting_database.owner) as owner:
            await publish(owner, FRAMEWORK, now=NOW)


async def test_industries_and_stages_are_told_where_there_are_enough(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 18)
    await write(town, companies[:8], industry="software", stage="launch")
    await write(town, companies[8:15], industry="health", stage="launch")
    await write(town, companies[15:], industry="food", stage="growth")
    await refresh(counting)
    told = await look(place)
    assert (told.industries, told.stages) == (["health", "software"], ["launch"])
    assert (await look(place, industry="health")).cell is not None
    assert (await look(place, industry="food")).withheld is Withheld.TOO_FEW
    both = await look(place, industry="software", stage="launch")
    assert both.cell is not None
    assert both.stages == ["launch"]
    assert (await look(place, stage="launch")).cell is not None
    assert (await look(place, stage="scale")).withheld is Withheld.TOO_FEW


async def test_ones_own_outcome_stands_beside_it(
    counting: Database, town: Town, place: Place
) -> None:
    organization = await place.organization()
    founder = await place.person(organization=organization)
    mine = await town.company(place, id=organization.id)
    await town.outcome(mine, step="idea", days=21, confidence=2, shared=False)
    await write(town, await town.companies(place, 6))
    await refresh(counting)
    async with counting.transaction(founder.actor) as tx:
        told = await insights.get_benchmark(
            tx, program_slug=FRAMEWORK.slug, step_slug="idea", subject_id=organization.id
        )
    assert told.own is not None
    assert (told.own.days, told.own.confidence, told.own.shared) == (21, 2, False)
    assert (await look(place)).own is None, "an administrator is none of the company"


async def test_advice_and_portfolios_get_the_same_figures(
    counting: Database, town: Town, place: Place
) -> None:
    await write(town, await town.companies(place, 12))
    await refresh(counting)
    cell = (await look(place)).cell
    assert cell is not None
    async with counting.transaction(place.admin.actor) as tx:
        advice = await insights.find_for_advice(tx, program_id=town.program_id, step_slug="idea")
        none = await insights.find_for_advice(tx, program_id=town.program_id, step_slug="offer")
        typical = await insights.list_typical(tx, program_id=town.program_id)
    assert advice is not None
    assert none is None
    assert (advice.days_lower, advice.days_median, advice.days_upper) == (
        cell.first_quartile,
        cell.median,
        cell.third_quartile,
    )
    assert set(typical) == {"idea"}
    assert typical["idea"].median == cell.median


async def test_nobody_but_the_refresh_sees_who_is_counted_with_whom(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 8)
    await write(town, companies)
    await refresh(counting)
    for actor in (place.admin.actor, System(place.tenant_id), System()):
        async with counting.transaction(actor) as tx:
            assert await tx.values("select b.id from insights.benchmark_blocks b") == []
    async with counting.transaction(Pool(place.tenant_id)) as tx:
        (named,) = await tx.values("select b.companies from insights.benchmark_blocks b")
    assert len(named) == 8
    assert not {company.id for company in companies} & set(named), "a hash, and no id"


async def test_an_erased_company_is_out_of_the_next_refresh(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 16)
    await write(town, companies)
    await refresh(counting)
    await town.operator.execute(
        "delete from identity.subjects where id = %(id)s", {"id": companies[0].id}
    )
    (done,) = await refresh(counting, days_later=1)
    assert done.gone == 8
    rows = await (
        await town.operator.execute(
            """
            select b::text as line from insights.benchmark_blocks b
             union all
            select s::text from insights.benchmark_spent s
             union all
            select c::text from insights.benchmark_cells c
            """
        )
    ).fetchall()
    assert rows
    assert not [row for row in rows if str(companies[0].id) in row["line"]]


async def test_another_secret_would_count_everybody_again_and_is_refused(
    counting: Database, town: Town, place: Place
) -> None:
    await write(town, await town.companies(place, 6))
    await refresh(counting)
    with pytest.raises(AnotherKey):
        await refresh(counting, secret=b"x" * 32)


async def test_there_is_no_benchmark_of_what_isnt_walked(counting: Database, place: Place) -> None:
    with pytest.raises(NotFound):
        await look(place, step="no-such-step")
    async with counting.transaction(place.admin.actor) as tx:
        with pytest.raises(NotFound):
            await insights.get_benchmark(tx, program_slug="fast-track", step_slug="sprint-0-woop")
