"""Answers that name what they mean: "just the e-mail", "yes but not the letter".

They mean something only beside the question: it is looked at once a message looks like one.
"""

import re
from collections.abc import Sequence

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.rules.answering import Answer, bare
from milepost.contexts.standups.rules.telling import Intent, told
from milepost.contexts.standups.types import Action

_LONGEST, _MOST_WORDS = 80, 10
_YES = r"(?:yes|yep|yeah|yup|ok|okay|sure|right|all|all of them|both|everything)"
_NO = r"(?:no|nope|nah)"
# What somebody begins with who answers, and doesn't tell news.
_BEGINS = re.compile(
    rf"^(?:{_YES}|{_NO}|not|just|only|the|that|this|those|these|i mean|i meant|it is|it's|rather"
    r"|neither|either|none|first|second|third|last|maybe|1st|2nd|3rd|\d{1,2}|one|two)\b"
)
_ENDS = re.compile(r"\bone(?: please| thanks| only)*$")
_ASKS_BACK = re.compile(
    r"^(?:what|which|huh|pardon|come again)(?: ones?)?(?: (?:do you mean|did you mean|is it))?$"
)
_ALL_BUT = re.compile(
    rf"^(?:{_YES} )+(?:but not|but|not|except(?: for)?|apart from|without|just not|only not) "
)
_LEAD = re.compile(
    rf"^(?:{_YES} |{_NO} |just |only |please |but |i mean |i meant |it is |it's |rather |confirm "
    r"|mark |do |take |that is |that's |maybe )+"
)
_NOT = re.compile(r"\bnot\b|\bn't\b")


def may_answer(text: str) -> bool:
    """Whether a message looks like an answer to a question, should one stand open."""
    if len(text) > _LONGEST or "\n" in text.strip():
        return False
    plain = bare(text.replace("?", " "))
    if not plain or len(plain.split()) > _MOST_WORDS:
        return False
    looks = _BEGINS.search(plain) or _ENDS.search(plain) or _ASKS_BACK.search(plain)
    return looks is not None


def named_in(text: str, waiting: Sequence[Action]) -> Answer | None:
    """Read an answer that names one of what waits for it, by words that only that one has."""
    plain = bare(text)
    if "?" in text or told(plain) not in (Intent.NONE, Intent.OPEN):
        return None
    but = _ALL_BUT.match(plain)
    rest = plain[but.end() :] if but else _LEAD.sub("", plain)
    if _NOT.search(rest):
        return None
    named = _stems(rest)
    # By its own words, else by others of the same meaning: a letter may be an e-mail.
    meant = [one.place for one in waiting if named <= _stems(one.label)] or [
        one.place for one in waiting if _meanings(named) <= _meanings(_stems(one.label))
    ]
    if not named or len(meant) != 1:
        return None
    return Answer(all=but is not None, picks=(meant[0],))


def _stems(text: str) -> set[str]:
    return set(words.content(words.tokens(text)))


def _meanings(stems: set[str]) -> set[str]:
    return set(map(words.meaning, stems))
