"""A company's tasks: ticked by several at once, given to members, put in order."""

import asyncio
from datetime import date

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    StepLocked,
    TaskOvertaken,
    WrongPlan,
)
from tests.contexts.journeys.companies.walking import (
    NOW,
    cached,
    tasks_of,
    tick,
)


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
        with pytest.raises(WrongPlan, match="behind itself"):
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


async def test_only_what_its_writer_changed_is_written(db, founder, cofounder, journey_id):
    task = (await tasks_of(db, founder, journey_id, "idea"))[0]
    seen = journeys.TaskSeen(title=task.title, assignee_id=None, due_on=None)
    due, other = date(2030, 12, 24), date(2030, 12, 31)

    async def change(who, **said):
        gone = {name for name in ("assignee_id", "due_on") if said.get(name) is None}
        async with db.transaction(who.actor) as tx:
            changed = await journeys.edit_task(
                tx,
                journey_id=journey_id,
                task_id=task.id,
                edit=journeys.TaskEdit(**{"title": task.title} | said, clear=frozenset(gone)),
                seen=seen,
                now=NOW,
            )
        return changed.title, changed.assignee_id, changed.due_on

    # Both had the same before them, and each sends all of it along.
    assert await change(cofounder, due_on=due) == (task.title, None, due)
    assert await change(founder, title="Say it") == ("Say it", None, due)
    # The same from both is no conflict, nor is a form in which nothing was changed.
    assert await change(founder, due_on=due) == ("Say it", None, due)
    assert await change(founder) == ("Say it", None, due)
    with pytest.raises(TaskOvertaken) as refused:
        await change(founder, title="Shout it", due_on=other, assignee_id=founder.id)
    assert sorted(refused.value.data["fields"]) == ["due_on", "title"]
    assert await change(cofounder, assignee_id=founder.id) == ("Say it", founder.id, due)
