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
# Behind a "but" they say what is meant, and not what isn't: "yes but only the letter".
_MEANING = r"(?:just|only|rather|please|i mean|i meant|it is|it's|that is|that's|confirm|do|take)"
_ALL_BUT = re.compile(
    rf"^(?:{_NO} (?=all|both|every))?(?P<yes>(?:{_YES} )+)"
    rf"(?:(?P<but>but)(?! (?:not|{_MEANING}|mark|first|after|before)\b)"
    r"|but not|not|except(?: for)?|apart from|without|just not|only not) "
)
_LEAD = re.compile(rf"^(?:{_YES} |{_NO} |{_MEANING} |but |mark |maybe )+")
# "It is all but the letter", "yes and the letter": more is meant than what is named.
_AND_MORE = re.compile(
    rf"\b(?:all|all of (?:them|it)|both|everything) but (?!(?:not|{_MEANING})\b)"
    rf"|^(?:{_YES} )+(?:and|plus) "
)
_OF_ALL = re.compile(r"\b(?:all|both|everything)\b")
# "No letter yet" says that there is none; "no the letter" and "no, letter" correct something.
_NO_SUCH = re.compile(r"\bno\s+(?!(?:the|that|this|those|these|just|only|rather|i|it|it's)\b)\w")
# What isn't there: behind a plain "yes but" it is left out, and anywhere else names nothing.
_UNDONE = re.compile(
    r" (?:(?:is|are|was|were|has|have|one) )?(?:still (?:open|to do|to be done|missing|due)"
    r"|yet to (?:be done|do|come)|yet to be \w+|to do|to be done|open|missing|isn't|isn't done"
    r"|isn't there|isn't ready)(?: yet)?$"
)
# Beside what a task is called nothing else may be said: a small word turns it round.
_SAYS_NOTHING = words.listed(
    """
    a an the that this those these it its it's is are was were be one i we me my our your mean
    meant only just please thanks thank you of for to in on at with by from about and option yes
    ok okay
    """
)
# These do so even where a task has them in its name.
_TURNS = words.listed("not no none neither nor nobody nothing never but than without before after")


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
    but = _ALL_BUT.match(plain)
    if but is None and _AND_MORE.search(plain):
        return None
    rest = _left_out(plain, but) if but else _LEAD.sub("", plain)
    # "But not" sounds undone; what is named behind it may not.
    fits = told(plain) in (Intent.NONE, Intent.OPEN) if but else told(plain) is Intent.NONE
    if "?" in text or _NO_SUCH.search(words.plain(text)) or not fits or told(rest) != Intent.NONE:
        return None
    named = _stems(rest)
    # By its own words, else by others of the same meaning: a letter may be an e-mail.
    meant = [one for one in waiting if named <= _stems(one.label)] or [
        one for one in waiting if _meanings(named) <= _meanings(_stems(one.label))
    ]
    if not named or len(meant) != 1 or _says_more(rest, meant[0]):
        return None
    return Answer(all=but is not None, picks=(meant[0].place,))


def _left_out(plain: str, but: re.Match[str]) -> str:
    """Return what is named as left out: "yes but the letter is still to do" leaves it out."""
    rest = plain[but.end() :]
    # "All but the letter is still to do" says it of all the others.
    speaks_of_it = but["but"] is not None and not _OF_ALL.search(but["yes"])
    return _UNDONE.sub("", rest) if speaks_of_it else rest


def _says_more(rest: str, action: Action) -> bool:
    """Whether something beside the name is said that may turn it round: "before that the mail"."""
    small = {word for word in words.tokens(rest) if word in words.STOP or "'" in word}
    return not small <= _SAYS_NOTHING | (set(words.tokens(action.label)) - _TURNS)


def _stems(text: str) -> set[str]:
    return set(words.content(words.tokens(text)))


def _meanings(stems: set[str]) -> set[str]:
    return set(map(words.meaning, stems))
