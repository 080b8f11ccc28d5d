"""What a suggestion advises may be done meanwhile: it has lapsed, and taking it up does nothing."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from milepost.contexts.insights import service as insights
from milepost.contexts.insights import suggestions
from milepost.contexts.insights.errors import SuggestionLapsed
from milepost.contexts.insights.types import Feedback, Suggestion
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import JourneyArchived
from milepost.contexts.journeys.types import State
from tests.contexts.insights.suggesting.desk import GOOD, NOW, Desk, say, targeting
from tests.factories.models import fake_model

LATER = NOW + timedelta(hours=1)


async def act(desk: Desk, what: str, slug: str) -> None:
    company = desk.company
    async with company.db.transaction(company.founder.actor) as tx:
        if what == "skip":
            await journeys.skip(
                tx, journey_id=company.journey_id, step_slug=slug, now=LATER, reason="Not for us."
            )
            return
        do = {"start": journeys.start, "complete": journeys.complete, "reopen": journeys.reopen}
        await do[what](tx, journey_id=company.journey_id, step_slug=slug, now=LATER)


async def reading(desk: Desk, item: Suggestion) -> Suggestion:
    found = await desk.read(item.outcome_id)
    return next(one for one in found.items if one.id == item.id)


@pytest.mark.parametrize(
    ("acts", "state", "why"),
    [
        (("start",), State.IN_PROGRESS, "“Pain ranking” is in progress already."),
        (("start", "complete"), State.COMPLETED, "“Pain ranking” is completed meanwhile."),
        (("skip",), State.SKIPPED, "“Pain ranking” was left out meanwhile."),
    ],
)
async def test_a_start_lapses_once_the_step_is_begun(
    desk: Desk, acts: tuple[str, ...], state: State, why: str
) -> None:
    made = await desk.make(await desk.company.tell("first-talks"))
    start = targeting(made.items, "start_step")
    assert start.target["step_slug"] == "pain-ranking"
    assert start.is_open
    for what in acts:
        await act(desk, what, "pain-ranking")
    assert start.id not in {item.id for item in await desk.inbox()}
    assert (await reading(desk, start)).lapsed == why
    with pytest.raises(SuggestionLapsed) as refused:
        await desk.answer(start, Feedback.ACCEPTED)
    assert why in refused.value.message
    assert (await desk.walk()).standings["pain-ranking"].state is state
    # It may still be dismissed, so that nothing like it is said again.
    assert (await desk.answer(start, Feedback.DISMISSED)).feedback == "dismissed"


async def test_taking_up_again_lapses_once_that_was_done(desk: Desk) -> None:
    made = await desk.make(await desk.company.tell("first-talks", confidence=1))
    back = next(item for item in made.items if item.target["step_slug"] == "first-talks")
    assert back.target["kind"] == "start_step"
    assert back.is_open
    await act(desk, "reopen", "first-talks")
    assert "in progress already" in (await reading(desk, back)).lapsed
    await act(desk, "complete", "first-talks")
    assert "is completed meanwhile" in (await reading(desk, back)).lapsed
    with pytest.raises(SuggestionLapsed):
        await desk.answer(back, Feedback.ACCEPTED)
    assert (await desk.walk()).standings["first-talks"].state is State.COMPLETED


@pytest.mark.parametrize("end", ["complete", "skip"])
async def test_a_task_lapses_with_its_step_and_is_open_again_with_it(desk: Desk, end: str) -> None:
    with fake_model(say(GOOD)) as model:
        made = await desk.make(await desk.company.tell("first-talks"), model=model)
    task = next(item for item in made.items if item.target["step_slug"] == "market-sketch")
    await act(desk, "start", "market-sketch")
    before = await desk.tasks("market-sketch")
    await act(desk, end, "market-sketch")
    assert "seen by nobody" in (await reading(desk, task)).lapsed
    with pytest.raises(SuggestionLapsed):
        await desk.answer(task, Feedback.ACCEPTED)
    assert await desk.tasks("market-sketch") == before
    await act(desk, "reopen", "market-sketch")
    assert task.id in {item.id for item in await desk.inbox()}
    await desk.answer(task, Feedback.ACCEPTED)
    assert await desk.tasks("market-sketch") == [*before, task.target["title"]]


async def test_what_aims_at_a_step_that_is_gone_has_lapsed(
    desk: Desk, operator: psycopg.AsyncConnection[Any]
) -> None:
    made = await desk.make(await desk.company.tell("first-talks"))
    start = targeting(made.items, "start_step")
    await operator.execute(
        "update insights.suggestions set target = target || %s where id = %s",
        [json.dumps({"step_slug": "never-was"}), start.id],
    )
    assert "no longer in your journey" in (await reading(desk, start)).lapsed
    with pytest.raises(SuggestionLapsed):
        await desk.answer(start, Feedback.ACCEPTED)


async def test_a_task_for_the_step_it_follows_takes_that_up_again(
    desk: Desk, operator: psycopg.AsyncConnection[Any]
) -> None:
    """At the end of the road there is nowhere else to put it; nobody would see it there."""
    made = await desk.make(await desk.company.tell("first-talks"))
    item = made.items[0]
    target = {
        "kind": "add_task",
        "step_slug": "first-talks",
        "title": "Thank them",
        "also": ["Write it up"],
    }
    await operator.execute(
        "update insights.suggestions set target = %s where id = %s", [json.dumps(target), item.id]
    )
    assert (await reading(desk, item)).is_open
    before = await desk.tasks("first-talks")
    await desk.answer(item, Feedback.ACCEPTED)
    assert await desk.tasks("first-talks") == [*before, "Thank them", "Write it up"]
    assert (await desk.walk()).standings["first-talks"].state is State.IN_PROGRESS


async def test_what_is_overtaken_while_a_model_thinks_is_not_kept(desk: Desk) -> None:
    """Three remain: where too few of a model's do, the rules speak of how things stand now."""
    company = desk.company
    outcome = await company.tell("first-talks")
    async with company.db.transaction(company.founder.actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome.id, now=NOW)
    assert begun is not None
    said = suggestions.Proposals(items=[suggestions.Proposed(**item) for item in GOOD])
    assert suggestions.wrong_with(said, begun[1]) is None
    await act(desk, "start", "pain-ranking")
    async with company.db.transaction(company.founder.actor) as tx:
        await insights.keep(
            tx,
            outcome=outcome,
            advice=suggestions.advice_of(said, begun[1]),
            engine="llm",
            note="",
            now=LATER,
        )
    made = await desk.read(outcome.id)
    assert made.run is not None
    assert (made.run.engine, made.run.error) == (
        "offline",
        "Your journey moved on while it was asked.",
    )
    assert 3 <= len(made.items) <= 5
    assert all(item.is_open for item in made.items)


async def test_an_archived_journey_takes_no_answer(desk: Desk) -> None:
    made = await desk.make(await desk.company.tell("first-talks"))
    company, item = desk.company, made.items[0]
    async with company.db.transaction(company.founder.actor) as tx:
        await journeys.rename(tx, journey_id=company.journey_id, archived=True, now=NOW)
    for feedback in Feedback:
        with pytest.raises(JourneyArchived):
            await desk.answer(item, feedback)
    async with company.db.transaction(company.founder.actor) as tx:
        with pytest.raises(JourneyArchived):
            await insights.ask_again(tx, outcome_id=item.outcome_id, now=NOW)
    assert (await reading(desk, item)).feedback is None
