"""However somebody fills a message to the brim, reading it holds nobody up."""

import time
from collections.abc import Callable

import pytest

from milepost.contexts.standups import rules
from milepost.contexts.standups.rules import Index
from tests.contexts.standups.desks import amid_its_journey
from tests.contexts.standups.test_answering import asked

LONGEST = 8192
# Of the processor's time, for all of the longest message that is taken.
SECONDS = 0.25

FULL = {
    "blanks": "x" + " " * 7990 + "x",
    "blanks behind now": "now" + " " * 7900 + "x",
    "blanks within an exception": "finished the cash plan" + " " * 7900 + "and not the x",
    "blanks behind but": "did everything, but" + " " * 7900 + "the cash plan",
    "tabs": "now" + "\t " * 4000 + "x",
    "spaces of other kinds": "now" + "\u00a0\u2003" * 4000 + "x",
    "dashes": "now" + "-" * 7900 + "x",
    "dashes apart": "now" + " -" * 4000 + " x",
    "line ends": "x" + "\n" * 8000 + "x",
    "blank lines": "now" + " \n" * 4000 + "x",
    "line ends of another kind": "now" + "\r\n" * 4000 + "x",
    "commas": "now" + "," * 7900 + "x",
    "commas apart": "now" + " ," * 4000 + "x",
    "stops": "now" + "." * 7900 + "x",
    "questions": "?" * 8000,
    "quotes": '"' * 8000,
    "brackets": "(" * 4000 + ")" * 4000,
    "emoji": "✅" * 2700,
    "thumbs apart": "👍 " * 1600,
    "thumbs of a colour": "👍🏽" * 1000,
    "apostrophes": "'" * 8000,
    "accents": "e" + "\u0301" * 4000,
    "underscores": "_" * 8000,
    "no width": "now" + "\u200b" * 2600 + "x",
    "dots in one": "now" + "…" * 2600 + "x",
    "a phrase in one sign": "now" + "\ufdfa" * 2600 + "x",
    "one letter": "a" * 8192,
    "one digit": "1" * 8192,
    "digits apart": "1 " * 4000,
    "dates": "1/" * 4000,
    "and": "and " * 2000,
    "not": "not " * 2000,
    "but": "but " * 2000,
    "now": "now " * 2000,
    "all": "all " * 2000,
    "everything": "everything in " * 580,
    "except": "except " * 1150,
    "was": "was " * 2000,
    "still": "still " * 1300,
    "to": "to " * 2700,
    "next": "next " * 1600,
    "please": "please " * 1100,
    "mark": "mark it as " * 740,
    "tick": "please tick " * 680,
    "undo": "mark as not " * 680,
    "half": "half " * 1600,
    "blocker": "the blocker of " * 540,
    "if": "if only " * 1000,
    "drop": "let's drop " * 740,
    "no": "no other " * 900,
    "it all": "threw it all " * 600,
}


@pytest.fixture(scope="module")
def index() -> Index:
    made = amid_its_journey()
    rules.read("Wrote the letter.", made)
    return made


def _longest(text: str) -> str:
    return text.encode()[:LONGEST].decode(errors="ignore")


@pytest.mark.parametrize("text", [_longest(text) for text in FULL.values()], ids=FULL)
def test_no_rule_takes_long_over_a_full_message(text, index):
    waiting = asked("Write the letter", "Make the sheet")
    understood = rules.read("Wrote the letter.", index)
    took: dict[str, float] = {}

    def timed(name: str, rule: Callable[[], object]) -> None:
        began = time.process_time()
        rule()
        took[name] = time.process_time() - began

    timed("read", lambda: rules.read(text, index))
    timed("asks", lambda: rules.asks(text, index))
    timed("lifted", lambda: rules.lifted(text))
    timed("undone", lambda: rules.wants_undone(text))
    timed("answer", lambda: rules.answer_in(text))
    timed("may answer", lambda: rules.may_answer(text))
    timed("named", lambda: rules.named_in(text, waiting))
    timed("first", lambda: rules.ask_first(understood, index, text))
    timed("again", lambda: rules.ask_again(waiting, understood, text))
    timed("reply", lambda: rules.reply(rules.read(text, index)))
    assert {name: spent for name, spent in took.items() if spent > SECONDS} == {}
