"""Where a company's steps stand: done, reopened, left out, and what to do next."""

from datetime import timedelta

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    AlreadyDone,
    StepLocked,
    WrongPlan,
)
from tests.contexts.journeys.companies.walking import (
    NOW,
    cached,
    complete,
    look,
    states,
    tasks_of,
    tick,
)


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


async def test_of_two_reasons_the_one_given_last_holds(db, founder, cofounder, journey_id):
    async def skip(who, reason, *, instead=True):
        async with db.transaction(who.actor) as tx:
            await journeys.skip(
                tx,
                journey_id=journey_id,
                step_slug="idea",
                reason=reason,
                instead=instead,
                now=NOW,
            )
            return (await journeys.list_reasons(tx, journey_id=journey_id))["idea"]

    assert await skip(founder, "We have one.") == "We have one."
    # Who doesn't know of the other's reason replaces nothing; the same one is no conflict.
    assert await skip(cofounder, "We have one.", instead=False) == "We have one."
    with pytest.raises(AlreadyDone, match="another reason"):
        await skip(cofounder, "Too early.", instead=False)
    assert await skip(cofounder, "Too early.") == "Too early."
    assert await skip(founder, "") == "Too early."


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
