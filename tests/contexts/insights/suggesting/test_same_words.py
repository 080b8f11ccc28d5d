"""What was answered doesn't come back under another topic, and nothing is said twice at once."""

import json
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from milepost.contexts.insights import rules, suggestions
from milepost.contexts.insights.types import Feedback, Priority, TargetKind, Topic, Wording
from tests.contexts.insights.suggesting.desk import GOOD, Desk, say
from tests.contexts.insights.test_suggesting import QUIET
from tests.factories.models import fake_model

ROTATED = ("revisit", "share", "keep", "prepare", "check", "unblock")


def turned(items: list[dict[str, Any]], by: int, **more: str) -> list[dict[str, Any]]:
    return [item | more | {"topic": ROTATED[by + at]} for at, item in enumerate(items)]


async def test_a_dismissed_one_does_not_come_back_under_another_topic(desk: Desk) -> None:
    with fake_model(say(GOOD)) as model:
        first = await desk.make(await desk.company.tell("first-talks"), model=model)
    assert first.run is not None
    assert first.run.engine == "llm"
    for item in first.items:
        await desk.answer(item, Feedback.DISMISSED)
    words = {item.text for item in first.items}
    for by in range(len(ROTATED) - len(GOOD) + 1):
        with fake_model(say(turned(GOOD, by))) as model:
            again = await desk.make(await desk.company.tell("first-talks"), model=model)
            assert "Note the prices people told you" in model.said()
        assert again.run is not None
        assert again.run.engine == "offline"
        assert 3 <= len(again.items) <= 5
        assert not words & {item.text for item in again.items}
        assert not {
            item.target["step_slug"] for item in again.items if item.target == first.items[0].target
        }


async def test_so_it_is_with_what_was_dismissed_long_ago(
    desk: Desk, operator: psycopg.AsyncConnection[Any]
) -> None:
    """Rows of before have a fingerprint of the topic alone: starting a step was "ask", say."""
    made = await desk.make(await desk.company.tell("first-talks"))
    old = made.items[0]
    assert old.target["kind"] == "start_step"
    await operator.execute(
        "update insights.suggestions set fingerprint = %s, text = %s, target = %s where id = %s",
        [
            "ask:first-talks",
            "Take a look at the ranking of pains.",
            json.dumps(dict(old.target)),
            old.id,
        ],
    )
    await desk.answer(old, Feedback.DISMISSED)
    with fake_model(say(GOOD)) as model:
        again = await desk.make(await desk.company.tell("first-talks"), model=model)
    assert again.run is not None
    assert again.run.engine == "offline"
    starts = {i.target["step_slug"] for i in again.items if i.target["kind"] == "start_step"}
    assert "pain-ranking" not in starts


async def test_what_is_open_twice_is_shown_once_and_dismissed_once(desk: Desk) -> None:
    company = desk.company
    for by in (0, 3):
        with fake_model(say([GOOD[0], *turned(GOOD[1:], by)])) as model:
            made = await desk.make(await company.tell("first-talks"), model=model)
            assert made.run is not None
            assert made.run.engine == "llm"
    inbox = await desk.inbox()
    assert sorted(item.text for item in inbox) == sorted(item["text"] for item in GOOD)
    assert {item.outcome_id for item in inbox} == {made.items[0].outcome_id}
    for item in inbox:
        await desk.answer(item, Feedback.DISMISSED)
    assert await desk.inbox() == []


async def test_of_two_that_say_the_same_the_other_goes_once_one_is_taken_up(desk: Desk) -> None:
    for by in (0, 3):
        with fake_model(say([GOOD[0], *turned(GOOD[1:], by)])) as model:
            await desk.make(await desk.company.tell("first-talks"), model=model)
    task = next(one for one in await desk.inbox() if one.target["step_slug"] == "market-sketch")
    await desk.answer(task, Feedback.ACCEPTED)
    assert task.target["title"] not in {one.target.get("title") for one in await desk.inbox()}
    assert (await desk.tasks("market-sketch")).count(task.target["title"]) == 1


def proposed(**said: Any) -> suggestions.Proposed:
    sound: dict[str, Any] = {
        "topic": Topic.KEEP,
        "priority": Priority.LOW,
        "text": "Bring the prices you heard into “Market sketch”.",
        "reasoning": "It rests on what is done.",
        "kind": TargetKind.ADD_TASK,
        "step_slug": "market-sketch",
        "title": "Note the prices people told you",
        "rests_on": ["outcome"],
    }
    return suggestions.Proposed(**sound | said)


OTHERS = (
    proposed(
        topic=Topic.START,
        kind=TargetKind.START_STEP,
        step_slug="pain-ranking",
        text="Start “Pain ranking” while it is fresh.",
        title="",
    ),
    proposed(
        topic=Topic.ASK,
        step_slug="working-name",
        text="Ask who remembers “Working name” after a day.",
        title="Ask who remembers the name",
    ),
)
BEFORE = Wording(
    kind="add_task",
    step_slug="market-sketch",
    title="Note the prices people told you",
    text="Bring the prices you heard into “Market sketch”.",
    fingerprint="carry:something",
)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"title": "note the PRICES people told you!", "text": "Use your talks for the sketch."},
        {"title": "Note all prices that people told you", "text": "Use your talks for once."},
        {"title": "Write", "text": "Please bring the prices you heard into the “Market sketch”."},
        {"title": "Write", "text": "bring the prices you heard into “Market sketch”"},
        {"title": "Write", "text": "Bring the ｐｒｉｃｅｓ you heard into “Market sketch”."},
        {"step_slug": "pain-ranking", "title": "Write it all down"},
    ],
)
@pytest.mark.parametrize("topic", [Topic.KEEP, Topic.CARRY, Topic.SPLIT])
def test_the_same_in_nearly_the_same_words_is_refused(said: dict[str, str], topic: Topic) -> None:
    answer = suggestions.Proposals(items=[proposed(topic=topic, **said), *OTHERS])
    assert suggestions.wrong_with(answer, QUIET) is None
    wrong = suggestions.wrong_with(answer, replace(QUIET, settled=(BEFORE,)))
    assert wrong is not None
    assert "answered before" in wrong


def test_something_else_for_the_same_step_is_said() -> None:
    other = proposed(
        title="Count the shops in your town", text="Size “Market sketch” from the ground up."
    )
    answer = suggestions.Proposals(items=[other, *OTHERS])
    assert suggestions.wrong_with(answer, replace(QUIET, settled=(BEFORE,))) is None


@pytest.mark.parametrize(
    "texts",
    [
        ["LLM says: please look at this step carefully now."] * 3,
        [f"LLM says: please look at this step {how} now." for how in ("with care", "today", "on")],
    ],
)
def test_texts_that_name_nothing_and_say_the_same_are_refused(texts: list[str]) -> None:
    slugs = ("market-sketch", "pain-ranking", "working-name")
    topics = (Topic.KEEP, Topic.ASK, Topic.PREPARE)
    titles = ("Measure the field", "Order what hurts", "Choose what to be called")
    answer = suggestions.Proposals(
        items=[
            proposed(text=text, step_slug=slug, topic=topic, title=title)
            for text, slug, topic, title in zip(texts, slugs, topics, titles, strict=True)
        ]
    )
    wrong = suggestions.wrong_with(answer, QUIET)
    assert wrong is not None
    assert "says the same" in wrong


def test_starting_a_step_is_one_thing_whatever_it_is_called() -> None:
    start = OTHERS[0].model_copy(update={"text": "Begin “Pain ranking” on Monday morning."})
    answer = suggestions.Proposals(
        items=[OTHERS[0], start.model_copy(update={"topic": Topic.SHARE}), OTHERS[1]]
    )
    assert "says the same" in (suggestions.wrong_with(answer, QUIET) or "")
    called = suggestions.Proposals(
        items=[start.model_copy(update={"topic": Topic.SHARE}), OTHERS[1], proposed()]
    )
    [made, *_] = suggestions.advice_of(called, QUIET)
    assert made.fingerprint == "start_step:pain-ranking:start"


def test_the_rules_say_nothing_that_was_dismissed_from_a_model() -> None:
    first, *_ = rules.suggest(QUIET)
    before = replace(first.wording, fingerprint="ask:elsewhere")
    again = rules.suggest(replace(QUIET, settled=(before,)))
    assert len(again) >= 3
    assert first.target not in [item.target for item in again]
