"""An answer may name what it means; only beside a question does it mean anything."""

import pytest

from milepost.contexts.standups import rules
from tests.contexts.standups.test_answering import asked

MAIL = "Prepare the follow-up e-mail to be sent within two hours of a call"
LETTER = "Draft the one-page letter and have it read"
SHEET = "Make the sheet of three years"


def chosen(text: str, *labels: str) -> list[str] | None:
    """What an answer confirms; None where it names nothing."""
    actions = asked(*labels)
    answer = rules.named_in(text, actions) if rules.may_answer(text) else None
    if answer is None:
        return None
    return [one.label for one in rules.settle(answer, actions, numbered=True).confirm]


@pytest.mark.parametrize(
    "text",
    [
        "just the e-mail",
        "the follow-up one",
        "only the email pls",
        "no, the follow-up e-mail",
        "I mean the follow up mail",
        "yes but not the letter",
        "Yes, just not the letter",
        "both but the letter",
        "yes but just the e-mail",
        "Sure, but rather the e-mail",
        "yes, but please only the e-mail",
        "yes but I mean the e-mail",
        "no the e-mail",
        "the e-mail 👍",
    ],
)
def test_one_of_two_is_named(text):
    assert chosen(text, MAIL, LETTER) == [MAIL]


@pytest.mark.parametrize(
    "text",
    [
        "all except the letter",
        "no, everything but the letter",
        "yes but the letter",
        # It is what isn't there of what was asked about.
        "yes but the letter is still to do",
        "Ok, but the letter is yet to be done",
        "yes but the letter is open",
        "yes but the letter isn't ready yet",
    ],
)
def test_all_but_one_of_three_is_named(text):
    assert chosen(text, MAIL, LETTER, SHEET) == [MAIL, SHEET]


@pytest.mark.parametrize("text", ["ok but only the letter", "sure but rather the letter"])
def test_but_only_one_of_three_is_that_one(text):
    assert chosen(text, MAIL, LETTER, SHEET) == [LETTER]


@pytest.mark.parametrize(
    "text",
    [
        "the letter is still to do",
        "the letter is still open",
        "the letter is yet to be done",
        "only the letter is still to do",
        "it is the letter that is still to do",
        "the letter isn't",
        "no letter yet",
        "no e-mail yet",
        "No letter",
        "none of the letter",
        "all other than the letter",
        "everything other than the letter",
        "rather than the letter",
        "just without the letter",
        "yes, anything but the letter",
        "yes but none of the letter",
        "yes but after the letter",
        "yes, but before that the letter",
        "yes but first the letter",
        "it is all but the letter",
        "everything and the letter",
        # Said of all the others, or of it.
        "all but the letter is still to do",
        "everything except the letter is still open",
    ],
)
def test_what_is_said_not_to_be_there_is_never_ticked(text):
    assert chosen(text, MAIL, LETTER, SHEET) is None


@pytest.mark.parametrize(
    "text",
    [
        # Of neither, of both, or not said which way.
        "the website one",
        "just the one of it",
        "not the letter",
        # News, and questions.
        "the follow-up e-mail is written",
        "just sent the follow-up e-mail",
        "which follow-up e-mail?",
        "the letter\nand the mail",
    ],
)
def test_what_names_none_of_them_is_no_answer(text):
    assert chosen(text, MAIL, LETTER) is None


@pytest.mark.parametrize(
    "text", ["Lunch was good.", "Typed the notes", "stuck on the cash plan", "", "the " * 50]
)
def test_most_messages_are_not_even_looked_at(text):
    assert not rules.may_answer(text)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("second pls", ["B"]),
        ("nah wait, only the first", ["A"]),
        ("2nd thx", ["B"]),
        ("just the first one please", ["A"]),
        ("yes but not the first", ["B"]),
        ("yes, except the second", ["A"]),
        ("ok but only the first", ["A"]),
        ("👍", ["A", "B"]),
        ("yes pls", ["A", "B"]),
        ("yes, thanks", ["A", "B"]),
        ("yes 👍", ["A", "B"]),
        ("👍 yes", ["A", "B"]),
        ("ok 👍👍", ["A", "B"]),
    ],
)
def test_how_people_say_it(text, labels):
    answer = rules.answer_in(text)
    assert answer is not None
    settled = rules.settle(answer, asked("A", "B", sure=2), numbered=False)
    assert [one.label for one in settled.confirm] == labels


@pytest.mark.parametrize(
    "text", ["yes but not yet", "yes but the first needs work", "not the first", "wait", "thx"]
)
def test_what_says_more_or_less_than_that_is_no_answer(text):
    assert rules.answer_in(text) is None
