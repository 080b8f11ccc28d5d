"""How a company's journey begins: who shares it, with which steps, and several of them."""

import asyncio
from uuid import UUID

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    NotACompany,
    PlanConflict,
    WhichCompany,
)
from milepost.platform.errors import Forbidden, NotFound
from tests.contexts.journeys.companies.walking import (
    FRAMEWORK,
    NOW,
    SLUG,
    begin,
    cached,
    complete,
    look,
    states,
    tasks_of,
)
from tests.factories.people import Someone


async def test_members_share_the_journey_that_one_of_them_began(db, founder, cofounder):
    async with db.transaction(founder.actor) as tx:
        begun, created = await journeys.get_or_create(tx, program_slug=SLUG, now=NOW)
    async with db.transaction(cofounder.actor) as tx:
        found, again = await journeys.get_or_create(tx, program_slug=SLUG, now=NOW)
        mine = await journeys.list_my_journeys(tx)
    assert (created, again, found.id) == (True, False, begun.id)
    assert [journey.id for journey in mine] == [begun.id]
    assert begun.name
    assert begun.subject_id == founder.user.organization_id


async def test_who_acts_for_no_company_or_for_two_is_told(db, place, founder):
    nobody = await place.person("Nick Nobody")
    async with db.transaction(nobody.actor) as tx:
        with pytest.raises(NotACompany, match="you act for none"):
            await journeys.get_or_create(tx, program_slug=SLUG, now=NOW)
    second = await place.organization()
    async with db.transaction(place.system) as tx:
        await identity.join(tx, user_id=founder.id, organization_id=second.id, now=NOW)
    async with db.transaction(founder.actor) as tx:
        with pytest.raises(WhichCompany) as told:
            await journeys.get_or_create(tx, program_slug=SLUG, now=NOW)
        journey, _ = await journeys.get_or_create(
            tx, program_slug=SLUG, organization_id=second.id, now=NOW
        )
        foreign = await identity.get_organization(tx, organization_id=second.id)
    assert {item["id"] for item in told.value.data["companies"]} == {
        str(second.id),
        str(founder.user.organization_id),
    }
    assert journey.subject_id == second.id == foreign.id
    async with db.transaction(nobody.actor) as tx:
        with pytest.raises(NotFound):
            await journeys.get_or_create(tx, program_slug=SLUG, organization_id=second.id, now=NOW)


async def test_a_viewer_of_a_company_looks_on(db, place, company, founder, journey_id):
    viewer = await place.person("Vera Viewer")
    async with db.transaction(place.system) as tx:
        await identity.join(
            tx, user_id=viewer.id, organization_id=company.id, role="viewer", now=NOW
        )
    assert states(await look(db, viewer, journey_id))["idea"] == "unlocked"
    async with db.transaction(viewer.actor) as tx:
        with pytest.raises(Forbidden):
            await journeys.start(tx, journey_id=journey_id, step_slug="idea", now=NOW)


async def test_two_who_begin_at_the_same_moment_have_one_journey(db, founder, cofounder):
    async def start(who: Someone) -> tuple[UUID, bool]:
        async with db.transaction(who.actor) as tx:
            journey, created = await journeys.get_or_create(tx, program_slug=SLUG, now=NOW)
            if created:
                await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=NOW)
            return journey.id, created

    begun = await asyncio.gather(*(start(who) for who in (founder, cofounder) * 3))
    assert len({journey_id for journey_id, _ in begun}) == 1
    assert sum(created for _, created in begun) == 1
    assert len((await look(db, cofounder, begun[0][0])).program.steps) == 5


async def test_a_company_takes_all_steps_or_some_and_repeats_harm_nothing(db, founder):
    journey_id = await begin(db, founder, slugs=["sale", "idea"])
    walk = await look(db, founder, journey_id)
    # In the framework's order; a step waits for what comes before those that weren't taken.
    assert [step.slug for step in walk.program.steps] == ["idea", "sale"]
    assert walk.program.step("sale").after == ("idea",)
    assert states(walk) == {"idea": "unlocked", "sale": "locked"}
    assert await complete(db, founder, journey_id, "idea") == ("sale",)
    async with db.transaction(founder.actor) as tx:
        walk, new = await journeys.add_framework_steps(
            tx, journey_id=journey_id, slugs=["offer", "idea"], now=NOW
        )
    assert new == ["offer"]
    # Nobody had begun the sale: it waits for the offer now.
    assert states(walk) == {"idea": "completed", "sale": "locked", "offer": "unlocked"}
    assert await cached(db, founder, journey_id) == {
        "idea": ("completed", 100),
        "sale": ("locked", 0),
        "offer": ("unlocked", 0),
    }
    async with db.transaction(founder.actor) as tx:
        with pytest.raises(NotFound):
            await journeys.add_framework_steps(tx, journey_id=journey_id, slugs=["x"], now=NOW)
    async with db.transaction(founder.actor) as tx:
        _, new = await journeys.add_framework_steps(tx, journey_id=journey_id, slugs=None, now=NOW)
        _, none = await journeys.add_framework_steps(tx, journey_id=journey_id, slugs=None, now=NOW)
    assert (new, none) == (["interviews", "name"], [])
    assert len(await tasks_of(db, founder, journey_id, "idea")) == 3


async def test_a_journey_without_steps_is_one(db, founder):
    async with db.transaction(founder.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=SLUG, now=NOW)
        walk = await journeys.get_walk(tx, journey_id=journey.id)
    assert walk.program.steps == ()
    assert walk.program.title == FRAMEWORK.title


async def test_several_journeys_by_name_put_away_and_taken_up(db, founder, journey_id):
    second = await begin(db, founder, slugs=["idea"], name="The second product")
    assert second != journey_id
    await complete(db, founder, second, "idea")
    assert states(await look(db, founder, journey_id))["idea"] == "unlocked"
    async with db.transaction(founder.actor) as tx:
        again, created = await journeys.get_or_create(
            tx, program_slug=SLUG, name="The second product", now=NOW
        )
        assert (again.id, created) == (second, False)
        first = await journeys.get_journey(tx, journey_id=journey_id)
        with pytest.raises(PlanConflict, match="another journey"):
            await journeys.rename(tx, journey_id=second, name=first.name, now=NOW)
        renamed = await journeys.rename(tx, journey_id=journey_id, name="Bread", now=NOW)
        away = await journeys.rename(tx, journey_id=journey_id, archived=True, now=NOW)
        assert (renamed.name, away.name, away.is_archived) == ("Bread", "Bread", True)
        # The company's journey is the one that it is at.
        found, _ = await journeys.get_or_create(tx, program_slug=SLUG, now=NOW)
        assert found.id == second
        back = await journeys.rename(tx, journey_id=journey_id, archived=False, now=NOW)
        assert not back.is_archived
