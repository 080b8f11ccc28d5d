"""Taking a step out of a company's plan again: only what nobody worked on goes."""

import random
from datetime import timedelta

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    AlreadyDone,
    PlanConflict,
    StepLocked,
    WorkedOn,
    WrongPlan,
)
from milepost.contexts.journeys.service import audits, openings
from milepost.contexts.journeys.types import StepEdit
from milepost.platform.errors import Forbidden, NotFound
from tests.contexts.journeys.companies.walking import (
    FRAMEWORK,
    NOW,
    cached,
    complete,
    edit,
    look,
    stale,
    states,
    tasks_of,
    tick,
)


async def remove(db, who, journey_id, slug):
    async with db.transaction(who.actor) as tx:
        return await journeys.remove_step(tx, journey_id=journey_id, step_slug=slug, now=NOW)


async def own(db, who, journey_id, title, *, after=(), tasks=()):
    content = StepEdit(title=title, phase="early", domain="sales", after=list(after))
    async with db.transaction(who.actor) as tx:
        _, slug = await journeys.add_own_step(
            tx, journey_id=journey_id, content=content, tasks=list(tasks), now=NOW
        )
    return slug


def after(walk, slug):
    return walk.program.step(slug).after


async def test_a_mistyped_step_of_ones_own_goes_with_its_tasks(
    db, place, founder, cofounder, journey_id
):
    slug = await own(db, founder, journey_id, "Vsit bakers", after=["idea"], tasks=["Go", "Ask"])
    later = await own(db, founder, journey_id, "Bake", after=[slug, "name"])
    # A step of the framework, which this company lets wait for it.
    await edit(db, founder, journey_id, "sale", StepEdit(after=[slug]), None)
    walk = await remove(db, cofounder, journey_id, slug)
    assert walk.program.find_step(slug) is None
    # What waited for it waits for what it waited for.
    assert after(walk, later) == ("name", "idea")
    assert after(walk, "sale") == ("idea",)
    assert await tasks_of(db, founder, journey_id, slug) == []
    assert slug not in await cached(db, founder, journey_id)
    assert await stale(db, place) == set()
    assert "sale" in await complete(db, founder, journey_id, "idea")
    with pytest.raises(NotFound):
        await remove(db, founder, journey_id, slug)


async def test_a_step_of_the_framework_goes_and_can_be_taken_again(db, place, founder, journey_id):
    before = states(await look(db, founder, journey_id))
    waits = await own(db, founder, journey_id, "Bake", after=["interviews"])
    walk = await remove(db, founder, journey_id, "interviews")
    assert after(walk, "offer") == ("idea",)
    assert after(walk, waits) == ("idea",)
    assert await stale(db, place) == set()
    async with db.transaction(founder.actor) as tx:
        offered = await journeys.list_offered(tx, walk=walk)
        assert offered.find_step("interviews") is not None
        # It is no news: no update brings it back.
        assert await journeys.preview_update(tx, journey_id=journey_id, again=True) is None
        walk, new = await journeys.add_framework_steps(
            tx, journey_id=journey_id, slugs=["interviews"], now=NOW
        )
    assert new == ["interviews"]
    assert after(walk, "offer") == ("interviews",)
    assert {slug: state for slug, state in states(walk).items() if slug != waits} == before
    assert [step.slug for step in walk.program.steps if step.slug != waits] == [
        step.slug for step in FRAMEWORK.steps
    ]
    assert len(await tasks_of(db, founder, journey_id, "interviews")) == 3
    assert await stale(db, place) == set()


async def test_the_last_step_goes_too(db, place, founder, journey_id):
    for step in FRAMEWORK.steps:
        walk = await remove(db, founder, journey_id, step.slug)
    assert walk.program.steps == ()
    assert (await look(db, founder, journey_id)).program.steps == ()
    assert await stale(db, place) == set()
    async with db.transaction(founder.actor) as tx:
        assert await journeys.preview_update(tx, journey_id=journey_id, again=True) is None
        walk, new = await journeys.add_framework_steps(
            tx, journey_id=journey_id, slugs=None, now=NOW
        )
    assert len(new) == len(walk.program.steps) == len(FRAMEWORK.steps)


async def test_what_somebody_worked_on_stays(db, founder, cofounder, journey_id):
    async def change_task(slug, **said):
        task = (await tasks_of(db, founder, journey_id, slug))[0]
        async with db.transaction(founder.actor) as tx:
            await journeys.edit_task(
                tx,
                journey_id=journey_id,
                task_id=task.id,
                edit=journeys.TaskEdit(**said),
                now=NOW,
            )

    mine = await own(db, founder, journey_id, "Bake", tasks=["Knead"])
    first = (await tasks_of(db, founder, journey_id, "idea"))[0]
    await tick(db, founder, journey_id, first)
    await tick(db, founder, journey_id, first, on=False)
    await edit(db, founder, journey_id, "interviews", StepEdit(title="Talk to bakers"), None)
    await change_task("offer", title="Offer it to one")
    await change_task(mine, assignee_id=cofounder.id)
    async with db.transaction(founder.actor) as tx:
        await journeys.add_task(
            tx, journey_id=journey_id, step_slug="sale", title="Celebrate", now=NOW
        )
    skip = "Skip it instead"
    # Why, and the ways out: what is locked can't be skipped.
    said = {
        "idea": ("begun", (skip,)),
        "interviews": ("own words", ("Go back to the words it had",)),
        "offer": ("own words", ("Give them back the words they had",)),
        mine: ("given to somebody", ("Give its tasks to nobody", skip)),
        "sale": ("tasks of your own", ("Take those tasks away",)),
    }
    there = await look(db, founder, journey_id)
    for slug, (why, ways) in said.items():
        with pytest.raises(WorkedOn, match=why) as refused:
            await remove(db, founder, journey_id, slug)
        assert all(way in refused.value.message for way in ways)
        assert (skip in refused.value.message) is (skip in ways)
    assert states(await look(db, founder, journey_id)) == states(there)
    await complete(db, founder, journey_id, "idea")
    with pytest.raises(WorkedOn) as refused:
        await remove(db, founder, journey_id, "idea")
    assert "Skip" not in refused.value.message
    # Given back what was the framework's, it is as if nobody had touched it.
    unsaid = StepEdit(restore=frozenset({"title"}))
    await edit(db, founder, journey_id, "interviews", unsaid, None)
    await remove(db, founder, journey_id, "interviews")


async def test_who_looks_on_takes_nothing_away(db, place, company, journey_id):
    viewer = await place.person("Vic Viewer")
    async with db.transaction(place.system) as tx:
        await identity.join(
            tx, user_id=viewer.id, organization_id=company.id, role="viewer", now=NOW
        )
    stranger = await place.person("Sven Stranger")
    with pytest.raises(Forbidden):
        await remove(db, viewer, journey_id, "name")
    with pytest.raises(NotFound):
        await remove(db, stranger, journey_id, "name")


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_done_before_and_after_nothing_goes_stale(
    db, place, founder, journey_id, seed
):
    chance = random.Random(seed)
    now = NOW
    for turn in range(40):
        now += timedelta(minutes=1)
        walk = await look(db, founder, journey_id)
        slugs = [step.slug for step in walk.program.steps]
        slug = chance.choice([*slugs, "idea"])
        act = chance.choice(["remove", "remove", "remove", "own", "take", "wait", "walk", "move"])
        try:
            if act == "own":
                await own(
                    db,
                    founder,
                    journey_id,
                    f"Step {turn}",
                    after=chance.sample(slugs, min(2, len(slugs))),
                )
                continue
            async with db.transaction(founder.actor) as tx:
                if act == "remove":
                    left = await journeys.remove_step(
                        tx, journey_id=journey_id, step_slug=slug, now=now
                    )
                    gone = walk.program.step(slug).after
                    # Whoever waited for it waits for all that it waited for, unless met otherwise.
                    for one in walk.program.dependents_of(slug):
                        assert set(gone) <= set(left.program.step(one).after)
                elif act == "take":
                    await journeys.add_framework_steps(
                        tx, journey_id=journey_id, slugs=None, now=now
                    )
                elif act == "wait":
                    await journeys.edit_step(
                        tx,
                        journey_id=journey_id,
                        step_slug=slug,
                        edit=StepEdit(after=[chance.choice(slugs)]),
                        seen=None,
                        now=now,
                    )
                elif act == "walk":
                    await journeys.complete(tx, journey_id=journey_id, step_slug=slug, now=now)
                else:
                    await journeys.move_step(
                        tx,
                        journey_id=journey_id,
                        step_slug=slug,
                        after=next((one for one in slugs if one != slug), None),
                        now=now,
                    )
        except (WorkedOn, StepLocked, PlanConflict, AlreadyDone, NotFound, WrongPlan):
            continue
    assert await stale(db, place) == set()


async def test_a_step_that_goes_while_the_journey_is_verified_is_passed_over(
    db, founder, journey_id
):
    async with db.transaction(founder.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        await journeys.remove_step(tx, journey_id=journey_id, step_slug="interviews", now=NOW)
        found = await openings.derive(tx, walk, [])
    assert set(found) == set(walk.standings) - {"interviews"}


async def test_what_is_half_seen_while_a_step_goes_is_no_difference(
    db, founder, journey_id, monkeypatch
):
    listed = audits.queries.list_happened
    looks = []

    async def meanwhile(tx, *, journey_id):
        looks.append(journey_id)
        if len(looks) == 1:
            await remove(db, founder, journey_id, "interviews")
        return await listed(tx, journey_id=journey_id)

    monkeypatch.setattr(audits.queries, "list_happened", meanwhile)
    async with db.transaction(founder.actor) as tx:
        assert await audits.differences(tx, journey_id=journey_id) == []
    assert len(looks) == 2


async def test_a_name_is_not_used_again(db, founder, journey_id):
    first = await own(db, founder, journey_id, "Bake")
    await remove(db, founder, journey_id, first)
    assert await own(db, founder, journey_id, "Bake") != first
    # Nor while both are there.
    assert len({await own(db, founder, journey_id, "Bake") for _ in range(3)}) == 3


async def test_a_step_begins_with_no_more_tasks_than_it_holds(db, founder, journey_id):
    with pytest.raises(WrongPlan) as refused:
        await own(db, founder, journey_id, "Bake", tasks=["Knead"] * 51)
    assert refused.value.data["field"] == "tasks"
    slug = await own(db, founder, journey_id, "Bake", tasks=["Knead"] * 50)
    assert len(await tasks_of(db, founder, journey_id, slug)) == 50
