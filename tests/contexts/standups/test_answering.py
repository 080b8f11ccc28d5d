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


@pytest.mark.parametrize("text", ["no", "No.", "neither", "None of these!", "no, neither of them"])
def test_a_no_is_one(text):
    assert rules.answer_in(text) == Answer(no=True)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("the first", Answer(pick=1)),
        ("The second one.", Answer(pick=2)),
        ("no, the second one", Answer(no=True, pick=2)),
        ("yes: the third", Answer(pick=3)),
        ("2", Answer(pick=2)),
        ("#2", Answer(pick=2)),
        ("number two, please", Answer(pick=2)),
        ("I mean the 2nd", Answer(pick=2)),
        ("the last one", Answer(pick=0)),
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
    assert decided("yes", asked("A", "B", sure=1)) == ("unclear", [])
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


def test_no_and_the_first_of_one_contradict_each_other():
    assert decided("no, the first", asked("A")) == ("unclear", [])
    assert decided("the first", asked("A")) == ("confirmed", ["A"])


def test_no_leaves_them_all():
    assert decided("neither", asked("A", "B")) == ("dismissed", ["A", "B"])
    assert decided("no", asked("A", "B", "C", decided=(2,))) == ("dismissed", ["A", "C"])


def test_the_bot_asks_which_with_the_numbers_that_count():
    told = rules.which(rules.open_of(asked("A", "B", "C", decided=(1,))))
    assert told == (
        "Which one? 2: mark “B” complete; 3: mark “C” complete. Say its number, or “none of these”."
    )
    assert rules.which(asked("A")) == "Shall I mark “A” complete, yes or no?"
