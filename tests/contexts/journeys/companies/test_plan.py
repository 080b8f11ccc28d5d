"""A company's plan: steps and words of its own, its order, and two who edit at once."""

import asyncio

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    PlanConflict,
    WrongPlan,
)
from milepost.contexts.journeys.types import State, StepEdit
from milepost.platform.errors import NotFound
from tests.contexts.journeys.companies.walking import (
    FRAMEWORK,
    NOW,
    cached,
    complete,
    edit,
    look,
    states,
    tasks_of,
)
from tests.factories.people import Someone


async def test_a_step_of_ones_own(db, founder, cofounder, journey_id):
    content = StepEdit(
        title="  Visit   three bakeries ", phase="early", domain="sales", after=["idea"], days=4
    )
    async with db.transaction(founder.actor) as tx:
        walk, slug = await journeys.add_own_step(
            tx, journey_id=journey_id, content=content, tasks=["Ask Anna", "Go there"], now=NOW
        )
        _, second = await journeys.add_own_step(
            tx, journey_id=journey_id, content=content, tasks=[], now=NOW
        )
    assert slug != second
    step = walk.program.step(slug)
    assert (step.title, step.days, walk.standings[slug].state) == (
        "Visit three bakeries",
        4,
        State.LOCKED,
    )
    assert [task.title for task in await tasks_of(db, cofounder, journey_id, slug)] == [
        "Ask Anna",
        "Go there",
    ]
    assert set(await complete(db, cofounder, journey_id, "idea")) == {
        "interviews",
        "name",
        slug,
        second,
    }
    assert await complete(db, cofounder, journey_id, slug) == ()


@pytest.mark.parametrize(
    "content",
    [
        StepEdit(title=" ", phase="early", domain="sales"),
        StepEdit(title="x" * 201, phase="early", domain="sales"),
        StepEdit(title="Without a place"),
        StepEdit(title="Nowhere", phase="never", domain="sales"),
        StepEdit(title="Nowhere", phase="early", domain="never"),
        StepEdit(title="After nothing", phase="early", domain="sales", after=["none"]),
        StepEdit(title="Long", phase="early", domain="sales", days=5000),
        StepEdit(title="Long", phase="early", domain="sales", description="x" * 10_001),
        StepEdit(title="Many", phase="early", domain="sales", criteria=["x"] * 21),
    ],
)
async def test_a_step_that_can_not_be_is_refused(db, founder, journey_id, content):
    async with db.transaction(founder.actor) as tx:
        with pytest.raises(WrongPlan):
            await journeys.add_own_step(
                tx, journey_id=journey_id, content=content, tasks=[], now=NOW
            )


async def test_words_of_ones_own_and_the_framework_s_again(db, founder, journey_id):
    etag = await edit(
        db,
        founder,
        journey_id,
        "offer",
        StepEdit(title="Our offer", deliverables=["A price list"], days=9, phase="late"),
        '"1"',
    )
    walk = await look(db, founder, journey_id)
    step = walk.program.step("offer")
    assert (step.title, step.deliverables, step.days) == ("Our offer", ("A price list",), 9)
    # What wasn't written stays the framework's.
    assert step.criteria == FRAMEWORK.step("offer").criteria
    async with db.transaction(founder.actor) as tx:
        item = await journeys.get_item(tx, journey_id=journey_id, step_slug="offer")
    assert set(item.edited) == {"title", "deliverables", "phase", "days"}
    await edit(db, founder, journey_id, "offer", StepEdit(restore=frozenset({"title"})), etag)
    step = (await look(db, founder, journey_id)).program.step("offer")
    assert (step.title, step.days) == (FRAMEWORK.step("offer").title, 9)


async def test_of_two_who_edit_the_second_is_told(db, founder, cofounder, journey_id):
    async with db.transaction(founder.actor) as tx:
        seen = (await journeys.get_item(tx, journey_id=journey_id, step_slug="offer")).etag
    await edit(db, founder, journey_id, "offer", StepEdit(title="Hers"), seen)
    with pytest.raises(PlanConflict) as told:
        await edit(db, cofounder, journey_id, "offer", StepEdit(title="His"), seen)
    current = told.value.data["current_etag"]
    assert (await look(db, founder, journey_id)).program.step("offer").title == "Hers"
    await edit(db, cofounder, journey_id, "offer", StepEdit(title="His"), current)
    assert (await look(db, founder, journey_id)).program.step("offer").title == "His"


async def test_steps_never_wait_for_each_other(db, founder, journey_id):
    with pytest.raises(PlanConflict, match="wait for each other"):
        await edit(db, founder, journey_id, "idea", StepEdit(after=["sale"]), None)
    walk = await look(db, founder, journey_id)
    assert walk.program.step("idea").after == ()
    assert states(walk)["idea"] == "unlocked"


async def test_what_opens_when_a_step_waits_for_less(db, founder, journey_id):
    await edit(db, founder, journey_id, "sale", StepEdit(after=[]), None)
    assert (await cached(db, founder, journey_id))["sale"] == ("unlocked", 0)
    await edit(db, founder, journey_id, "sale", StepEdit(restore=frozenset({"after"})), None)
    assert (await cached(db, founder, journey_id))["sale"] == ("locked", 0)


async def test_an_edit_that_says_nothing_new_overtakes_nobody(db, founder, cofounder, journey_id):
    named = StepEdit(title="Call it something")
    seen = await edit(db, founder, journey_id, "name", named, None)
    assert await edit(db, cofounder, journey_id, "name", StepEdit(), None) == seen
    assert await edit(db, cofounder, journey_id, "name", named, None) == seen
    unsaid = StepEdit(restore=frozenset({"description"}))
    assert await edit(db, cofounder, journey_id, "name", unsaid, None) == seen
    assert await edit(db, founder, journey_id, "name", StepEdit(days=3), seen) != seen


@pytest.mark.parametrize("title", ["\u200b", "\u202e\u2066 \u2069", "\ufe0f\u200d", "\u2800"])
async def test_a_title_that_nobody_sees_is_none(db, founder, journey_id, title):
    async with db.transaction(founder.actor) as tx:
        with pytest.raises(WrongPlan, match="can't be empty"):
            await journeys.add_own_step(
                tx,
                journey_id=journey_id,
                content=StepEdit(title=title, phase="early", domain="sales"),
                tasks=[],
                now=NOW,
            )
        with pytest.raises(WrongPlan, match="can't be empty"):
            await journeys.add_task(
                tx, journey_id=journey_id, step_slug="idea", title=title, now=NOW
            )
        with pytest.raises(WrongPlan, match="why you skip"):
            await journeys.skip(tx, journey_id=journey_id, step_slug="idea", reason=title, now=NOW)


async def test_words_read_as_they_are_written(db, founder, journey_id):
    turned = StepEdit(
        title="Visit\u202e Anna\u200b \U0001f468\u200d\U0001f373",
        description="First\u2028then\ufeff",
        criteria=["Seen\u2066"],
        phase="early",
        domain="sales",
    )
    async with db.transaction(founder.actor) as tx:
        _, slug = await journeys.add_own_step(
            tx, journey_id=journey_id, content=turned, tasks=["Go\u200e"], now=NOW
        )
        item = await journeys.get_item(tx, journey_id=journey_id, step_slug=slug)
    # A cook is a man, a joiner and a pan.
    assert item.title == "Visit Anna \U0001f468\u200d\U0001f373"
    assert (item.description, item.criteria) == ("First\nthen", ["Seen"])
    assert [task.title for task in await tasks_of(db, founder, journey_id, slug)] == ["Go"]


async def test_the_order_is_the_company_s(db, founder, cofounder, journey_id):
    async def move(who: Someone, slug: str, after: str | None) -> list[str]:
        async with db.transaction(who.actor) as tx:
            walk = await journeys.move_step(
                tx, journey_id=journey_id, step_slug=slug, after=after, now=NOW
            )
        return [step.slug for step in walk.program.steps]

    assert await move(founder, "name", None) == ["name", "idea", "interviews", "offer", "sale"]
    assert await move(founder, "name", "offer") == ["idea", "interviews", "offer", "name", "sale"]
    with pytest.raises(NotFound):
        await move(founder, "name", "none")
    with pytest.raises(WrongPlan, match="behind itself"):
        await move(founder, "name", "name")
    # Two at the same moment: both moves count.
    await asyncio.gather(move(founder, "sale", None), move(cofounder, "idea", "name"))
    order = [step.slug for step in (await look(db, founder, journey_id)).program.steps]
    assert order == ["sale", "interviews", "offer", "name", "idea"]
    # The order says what comes first on the page, not what waits for what.
    assert states(await look(db, founder, journey_id))["sale"] == "locked"
