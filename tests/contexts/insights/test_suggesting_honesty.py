"""The engine `offline` claims nothing that is not known: what is begun, what is unmet."""

from dataclasses import replace

import pytest

from milepost.contexts.insights import rules, suggestions
from milepost.contexts.insights.types import Priority, Situation, TargetKind, Topic
from tests.contexts.insights.test_suggesting import QUIET, about, step

SLOW = replace(QUIET, time_taken_days=24)
DOUBT = replace(QUIET, confidence_level=2)


def said(it: Situation) -> str:
    return " ".join(f"{item.text} {item.reasoning}" for item in rules.suggest(it))


def test_what_is_begun_is_not_told_to_be_cut_before_it_begins() -> None:
    begun = replace(
        SLOW, opened=(step("pain-ranking", "in_progress", days=20, ahead=4),), others=()
    )
    split = about(rules.suggest(begun), Topic.SPLIT)
    assert "before you begin" not in said(begun)
    assert "Cut what is left of “Pain ranking”" in split.text
    assert split.target.title == "Cut what is left of “Pain ranking” into parts of 3 days"
    assert "was planned at 20 days" in split.reasoning
    fresh = about(rules.suggest(SLOW), Topic.SPLIT)
    assert "Cut “Pain ranking” into parts of at most 3 days before you begin" in fresh.text


def test_what_is_not_begun_yet_is_cut_rather_than_what_is() -> None:
    both = replace(
        SLOW,
        opened=(
            step("long-begun", "in_progress", days=40, ahead=4),
            step("pain-ranking", days=8, ahead=4),
        ),
    )
    assert about(rules.suggest(both), Topic.SPLIT).target.step_slug == "pain-ranking"


def test_only_what_comes_after_a_step_is_said_to() -> None:
    unrelated = replace(SLOW, step=replace(SLOW.step, ahead=0), opened=(), waiting=())
    replan = about(rules.suggest(unrelated), Topic.REPLAN)
    assert "what comes after" not in replan.text
    assert "0 later steps" not in said(unrelated)
    related = about(rules.suggest(SLOW), Topic.REPLAN)
    assert "what comes after “First talks”, beginning with “Pain ranking”" in related.text


def test_what_was_left_out_is_weighed_before_what_is_begun_goes_on() -> None:
    left = replace(
        QUIET,
        finished=False,
        step=replace(QUIET.step, state="skipped"),
        opened=(step("pain-ranking", "in_progress", ahead=4),),
    )
    risk = about(rules.suggest(left), Topic.RISK)
    assert "Before you work on" not in risk.text
    assert risk.text.startswith("Before “Pain ranking” goes further")
    assert "the tasks of it are still there" not in said(left)


def test_a_doubt_says_what_is_known_and_not_what_is_unmet() -> None:
    asks = ("One", "Two", "Three", "Four")
    back = about(rules.suggest(replace(DOUBT, criteria=asks, ticked=6)), Topic.REVISIT)
    assert back.text == (
        "Take “First talks” up again and check what you have against what it asks for:"
        " “One”; “Two”; and 2 more."
    )
    assert "not met" not in said(replace(DOUBT, criteria=asks))
    assert back.reasoning.startswith("Your confidence in it is 2 of 5")
    assert "All 6 of its tasks are ticked" in back.reasoning
    some = replace(DOUBT, ticked=4, open_tasks=("Thank them", "Write it up"))
    assert "2 of its 6 tasks are not ticked" in about(rules.suggest(some), Topic.REVISIT).reasoning
    none = replace(DOUBT, ticked=0)
    assert "ticked" not in about(rules.suggest(none), Topic.REVISIT).reasoning


@pytest.mark.parametrize("before", [1, 2])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_two_confidences_are_compared_as_they_are(level: int, before: int) -> None:
    it = replace(
        QUIET,
        confidence_level=level,
        earlier=(step("script", "completed", confidence=before),),
    )
    [found] = [
        item
        for item in rules.suggest(it)
        if item.target.step_slug == "script" and item.topic is Topic.REVISIT
    ]
    assert "so it was" not in found.reasoning
    assert f"Your confidence in “First talks” is {level} of 5" in found.reasoning
    also = "also " if before == level else ""
    assert f"in “Script”, which comes before it, {also}{before} of 5" in found.reasoning


LEFT = replace(QUIET, finished=False, step=replace(QUIET.step, state="skipped"))


@pytest.mark.parametrize(
    ("it", "slug", "how"),
    [
        (DOUBT, "first-talks", "again"),
        (replace(QUIET, opened=(), waiting=(), others=(), earlier=()), "first-talks", "again"),
        (LEFT, "first-talks", "after all"),
        (replace(DOUBT, earlier=(step("plan", "completed", confidence=1),)), "plan", "again"),
        (replace(DOUBT, earlier=(step("plan", "skipped", confidence=1),)), "plan", "after all"),
    ],
)
def test_taking_up_again_is_called_that_wherever_accepting_does_it(
    it: Situation, slug: str, how: str
) -> None:
    """Accepting reopens the step, and nothing else: looking at it is left to the people."""
    [found] = [
        item
        for item in rules.suggest(it)
        if item.topic is Topic.REVISIT and item.target.step_slug == slug
    ]
    assert found.target.kind is TargetKind.START_STEP
    assert found.text.startswith(f"Take “{found.target.title}” up {how}")


@pytest.mark.parametrize("finished", [True, False])
def test_what_is_started_after_an_outcome_rests_on_it(finished: bool) -> None:
    it = replace(
        QUIET,
        finished=finished,
        step=replace(QUIET.step, state="completed" if finished else "skipped"),
    )
    starts = [item for item in rules.suggest(it) if item.topic is Topic.START]
    assert len(starts) >= 2
    for item in starts:
        assert ("outcome", str(it.outcome_id)) in {(on.kind, on.ref) for on in item.rests_on}
    assert ("is done" if finished else "was left out") in starts[0].reasoning


def test_what_a_model_says_to_start_rests_on_the_outcome_too() -> None:
    proposed = suggestions.Proposals(
        items=[
            suggestions.Proposed(
                topic=topic,
                priority=Priority.LOW,
                text="Take this on while it is fresh.",
                reasoning="It is open, and others rest on it.",
                kind=kind,
                step_slug="pain-ranking",
                title="Write it down",
                rests_on=["step:pain-ranking"],
            )
            for topic, kind in (
                (Topic.START, TargetKind.START_STEP),
                (Topic.ASK, TargetKind.ADD_TASK),
                (Topic.KEEP, TargetKind.ADD_TASK),
            )
        ]
    )
    kinds = [[on.kind for on in item.rests_on] for item in suggestions.advice_of(proposed, QUIET)]
    assert kinds == [["outcome", "step"], ["step"], ["step"]]


def test_what_was_learnt_is_not_said_to_be_about_the_same_things() -> None:
    learnt = replace(QUIET, key_learnings=("The market is half the size we hoped for",))
    assert "is about the same things" not in said(learnt)
    assert "words in common" in about(rules.suggest(learnt), Topic.CARRY).reasoning
    other = replace(QUIET, key_learnings=("Zebras graze",))
    assert "can still count" not in said(other)
