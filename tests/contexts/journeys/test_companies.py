"""A company walks a framework: its plan, its tasks, what it says about steps, and who sees it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level, Organization
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    NotACompany,
    PlanConflict,
    StepLocked,
    WhichCompany,
    WrongPlan,
)
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import State, StepEdit, Task
from milepost.contexts.programs import service as programs
from milepost.platform.db import Database, Transaction, roles
from milepost.platform.errors import Forbidden, NotFound
from tests.factories.databases import as_app, looking
from tests.factories.frameworks import make_checklist, make_framework
from tests.factories.people import Place, Someone, make_place

NOW = datetime.now(UTC)
SLUG = "from-idea-to-shop"

# idea → interviews → offer → sale, and idea → name.
FRAMEWORK = make_framework(
    SLUG,
    (
        make_checklist("idea", order=1),
        make_checklist("interviews", order=2, after=("idea",)),
        make_checklist("offer", order=3, after=("interviews",)),
        make_checklist("sale", order=4, after=("offer",), tasks=1),
        make_checklist("name", order=5, after=("idea",)),
    ),
)


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: its programs are nobody else's."""
    return new_database(f"companies_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with looking(own_database.owner) as owner, owner.transaction():
        await programs.publish(Transaction(owner, None), program=FRAMEWORK, now=NOW)
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.operator) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database) -> Place:
    return await make_place(db, now=NOW)


@pytest_asyncio.fixture(loop_scope="session")
async def company(place: Place) -> Organization:
    return await place.organization()


@pytest_asyncio.fixture(loop_scope="session")
async def founder(place: Place, company: Organization) -> Someone:
    return await place.person("Nora Lind", organization=company)


@pytest_asyncio.fixture(loop_scope="session")
async def cofounder(place: Place, company: Organization) -> Someone:
    return await place.person("Otto Berg", organization=company)


@pytest_asyncio.fixture(loop_scope="session")
async def journey_id(db: Database, founder: Someone) -> UUID:
    return await begin(db, founder)


async def begin(
    db: Database, who: Someone, *, slugs: list[str] | None = None, name: str | None = None
) -> UUID:
    async with db.transaction(who.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=SLUG, name=name, now=NOW)
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=slugs, now=NOW)
    return journey.id


async def look(db: Database, who: Someone, journey_id: UUID) -> Walk:
    async with db.transaction(who.actor) as tx:
        return await journeys.get_walk(tx, journey_id=journey_id)


def states(walk: Walk) -> dict[str, str]:
    return {slug: str(standing.state) for slug, standing in walk.standings.items()}


async def complete(db: Database, who: Someone, journey_id: UUID, slug: str) -> tuple[str, ...]:
    async with db.transaction(who.actor) as tx:
        _, opened = await journeys.complete(tx, journey_id=journey_id, step_slug=slug, now=NOW)
    return opened


async def tasks_of(db: Database, who: Someone, journey_id: UUID, slug: str) -> list[Task]:
    async with db.transaction(who.actor) as tx:
        return await journeys.list_tasks(tx, journey_id=journey_id, step_slug=slug)


async def tick(
    db: Database, who: Someone, journey_id: UUID, task: Task, *, on: bool = True
) -> Task:
    async with db.transaction(who.actor) as tx:
        return await journeys.tick(
            tx, journey_id=journey_id, task_id=task.id, is_completed=on, now=NOW
        )


async def cached(db: Database, who: Someone, journey_id: UUID) -> dict[str, tuple[str, int]]:
    async with db.transaction(who.actor) as tx:
        rows = await journeys.list_steps(tx, journey_id=journey_id)
    return {slug: (row.state, row.percent) for slug, row in rows.items()}


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


async def edit(
    db: Database, who: Someone, journey_id: UUID, slug: str, change: StepEdit, seen: str | None
) -> str:
    async with db.transaction(who.actor) as tx:
        _, item = await journeys.edit_step(
            tx, journey_id=journey_id, step_slug=slug, edit=change, seen=seen, now=NOW
        )
    return item.etag


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
    with pytest.raises(NotFound):
        await move(founder, "name", "name")
    # Two at the same moment: both moves count.
    await asyncio.gather(move(founder, "sale", None), move(cofounder, "idea", "name"))
    order = [step.slug for step in (await look(db, founder, journey_id)).program.steps]
    assert order == ["sale", "interviews", "offer", "name", "idea"]
    # The order says what comes first on the page, not what waits for what.
    assert states(await look(db, founder, journey_id))["sale"] == "locked"


async def test_a_step_is_left_out_with_a_reason(db, founder, journey_id):
    for reason in ("", "   ", "x" * 1001):
        async with db.transaction(founder.actor) as tx:
            with pytest.raises(WrongPlan):
                await journeys.skip(
                    tx, journey_id=journey_id, step_slug="idea", reason=reason, now=NOW
                )
    async with db.transaction(founder.actor) as tx:
        opened = await journeys.skip(
            tx, journey_id=journey_id, step_slug="idea", reason=" We have one. ", now=NOW
        )
        reasons = await journeys.list_reasons(tx, journey_id=journey_id)
    assert set(opened) == {"interviews", "name"}
    assert reasons == {"idea": "We have one."}
    # Doing it later stays possible.
    await complete(db, founder, journey_id, "idea")
    assert states(await look(db, founder, journey_id))["idea"] == "completed"


async def test_what_is_reopened_is_at_work_again_and_nothing_it_opened_locks(
    db, founder, journey_id, operator
):
    await complete(db, founder, journey_id, "idea")
    async with db.transaction(founder.actor) as tx:
        await journeys.start(tx, journey_id=journey_id, step_slug="name", now=NOW)
        walk = await journeys.reopen(
            tx, journey_id=journey_id, step_slug="idea", now=NOW + timedelta(hours=1)
        )
    assert states(walk) == {
        "idea": "in_progress",
        "interviews": "unlocked",
        "offer": "locked",
        "sale": "locked",
        "name": "in_progress",
    }
    rows = await (
        await operator.execute(
            "select kind from journeys.facts where journey_id = %s and step_slug = 'idea'"
            " order by at, id",
            [journey_id],
        )
    ).fetchall()
    assert [row["kind"] for row in rows] == ["started", "completed", "reopened"]
    async with db.transaction(founder.actor) as tx:
        again = (await journeys.list_steps(tx, journey_id=journey_id))["idea"]
        # Done a second time, later: that is when it was done.
        later = NOW + timedelta(days=2)
        await journeys.complete(tx, journey_id=journey_id, step_slug="idea", now=later)
        done = (await journeys.list_steps(tx, journey_id=journey_id))["idea"]
    assert (again.state, again.completed_at) == ("in_progress", None)
    assert (done.state, done.completed_at) == ("completed", later)
    async with db.transaction(founder.actor) as tx:
        with pytest.raises(StepLocked):
            await journeys.reopen(tx, journey_id=journey_id, step_slug="sale", now=NOW)


async def test_what_was_done_last_counts(db, founder, journey_id):
    await complete(db, founder, journey_id, "idea")
    async with db.transaction(founder.actor) as tx:
        await journeys.reopen(tx, journey_id=journey_id, step_slug="idea", now=NOW)
        await journeys.skip(tx, journey_id=journey_id, step_slug="idea", reason="No.", now=NOW)
        left_out = await journeys.get_walk(tx, journey_id=journey_id)
        row = (await journeys.list_steps(tx, journey_id=journey_id))["idea"]
    assert (states(left_out)["idea"], row.state, row.percent) == ("skipped", "skipped", 0)
    # Whatever it opened stays open.
    assert states(left_out)["interviews"] == "unlocked"
    async with db.transaction(founder.actor) as tx:
        await journeys.reopen(tx, journey_id=journey_id, step_slug="idea", now=NOW)
        await journeys.complete(tx, journey_id=journey_id, step_slug="idea", now=NOW)
        done = await journeys.get_walk(tx, journey_id=journey_id)
        stale = [item async for _, found in journeys.verify(tx) for item in found]
    assert states(done)["idea"] == "completed"
    assert stale == []


async def test_a_step_left_out_and_taken_up_again_is_as_if_it_never_was(db, founder, journey_id):
    async with db.transaction(founder.actor) as tx:
        await journeys.skip(tx, journey_id=journey_id, step_slug="idea", reason="No.", now=NOW)
        walk = await journeys.reopen(
            tx, journey_id=journey_id, step_slug="idea", now=NOW + timedelta(seconds=1)
        )
    assert states(walk)["idea"] == "unlocked"
    assert (await cached(db, founder, journey_id))["idea"] == ("unlocked", 0)


async def test_ticks_begin_a_step_and_fill_its_percent(db, founder, cofounder, journey_id):
    first, second, _ = await tasks_of(db, founder, journey_id, "idea")
    ticked = await tick(db, founder, journey_id, first)
    assert ticked.is_completed
    assert ticked.completed_by == founder.id
    assert (await cached(db, founder, journey_id))["idea"] == ("in_progress", 33)
    # A repeat is the same answer, whoever asks: it stays hers.
    assert await tick(db, cofounder, journey_id, first) == ticked
    await tick(db, cofounder, journey_id, second)
    assert (await cached(db, founder, journey_id))["idea"] == ("in_progress", 66)
    await tick(db, cofounder, journey_id, second, on=False)
    assert (await cached(db, founder, journey_id))["idea"] == ("in_progress", 33)
    with pytest.raises(StepLocked):
        await tick(db, founder, journey_id, (await tasks_of(db, founder, journey_id, "sale"))[0])


async def test_ticks_at_the_same_moment_are_all_kept(db, founder, cofounder, journey_id, operator):
    there = await tasks_of(db, founder, journey_id, "idea")
    await asyncio.gather(
        *(tick(db, who, journey_id, task) for task in there for who in (founder, cofounder))
    )
    assert all(task.is_completed for task in await tasks_of(db, founder, journey_id, "idea"))
    facts = await (
        await operator.execute(
            "select kind, count(*) as n from journeys.facts where journey_id = %s group by kind",
            [journey_id],
        )
    ).fetchall()
    assert {row["kind"]: row["n"] for row in facts} == {"started": 1, "ticked": 3}


async def test_tasks_of_ones_own_are_given_to_members_and_put_in_order(
    db, place, founder, cofounder, journey_id
):
    stranger = await place.person("Sven Stranger")
    due = date(2030, 5, 1)
    async with db.transaction(founder.actor) as tx:
        mine = await journeys.add_task(
            tx,
            journey_id=journey_id,
            step_slug="sale",
            title=" Call  the baker ",
            assignee_id=cofounder.id,
            due_on=due,
            now=NOW,
        )
        with pytest.raises(WrongPlan, match="Only members"):
            await journeys.add_task(
                tx,
                journey_id=journey_id,
                step_slug="sale",
                title="Call",
                assignee_id=stranger.id,
                now=NOW,
            )
        there = await journeys.list_tasks(tx, journey_id=journey_id, step_slug="sale")
        moved = await journeys.move_task(
            tx, journey_id=journey_id, task_id=mine.id, after=None, now=NOW
        )
        with pytest.raises(NotFound):
            await journeys.move_task(
                tx, journey_id=journey_id, task_id=mine.id, after=mine.id, now=NOW
            )
    assert (mine.title, mine.assignee_name, mine.due_on, mine.slug) == (
        "Call the baker",
        "Otto Berg",
        due,
        None,
    )
    assert [task.id for task in moved] == [mine.id, there[0].id]
    async with db.transaction(cofounder.actor) as tx:
        changed = await journeys.edit_task(
            tx,
            journey_id=journey_id,
            task_id=mine.id,
            edit=journeys.TaskEdit(title="Visit him", clear=frozenset({"assignee_id"})),
            now=NOW,
        )
        assert (changed.title, changed.assignee_id, changed.due_on) == ("Visit him", None, due)
        with pytest.raises(WrongPlan):
            await journeys.remove_task(tx, journey_id=journey_id, task_id=there[0].id, now=NOW)
        await journeys.remove_task(tx, journey_id=journey_id, task_id=mine.id, now=NOW)
    assert [task.id for task in await tasks_of(db, founder, journey_id, "sale")] == [there[0].id]


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


async def test_each_level_shows_what_it_says_and_no_more(db, place, founder, journey_id):
    async with db.transaction(founder.actor) as tx:
        await journeys.start(tx, journey_id=journey_id, step_slug="idea", now=NOW)
        await journeys.skip(
            tx, journey_id=journey_id, step_slug="idea", reason="A secret.", now=NOW
        )
    viewers = {}
    for level in Level:
        async with db.transaction(place.system) as tx:
            firm = await identity.ensure_organization(
                tx, name=f"Firm {level}", kind="investor", now=NOW
            )
        viewers[level] = await place.person(f"Ida {level}", organization=firm)
        async with db.transaction(founder.actor) as tx:
            await identity.make_grant(
                tx,
                subject_id=founder.user.organization_id,
                audience=identity.Audience(organization_id=firm.id),
                level=level,
                capacity=Capacity.INVESTOR,
                now=NOW,
            )
    for level, who in viewers.items():
        async with db.transaction(who.actor) as tx:
            journey = await journeys.get_journey(tx, journey_id=journey_id)
            tallies = await journeys.list_tallies(tx, journey_id=journey_id)
            assert sum(tally.total for tally in tallies) == 5
            assert sum(tally.skipped for tally in tallies) == 1
            shown = await journeys.shows_steps(tx, journey=journey)
            rows = await journeys.list_steps(tx, journey_id=journey_id)
            plan = await journeys.list_plan(tx, journey_id=journey_id)
            tasks = await journeys.list_tasks(tx, journey_id=journey_id)
            reasons = await journeys.list_reasons(tx, journey_id=journey_id)
        assert shown == (level is not Level.BASIC)
        assert (len(rows), len(plan)) == ((0, 0) if level is Level.BASIC else (5, 5))
        assert bool(tasks) == bool(reasons) == (level is Level.FULL)
        async with db.transaction(who.actor) as tx:
            with pytest.raises((Forbidden, NotFound)):
                await journeys.start(tx, journey_id=journey_id, step_slug="name", now=NOW)
    stranger = await place.person("Sven Stranger")
    async with db.transaction(stranger.actor) as tx:
        with pytest.raises(NotFound):
            await journeys.get_journey(tx, journey_id=journey_id)
    # An administrator sees how far everybody is, and no more.
    async with db.transaction(place.admin.actor) as tx:
        with pytest.raises(NotFound):
            await journeys.get_walk(tx, journey_id=journey_id)
        assert await journeys.list_tallies(tx, journey_id=journey_id)


async def test_progress_is_counted_as_the_steps_stand(db, founder, journey_id):
    await complete(db, founder, journey_id, "idea")
    first = (await tasks_of(db, founder, journey_id, "name"))[0]
    await tick(db, founder, journey_id, first)
    await edit(db, founder, journey_id, "offer", StepEdit(domain="sales"), None)
    async with db.transaction(founder.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        tallies = await journeys.list_tallies(tx, journey_id=journey_id)
    counted: dict[tuple[str, str], list[int]] = {}
    for step in walk.program.steps:
        cell = counted.setdefault((step.phase, step.domain), [0, 0, 0, 0])
        state = walk.standings[step.slug].state
        cell[0] += 1
        cell[1] += state is State.IN_PROGRESS
        cell[2] += state is State.COMPLETED
        cell[3] += state is State.SKIPPED
    assert {
        (tally.phase, tally.domain): [
            tally.total,
            tally.in_progress,
            tally.completed,
            tally.skipped,
        ]
        for tally in tallies
    } == counted


async def stale(db: Database, place: Place) -> set[str]:
    async with db.transaction(place.system) as tx:
        return {item.what async for _, found in journeys.verify(tx) for item in found}


async def test_all_that_is_cached_follows_from_what_happened(
    db, place, founder, journey_id, operator
):
    async with db.transaction(founder.actor) as tx:
        await journeys.skip(tx, journey_id=journey_id, step_slug="idea", reason="No.", now=NOW)
        await journeys.reopen(
            tx, journey_id=journey_id, step_slug="idea", now=NOW + timedelta(hours=1)
        )
    first, second, _ = await tasks_of(db, founder, journey_id, "idea")
    await tick(db, founder, journey_id, first)
    await tick(db, founder, journey_id, second)
    await tick(db, founder, journey_id, second, on=False)
    async with db.transaction(founder.actor) as tx:
        await journeys.add_task(
            tx, journey_id=journey_id, step_slug="idea", title="Sleep on it", now=NOW
        )
        own = StepEdit(title="Visit", phase="late", domain="sales", after=["offer"])
        await journeys.add_own_step(tx, journey_id=journey_id, content=own, tasks=["Go"], now=NOW)
    assert (await cached(db, founder, journey_id))["idea"] == ("in_progress", 25)
    assert await stale(db, place) == set()
    await complete(db, founder, journey_id, "idea")
    await edit(db, founder, journey_id, "sale", StepEdit(after=[], domain="sales"), None)
    assert await stale(db, place) == set()

    spoil = {
        "idea state": "update journeys.steps set state = 'skipped' where step_slug = 'idea'",
        "name percent": "update journeys.steps set percent = 7 where step_slug = 'name'",
        "idea completed_at": "update journeys.steps set completed_at = now()"
        " where step_slug = 'idea'",
        f"task {second.id} completed_at": "update journeys.tasks set completed_at = now()"
        f" where id = '{second.id}'",
        "progress late product": "update journeys.progress set total = total + 1"
        " where phase = 'late' and domain = 'product'",
    }
    for statement in spoil.values():
        await operator.execute(statement + f" and journey_id = '{journey_id}'")
    assert await stale(db, place) == set(spoil)


async def test_what_to_do_next_and_why(db, founder, journey_id):
    async with db.transaction(founder.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        first = await journeys.list_available(tx, walk=walk, now=NOW)
    assert [(item.slug, item.kind) for item in first] == [("idea", "opens")]
    await complete(db, founder, journey_id, "idea")
    task = (await tasks_of(db, founder, journey_id, "name"))[0]
    await tick(db, founder, journey_id, task)
    async with db.transaction(founder.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        found = await journeys.list_available(tx, walk=walk, now=NOW)
        assert [(item.slug, item.kind) for item in found] == [
            ("name", "begun"),
            ("interviews", "opens"),
        ]
        assert found[0].text == "You have begun it: 1 of 3 tasks are done."
        open_task = (await journeys.list_tasks(tx, journey_id=journey_id, step_slug="name"))[1]
        await journeys.edit_task(
            tx,
            journey_id=journey_id,
            task_id=open_task.id,
            edit=journeys.TaskEdit(due_on=NOW.date()),
            now=NOW,
        )
        due = (await journeys.list_available(tx, walk=walk, now=NOW))[0]
    assert (due.slug, due.kind, due.text) == ("name", "due", "A task of it is due today.")
