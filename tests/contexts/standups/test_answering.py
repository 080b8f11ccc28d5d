"""Which messages are short answers, and what each decides about what was asked."""

from uuid import uuid4

import pytest

from milepost.contexts.standups import rules
from milepost.contexts.standups.rules import Answer
from milepost.contexts.standups.types import Action, Kind

MESSAGE, JOURNEY, USER = (uuid4() for _ in range(3))


def asked(*labels: str, sure: int = 0, groups: int = 1, decided: tuple[int, ...] = ()):
    """What the bot asked: the first `sure` outright, the others in so many questions."""
    return [
        Action(
            id=uuid4(),
            message_id=MESSAGE,
            journey_id=JOURNEY,
            user_id=USER,
            place=place,
            kind=str(Kind.COMPLETE_TASK),
            target=label,
            step_slug="a-step",
            label=label,
            said=f"said {place % groups}",
            confidence=0.5,
            sure=place <= sure,
            state="dismissed" if place in decided else "proposed",
            outcome="",
            decided_seq=None,
            decided_at=None,
            decided_by=None,
        )
        for place, label in enumerate(labels, start=1)
    ]


def decided(text: str, actions: list[Action], *, numbered: bool = False) -> tuple[str, list[str]]:
    """What comes of saying this: confirmed, dismissed or unclear, and which."""
    answer = rules.answer_in(text)
    assert answer is not None
    settled = rules.settle(answer, actions, numbered=numbered)
    if settled.unclear:
        assert not settled.confirm
        assert not settled.dismiss
        return "unclear", []
    chosen = settled.confirm or settled.dismiss
    return "confirmed" if settled.confirm else "dismissed", [one.label for one in chosen]


@pytest.mark.parametrize("text", ["yes", "Yes!", " yep. ", "Yes, that's right", "OK", "that one"])
def test_a_yes_is_one(text):
    assert rules.answer_in(text) == Answer(yes=True)


@pytest.mark.parametrize(
    "text", ["no", "No.", "no to all", "neither", "None of these!", "no, neither of them"]
)
def test_a_no_is_one(text):
    assert rules.answer_in(text) == Answer(no=True)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("the first", Answer(picks=(1,))),
        ("The second one.", Answer(picks=(2,))),
        ("no, the second one", Answer(no=True, picks=(2,))),
        ("yes: the third", Answer(picks=(3,))),
        ("2", Answer(picks=(2,))),
        ("#2", Answer(picks=(2,))),
        ("number two, please", Answer(picks=(2,))),
        ("I mean the 2nd", Answer(picks=(2,))),
        ("the last one", Answer(picks=(0,))),
    ],
)
def test_which_one_is_an_answer_too(text, answer):
    assert rules.answer_in(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "yes but not yet",
        "Yes, and I typed the notes.",
        "No interviews were held",
        "none of the notes are typed",
        "2 interviews",
        "the second interview",
        "done",
        "",
        "?",
        "the second " * 40,
    ],
)
def test_only_a_whole_message_is_an_answer(text):
    assert rules.answer_in(text) is None


def test_a_yes_confirms_the_only_one_asked_about():
    assert decided("yes", asked("A")) == ("confirmed", ["A"])
    assert decided("yes", asked("A", "B")) == ("unclear", [])
    assert decided("yes", asked("A", "B", decided=(1,))) == ("confirmed", ["B"])


def test_what_was_proposed_outright_is_a_question_as_well():
    assert decided("yes", asked("A", sure=1)) == ("confirmed", ["A"])
    assert decided("yes", asked("A", "B", sure=2)) == ("confirmed", ["A", "B"])
    assert decided("yes", asked("A", "B", "C", sure=3, decided=(2,))) == ("confirmed", ["A", "C"])
    # One proposed and another asked about: there is something to choose.
    assert decided("yes", asked("A", "B", sure=1)) == ("unclear", [])
    assert decided("no", asked("A", "B", sure=2)) == ("dismissed", ["A", "B"])
    assert decided("no", asked("A", sure=1)) == ("dismissed", ["A"])
    # As the button “None of these” does.
    assert decided("no", asked("A", "B", "C", sure=1)) == ("dismissed", ["B", "C"])


def test_a_number_chooses_of_one_question():
    actions = asked("A", "B", "C")
    assert decided("the first", actions) == ("confirmed", ["A"])
    assert decided("no, the second one", actions) == ("confirmed", ["B"])
    assert decided("the last", actions) == ("confirmed", ["C"])
    assert decided("4", actions) == ("unclear", [])
    # Counted as they were asked about, not as they are left.
    assert decided("2", asked("A", "B", "C", decided=(1,))) == ("confirmed", ["B"])
    assert decided("the first", asked("A", "B", decided=(1,))) == ("unclear", [])


def test_of_several_questions_a_number_chooses_once_they_were_numbered():
    for actions in (asked("A", "B", "C", sure=1), asked("A", "B", "C", groups=2)):
        assert decided("the second", actions) == ("unclear", [])
        assert decided("the second", actions, numbered=True) == ("confirmed", ["B"])


@pytest.mark.parametrize(
    "text",
    [
        *("both", "Both!", "both please", "yes, both of them", "Both of them.", "yes both"),
        *("all", "All of them", "yes to all", "yes, all of it", "confirm all", "everything"),
        *("1 and 2", "1, 2", "1 & 2", "1+2", "1-2", "yes: 1 and 2", "the first and the second"),
        *("the first two", "first two please", "the last two", "number 1 and number 2"),
    ],
)
def test_several_are_confirmed_at_once(text):
    assert decided(text, asked("A", "B")) == ("confirmed", ["A", "B"])
    assert decided(text, asked("A", "B", sure=2)) == ("confirmed", ["A", "B"])
    assert decided(text, asked("A", "B", sure=1), numbered=True) == ("confirmed", ["A", "B"])


def test_some_of_many_are_confirmed_and_the_others_wait():
    three = asked("A", "B", "C")
    assert decided("1 and 3", three) == ("confirmed", ["A", "C"])
    assert decided("the first two", three) == ("confirmed", ["A", "B"])
    assert decided("the last two", three) == ("confirmed", ["B", "C"])
    assert decided("1-3", three) == ("confirmed", ["A", "B", "C"])
    assert decided("all three", three) == ("confirmed", ["A", "B", "C"])
    assert decided("all but the second", three) == ("confirmed", ["A", "C"])
    assert decided("all except 1 and 3", three) == ("confirmed", ["B"])
    # Which two of three?
    assert decided("both", three) == ("unclear", [])
    assert decided("both", asked("A", "B", "C", decided=(2,))) == ("confirmed", ["A", "C"])
    assert decided("2 and 7", three) == ("unclear", [])
    assert decided("1 and 2", asked("A", "B", "C", sure=1)) == ("unclear", [])


@pytest.mark.parametrize("text", ["not both", "not all of them", "all done for today", "no, all"])
def test_what_might_mean_the_opposite_is_no_answer(text):
    assert rules.answer_in(text) is None


def test_no_and_the_first_of_one_contradict_each_other():
    assert decided("no, the first", asked("A")) == ("unclear", [])
    assert decided("the first", asked("A")) == ("confirmed", ["A"])


def test_no_leaves_them_all():
    assert decided("neither", asked("A", "B")) == ("dismissed", ["A", "B"])
    assert decided("no", asked("A", "B", "C", decided=(2,))) == ("dismissed", ["A", "C"])


def test_the_bot_asks_which_with_the_numbers_that_count():
    told = rules.which(rules.open_of(asked("A", "B", "C", decided=(1,))))
    assert told == (
        "Which one? 2: mark “B” complete; 3: mark “C” complete. Say its number,"
        " “all of them” or “none of these”."
    )
    assert rules.which(asked("A")) == "Shall I mark “A” complete, yes or no?"
