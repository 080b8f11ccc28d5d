"""A past brought in at once comes to what living it would have come to, or is refused."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import NotACompany, WrongOutcome, WrongPlan
from milepost.contexts.journeys.types import HistoryEntry, HistoryKind, PastOutcome, State
from milepost.platform.db import Database, roles
from milepost.platform.errors import Forbidden, NotFound
from tests.factories.companies import Company, make_company, publish, small_framework
from tests.factories.databases import as_app, looking
from tests.factories.frameworks import random_framework
from tests.factories.people import Place, make_place

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=400)
DAY = timedelta(days=1)
Kind = HistoryKind


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: its programs are nobody else's."""
    return new_database(f"histories_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def owner(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.owner) as connection:
        yield connection


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.operator) as connection:
        yield connection


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database) -> Place:
    return await make_place(db, now=NOW)


@pytest_asyncio.fixture(loop_scope="session")
async def company(place: Place, owner: psycopg.AsyncConnection) -> Company:
    return await make_company(place, await publish(owner, small_framework(), now=NOW))


def entry(slug: str, kind: HistoryKind, days: float, **more: Any) -> HistoryEntry:
    """Something that happened so many days before now."""
    return HistoryEntry(step_slug=slug, kind=kind, at=NOW - days * DAY, **more)


def told(slug: str, days: float, **more: Any) -> HistoryEntry:
    outcome = PastOutcome(**{"time_taken_days": 9, "confidence_level": 4, **more})
    return entry(slug, Kind.TOLD, days, outcome=outcome)


PAST = (
    entry("first-talks", Kind.STARTED, 90),
    entry("first-talks", Kind.TICKED, 85, task="task-1"),
    entry("first-talks", Kind.COMPLETED, 80),
    told("first-talks", 79, notes="They talk.", task_results={"task-1": "Ten of them"}),
    entry("market-sketch", Kind.SKIPPED, 78, reason="Another company drew it for us."),
    entry("pain-ranking", Kind.TICKED, 70, task="Task 2 of pain-ranking"),
    entry("working-name", Kind.COMPLETED, 60),
    entry("working-name", Kind.REOPENED, 50),
)


async def bring_in(
    company: Company, *entries: HistoryEntry, by: str = "founder", now: datetime = NOW
) -> int:
    who = company.founder if by == "founder" else company.cofounder
    async with company.db.transaction(who.actor) as tx:
        return await journeys.import_history(
            tx, journey_id=company.journey_id, entries=entries, now=now
        )


async def stands(company: Company) -> dict[str, Any]:
    """All that is known of a journey's steps and tasks, whatever their ids are."""
    async with company.db.transaction(company.founder.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=company.journey_id)
        rows = await journeys.list_steps(tx, journey_id=company.journey_id)
        tasks = await journeys.list_tasks(tx, journey_id=company.journey_id)
        tallies = await journeys.list_tallies(tx, journey_id=company.journey_id)
        reasons = await journeys.list_reasons(tx, journey_id=company.journey_id)
    return {
        "states": {slug: str(standing.state) for slug, standing in walk.standings.items()},
        "steps": rows,
        "tasks": {
            (task.step_slug, task.slug or task.title): (task.completed_at is not None)
            for task in tasks
        },
        "ticked": {
            (task.step_slug, task.slug or task.title): (task.completed_at, task.completed_by)
            for task in tasks
        },
        "tallies": tallies,
        "reasons": reasons,
    }


async def stale(company: Company) -> list[journeys.Stale]:
    found: list[journeys.Stale] = []
    async with company.db.transaction(company.place.system) as tx:
        async for _, some in journeys.verify(tx):
            found += some
    return found


async def test_a_past_is_there_afterwards_with_its_times(company: Company) -> None:
    assert await bring_in(company, *PAST) == len(PAST)
    now = await stands(company)
    assert now["states"] == {
        "first-talks": "completed",
        "pain-ranking": "in_progress",
        "market-sketch": "skipped",
        "price-test": "locked",
        "working-name": "in_progress",
    }
    talks, ranking = now["steps"]["first-talks"], now["steps"]["pain-ranking"]
    assert (talks.started_at, talks.completed_at) == (NOW - 90 * DAY, NOW - 80 * DAY)
    assert (talks.percent, ranking.percent) == (100, 33)
    # The tick began it.
    assert ranking.started_at == NOW - 70 * DAY
    assert now["steps"]["working-name"].completed_at is None
    assert now["reasons"] == {"market-sketch": "Another company drew it for us."}
    assert now["ticked"]["first-talks", "task-1"][0] == NOW - 85 * DAY
    assert sum(tally.completed for tally in now["tallies"]) == 1
    assert sum(tally.skipped for tally in now["tallies"]) == 1
    assert await stale(company) == []


async def test_its_outcomes_say_what_was_so_then(company: Company) -> None:
    await bring_in(company, *PAST)
    await bring_in(
        company, told("market-sketch", 77, share_anonymously=True, stage="late"), by="cofounder"
    )
    async with company.db.transaction(company.founder.actor) as tx:
        sketch, talks = await journeys.list_outcomes(tx, journey_id=company.journey_id)
        words = await journeys.find_outcome_notes(tx, outcome_id=talks.id)
        tasks = await journeys.list_tasks(
            tx, journey_id=company.journey_id, step_slug="first-talks"
        )
    assert (talks.finished, sketch.finished) == (True, False)
    assert (talks.author_id, sketch.author_id) == (company.founder.id, company.cofounder.id)
    assert talks.created_at == NOW - 79 * DAY
    # The framework's phases go "early", "late"; of "early" was still something to do.
    assert (talks.stage, sketch.stage) == ("early", "late")
    assert (talks.share_anonymously, sketch.share_anonymously) == (False, True)
    assert words is not None
    assert words.notes == "They talk."
    assert words.task_results == {str(tasks[0].id): "Ten of them"}


async def test_bringing_it_in_again_changes_nothing(company: Company) -> None:
    await bring_in(company, *PAST)
    before = await stands(company)
    assert await bring_in(company, *PAST) == 0
    assert await stands(company) == before
    async with company.db.transaction(company.founder.actor) as tx:
        assert len(await journeys.list_outcomes(tx, journey_id=company.journey_id)) == 1


async def test_more_of_it_can_follow(company: Company) -> None:
    await bring_in(company, *PAST)
    later = (
        entry("pain-ranking", Kind.COMPLETED, 40),
        entry("price-test", Kind.STARTED, 30),
        entry("first-talks", Kind.TICKED, 84, task="task-2", member_id=company.cofounder.id),
    )
    assert await bring_in(company, *PAST, *later) == len(later)
    now = await stands(company)
    assert now["states"]["price-test"] == "in_progress"
    assert now["steps"]["price-test"].started_at == NOW - 30 * DAY
    assert now["ticked"]["first-talks", "task-2"] == (NOW - 84 * DAY, company.cofounder.id)
    assert await stale(company) == []


async def test_tasks_are_given_to_members(company: Company) -> None:
    due = (NOW + 3 * DAY).date()
    given = entry(
        "price-test", Kind.PLANNED, 5, task="task-1", member_id=company.cofounder.id, due_on=due
    )
    await bring_in(company, given)
    async with company.db.transaction(company.founder.actor) as tx:
        tasks = await journeys.list_tasks(tx, journey_id=company.journey_id, step_slug="price-test")
    assert (tasks[0].assignee_id, tasks[0].due_on) == (company.cofounder.id, due)
    assert await stale(company) == []


IMPOSSIBLE = (
    (entry("price-test", Kind.STARTED, 99), "still locked, behind First talks and Pain ranking"),
    (entry("pain-ranking", Kind.COMPLETED, 85), "still locked, behind First talks"),
    (entry("first-talks", Kind.STARTED, 88), "had begun before"),
    (entry("first-talks", Kind.COMPLETED, 10), "was done before"),
    (entry("first-talks", Kind.SKIPPED, 10, reason="No."), "done or left out before"),
    (entry("pain-ranking", Kind.SKIPPED, 10), "nobody says why"),
    (entry("pain-ranking", Kind.REOPENED, 10), "neither done nor left out"),
    (entry("first-talks", Kind.TICKED, 10, task="task-1"), "so already"),
    (entry("first-talks", Kind.TICKED, 10, task="task-9"), "no task called 'task-9'"),
    (told("pain-ranking", 10), "not behind you"),
    (entry("nowhere", Kind.STARTED, 10), "no step called 'nowhere'"),
    (entry("pain-ranking", Kind.COMPLETED, -1), "lies in the future"),
    (entry("first-talks", Kind.TICKED, 10), "names no task"),
    (entry("first-talks", Kind.TOLD, 10), "how the step went"),
)


@pytest.mark.parametrize(("wrong", "why"), IMPOSSIBLE, ids=[why for _, why in IMPOSSIBLE])
async def test_what_could_not_have_happened_is_refused(
    company: Company, wrong: HistoryEntry, why: str
) -> None:
    before = await stands(company)
    with pytest.raises(WrongPlan) as refused:
        await bring_in(company, *PAST, wrong)
    assert why in str(refused.value)
    assert str(refused.value).startswith(f"Entry {len(PAST) + 1}: ")
    assert refused.value.data["field"] == f"entries/{len(PAST)}"
    # Nothing of the rest was written either.
    assert await stands(company) == before


async def test_wrong_figures_and_strangers_are_refused(company: Company, place: Place) -> None:
    with pytest.raises(WrongOutcome):
        await bring_in(company, *PAST, told("first-talks", 70, confidence_level=6))
    stranger = await place.person("Nils Fremd")
    with pytest.raises(WrongPlan, match="Only members of the company"):
        await bring_in(company, replace(PAST[1], member_id=stranger.id))
    for who, error in ((stranger, NotFound), (place.admin, (Forbidden, NotFound))):
        async with company.db.transaction(who.actor) as tx:
            with pytest.raises(error):
                await journeys.import_history(
                    tx, journey_id=company.journey_id, entries=PAST, now=NOW
                )
    assert set((await stands(company))["states"].values()) == {"unlocked", "locked"}


async def test_a_person_s_journey_has_no_such_past(place: Place, db: Database) -> None:
    nora = await place.person()
    async with db.transaction(nora.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug="fast-track", now=NOW)
        with pytest.raises(NotACompany):
            await journeys.import_history(tx, journey_id=journey.id, entries=(), now=NOW)


async def test_it_is_one_event(company: Company, operator: psycopg.AsyncConnection) -> None:
    async def happened() -> Counter[str]:
        found = await operator.execute(
            "select l.name from events.log l where l.subject_id = %s", (company.id,)
        )
        return Counter(row["name"] for row in await found.fetchall())

    before = await happened()
    await bring_in(company, *PAST)
    await bring_in(company, *PAST)
    assert await happened() - before == {"journeys.history_imported": 1}


@pytest.mark.parametrize("seed", range(12))
async def test_it_comes_to_what_living_it_comes_to(
    place: Place, owner: psycopg.AsyncConnection, seed: int
) -> None:
    chance = random.Random(seed)
    program = await publish(owner, random_framework(f"past-{seed}", chance, most=12), now=NOW)
    lived, told_of = await make_company(place, program), await make_company(place, program)
    past = await live(lived, chance)
    assert await bring_in(told_of, *past, now=NOW + DAY) == len(past)
    expected, found = await stands(lived), await stands(told_of)
    for part in ("states", "steps", "tasks", "tallies", "reasons"):
        assert found[part] == expected[part], part
    assert {key: at for key, (at, _) in found["ticked"].items()} == {
        key: at for key, (at, _) in expected["ticked"].items()
    }
    assert await stale(told_of) == []


async def live(company: Company, chance: random.Random) -> list[HistoryEntry]:
    """Do whatever can be done, at random, one thing a minute; return it as entries."""
    past: list[HistoryEntry] = []
    for minute in range(60):
        at = NOW + timedelta(minutes=minute)
        async with company.db.transaction(company.founder.actor) as tx:
            walk = await journeys.get_walk(tx, journey_id=company.journey_id)
            slug = chance.choice(
                [slug for slug, now in walk.standings.items() if now.state is not State.LOCKED]
            )
            kind = chance.choice(
                (Kind.STARTED, Kind.COMPLETED, Kind.SKIPPED, *Ticks, Kind.REOPENED)
            )
            if kind is Kind.SKIPPED and slug in walk.facts.completed:
                # Done once, it counts as done when it is left out afterwards.
                continue
            done = await _do(tx, company.journey_id, walk.standings[slug].state, slug, kind, at)
        if done is not None:
            past.append(done)
    assert len(past) > 8
    return past


Ticks = (Kind.TICKED, Kind.TICKED, Kind.UNTICKED)


async def _do(
    tx: Any, journey_id: UUID, state: State, slug: str, kind: HistoryKind, at: datetime
) -> HistoryEntry | None:
    """Do one thing if it changes something; return it as an entry."""
    where: dict[str, Any] = {"journey_id": journey_id, "step_slug": slug, "now": at}
    made = HistoryEntry(step_slug=slug, kind=kind, at=at)
    match kind, state:
        case Kind.STARTED, State.UNLOCKED:
            await journeys.start(tx, **where)
        case Kind.COMPLETED, State.UNLOCKED | State.IN_PROGRESS | State.SKIPPED:
            await journeys.complete(tx, **where)
        case Kind.SKIPPED, State.UNLOCKED | State.IN_PROGRESS:
            await journeys.skip(tx, reason="Not for us.", **where)
            made = replace(made, reason="Not for us.")
        case Kind.REOPENED, State.COMPLETED | State.SKIPPED:
            await journeys.reopen(tx, **where)
        case Kind.TICKED | Kind.UNTICKED, _ if state is not State.LOCKED:
            ticked = kind is Kind.TICKED
            tasks = await journeys.list_tasks(tx, journey_id=journey_id, step_slug=slug)
            task = next((task for task in tasks if task.is_completed != ticked), None)
            if task is None:
                return None
            await journeys.tick(
                tx, journey_id=journey_id, task_id=task.id, is_completed=ticked, now=at
            )
            made = replace(made, task=task.slug)
        case _:
            return None
    return made
