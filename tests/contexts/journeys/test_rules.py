"""What is open and why, for any program and any history."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.types import Facts, State, percent_done
from milepost.contexts.programs.types import Program
from tests.factories.programs import fast_track, make_step, programs


def done(facts: Facts, program: Program, slug: str, *, fields: set[str] | None = None) -> Facts:
    """The facts after a step was handed in with those fields, all of its own by default."""
    gives = {give.field for give in program.step(slug).gives}
    return replace(
        facts,
        started=facts.started | {slug},
        completed=facts.completed | {slug},
        fields=facts.fields | (gives if fields is None else gives & fields),
    )


@st.composite
def walks(draw: st.DrawFn) -> tuple[Program, list[tuple[Facts, str]]]:
    """A program and a history: facts after each act, and the step it was about."""
    program = draw(programs())
    facts, history = Facts(), []
    for _ in range(draw(st.integers(0, 15))):
        standings = rules.resolve(program, facts)
        open_now = [slug for slug, s in standings.items() if s.state is not State.LOCKED]
        slug = draw(st.sampled_from(open_now))
        act = draw(st.sampled_from(["start", "finish", "finish partly", "skip"]))
        if act == "start":
            facts = replace(facts, started=facts.started | {slug})
        elif act == "skip":
            facts = replace(facts, skipped=facts.skipped | {slug})
        else:
            given_fields = {give.field for give in program.step(slug).gives}
            kept = draw(st.sets(st.sampled_from(sorted(given_fields))))
            facts = done(facts, program, slug, fields=None if act == "finish" else kept)
        history.append((facts, slug))
    return program, history


@given(walks())
def test_incremental_equals_full(walk: tuple[Program, list[tuple[Facts, str]]]) -> None:
    program, history = walk
    standings = rules.resolve(program, Facts())
    for facts, slug in history:
        standings = rules.resolve_after(program, facts, standings, slug)
        assert standings == rules.resolve(program, facts)


@given(walks())
def test_the_suggested_way_unlocks(walk: tuple[Program, list[tuple[Facts, str]]]) -> None:
    program, history = walk
    facts = history[-1][0] if history else Facts()
    for slug, standing in rules.resolve(program, facts).items():
        walked = facts
        for number, step in enumerate(standing.way):
            before = rules.resolve(program, walked)
            assert before[step].state is not State.LOCKED, "each step of the way is open in turn"
            assert before[slug].state is State.LOCKED, f"the way is {number} steps too long"
            walked = done(walked, program, step)
        state = rules.resolve(program, walked)[slug].state
        assert state is not State.LOCKED


@given(walks())
def test_nothing_locks_again(walk: tuple[Program, list[tuple[Facts, str]]]) -> None:
    program, history = walk
    opened: set[str] = set()
    for facts, _ in history:
        standings = rules.resolve(program, facts)
        locked = {slug for slug, s in standings.items() if s.state is State.LOCKED}
        assert not opened & locked
        opened |= standings.keys() - locked


@given(walks())
def test_locked_means_something_is_missing(
    walk: tuple[Program, list[tuple[Facts, str]]],
) -> None:
    program, history = walk
    facts = history[-1][0] if history else Facts()
    for standing in rules.resolve(program, facts).values():
        assert (standing.state is State.LOCKED) == bool(standing.missing) == bool(standing.way)


def test_fast_track_begins_with_woop_alone() -> None:
    standings = rules.resolve(fast_track(), Facts())
    assert [s for s, v in standings.items() if v.state is State.UNLOCKED] == ["sprint-0-woop"]
    vision = standings["sprint-2-vision"]
    assert {item.name for item in vision.missing} == {
        "identity.personal_dream",
        "identity.core_values",
    }
    assert vision.way == ("sprint-0-woop", "sprint-1-identity")
    assert len(standings["sprint-30-program-overview"].way) == 30


def test_outputs_leave_out_what_was_left_blank() -> None:
    step = make_step(1, gives=3)
    assert rules.outputs(step, {"f0": "x", "f1": "", "other": 1}) == {"s1.f0": "x"}


def test_percent_counts_required_fields_and_never_says_done() -> None:
    form = {"required": ["a", "b"], "properties": {"a": {}, "b": {}, "c": {}}}
    assert rules.percent(form, {}) == 0
    assert rules.percent(form, {"a": "x", "c": "y"}) == 50
    assert rules.percent(form, {"a": "x", "b": 0}) == 99


def test_only_all_of_a_walk_is_a_hundred_and_only_nothing_is_none_of_it() -> None:
    told = {(0, 0): 0, (0, 168): 0, (1, 500): 1, (48, 168): 29, (167, 168): 99, (168, 168): 100}
    assert {case: percent_done(*case) for case in told} == told
