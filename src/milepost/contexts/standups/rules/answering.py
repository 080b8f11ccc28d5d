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
    yes that one|yes this one|yes do it|yes confirm|yes i mean that|yes thanks|yes thank you
    yes please do|yes go ahead|sounds good|yes correct|yes right|yes sure"""
)
_NO = _phrases(
    """no|nope|nah|n|no thanks|no thank you|none|neither|dismiss|no dismiss|not that|not that one
    not this one|no not that|no not that one|none of these|none of those|none of them|none of that
    neither one|neither of these|neither of those|neither of them|no none|no neither
    no none of these|no none of those|no none of them|no neither of these|no neither of them
    no i didn't|no i did not|no we didn't|no we did not|no to all|no to all of them|no to both
    none at all|no none at all|not any|no to all of it|nothing of that"""
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
_LEAD = (
    r"(?:(?P<lead>no|nope|nah|yes|yep|yeah|yup|ok|okay|sure) )?(?:please )?(?:but )?"
    r"(?:i mean |i meant |it is |it's |it was |rather |only |just |confirm |do |mark |take )?"
)
_ONE = (
    r"(?:(?:the )?(?:first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)(?: (?:one|option))?"
    r"|(?:the )?(?:number|option|no) (?:one|two|three|four|five|\d{1,2})|\d{1,2})"
)
_THANKS = r"(?: please| thanks| thank you| only| then)*"
_PICK = re.compile(rf"{_LEAD}(?P<ones>{_ONE}(?:(?: and| plus| also)? {_ONE}){{0,5}}){_THANKS}")
_SINGLE = re.compile(_ONE)
# "The first two", "the last 3": so many from one end.
_STRETCH = re.compile(
    rf"{_LEAD}(?:the )?(?P<end>first|last) (?P<many>two|2|three|3|four|4|five|5)"
    rf"(?: of (?:them|these|those))?{_THANKS}"
)
_EVERY = (
    r"(?:all|every one|everything|all of (?:it|them|these|those|the above|that)|them all"
    r"|each of (?:them|these)|it all|the lot|all (?:three|four|five|six)(?: of them)?"
    r"|every one of them)"
)
_ALL = re.compile(
    r"(?:(?:yes|yep|yeah|yup|ok|okay|sure|correct|right) )?(?:please )?(?:to )?"
    r"(?:do |confirm |mark |take |i mean )?"
    rf"(?:(?P<both>both|both of (?:them|these|those|it)|the both)|{_EVERY})"
    r"(?: (?:please|thanks|thank you|yes|of course|are right))?"
)
_ALL_BUT = re.compile(
    r"(?:(?:(?:yes|yep|yeah|yup|ok|okay|sure|right) )?(?:all|everything|both)"
    r"(?: of (?:them|these|it))?"
    r"|yes|yep|yeah|yup|ok|okay|sure|right)"
    r" (?:but(?: not)?|except|except for|apart from|without|just not|only not|not)"
    rf" (?P<ones>{_ONE}(?:(?: and)? {_ONE}){{0,3}}){_THANKS}"
)
# Nothing longer is on the list: what people usually write isn't looked at any closer.
_LONGEST = 60
_BETWEEN = re.compile(r"[\s,.;:!()\"“”#–—+&-]+")
# What is said while somebody thinks, and what is short for something else.
_FILLER = re.compile(r"\b(?:wait|h+m+|well|actually|sorry|oh|um+|uh+|oops|haha|lol)\b")
_SHORT_FOR = (
    (re.compile(r"\b(?:pls|plz|plse)\b"), "please"),
    (re.compile(r"\b(?:thx|tx|ty|tnx|cheers)\b"), "thanks"),
    (re.compile(r"\b(?:ok+|k|kk)\b"), "ok"),
    (re.compile("(?:[👍👌✅☑✔][\ufe0f\U0001f3fb-\U0001f3ff]?\\s*)+"), " yes "),
)
# "Yes 👍" says it twice.
_YES_YES = re.compile(
    r"\b(?:yes|yep|yeah|yup|ok|okay|sure)(?: (?:yes|yep|yeah|yup|ok|okay|sure))+\b"
)
_NOS = ("no", "nope", "nah")
# "1-3" is all of them from the first to the last.
_RANGE = re.compile(r"\b([1-9])\s?[–—-]\s?([1-9])\b")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered: yes, no, all of it, or which ones.

    `picks` count from 1, and from the last one down from 0: 0 is the last, -1 the one before. With
    `all` they are those that aren't meant. `both` is all of two.
    """

    yes: bool = False
    no: bool = False
    all: bool = False
    both: bool = False
    picks: tuple[int, ...] = ()


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
    spelt = _RANGE.sub(_counted, words.plain(text))
    plain = _bare(spelt)
    if plain in _YES:
        return Answer(yes=True)
    if plain in _NO:
        return Answer(no=True)
    return _every_in(plain) or _picks_in(plain)


def bare(text: str) -> str:
    """Put a short message into plain words, without what stands between them or says nothing."""
    return _bare(words.plain(text))


def _bare(low: str) -> str:
    for short, full in _SHORT_FOR:
        low = short.sub(full, low)
    spaced = " ".join(_FILLER.sub(" ", _BETWEEN.sub(" ", low)).split())
    return _YES_YES.sub("yes", spaced)


def _every_in(plain: str) -> Answer | None:
    found = _ALL.fullmatch(plain)
    if found is not None:
        return Answer(all=True, both=found["both"] is not None)
    found = _ALL_BUT.fullmatch(plain)
    return None if found is None else Answer(all=True, picks=_numbers(found["ones"]))


def _picks_in(plain: str) -> Answer | None:
    found = _STRETCH.fullmatch(plain)
    if found is not None:
        many = range(_number(found["many"]))
        first = tuple(one + 1 for one in many)
        picks = first if found["end"] == "first" else tuple(_LAST - one for one in many)
        return Answer(no=found["lead"] in _NOS, picks=picks)
    found = _PICK.fullmatch(plain)
    if found is None:
        return None
    return Answer(no=found["lead"] in _NOS, picks=_numbers(found["ones"]))


def open_of(asked: Sequence[Action]) -> tuple[Action, ...]:
    """Return what of the bot's last question still waits for an answer."""
    return tuple(one for one in asked if one.state == ActionState.PROPOSED)


def settle(answer: Answer, asked: Sequence[Action], *, numbered: bool) -> Settled:
    """Decide what an answer does with what was asked, of which something is still open.

    `numbered`: they were listed with their numbers, so that a number says which, whatever was
    asked along with it.
    """
    waiting = open_of(asked)
    if answer.all and not answer.picks:
        # "Both" of three leaves open which.
        fits = not answer.both or 2 in (len(asked), len(waiting))
        return Settled(confirm=waiting) if fits else Settled(unclear=True)
    if answer.picks:
        return _picked(answer, asked, numbered=numbered)
    if answer.no:
        # As the button “None of these” does: what was proposed outright keeps its own.
        options = tuple(one for one in waiting if not one.sure)
        return Settled(dismiss=options or waiting)
    # One question that names several is answered for all of them; of options, one is meant.
    if len(waiting) == 1 or all(one.sure for one in asked):
        return Settled(confirm=waiting)
    return Settled(unclear=True)


def _picked(answer: Answer, asked: Sequence[Action], *, numbered: bool) -> Settled:
    named = {pick if pick > _LAST else len(asked) + pick for pick in answer.picks}
    waiting = open_of(asked)
    # "No, the first" about a single thing says two things at once.
    contradicts = answer.no and len(asked) == 1
    known = named <= {one.place for one in waiting}
    if not known or contradicts or not (numbered or _is_one_question(asked)):
        return Settled(unclear=True)
    chosen = tuple(one for one in waiting if (one.place in named) is not answer.all)
    return Settled(confirm=chosen) if chosen else Settled(unclear=True)


def _is_one_question(asked: Sequence[Action]) -> bool:
    """Whether all of it was asked in one question, in whose order it stands."""
    return len({(one.sure, "" if one.sure else one.said) for one in asked}) == 1


def _counted(found: re.Match[str]) -> str:
    first, last = int(found[1]), int(found[2])
    return " ".join(str(number) for number in range(first, last + 1)) or found[0]


def _numbers(said: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_number(found[0]) for found in _SINGLE.finditer(said)))


def _number(said: str) -> int:
    """Return which one is meant: of "the second one" its first word that says a number."""
    for name in said.split():
        if name == "last":
            return _LAST
        if name in _NUMBERS:
            return _NUMBERS[name]
        if name.isdigit():
            return int(name)
    raise ValueError(f"{said!r} names no number")
