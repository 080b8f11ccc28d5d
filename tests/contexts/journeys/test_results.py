"""What came of a task is kept with the task's title, whether or not the task is still there."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import NotBehind, WrongOutcome
from milepost.contexts.journeys.types import Outcome, OutcomeNotes, Task, TaskResult
from milepost.platform.db import Database, roles
from tests.factories.companies import Company, make_company, publish, small_framework
from tests.factories.databases import as_app, looking
from tests.factories.people import make_place

NOW = datetime.now(UTC)
STEP = "first-talks"


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: its program is nobody else's."""
    return new_database(f"results_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def owner(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.owner) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def company(db: Database, owner: psycopg.AsyncConnection) -> Company:
    program = await publish(owner, small_framework(), now=NOW)
    made = await make_company(await make_place(db, now=NOW), program)
    await made.do(STEP, days=2, until=NOW)
    return made


async def add(company: Company, title: str) -> Task:
    async with company.db.transaction(company.cofounder.actor) as tx:
        return await journeys.add_task(
            tx, journey_id=company.journey_id, step_slug=STEP, title=title, now=NOW
        )


async def remove(company: Company, task: Task) -> None:
    async with company.db.transaction(company.cofounder.actor) as tx:
        await journeys.remove_task(tx, journey_id=company.journey_id, task_id=task.id, now=NOW)


async def tell(
    company: Company, results: dict[str, str], gone: dict[str, str] | None = None
) -> Outcome:
    async with company.db.transaction(company.founder.actor) as tx:
        return await journeys.capture_outcome(
            tx,
            journey_id=company.journey_id,
            step_slug=STEP,
            task_results=results,
            time_taken_days=2,
            confidence_level=4,
            notes="",
            key_learnings=[],
            share_anonymously=False,
            now=NOW,
            gone_tasks=gone,
        )


async def read(company: Company, outcome: Outcome) -> tuple[OutcomeNotes, list[TaskResult]]:
    async with company.db.transaction(company.founder.actor) as tx:
        notes = await journeys.find_outcome_notes(tx, outcome_id=outcome.id)
        tasks = await journeys.list_tasks(tx, journey_id=company.journey_id, step_slug=STEP)
    assert notes is not None
    return notes, journeys.tell_results(notes, tasks)


async def test_the_result_of_a_task_taken_away_later_keeps_its_title(company: Company) -> None:
    async with company.db.transaction(company.founder.actor) as tx:
        first, *_ = await journeys.list_tasks(tx, journey_id=company.journey_id, step_slug=STEP)
    own = await add(company, "Visit the harbour")
    outcome = await tell(company, {str(own.id): "Nobody there.", str(first.id): "Nine of ten."})
    await remove(company, own)
    notes, told = await read(company, outcome)
    assert notes.task_results == {str(own.id): "Nobody there.", str(first.id): "Nine of ten."}
    assert notes.task_titles == {str(own.id): "Visit the harbour", str(first.id): first.title}
    assert told == [
        TaskResult(title=first.title, text="Nine of ten."),
        TaskResult(title="Visit the harbour", text="Nobody there.", is_gone=True),
    ]


async def test_a_task_taken_away_while_its_result_was_written(company: Company) -> None:
    own = await add(company, "Visit the harbour")
    await remove(company, own)
    written = {str(own.id): " Nobody there. "}
    with pytest.raises(WrongOutcome):
        await tell(company, written)
    outcome = await tell(company, written, {str(own.id): "Visit  the harbour"})
    _, told = await read(company, outcome)
    assert told == [TaskResult(title="Visit the harbour", text="Nobody there.", is_gone=True)]


async def test_a_task_that_is_there_is_called_as_it_is(company: Company) -> None:
    own = await add(company, "Visit the harbour")
    outcome = await tell(company, {str(own.id): "Nobody."}, {str(own.id): "Something else"})
    notes, told = await read(company, outcome)
    assert notes.task_titles == {str(own.id): "Visit the harbour"}
    assert told == [TaskResult(title="Visit the harbour", text="Nobody.")]


@pytest.mark.parametrize(
    ("results", "field"),
    [
        ({str(uuid4()): "x" * 2001}, "task_results"),
        ({"no task": "Said."}, "task_results"),
        ({str(uuid4()): "Said." for _ in range(51)}, "notes"),
    ],
)
async def test_of_tasks_that_are_gone_not_everything_is_taken(
    company: Company, results: dict[str, str], field: str
) -> None:
    with pytest.raises(WrongOutcome) as refused:
        await tell(company, results, dict.fromkeys(results, "Gone"))
    assert refused.value.data["field"] == field


async def test_what_was_kept_before_titles_were_is_read(
    company: Company, owner: psycopg.AsyncConnection
) -> None:
    own = await add(company, "Visit the harbour")
    outcome = await tell(company, {str(own.id): "Nobody."})
    # As the version before wrote it.
    await owner.execute("alter table journeys.outcome_notes no force row level security")
    await owner.execute(
        """
        update journeys.outcome_notes
           set task_results = jsonb_build_object(%(task)s::text, 'Nobody.')
         where outcome_id = %(id)s
        """,
        {"task": str(own.id), "id": outcome.id},
    )
    await owner.execute("alter table journeys.outcome_notes force row level security")
    await owner.commit()
    notes, told = await read(company, outcome)
    assert (notes.task_results, notes.task_titles) == ({str(own.id): "Nobody."}, {})
    assert told == [TaskResult(title="Visit the harbour", text="Nobody.")]
    await remove(company, own)
    _, told = await read(company, outcome)
    assert told == [TaskResult(title="", text="Nobody.", is_gone=True)]


async def test_a_step_taken_up_again_is_proposed_to_who_began_alone(company: Company) -> None:
    async with company.db.transaction(company.founder.actor) as tx:
        await journeys.reopen(tx, journey_id=company.journey_id, step_slug=STEP, now=NOW)
        with pytest.raises(NotBehind):
            await journeys.propose_outcome(tx, journey_id=company.journey_id, step_slug=STEP)
        proposal = await journeys.propose_outcome(
            tx, journey_id=company.journey_id, step_slug=STEP, even_ahead=True
        )
    assert (proposal.behind, proposal.finished, len(proposal.tasks)) == (False, False, 3)
