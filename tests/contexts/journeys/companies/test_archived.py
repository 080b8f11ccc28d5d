"""A journey that was put away: it is read, nothing in it is written, until it is taken up again."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import JourneyArchived
from milepost.contexts.journeys.types import HistoryEntry, HistoryKind, StepEdit, Task
from milepost.platform.db import Database, Transaction
from tests.contexts.journeys.companies.walking import NOW, complete, look, states, tasks_of
from tests.factories.people import Someone

Write = Callable[[Transaction, UUID, Task], Awaitable[object]]

WRITES: dict[str, Write] = {
    "start": lambda tx, journey_id, _: journeys.start(
        tx, journey_id=journey_id, step_slug="name", now=NOW
    ),
    "complete": lambda tx, journey_id, _: journeys.complete(
        tx, journey_id=journey_id, step_slug="name", now=NOW
    ),
    "skip": lambda tx, journey_id, _: journeys.skip(
        tx, journey_id=journey_id, step_slug="name", reason="We have one.", now=NOW
    ),
    "reopen": lambda tx, journey_id, _: journeys.reopen(
        tx, journey_id=journey_id, step_slug="idea", now=NOW
    ),
    "tick": lambda tx, journey_id, task: journeys.tick(
        tx, journey_id=journey_id, task_id=task.id, is_completed=True, now=NOW
    ),
    "add a task": lambda tx, journey_id, _: journeys.add_task(
        tx, journey_id=journey_id, step_slug="name", title="Ask Sam", now=NOW
    ),
    "edit a task": lambda tx, journey_id, task: journeys.edit_task(
        tx,
        journey_id=journey_id,
        task_id=task.id,
        edit=journeys.TaskEdit(title="Other words"),
        now=NOW,
    ),
    "move a task": lambda tx, journey_id, task: journeys.move_task(
        tx, journey_id=journey_id, task_id=task.id, after=None, now=NOW
    ),
    "remove a task": lambda tx, journey_id, task: journeys.remove_task(
        tx, journey_id=journey_id, task_id=task.id, now=NOW
    ),
    "take steps in": lambda tx, journey_id, _: journeys.add_framework_steps(
        tx, journey_id=journey_id, slugs=None, now=NOW
    ),
    "add a step": lambda tx, journey_id, _: journeys.add_own_step(
        tx,
        journey_id=journey_id,
        content=StepEdit(title="Shelves", phase="early", domain="sales"),
        tasks=[],
        now=NOW,
    ),
    "edit a step": lambda tx, journey_id, _: journeys.edit_step(
        tx,
        journey_id=journey_id,
        step_slug="name",
        edit=StepEdit(title="Other words"),
        seen=None,
        now=NOW,
    ),
    "move a step": lambda tx, journey_id, _: journeys.move_step(
        tx, journey_id=journey_id, step_slug="name", after=None, now=NOW
    ),
    "take a step away": lambda tx, journey_id, _: journeys.remove_step(
        tx, journey_id=journey_id, step_slug="name", now=NOW
    ),
    "tell how it went": lambda tx, journey_id, _: journeys.capture_outcome(
        tx,
        journey_id=journey_id,
        step_slug="idea",
        task_results={},
        time_taken_days=3,
        confidence_level=4,
        notes="",
        key_learnings=[],
        share_anonymously=False,
        now=NOW,
    ),
    "bring in its past": lambda tx, journey_id, _: journeys.import_history(
        tx,
        journey_id=journey_id,
        entries=[HistoryEntry(step_slug="name", kind=HistoryKind.STARTED, at=NOW)],
        now=NOW,
    ),
    "begin a tool": lambda tx, journey_id, _: journeys.save_draft(
        tx, journey_id=journey_id, step_slug="name", data={}, seen=None, now=NOW
    ),
    "hand in": lambda tx, journey_id, _: journeys.submit(
        tx, journey_id=journey_id, step_slug="name", data={}, seen=None, now=NOW
    ),
}


async def put(db: Database, who: Someone, journey_id: UUID, *, away: bool) -> None:
    async with db.transaction(who.actor) as tx:
        await journeys.rename(tx, journey_id=journey_id, archived=away, now=NOW)


@pytest.mark.parametrize("what", WRITES)
async def test_nothing_is_written_in_a_journey_put_away(
    db: Database, founder: Someone, journey_id: UUID, what: str
) -> None:
    await complete(db, founder, journey_id, "idea")
    task = (await tasks_of(db, founder, journey_id, "name"))[0]
    before = states(await look(db, founder, journey_id))
    await put(db, founder, journey_id, away=True)
    async with db.transaction(founder.actor) as tx:
        with pytest.raises(JourneyArchived) as refused:
            await WRITES[what](tx, journey_id, task)
    assert refused.value.message.startswith(
        "“Our first journey” is archived, so nothing in it changes."
        " Take it out of the archive first:"
    )
    # Reading stays.
    assert states(await look(db, founder, journey_id)) == before
    assert (await tasks_of(db, founder, journey_id, "name"))[0] == task


async def test_taken_up_again_it_is_walked_on(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    await put(db, founder, journey_id, away=True)
    async with db.transaction(founder.actor) as tx:
        renamed = await journeys.rename(tx, journey_id=journey_id, name="Bread", now=NOW)
    assert (renamed.name, renamed.is_archived) == ("Bread", True)
    await put(db, founder, journey_id, away=False)
    await complete(db, founder, journey_id, "idea")
    assert states(await look(db, founder, journey_id))["idea"] == "completed"


async def test_what_is_shared_is_taken_back_even_then(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    await complete(db, founder, journey_id, "idea")
    async with db.transaction(founder.actor) as tx:
        outcome = await journeys.capture_outcome(
            tx,
            journey_id=journey_id,
            step_slug="idea",
            task_results={},
            time_taken_days=3,
            confidence_level=4,
            notes="",
            key_learnings=[],
            share_anonymously=True,
            now=NOW,
        )
    await put(db, founder, journey_id, away=True)
    async with db.transaction(founder.actor) as tx:
        assert await journeys.set_sharing(tx, outcome_id=outcome.id, share=False, now=NOW) == 1
