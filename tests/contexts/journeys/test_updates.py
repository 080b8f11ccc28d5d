"""A newer framework: what is foretold is what happens, and nothing happens by itself."""

import random
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.journeys import rules
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import PlanConflict
from milepost.contexts.journeys.service import audits
from milepost.contexts.journeys.types import State, StepEdit, UpdateKind
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.platform.db import Database, Transaction, roles
from milepost.platform.errors import NotFound
from tests.factories.databases import as_app, looking
from tests.factories.frameworks import (
    changed_framework,
    make_checklist,
    make_framework,
    random_framework,
)
from tests.factories.people import Place, Someone, make_place

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: its programs are nobody else's."""
    return new_database(f"updates_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def owner(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.owner) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database) -> Place:
    return await make_place(db, now=NOW)


async def publish(owner: psycopg.AsyncConnection, program: Program) -> UUID:
    async with owner.transaction():
        made = await programs.publish(Transaction(owner, None), program=program, now=NOW)
    return made.version_id


async def founder(place: Place) -> Someone:
    company = await place.organization()
    return await place.person("Nora Lind", organization=company)


async def walking(db: Database, who: Someone, program: Program) -> UUID:
    async with db.transaction(who.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=program.slug, now=NOW)
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=NOW)
    return journey.id


async def states(db: Database, who: Someone, journey_id: UUID) -> Mapping[str, str]:
    """What is cached of every step, which must be what follows from the facts."""
    async with db.transaction(who.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        rows = await journeys.list_steps(tx, journey_id=journey_id)
        assert await audits.differences(tx, journey_id=journey_id) == []
    derived = {slug: str(standing.state) for slug, standing in walk.standings.items()}
    assert {slug: row.state for slug, row in rows.items()} == derived
    return derived


async def progress_somehow(
    db: Database, who: Someone, journey_id: UUID, chance: random.Random
) -> None:
    """Do, leave out and take up again whatever happens to be open."""
    for _ in range(chance.randint(0, 8)):
        async with db.transaction(who.actor) as tx:
            walk = await journeys.get_walk(tx, journey_id=journey_id)
            possible = [
                slug
                for slug, standing in walk.standings.items()
                if standing.state is not State.LOCKED
            ]
            slug = chance.choice(possible)
            match chance.choice(
                ("start", "complete", "complete", "skip", "reopen", "tick", "tick")
            ):
                case "tick":
                    for task in await journeys.list_tasks(
                        tx, journey_id=journey_id, step_slug=slug
                    ):
                        await journeys.tick(
                            tx,
                            journey_id=journey_id,
                            task_id=task.id,
                            is_completed=chance.random() < 0.5,
                            now=NOW,
                        )
                case "start":
                    await journeys.start(tx, journey_id=journey_id, step_slug=slug, now=NOW)
                case "complete":
                    await journeys.complete(tx, journey_id=journey_id, step_slug=slug, now=NOW)
                case "skip" if not walk.standings[slug].state.done:
                    await journeys.skip(
                        tx, journey_id=journey_id, step_slug=slug, reason="Not now", now=NOW
                    )
                case _:
                    await journeys.reopen(tx, journey_id=journey_id, step_slug=slug, now=NOW)


@pytest.mark.parametrize("seed", range(40))
async def test_what_is_foretold_happens(
    db: Database, owner: psycopg.AsyncConnection, place: Place, seed: int
) -> None:
    chance = random.Random(seed)
    nora = await founder(place)
    first = random_framework(f"framework-{uuid4().hex[:8]}", chance)
    await publish(owner, first)
    journey_id = await walking(db, nora, first)
    await progress_somehow(db, nora, journey_id, chance)
    second = changed_framework(first, chance)
    if not second.steps:
        return
    version_id = await publish(owner, second)
    before = await states(db, nora, journey_id)

    async with db.transaction(place.system) as tx:
        foreseen = [item async for item in journeys.foresee(tx, program=second)]
    async with db.transaction(nora.actor) as tx:
        whole = await journeys.preview_update(tx, journey_id=journey_id)
    assert [item.update.steps for item in foreseen] == ([] if whole is None else [whole.steps])
    assert await states(db, nora, journey_id) == before
    if whole is None:
        return
    some = frozenset(slug for slug in whole.takeable if chance.random() < 0.6)
    async with db.transaction(nora.actor) as tx:
        foretold = await journeys.preview_update(tx, journey_id=journey_id, take=some)
    assert foretold is not None
    if foretold.conflict is not None:
        with pytest.raises(PlanConflict):
            await take(db, nora, journey_id, version_id, some)
        assert await states(db, nora, journey_id) == before
        return
    await take(db, nora, journey_id, version_id, some)
    after = await states(db, nora, journey_id)
    moved = {
        slug: (before.get(slug), state)
        for slug, state in after.items()
        if before.get(slug) != state
    }
    assert moved == {
        slug: (None if was is None else str(was), str(becomes))
        for slug, (was, becomes) in foretold.moves.items()
    }
    begun = {slug for slug, state in before.items() if state not in ("locked", "unlocked")}
    assert {slug: after[slug] for slug in begun} == {slug: before[slug] for slug in begun}
    async with db.transaction(nora.actor) as tx:
        tallies = await journeys.list_tallies(tx, journey_id=journey_id)
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        rest = await journeys.preview_update(tx, journey_id=journey_id)
    assert sorted(tallies, key=str) == sorted(rules.tally(walk.program, walk.standings), key=str)
    left = set() if rest is None else rest.takeable
    if some:
        assert left == whole.takeable - some
    else:
        # Who takes nothing has settled on what there is: what is new is no news any more.
        assert left <= whole.takeable


async def take(
    db: Database, who: Someone, journey_id: UUID, version_id: UUID, some: frozenset[str] | None
) -> None:
    async with db.transaction(who.actor) as tx:
        await journeys.take_update(
            tx, journey_id=journey_id, version_id=version_id, take=some, now=NOW
        )


async def test_own_words_stay_until_they_are_given_up(
    db: Database, owner: psycopg.AsyncConnection, place: Place
) -> None:
    nora = await founder(place)
    slug = f"framework-{uuid4().hex[:8]}"
    old = make_framework(slug, (make_checklist("talk", order=1), make_checklist("build", order=2)))
    await publish(owner, old)
    journey_id = await walking(db, nora, old)
    async with db.transaction(nora.actor) as tx:
        await journeys.edit_step(
            tx,
            journey_id=journey_id,
            step_slug="talk",
            edit=StepEdit(title="Talk to bakers"),
            seen=None,
            now=NOW,
        )
    new = changed_title(old, "talk", "Talk to buyers")
    version_id = await publish(owner, new)
    async with db.transaction(nora.actor) as tx:
        update = await journeys.preview_update(tx, journey_id=journey_id)
    assert update is not None
    (step,) = update.steps
    assert (step.kind, step.parts, step.collides) == (UpdateKind.CHANGED, ("title",), ("title",))

    await take(db, nora, journey_id, version_id, None)
    async with db.transaction(nora.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
    assert walk.step("talk").title == "Talk to bakers"

    third = await publish(owner, changed_title(old, "talk", "Talk to payers"))
    async with db.transaction(nora.actor) as tx:
        walk = await journeys.take_update(
            tx,
            journey_id=journey_id,
            version_id=third,
            restore=frozenset({"talk"}),
            now=NOW,
        )
    assert walk.step("talk").title == "Talk to payers"


async def test_tasks_follow_the_framework_where_nobody_touched_them(
    db: Database, owner: psycopg.AsyncConnection, place: Place
) -> None:
    nora = await founder(place)
    slug = f"framework-{uuid4().hex[:8]}"
    await publish(owner, make_framework(slug, (make_checklist("talk", order=1, tasks=3),)))
    old = make_framework(slug, (make_checklist("talk", order=1, tasks=3),))
    journey_id = await walking(db, nora, old)
    async with db.transaction(nora.actor) as tx:
        first, *_ = await journeys.list_tasks(tx, journey_id=journey_id, step_slug="talk")
        await journeys.tick(tx, journey_id=journey_id, task_id=first.id, is_completed=True, now=NOW)
    new = make_framework(slug, (make_checklist("talk", order=1, tasks=0),))
    version_id = await publish(owner, new)
    await take(db, nora, journey_id, version_id, None)
    async with db.transaction(nora.actor) as tx:
        left = await journeys.list_tasks(tx, journey_id=journey_id, step_slug="talk")
    assert [(task.slug, task.is_completed) for task in left] == [("task-1", True)]


async def test_another_version_meanwhile_is_told(
    db: Database, owner: psycopg.AsyncConnection, place: Place
) -> None:
    nora = await founder(place)
    slug = f"framework-{uuid4().hex[:8]}"
    old = make_framework(slug, (make_checklist("talk", order=1),))
    seen = await publish(owner, old)
    journey_id = await walking(db, nora, old)
    await publish(owner, changed_title(old, "talk", "Talk more"))
    with pytest.raises(PlanConflict, match="Another version"):
        await take(db, nora, journey_id, seen, None)


async def test_the_rest_of_what_was_taken_in_part_stays_on_offer(
    db: Database, owner: psycopg.AsyncConnection, place: Place
) -> None:
    nora = await founder(place)
    slug = f"framework-{uuid4().hex[:8]}"
    talk, flyers = make_checklist("talk", order=1), make_checklist("flyers", order=2)
    await publish(owner, make_framework(slug, (talk, flyers)))
    journey_id = await walking(db, nora, make_framework(slug, (talk, flyers)))
    version_id = await publish(
        owner,
        make_framework(
            slug,
            (
                replace(talk, title="Talk more"),
                make_checklist("build", order=3),
                make_checklist("sell", order=4),
            ),
        ),
    )

    async def offered() -> list[tuple[str, UpdateKind]]:
        async with db.transaction(nora.actor) as tx:
            update = await journeys.preview_update(tx, journey_id=journey_id)
        return [] if update is None else [(step.slug, step.kind) for step in update.steps]

    await take(db, nora, journey_id, version_id, frozenset({"build"}))
    assert await offered() == [
        ("talk", UpdateKind.CHANGED),
        ("sell", UpdateKind.NEW),
        ("flyers", UpdateKind.RETIRED),
    ]
    await take(db, nora, journey_id, version_id, None)
    assert await offered() == []
    assert set(await states(db, nora, journey_id)) == {"talk", "flyers", "build", "sell"}


async def test_a_plan_that_changed_since_is_told_before_anything_is_taken(
    db: Database, owner: psycopg.AsyncConnection, place: Place
) -> None:
    nora = await founder(place)
    slug = f"framework-{uuid4().hex[:8]}"
    old = make_framework(slug, (make_checklist("talk", order=1), make_checklist("build", order=2)))
    await publish(owner, old)
    journey_id = await walking(db, nora, old)
    version_id = await publish(owner, changed_title(old, "talk", "Talk more"))
    async with db.transaction(nora.actor) as tx:
        update = await journeys.preview_update(tx, journey_id=journey_id)
    assert update is not None
    await take(db, nora, journey_id, version_id, frozenset())
    with pytest.raises(PlanConflict, match="changed the plan"):
        async with db.transaction(nora.actor) as tx:
            await journeys.take_update(
                tx, journey_id=journey_id, version_id=version_id, seen=update.plan_stamp, now=NOW
            )


async def test_what_is_done_of_a_step_follows_its_tasks(
    db: Database, owner: psycopg.AsyncConnection, place: Place
) -> None:
    nora = await founder(place)
    slug = f"framework-{uuid4().hex[:8]}"
    old = make_framework(slug, (make_checklist("talk", order=1, tasks=2),))
    await publish(owner, old)
    journey_id = await walking(db, nora, old)
    async with db.transaction(nora.actor) as tx:
        first, _ = await journeys.list_tasks(tx, journey_id=journey_id, step_slug="talk")
        await journeys.tick(tx, journey_id=journey_id, task_id=first.id, is_completed=True, now=NOW)
    new = make_framework(slug, (make_checklist("talk", order=1, tasks=4),))
    await take(db, nora, journey_id, await publish(owner, new), None)
    await states(db, nora, journey_id)
    async with db.transaction(nora.actor) as tx:
        rows = await journeys.list_steps(tx, journey_id=journey_id)
    assert rows["talk"].percent == 25


async def test_another_company_sees_nothing_of_it(
    db: Database, owner: psycopg.AsyncConnection, place: Place
) -> None:
    nora, stranger = await founder(place), await founder(place)
    old = make_framework(f"framework-{uuid4().hex[:8]}", (make_checklist("talk", order=1),))
    version_id = await publish(owner, old)
    journey_id = await walking(db, nora, old)
    with pytest.raises(NotFound):
        await take(db, stranger, journey_id, version_id, None)


def changed_title(program: Program, slug: str, title: str) -> Program:
    return make_framework(
        program.slug,
        tuple(replace(step, title=title) if step.slug == slug else step for step in program.steps),
    )
