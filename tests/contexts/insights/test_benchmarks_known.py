"""Who may read how it went for most of a block is not told the rest of it by its figures."""

from collections.abc import Sequence
from uuid import UUID

import pytest
import pytest_asyncio

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import StepBenchmark, Withheld
from milepost.platform.db import Database
from tests.contexts.insights.companies import Town
from tests.contexts.insights.conftest import FRAMEWORK, NOW
from tests.contexts.insights.test_benchmarks import refresh, write
from tests.factories.people import Place, Someone, make_place
from tests.factories.portfolios import make_organization


@pytest_asyncio.fixture(loop_scope="session")
async def place(counting: Database) -> Place:
    return await make_place(counting, now=NOW)


async def look(place: Place, who: Someone, **chosen: str) -> StepBenchmark:
    async with place.db.transaction(who.actor) as tx:
        return await insights.get_benchmark(
            tx, program_slug=FRAMEWORK.slug, step_slug="idea", **chosen
        )


async def typical(place: Place, town: Town, who: Someone) -> set[str]:
    async with place.db.transaction(who.actor) as tx:
        return set(await insights.list_typical(tx, program_id=town.program_id))


async def let_in(place: Place, companies: Sequence[UUID], level: Level) -> Someone:
    """Somebody of a firm that these companies let in."""
    firm = await make_organization(place, kind="investor")
    investor = await place.person("Ines Vest", organization=firm)
    for company in companies:
        owner = await place.person("Olga Own")
        async with place.db.transaction(place.system) as tx:
            await identity.join(tx, user_id=owner.id, organization_id=company, now=NOW)
        async with place.db.transaction(owner.actor) as tx:
            await identity.make_grant(
                tx,
                subject_id=company,
                audience=identity.Audience(organization_id=firm.id),
                capacity=Capacity.INVESTOR,
                level=level,
                now=NOW,
            )
    return investor


@pytest.mark.parametrize(
    ("size", "known", "level", "told"),
    [
        (5, 2, Level.DETAILED, True),
        (5, 3, Level.DETAILED, False),
        (5, 4, Level.DETAILED, False),
        (5, 5, Level.FULL, False),
        (5, 4, Level.BASIC, True),
        (8, 5, Level.DETAILED, True),
        (8, 6, Level.DETAILED, False),
    ],
)
async def test_a_firm_that_knows_most_of_a_block_is_not_told(
    counting: Database, town: Town, place: Place, size: int, known: int, level: Level, told: bool
) -> None:
    companies = await town.companies(place, size)
    await write(town, companies)
    await refresh(counting)
    investor = await let_in(place, [company.id for company in companies[:known]], level)
    for chosen in ({}, {"industry": "software"}, {"industry": "software", "stage": "launch"}):
        seen = await look(place, investor, **chosen)
        assert (seen.cell is not None) is told
        if not told:
            assert seen.withheld is Withheld.KNOWN
            assert (seen.industries, seen.stages) == ([], [])
        # Everybody else is told as before.
        assert (await look(place, place.admin, **chosen)).cell is not None


async def test_what_was_not_counted_is_nothing_to_subtract(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 5)
    await write(town, companies)
    await refresh(counting)
    others = await town.companies(place, 4)
    for other in others:
        await town.outcome(other, step="idea", shared=False)
    investor = await let_in(place, [other.id for other in others], Level.DETAILED)
    assert (await look(place, investor)).cell is not None


async def test_what_is_usual_is_told_where_enough_others_are_counted(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 10)
    await write(town, companies)
    await refresh(counting)
    ids = [company.id for company in companies]
    assert await typical(place, town, await let_in(place, ids[:5], Level.DETAILED)) == {"idea"}
    assert await typical(place, town, await let_in(place, ids[:6], Level.DETAILED)) == set()
    assert await typical(place, town, await let_in(place, ids[:6], Level.BASIC)) == {"idea"}
    assert await typical(place, town, await let_in(place, ids[:2], Level.FULL)) == {"idea"}


async def test_who_acts_for_several_companies_is_an_attacker_as_well(
    counting: Database, town: Town, place: Place
) -> None:
    companies = await town.companies(place, 5)
    await write(town, companies)
    await refresh(counting)
    founder = await place.person("Paula Many")
    async with place.db.transaction(place.system) as tx:
        for company in companies[:2]:
            await identity.join(tx, user_id=founder.id, organization_id=company.id, now=NOW)
    assert (await look(place, founder)).cell is not None
    async with place.db.transaction(place.system) as tx:
        await identity.join(tx, user_id=founder.id, organization_id=companies[2].id, now=NOW)
    assert (await look(place, founder)).withheld is Withheld.KNOWN
