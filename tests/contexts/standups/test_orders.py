"""What the bot is told to do is proposed like what is told as done, or answered truly."""

import pytest

from milepost.contexts.standups import rules
from milepost.contexts.standups.types import Kind
from tests.contexts.standups.test_rules import INDEX, PLAN, TALKS


def proposed(text: str) -> list[tuple[Kind, str, bool]]:
    return [(one.kind, one.target, one.sure) for one in rules.read(text, INDEX).proposals]


@pytest.mark.parametrize(
    "text",
    [
        "mark the interview script as done",
        "Please mark “Write the interview script on one page” as complete.",
        "can you mark the interview script as finished?",
        "tick off the interview script",
        "pls tick the interview script off, thanks",
        "tick the interview script please",
        "complete the interview script please",
        "Could you complete the interview script?",
    ],
)
def test_what_is_to_be_marked_is_proposed(text):
    assert proposed(text) == [(Kind.COMPLETE_TASK, "script", True)]


def test_several_are_marked_at_once():
    told = proposed("Please mark the interview script and the typed notes as done")
    assert set(told) == {
        (Kind.COMPLETE_TASK, "script", True),
        (Kind.COMPLETE_TASK, "notes", True),
    }


def test_what_may_be_a_plan_as_well_is_asked_about():
    assert proposed("complete the interview script") == [(Kind.COMPLETE_TASK, "script", False)]


def test_a_whole_step_is_asked_about_as_ever():
    asked = [(Kind.COMPLETE_STEP, TALKS.id, False)]
    assert proposed("mark the customer interviews as complete") == asked


@pytest.mark.parametrize(
    "text", ["start the cash plan please", "Can you start the cash plan?", "start the cash plan"]
)
def test_a_step_is_started(text):
    assert proposed(text) == [(Kind.START_STEP, PLAN.id, True)]


def test_a_blocker_is_noted():
    assert proposed("set the cash plan to blocked") == [(Kind.NOTE_BLOCKER, PLAN.id, True)]


def test_a_blocker_is_lifted():
    (free,) = rules.lifted("mark the cash plan as no longer blocked")
    told = rules.with_lifted(rules.read("", INDEX), [free], INDEX, {PLAN.id: PLAN.title})
    assert [(one.target, one.sure) for one in told.proposals] == [(PLAN.id, True)]


@pytest.mark.parametrize(
    "text",
    [
        "mark the lunch as done",
        "Could you mark everything as done?",
        "mark everything as finished",
        "tick it",
        "please complete the moon landing",
    ],
)
def test_what_is_not_found_is_answered_truly(text):
    told = rules.read(text, INDEX)
    assert told.proposals == ()
    assert rules.reply(told).startswith("I found nothing in this that belongs to an open step")


@pytest.mark.parametrize(
    "text",
    [
        "Did you mark the interview script as done?",
        "Who ticked the interview script?",
        "I will mark the interview script as done tomorrow",
    ],
)
def test_what_is_no_order_is_not_taken_for_one(text):
    assert proposed(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Undo the last one, I was wrong",
        "undo: the interview script is not written yet",
        "undo",
        "Please undo that.",
        "can you undo this?",
        "How do I undo this?",
        "Oops, take that back please",
        "untick the interview script",
        "mark the interview script as not done",
        "reopen the customer interviews",
        "I was wrong. Undo it please.",
    ],
)
def test_who_wants_something_undone_is_told_where(text):
    assert rules.wants_undone(text)
    told = rules.read(text, INDEX)
    assert told.proposals == ()
    assert told.unplaced_done == ()
    said = rules.reply(told, undo=True)
    assert said.startswith("I can't take back what was confirmed")
    assert "untick the task" in said
    assert "I found nothing" not in said


def test_what_was_done_besides_is_proposed():
    text = "Undo the last one. Typed the notes within a day."
    told = rules.read(text, INDEX)
    assert [one.target for one in told.sure] == ["notes"]
    said = rules.reply(told, undo=rules.wants_undone(text))
    assert said.startswith("I can't take back")
    assert said.endswith("Shall I mark “Type the notes within a day” complete?")


@pytest.mark.parametrize("text", ["We revisited the script.", "The undo button works.", "Done."])
def test_not_every_word_of_it_asks_for_that(text):
    assert not rules.wants_undone(text)
