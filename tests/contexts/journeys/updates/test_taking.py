"""Taking a newer framework in part or whole, staying away from it, and who is told what."""

from dataclasses import replace

import psycopg
import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import PlanConflict, WrongPlan
from milepost.contexts.programs.types import Program
from milepost.platform.db import Database
from milepost.platform.errors import NotFound
from tests.contexts.journeys.updates.updating import (
    Walking,
    begin,
    framework,
    new_slug,
    publish,
    with_step,
)
from tests.factories.frameworks import make_checklist
from tests.factories.people import Place, Someone

TALK, BUILD, FLYERS = (
    make_checklist("talk", order=1),
    make_checklist("build", order=2),
    make_checklist("flyers", order=3),
)


def versions(slug: str) -> tuple[Program, Program]:
    """One, and the next: talk has another title, two steps are new, flyers are retired."""
    return framework(slug, (TALK, BUILD, FLYERS)), framework(
        slug,
        (
            replace(TALK, title="Talk more"),
            BUILD,
            make_checklist("sell", order=4),
            make_checklist("tell", order=5),
        ),
    )


WHOLE = [("talk", "changed"), ("sell", "new"), ("tell", "new"), ("flyers", "retired")]


async def test_the_rest_of_what_was_taken_in_part_stays_on_offer(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first, second = versions(new_slug())
    await publish(owner, first)
    company = await begin(db, nora, first)
    version_id = await publish(owner, second)
    assert await company.offered() == WHOLE
    await company.take(version_id, {"sell"})
    assert await company.offered() == [one for one in WHOLE if one[0] != "sell"]
    # What was taken may be named again, and changes nothing.
    before = await company.plan()
    await company.take(version_id, {"sell"})
    assert await company.plan() == before
    await company.take(version_id)
    assert await company.offered() == []
    assert set(await company.states()) == {"talk", "build", "flyers", "sell", "tell"}
    # What is retired was told, and isn't told again.
    assert await company.offered(again=True) == []
    await publish(owner, with_step(second, "talk", title="Talk most"))
    assert await company.offered() == [("talk", "changed")]


async def test_who_stays_is_offered_nothing_until_the_next_version_which_offers_all(
    db: Database, owner: psycopg.AsyncConnection, place: Place, nora: Someone
) -> None:
    first, second = versions(new_slug())
    await publish(owner, first)
    company = await begin(db, nora, first)
    version_id = await publish(owner, second)
    before = (await company.plan(), (await company.walk()).program.steps)
    await company.take(version_id, ())
    assert (await company.plan(), (await company.walk()).program.steps) == before
    assert await company.offered() == []
    # The same content makes no new version, so publishing it offers nothing either.
    async with db.transaction(place.system) as tx:
        assert [item async for item in journeys.foresee(tx, program=second)] == []
    # Whoever asks for it sees it again, and may take it yet.
    assert await company.offered(again=True) == WHOLE

    third = with_step(second, "build", title="Build less")
    version_id = await publish(owner, third)
    expected = [WHOLE[0], ("build", "changed"), *WHOLE[1:]]
    assert await company.offered() == expected
    # Some of it taken, the rest stays on offer; then staying ends it all the same.
    await company.take(version_id, {"sell"})
    assert await company.offered() == [one for one in expected if one[0] != "sell"]
    await company.take(version_id, ())
    assert await company.offered() == []
    await company.take(version_id, {"tell"})
    assert await company.offered() == [
        ("talk", "changed"),
        ("build", "changed"),
        ("flyers", "retired"),
    ]


async def test_what_is_not_on_offer_is_refused_and_changes_nothing(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first, second = versions(new_slug())
    await publish(owner, first)
    company = await begin(db, nora, first, {"talk", "flyers"})
    version_id = await publish(owner, second)
    expected = await company.offered()
    # Unknown, retired, and left out of the plan when it was made.
    for slug in ("no-such", "flyers", "build"):
        with pytest.raises(WrongPlan, match=slug):
            await company.take(version_id, {slug})
        with pytest.raises(WrongPlan, match=slug):
            await company.take(version_id, {"sell", slug})
        with pytest.raises(WrongPlan, match=slug):
            await company.preview({slug})
    with pytest.raises(WrongPlan, match="talk"):
        await company.take(version_id, {"sell"}, {"talk"})
    assert await company.offered() == expected
    assert await company.order() == ["talk", "flyers"]


async def test_only_the_words_that_collide_are_given_up(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK, BUILD))
    await publish(owner, first)
    company = await begin(db, nora, first)
    await company.edit("talk", title="Talk to bakers", criteria=["Ours"], days=40)
    version_id = await publish(owner, with_step(first, "talk", title="Talk to buyers"))
    update = await company.preview()
    assert update is not None
    (step,) = update.steps
    assert (step.title, step.parts, step.collides) == ("Talk to bakers", ("title",), ("title",))
    await company.take(version_id)
    assert (await company.step("talk")).title == "Talk to bakers"

    version_id = await publish(owner, with_step(first, "talk", title="Talk to payers"))
    await company.take(version_id, restore={"talk"})
    after = await company.step("talk")
    assert (after.title, after.criteria, after.days) == ("Talk to payers", ("Ours",), 40)
    assert (await company.plan())["talk"].edited == ("criteria", "days")


async def test_what_giving_up_own_words_opens_and_locks_is_foretold(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    seed = make_checklist("seed", order=3, after=("build",))
    tools = make_checklist("tools", order=4)
    first = framework(new_slug(), (TALK, BUILD, seed, tools))
    await publish(owner, first)
    company = await begin(db, nora, first)
    await company.edit("seed", title="Our seed", after=[])
    await company.edit("tools", title="Our tools", after=["build"])
    assert (await company.states())["seed"] == "unlocked"
    newer = with_step(
        with_step(first, "seed", title="Close the seed", after=("build", "talk")),
        "tools",
        title="Choose tools",
        after=("talk",),
    )
    version_id = await publish(owner, newer)
    kept = await company.preview({"seed", "tools"})
    given_up = await company.preview({"seed", "tools"}, {"seed"})
    assert kept is not None
    assert given_up is not None
    assert (kept.locks, given_up.locks) == ((), ("seed",))
    await company.take(version_id, {"seed", "tools"}, {"seed"})
    states = await company.states()
    assert (states["seed"], states["tools"]) == ("locked", "locked")


async def test_edits_that_don_t_collide_open_and_lock_nothing(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    seed = make_checklist("seed", order=3, after=("build",))
    first = framework(new_slug(), (TALK, BUILD, seed))
    await publish(owner, first)
    company = await begin(db, nora, first)
    await company.edit("seed", title="Our seed", after=[])
    version_id = await publish(owner, with_step(first, "seed", title="Close the seed"))
    update = await company.preview({"seed"}, {"seed"})
    assert update is not None
    assert update.moves == {}
    before = await company.states()
    await company.take(version_id, {"seed"}, {"seed"})
    assert await company.states() == before
    assert (await company.step("seed")).title == "Close the seed"
    assert (await company.plan())["seed"].after == []


async def test_another_place_in_the_framework_is_no_news(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK, BUILD))
    await publish(owner, first)
    company = await begin(db, nora, first)
    moved = framework(first.slug, (replace(TALK, order=2), replace(BUILD, order=1)))
    await publish(owner, moved)
    assert await company.offered() == []
    version_id = await publish(owner, with_step(moved, "talk", title="Talk more"))
    update = await company.preview()
    assert update is not None
    assert [step.parts for step in update.steps] == [("title",)]
    await company.take(version_id)
    assert await company.order() == ["talk", "build"]


async def test_what_goes_to_another_phase_comes_where_the_framework_has_it(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK, BUILD, FLYERS))
    await publish(owner, first)
    company = await begin(db, nora, first)
    phase = next(one.slug for one in first.phases if one.slug != TALK.phase)
    version_id = await publish(owner, with_step(first, "talk", phase=phase, order=9))
    await company.take(version_id)
    assert await company.order() == ["build", "flyers", "talk"]


async def test_steps_added_later_come_where_the_framework_has_them(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    program = framework(
        new_slug(), (make_checklist(f"step-{order}", order=order) for order in range(1, 7))
    )
    await publish(owner, program)
    company = await begin(db, nora, program, {"step-2", "step-5"})
    await company.add({"step-4"})
    assert await company.order() == ["step-2", "step-4", "step-5"]
    await company.add(None)
    assert await company.order() == [step.slug for step in program.steps]


async def test_another_version_meanwhile_is_told(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK,))
    seen = await publish(owner, first)
    company = await begin(db, nora, first)
    await publish(owner, with_step(first, "talk", title="Talk more"))
    with pytest.raises(PlanConflict, match="Another version"):
        await company.take(seen)


async def test_a_plan_that_changed_since_is_told_before_anything_is_taken(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK, BUILD))
    await publish(owner, first)
    company = await begin(db, nora, first)
    version_id = await publish(owner, with_step(first, "talk", title="Talk more"))
    update = await company.preview()
    assert update is not None
    await company.take(version_id, ())
    with pytest.raises(PlanConflict, match="changed the plan"):
        await company.take(version_id, seen=update.stamp)


async def test_another_company_sees_nothing_of_it(
    db: Database, owner: psycopg.AsyncConnection, place: Place, nora: Someone
) -> None:
    stranger = await place.person("Ann Other", organization=await place.organization())
    first = framework(new_slug(), (TALK,))
    version_id = await publish(owner, first)
    company = await begin(db, nora, first)
    with pytest.raises(NotFound):
        await Walking(db, stranger, company.journey_id).take(version_id)
