"""A short answer to what the bot asked last: the phrases that are one, and what they decide.

Only a whole message counts as an answer, and only out of this closed list; anything else is news.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.types import Action, ActionState


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for line in text.splitlines() for phrase in line.split("|"))


_YES = _phrases(
    """yes|yep|yeah|yup|y|sure|ok|okay|right|correct|exactly|confirm|do it|go ahead|please do
    that's it|that's right|that is right|that one|this one|i did|we did|yes please|yes i did
    yes we did|yes i do|yes it is|yes exactly|yes that is right|yes that's right|yes that's it
    yes that one|yes this one|yes do it|yes confirm|yes i mean that"""
)
_NO = _phrases(
    """no|nope|nah|n|no thanks|no thank you|none|neither|dismiss|no dismiss|not that|not that one
    not this one|no not that|no not that one|none of these|none of those|none of them|none of that
    neither one|neither of these|neither of those|neither of them|no none|no neither
    no none of these|no none of those|no none of them|no neither of these|no neither of them
    no i didn't|no i did not|no we didn't|no we did not"""
)
_NUMBERS = {
    name: number
    for number, names in enumerate(
        ("first 1st one", "second 2nd two", "third 3rd three", "fourth 4th four", "fifth 5th five"),
        start=1,
    )
    for name in names.split()
}
_LAST = 0
_PICK = re.compile(
    r"(?:(?P<lead>no|yes|ok|okay) )?(?:i mean |i meant |it is |it's |it was |rather )?"
    r"(?:(?:the )?(?P<ordinal>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)"
    r"(?: (?:one|option))?"
    r"|(?:the )?(?:number|option|no) (?P<named>one|two|three|four|five|\d{1,2})"
    r"|(?P<digits>\d{1,2}))(?: please)?"
)
# Nothing longer is on the list: what people usually write isn't looked at any closer.
_LONGEST = 60
_BETWEEN = re.compile(r"[\s,.;:!()\"“”#–—-]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered: yes, no, or which one. `pick` counts from 1; 0 is the last one."""

    yes: bool = False
    no: bool = False
    pick: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer decides. `unclear`: it has to be asked which one was meant."""

    confirm: tuple[Action, ...] = ()
    dismiss: tuple[Action, ...] = ()
    unclear: bool = False


def answer_in(text: str) -> Answer | None:
    """Read a message that is nothing but a short answer; None for any other."""
    if len(text) > _LONGEST:
        return None
    plain = _BETWEEN.sub(" ", words.plain(text)).strip()
    if plain in _YES:
        return Answer(yes=True)
    if plain in _NO:
        return Answer(no=True)
    found = _PICK.fullmatch(plain)
    if found is None:
        return None
    return Answer(no=found["lead"] == "no", pick=_number(found))


def open_of(asked: Sequence[Action]) -> tuple[Action, ...]:
    """Return what of the bot's last question still waits for an answer."""
    return tuple(one for one in asked if one.state == ActionState.PROPOSED)


def settle(answer: Answer, asked: Sequence[Action], *, numbered: bool) -> Settled:
    """Decide what an answer does with what was asked, of which something is still open.

    `numbered`: they were listed with their numbers, so that a number says which, whatever was
    asked along with it.
    """
    waiting = open_of(asked)
    if answer.pick is not None:
        return _picked(answer, asked, numbered=numbered)
    if answer.no:
        # As the button “None of these” does: what was proposed outright keeps its own.
        options = tuple(one for one in waiting if not one.sure)
        return Settled(dismiss=options or waiting)
    return Settled(confirm=waiting) if len(waiting) == 1 else Settled(unclear=True)


def _picked(answer: Answer, asked: Sequence[Action], *, numbered: bool) -> Settled:
    place = len(asked) if answer.pick == _LAST else answer.pick
    chosen = [one for one in asked if one.place == place and one.state == ActionState.PROPOSED]
    # "No, the first" about a single thing says two things at once.
    contradicts = answer.no and len(asked) == 1
    if not chosen or contradicts or not (numbered or _is_one_question(asked)):
        return Settled(unclear=True)
    return Settled(confirm=tuple(chosen))


def _is_one_question(asked: Sequence[Action]) -> bool:
    """Whether all of it was asked in one question, in whose order it stands."""
    return len({(one.sure, "" if one.sure else one.said) for one in asked}) == 1


def _number(found: re.Match[str]) -> int:
    if found["ordinal"] == "last":
        return _LAST
    name = found["ordinal"] or found["named"] or found["digits"]
    return _NUMBERS[name] if name in _NUMBERS else int(name)
