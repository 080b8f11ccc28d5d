"""What was dismissed stays away, and there is always something else worth saying."""

import random
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from milepost.contexts.insights import rules
from milepost.contexts.insights.types import Advice, Feedback, Situation, TargetKind, Topic
from milepost.contexts.programs import files
from milepost.contexts.programs.types import Program
from milepost.settings import shipped
from tests.contexts.insights.suggesting.desk import GOOD, Desk, say
from tests.contexts.insights.suggesting.roads import Road
from tests.contexts.insights.test_suggesting import QUIET, step
from tests.factories.companies import small_framework
from tests.factories.models import fake_model

FRAMEWORK: Program = files.load(shipped("programs") / "startup-journey")
OUTCOMES = 40

# What a sentence shows that was put together from what isn't there.
_HOLES = re.compile(r"“”|“ | ”|  | [.,:;]|\{|\}|\b0 (?:days|later|steps|more|companies)\b")


def holds(it: Situation, advice: list[Advice]) -> None:
    """See that every suggestion can be carried out, and speaks of what is there."""
    reach, settled = it.within_reach(), rules.Settled(it.settled)
    assert 3 <= len(advice) <= 5
    for item in advice:
        known, kinds = reach[item.target.step_slug]
        assert item.target.kind in kinds
        assert item.rests_on
        assert item.fingerprint not in it.excluded
        assert not settled.has_said(item.wording)
        assert 0 < len(item.fingerprint) <= 300
        assert 10 < len(item.text) <= 1000
        assert 10 < len(item.reasoning) <= 1000
        assert 0 < len(item.target.title) <= 200
        assert not _HOLES.search(f"{item.text} {item.reasoning} {item.target.title}"), item
        assert item.text[-1] in ".”"
        names = (known.title, it.step.title)
        assert any(f"“{name}”" in item.text or name in item.target.title for name in names), item


# Without making a failure smaller: what failed is a road, and as good a one as any other.
@settings(max_examples=6, deadline=None, phases=(Phase.reuse, Phase.generate))
@given(seed=st.integers(0, 10**6), pace=st.integers(1, 4))
def test_who_dismisses_everything_for_forty_outcomes_is_still_told_something_else(
    seed: int, pace: int
) -> None:
    road = Road(FRAMEWORK, random.Random(seed))
    texts: list[str] = []
    for _ in range(OUTCOMES):
        situation, advice = road.advised(road.go(pace))
        holds(situation, advice)
        texts += [item.text for item in advice]
    assert len(texts) == len(set(texts)) == len(road.dismissed)


@pytest.mark.parametrize("done", [1, 75, 150])
def test_so_is_who_tells_of_one_step_forty_times(done: int) -> None:
    road = Road(FRAMEWORK, random.Random(done))
    slug = road.go(1)
    while len(road.facts.completed | road.facts.skipped) < done:
        slug = road.go(1)
    texts: list[str] = []
    for _ in range(OUTCOMES):
        situation, advice = road.advised(slug)
        holds(situation, advice)
        texts += [item.text for item in advice]
    assert len(texts) == len(set(texts))


def test_a_small_journey_has_something_else_to_say_several_times() -> None:
    road = Road(small_framework("small"), random.Random(1))
    slug = road.go(1)
    for _ in range(4):
        holds(*road.advised(slug))


def test_what_is_dismissed_after_one_step_is_still_said_after_another() -> None:
    """The same kind of advice about another step is other advice."""
    quiet = replace(QUIET, others=(), opened=(), waiting=())
    said = rules.suggest(quiet)
    other = replace(
        quiet,
        step=step("second-talks", "completed", days=7, ahead=6),
        outcome_id=uuid4(),
        excluded=frozenset(item.fingerprint for item in said),
    )
    again = rules.suggest(other)
    assert {item.topic for item in again} == {item.topic for item in said}
    assert Topic.SHARE in {item.topic for item in again}
    assert all("Second talks" in item.text for item in again)


def test_a_step_that_was_dismissed_is_not_proposed_after_another_one_either() -> None:
    start = next(item for item in rules.suggest(QUIET) if item.topic is Topic.START)
    other = replace(
        QUIET,
        step=step("second-talks", "completed", ahead=6),
        excluded=frozenset({start.fingerprint}),
    )
    assert start.target not in {
        item.target for item in rules.suggest(other) if item.target.kind is TargetKind.START_STEP
    }


def test_where_a_task_lands_makes_no_other_advice_of_it() -> None:
    """What was dismissed while one step was at work isn't said again when another one is."""
    doubt = replace(QUIET, confidence_level=2)
    [asked] = [item for item in rules.suggest(doubt) if item.topic is Topic.ASK]
    moved = replace(doubt, opened=(step("market-sketch", "in_progress", ahead=4),))
    [again] = [item for item in rules.suggest(moved) if item.topic is Topic.ASK]
    assert asked.target.step_slug != again.target.step_slug
    assert asked.fingerprint == again.fingerprint


def test_what_was_dismissed_leaves_several_kinds_of_advice() -> None:
    road = Road(FRAMEWORK, random.Random(7))
    kinds: set[Topic] = set()
    slug = road.go(1)
    for _ in range(8):
        _, advice = road.advised(slug)
        kinds |= {item.topic for item in advice}
        assert len({item.topic for item in advice}) >= 2
    assert len(kinds) >= 6


async def test_a_company_that_dismisses_is_told_something_else_each_time(desk: Desk) -> None:
    seen: set[str] = set()
    for _ in range(4):
        made = await desk.make(await desk.company.tell("first-talks"))
        assert 3 <= len(made.items) <= 5
        prints = {item.fingerprint for item in made.items}
        assert not prints & seen
        seen |= prints
        for item in made.items:
            await desk.answer(item, Feedback.DISMISSED)
    with fake_model(say(GOOD)) as model:
        await desk.make(await desk.company.tell("first-talks"), model=model)
        asked = model.said()
    assert "ask:first-talks" in asked
