"""Suggestions, from the outcome that asks for them to what taking one up does."""

import asyncio
import json
from typing import Any

import psycopg
import pytest

from milepost import main
from milepost.contexts.identity.types import Level
from milepost.contexts.insights import jobs as insight_jobs
from milepost.contexts.insights.errors import AlreadyAccepted
from milepost.contexts.insights.types import Feedback
from milepost.contexts.journeys.errors import StepLocked
from milepost.contexts.journeys.types import State
from milepost.platform import jobs
from milepost.platform.errors import NotFound
from tests.contexts.insights.suggesting.desk import GOOD, NOW, Desk, say, targeting
from tests.factories.models import fake_model


async def test_an_outcome_leads_to_suggestions_by_itself(desk: Desk) -> None:
    assert insight_jobs in main.JOBS
    outcome = await desk.company.tell("first-talks", learnings=("Prices matter more than time.",))
    before = await desk.read(outcome.id)
    assert (before.is_ready, list(before.items), before.run) == (False, [], None)

    assert await jobs.run_pending(desk.company.db, desk.context) >= 2

    after = await desk.read(outcome.id)
    assert after.is_ready
    assert 3 <= len(after.items) <= 5
    assert after.run is not None
    assert (after.run.engine, after.run.error) == ("offline", "")
    opened = after.items[0]
    assert dict(opened.target) == {
        "kind": "start_step",
        "step_slug": "pain-ranking",
        "title": "Pain ranking",
    }
    assert {"kind": "step", "ref": "first-talks", "label": "First talks"} in opened.rests_on
    assert any("Prices matter more than time" in item.text for item in after.items)


async def test_running_the_job_again_changes_nothing(desk: Desk) -> None:
    outcome = await desk.company.tell("first-talks")
    first = await desk.make(outcome)
    again, at_once = await asyncio.gather(desk.make(outcome), desk.make(outcome))
    kept = [item.id for item in first.items]
    assert kept == [item.id for item in again.items] == [item.id for item in at_once.items]


async def test_taking_one_up_does_it_once(desk: Desk) -> None:
    made = await desk.make(await desk.company.tell("first-talks", learnings=("Prices matter.",)))
    start, task = targeting(made.items, "start_step"), targeting(made.items, "add_task")

    taken = await desk.answer(start, Feedback.ACCEPTED, note="On Monday.")
    assert (taken.feedback, taken.feedback_note) == ("accepted", "On Monday.")
    assert taken.feedback_by == desk.company.founder.id
    slug = start.target["step_slug"]
    assert (await desk.walk()).standings[slug].state is State.IN_PROGRESS

    before = await desk.tasks(task.target["step_slug"])
    await asyncio.gather(
        desk.answer(task, Feedback.ACCEPTED),
        desk.answer(task, Feedback.ACCEPTED, who=desk.company.cofounder),
    )
    after = await desk.tasks(task.target["step_slug"])
    assert after == [*before, task.target["title"]]
    with pytest.raises(AlreadyAccepted):
        await desk.answer(task, Feedback.DISMISSED)
    left = {item.id for item in await desk.inbox()}
    assert left == {item.id for item in made.items} - {start.id, task.id}


async def test_what_is_behind_can_be_taken_up_again(desk: Desk) -> None:
    made = await desk.make(await desk.company.tell("first-talks", confidence=1))
    back = next(item for item in made.items if item.target["step_slug"] == "first-talks")
    await desk.answer(back, Feedback.ACCEPTED)
    assert (await desk.walk()).standings["first-talks"].state is State.IN_PROGRESS


async def test_a_step_that_can_not_be_started_any_more_leaves_the_suggestion_open(
    desk: Desk, operator: psycopg.AsyncConnection[Any]
) -> None:
    made = await desk.make(await desk.company.tell("first-talks"))
    start = targeting(made.items, "start_step")
    await operator.execute(
        "update insights.suggestions set target = target || %s where id = %s",
        [json.dumps({"step_slug": "price-test"}), start.id],
    )
    with pytest.raises(StepLocked):
        await desk.answer(start, Feedback.ACCEPTED)
    assert start.id in {item.id for item in await desk.inbox()}


async def test_what_was_dismissed_does_not_come_back(desk: Desk) -> None:
    first = await desk.make(await desk.company.tell("first-talks"))
    for item in first.items:
        await desk.answer(item, Feedback.DISMISSED, who=desk.company.cofounder, note="Not now.")
    assert await desk.inbox() == []
    dismissed = {item.fingerprint for item in first.items}

    second = await desk.make(await desk.company.tell("first-talks"))
    assert not dismissed & {item.fingerprint for item in second.items}

    # Nor from a model, which is told what not to say.
    with fake_model(say(GOOD)) as model:
        third = await desk.make(await desk.company.tell("first-talks"), model=model)
        assert "start_step:pain-ranking:start" in model.said()
    assert third.run is not None
    assert third.run.engine == "offline"
    assert not dismissed & {item.fingerprint for item in third.items}


async def test_dismissing_can_be_taken_back_by_taking_it_up(desk: Desk) -> None:
    made = await desk.make(await desk.company.tell("first-talks"))
    start = targeting(made.items, "start_step")
    await desk.answer(start, Feedback.DISMISSED)
    assert (await desk.answer(start, Feedback.ACCEPTED)).feedback == "accepted"


async def test_the_inbox_says_each_thing_once(desk: Desk) -> None:
    await desk.make(await desk.company.tell("first-talks", confidence=2))
    await desk.make(await desk.company.tell("first-talks", confidence=2))
    prints = [item.fingerprint for item in await desk.inbox()]
    assert len(prints) == len(set(prints)) >= 3


async def test_only_the_company_reads_and_answers_them(desk: Desk) -> None:
    outcome = await desk.company.tell("first-talks")
    made = await desk.make(outcome)
    others = [await desk.company.investor(level) for level in Level]
    others += [await desk.company.place.person("Otto Other"), desk.company.place.admin]
    for who in others:
        with pytest.raises(NotFound):
            await desk.read(outcome.id, who)
        with pytest.raises(NotFound):
            await desk.inbox(who)
        with pytest.raises(NotFound):
            await desk.answer(made.items[0], Feedback.ACCEPTED, who=who)


async def test_shown_is_when_the_company_saw_them_first(
    desk: Desk, operator: psycopg.AsyncConnection[dict[str, Any]]
) -> None:
    outcome = await desk.company.tell("first-talks")
    await insight_jobs.make_suggestions(
        desk.context, tenant_id=str(desk.company.place.tenant_id), outcome_id=str(outcome.id)
    )

    async def unseen() -> int:
        cursor = await operator.execute(
            """
            select count(*) as n
              from insights.suggestions s
             where s.outcome_id = %s
               and s.shown_at is null
            """,
            [outcome.id],
        )
        row = await cursor.fetchone()
        assert row is not None
        return row["n"]

    assert await unseen() >= 3
    await desk.read(outcome.id)
    assert await unseen() == 0


async def test_a_colleague_stands_in_for_an_author_who_left(
    desk: Desk, operator: psycopg.AsyncConnection[Any]
) -> None:
    outcome = await desk.company.tell("first-talks", by=desk.company.cofounder)
    await operator.execute(
        "update identity.memberships set ended_at = %s where subject_id = %s",
        [NOW, desk.company.cofounder.id],
    )
    assert (await desk.make(outcome)).is_ready


async def test_everything_goes_with_the_company(
    desk: Desk, operator: psycopg.AsyncConnection[dict[str, Any]]
) -> None:
    await desk.make(await desk.company.tell("first-talks", notes="Between us."))

    async def rows() -> int:
        cursor = await operator.execute(
            """
            select (select count(*) from journeys.outcomes o where o.subject_id = %(id)s)
                   + (select count(*) from journeys.outcome_notes n where n.subject_id = %(id)s)
                   + (select count(*) from insights.suggestions s where s.subject_id = %(id)s)
                   + (select count(*) from insights.suggestion_runs r where r.subject_id = %(id)s)
                   as n
            """,
            {"id": desk.company.id},
        )
        row = await cursor.fetchone()
        assert row is not None
        return row["n"]

    assert await rows() >= 6
    await operator.execute(
        "update identity.users set organization_id = null where organization_id = %s",
        [desk.company.id],
    )
    await operator.execute("delete from identity.subjects where id = %s", [desk.company.id])
    assert await rows() == 0
