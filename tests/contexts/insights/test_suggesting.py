"""The engine `offline`: what it says follows from what it was given, and is of use."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.contexts.insights import rules
from milepost.contexts.insights.types import (
    Advice,
    Benchmark,
    KnownStep,
    Priority,
    Situation,
    Target,
    TargetKind,
    Topic,
)


def step(slug: str, state: str = "unlocked", **values: object) -> KnownStep:
    known: dict[str, object] = {"days": 5, "domain": "customers", **values}
    title = slug.replace("-", " ").capitalize()
    return KnownStep(slug=slug, title=title, state=state, **known)


QUIET = Situation(
    step=step("first-talks", "completed", days=7, ahead=6),
    criteria=("Eight of ten had the problem within a month",),
    deliverables=("Notes of ten conversations",),
    finished=True,
    time_taken_days=6,
    confidence_level=5,
    notes="",
    key_learnings=(),
    results=(),
    reason="",
    open_tasks=(),
    earlier=(step("script", "completed"),),
    opened=(step("pain-ranking", days=8, ahead=4),),
    waiting=(step("price-test", "locked", ahead=1, waits_for=("Market sketch",)),),
    others=(
        step("working-name", ahead=0, domain="brand"),
        step("market-sketch", ahead=2, domain="strategy", words=rules.significant("market size")),
    ),
    outcome_id=uuid4(),
)


def about(advice: list[Advice], topic: Topic) -> Advice:
    found = [item for item in advice if item.topic is topic]
    assert found, [item.fingerprint for item in advice]
    return found[0]


def test_what_a_step_opened_comes_first_and_what_still_shuts_others_next() -> None:
    advice = rules.suggest(QUIET)
    assert [item.fingerprint for item in advice[:2]] == [
        "start_step:pain-ranking:start",
        "start_step:market-sketch:start",
    ]
    assert advice[0].priority is Priority.HIGH
    assert "4 more steps wait behind it" in advice[0].reasoning
    assert "“Price test” still waits for" in advice[1].text


def test_a_low_confidence_leads_back_to_the_criteria_and_to_where_the_doubt_came_from() -> None:
    doubt = replace(QUIET, confidence_level=2, earlier=(step("script", "completed", confidence=1),))
    advice = rules.suggest(doubt)
    back = about(advice, Topic.REVISIT)
    assert back.target.step_slug == "first-talks"
    assert back.priority is Priority.HIGH
    assert "Eight of ten had the problem within a month" in back.text
    assert "2 of 5" in back.reasoning
    assert "6 later steps" in back.reasoning
    assert "start_step:script:revisit" in {item.fingerprint for item in advice}
    assert about(advice, Topic.ASK).target.step_slug == "pain-ranking"


def test_a_step_that_took_far_longer_is_told_in_numbers() -> None:
    advice = rules.suggest(replace(QUIET, time_taken_days=24))
    split = about(advice, Topic.SPLIT)
    assert split.priority is Priority.HIGH
    assert "took 24 days where 7 were planned (3.4 times)" in split.reasoning
    assert split.target.step_slug == "pain-ranking"
    assert about(advice, Topic.REPLAN).target.kind is TargetKind.ADD_TASK


def test_the_benchmark_counts_where_the_estimate_says_nothing() -> None:
    slow = replace(
        QUIET,
        time_taken_days=9,
        benchmark=Benchmark(companies=15, days_lower=2, days_median=4, days_upper=6),
    )
    split = about(rules.suggest(slow), Topic.SPLIT)
    assert "Three quarters of about 15 companies needed 6 days or less" in split.reasoning
    assert [basis.kind for basis in split.rests_on] == ["outcome", "benchmark", "step"]
    quick = replace(slow, time_taken_days=6)
    assert Topic.SPLIT not in {item.topic for item in rules.suggest(quick)}


def test_words_of_something_in_the_way_are_quoted_and_others_are_not() -> None:
    stuck = replace(QUIET, notes="Good talks. The clinic never answered us! We liked it.")
    found = about(rules.suggest(stuck), Topic.UNBLOCK)
    assert found.priority is Priority.HIGH
    assert "“The clinic never answered us”" in found.reasoning
    fine = replace(QUIET, notes="We were never stuck, and nothing was blocked.")
    assert Topic.UNBLOCK not in {item.topic for item in rules.suggest(fine)}


def test_what_was_learnt_goes_where_it_fits_best() -> None:
    learnt = replace(QUIET, key_learnings=("The market is half the size we hoped for",))
    carried = about(rules.suggest(learnt), Topic.CARRY)
    assert carried.target.step_slug == "market-sketch"
    assert "half the size" in carried.target.title


def test_tasks_left_open_are_named_and_none_is_lost() -> None:
    left = replace(QUIET, open_tasks=("Write the notes", "Thank them", "File it"))
    found = about(rules.suggest(left), Topic.FINISH)
    assert "“Write the notes”, “Thank them” and “File it”" in found.text
    assert found.target.title == "Left from “First talks”: Write the notes"
    assert found.target.also == (
        "Left from “First talks”: Thank them",
        "Left from “First talks”: File it",
    )
    assert Target.from_document(found.target.to_document()) == found.target


@pytest.mark.parametrize(
    "it",
    [
        replace(QUIET, open_tasks=tuple(f"Talk to person {n}" for n in range(12))),
        replace(QUIET, opened=(), waiting=(), others=(), open_tasks=("Write the notes",)),
    ],
)
def test_where_tasks_can_not_be_taken_along_the_step_is_taken_up_again(it: Situation) -> None:
    said = rules.suggest(it)
    assert Topic.FINISH not in {item.topic for item in said}
    back = about(said, Topic.REVISIT)
    assert back.target.kind is TargetKind.START_STEP
    assert back.text.startswith("Take “First talks” up again and finish or drop")
    assert it.open_tasks[0] in back.text


def test_what_was_learnt_is_taken_only_where_it_is_spoken_of() -> None:
    """A word in common with many steps, or none, is no reason to name one of them."""
    text = "Decide which personal data of people you never collect"
    unlike = step("privacy", domain="customers", ahead=4, words=rules.significant(text))
    it = replace(QUIET, opened=(unlike,), key_learnings=("We learnt that brewers want alarms",))
    said = rules.suggest(it)
    found = about(said, Topic.CARRY)
    assert "Take what you learnt into" not in " ".join(item.text for item in said)
    assert "nearest" not in " ".join(item.reasoning for item in said)
    assert found.text.startswith("Decide what follows from what “First talks” taught you")
    assert "brewers want alarms" in found.text
    spoken = replace(unlike, words=rules.significant("Which alarms brewers get"))
    carried = about(rules.suggest(replace(it, opened=(spoken,))), Topic.CARRY)
    assert carried.text.startswith("Take what you learnt into “Privacy”")
    assert carried.fingerprint == found.fingerprint


def test_leaving_out_says_what_it_puts_at_risk() -> None:
    skipped = replace(
        QUIET,
        step=replace(QUIET.step, state="skipped"),
        finished=False,
        reason="We know them already",
    )
    advice = rules.suggest(skipped)
    risk = about(advice, Topic.RISK)
    assert risk.priority is Priority.HIGH
    assert "We know them already" in risk.reasoning
    assert "“Pain ranking” and “Price test” directly" in risk.reasoning
    assert about(advice, Topic.REVISIT).target.kind is TargetKind.START_STEP


def test_at_the_end_of_the_road_there_is_still_something_to_say() -> None:
    last = replace(QUIET, opened=(), waiting=(), others=(), earlier=())
    advice = rules.suggest(last)
    assert len(advice) == 3
    assert {item.target.step_slug for item in advice} == {"first-talks"}


def test_what_stands_open_already_comes_back_only_to_make_three() -> None:
    first = rules.suggest(QUIET)
    again = rules.suggest(
        replace(QUIET, repeated=frozenset(item.fingerprint for item in first[:1]))
    )
    assert first[0].fingerprint not in {item.fingerprint for item in again}
    assert len(again) >= 3


STATES = ("unlocked", "in_progress", "locked")
TEXTS = st.text(max_size=200) | st.sampled_from(
    ("We were blocked by the bank.", "Waiting for a reply; no answer.", "x" * 3000, "“”\n\n…")
)
NEAR = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(STATES),
        st.integers(0, 40),
        st.integers(0, 90),
        st.none() | st.integers(1, 5),
    ),
    max_size=4,
)


@given(
    near=st.tuples(NEAR, NEAR, NEAR),
    done=NEAR,
    figures=st.tuples(st.integers(0, 3650), st.integers(1, 5), st.booleans()),
    words=st.tuples(TEXTS, st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3), TEXTS),
    dismissed=st.integers(0, 3),
)
def test_whatever_happened_advice_is_sound(
    near: tuple[list[tuple[int, str, int, int, int | None]], ...],
    done: list[tuple[int, str, int, int, int | None]],
    figures: tuple[int, int, bool],
    words: tuple[str, list[str], list[str], str],
    dismissed: int,
) -> None:
    def known(prefix: str, row: tuple[int, str, int, int, int | None]) -> KnownStep:
        number, state, days, ahead, confidence = row
        state = "completed" if prefix == "done" else state
        return step(f"{prefix}-{number}", state, days=days, ahead=ahead, confidence=confidence)

    opened, waiting, others = (
        [known(name, row) for row in rows]
        for name, rows in zip(("opened", "waiting", "other"), near, strict=True)
    )
    it = replace(
        QUIET,
        time_taken_days=figures[0],
        confidence_level=figures[1],
        finished=figures[2],
        step=replace(QUIET.step, state="completed" if figures[2] else "skipped"),
        notes=words[0],
        key_learnings=words[1],
        open_tasks=words[2],
        reason=words[3],
        opened=opened,
        waiting=[replace(other, state="locked") for other in waiting],
        others=others,
        earlier=[known("done", row) for row in done],
    )
    advice = rules.suggest(it)
    it = replace(it, excluded=frozenset(item.fingerprint for item in advice[:dismissed]))
    again = rules.suggest(it)
    assert 3 <= len(advice) <= 5
    assert not it.excluded & {item.fingerprint for item in again}
    for made in (advice, again):
        assert len({item.fingerprint for item in made}) == len(made) <= 5
        for item in made:
            _, kinds = it.offered()[item.target.step_slug]
            assert item.target.kind in kinds
            assert 0 < len(item.text) <= 1000
            assert 0 < len(item.reasoning) <= 1000
            assert all(0 < len(title) <= 200 for title in (item.target.title, *item.target.also))
            assert item.rests_on


@pytest.mark.parametrize(
    ("text", "most", "clipped"),
    [("short", 10, "short"), ("one two three", 9, "one two…"), ("a  b\nc", 10, "a b c")],
)
def test_clipping_keeps_words_whole(text: str, most: int, clipped: str) -> None:
    assert rules.clipped(text, most) == clipped
