"""Who writes about a step again, and who takes back what was shared: one choice for a step."""

from datetime import timedelta

import pytest_asyncio

from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import Own
from milepost.contexts.journeys import service as journeys
from milepost.platform.db import Database
from tests.contexts.insights.benchmark_nights import counted, look, refresh, write
from tests.contexts.insights.companies import Town
from tests.contexts.insights.conftest import FRAMEWORK, NOW
from tests.factories.people import Place, make_place


@pytest_asyncio.fixture(loop_scope="session")
async def place(counting: Database) -> Place:
    return await make_place(counting, now=NOW)


async def test_of_several_outcomes_the_newest_is_counted(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 6)
    for company in companies:
        await town.outcome(company, step="idea", days=100, at=NOW)
        await town.outcome(company, step="idea", days=2, at=NOW - timedelta(days=1))
    await refresh(counting)
    told = await look(place)
    assert told.cell is not None
    # Half of six stand in the band of 100 days, the others are spread beside it.
    assert told.cell.median > 30


async def test_a_company_waits_until_its_newest_outcome_has_settled(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 6)
    await write(town, companies)
    await town.outcome(companies[0], step="idea", days=50, at=NOW + timedelta(days=2))
    await refresh(counting, settle=3, days_later=3)
    before = await counted(counting, place)
    assert len(before) == 5
    (sixth,) = await town.companies(place, 1)
    await town.outcome(sixth, step="idea")
    four = await town.companies(place, 4)
    await write(town, four, industry="health")
    await refresh(counting, settle=3, days_later=5)
    assert len(await counted(counting, place)) == 11


async def test_a_company_counts_once_and_stays_counted_by_what_was_counted(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 6)
    await write(town, companies)
    await refresh(counting)
    before = await look(place)
    again = await town.company(place, id=companies[0].id)
    for company in (*companies, again):
        await town.outcome(company, step="idea", days=900, at=NOW + timedelta(hours=1))
    (done,) = await refresh(counting, days_later=1)
    assert (done.gone, done.made) == (0, 0)
    assert (await look(place)).cell == before.cell


async def test_who_corrected_and_then_withdraws_is_out_altogether(
    counting: Database, town: Town, place: Place
) -> None:
    organization = await place.organization()
    founder = await place.person(organization=organization)
    mine = await town.company(place, id=organization.id)
    first = await town.outcome(mine, step="idea", days=25, confidence=2, stage="launch")
    await write(town, await town.companies(place, 15))
    await refresh(counting)
    before = await look(place)
    corrected = await town.outcome(
        mine, step="idea", days=40, confidence=5, at=NOW + timedelta(hours=1)
    )

    async def own() -> Own:
        async with counting.transaction(founder.actor) as tx:
            told = await insights.get_benchmark(
                tx, program_slug=FRAMEWORK.slug, step_slug="idea", subject_id=organization.id
            )
        assert told.own is not None
        return told.own

    seen = await own()
    assert (seen.days, seen.shared, seen.corrects, seen.chose_at) == (40, True, True, None)
    later = NOW + timedelta(hours=2)
    async with counting.transaction(founder.actor) as tx:
        await journeys.set_sharing(tx, outcome_id=corrected, share=False, now=later)
    assert first in await counted(counting, place), "until the next refresh"
    seen = await own()
    assert (seen.days, seen.shared, seen.corrects, seen.chose_at) == (40, False, False, later)
    (done,) = await refresh(counting, days_later=1)
    assert done.gone == 8
    assert not {first, corrected} & await counted(counting, place)
    after = await look(place)
    assert after.cell != before.cell

    async with counting.transaction(founder.actor) as tx:
        assert await journeys.set_sharing(tx, outcome_id=first, share=True, now=later) == 2
    (done,) = await refresh(counting, days_later=2)
    assert (done.gone, done.made) == (0, 0), "sharing again brings nobody back to be subtracted"
    assert (await look(place)).cell == after.cell
