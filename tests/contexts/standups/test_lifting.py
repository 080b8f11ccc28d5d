"""What is said to be out of the way, and which noted blocker that means."""

import pytest

from milepost.contexts.standups import rules
from milepost.contexts.standups.types import Kind, Understood
from tests.contexts.standups.test_rules import INDEX, PLAN, TALKS

BLOCKED = {one.id: one.title for one in (TALKS, PLAN)}


def lifting(text: str, blocked: dict[str, str]) -> Understood:
    return rules.with_lifted(rules.read(text, INDEX), rules.lifted(text), INDEX, blocked)


def meant(understood: Understood) -> list[tuple[str, bool]]:
    return [(one.target, one.sure) for one in understood.proposals if one.kind is Kind.LIFT_BLOCKER]


@pytest.mark.parametrize(
    "text",
    [
        "The cash plan is unblocked.",
        "We are no longer stuck on the cash plan",
        "cash plan: not blocked anymore",
        "The accountant called back, so the blocker of the cash plan is gone.",
        "The cash plan isn't on hold any longer.",
        "Finally resolved the blocker with the cash plan!",
    ],
)
def test_what_is_free_again_is_lifted_where_it_was_noted(text):
    told = lifting(text, BLOCKED)
    assert meant(told) == [(PLAN.id, True)]
    assert all(one.kind is not Kind.NOTE_BLOCKER for one in told.proposals)
    assert f"“{PLAN.title}” is no longer blocked" in rules.reply(told)


@pytest.mark.parametrize(
    "text",
    [
        "Are we unblocked on the cash plan?",
        "If the cash plan were unblocked I could go on.",
        "Maybe the cash plan is unblocked now.",
        "The cash plan is blocked.",
        "No blockers.",
        "We were waiting for the accountant.",
        "We are not unblocked yet on the cash plan.",
        "The cash plan is still not unblocked",
        "Need to get the cash plan unblocked",
        "The cash plan will be unblocked by monday",
        "I want the cash plan to be unblocked",
        "The blocker of the cash plan is not gone",
        "The blocker of the cash plan isn't resolved",
        "Didn't resolve the blocker with the cash plan",
    ],
)
def test_what_is_asked_or_doubted_lifts_nothing(text):
    assert rules.lifted(text) == ()


def test_what_names_nothing_is_asked_back_about():
    assert meant(lifting("Unblocked!", {PLAN.id: PLAN.title})) == [(PLAN.id, False)]
    told = lifting("Unblocked!", BLOCKED)
    assert meant(told) == [(TALKS.id, False), (PLAN.id, False)]
    assert "did you mean" in rules.reply(told)


@pytest.mark.parametrize(
    "text",
    [
        "Ana says the cash plan is unblocked",
        "The cash plan is unblocked. Just kidding.",
        "The cash plan is unblocked except for the taxes",
        "The cash plan is unblocked, yeah right",
    ],
)
def test_what_is_not_for_certain_is_asked_about(text):
    assert meant(lifting(text, BLOCKED)) == [(PLAN.id, False)]


def test_what_is_free_besides_what_is_not_is_told_apart():
    told = lifting("The cash plan is no longer blocked, but the interviews are stuck", BLOCKED)
    assert meant(told) == [(PLAN.id, True)]
    noted = [one.target for one in told.proposals if one.kind is Kind.NOTE_BLOCKER]
    assert PLAN.id not in noted
    both = lifting("Interviews and cash plan are both unblocked", BLOCKED)
    assert meant(both) == [(TALKS.id, True), (PLAN.id, True)]


def test_a_step_that_nothing_blocked_is_not_taken_for_another():
    told = lifting("The cash plan is unblocked.", {TALKS.id: TALKS.title})
    assert meant(told) == []
    assert "no blocker noted" in rules.reply(told)


def test_where_nothing_was_noted_nothing_is_proposed():
    told = lifting("The cash plan is unblocked.", {})
    assert told.proposals == ()
    assert "no blocker noted" in rules.reply(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "The cash plan is blocked because the accountant is ill.",
            "The cash plan is blocked because the accountant is ill.",
        ),
        ("Stuck on the cash plan: no accountant answers", None),
        ("Blocked on the cash plan (nobody knows the taxes)", None),
        (
            "Wrote the interview script but the cash plan is stuck until Ana is back",
            "the cash plan is stuck until Ana is back",
        ),
    ],
)
def test_a_blocker_is_kept_with_its_reason(text, said):
    (noted,) = [one for one in rules.read(text, INDEX).proposals if one.kind is Kind.NOTE_BLOCKER]
    assert (noted.target, noted.said) == (PLAN.id, said or text)
