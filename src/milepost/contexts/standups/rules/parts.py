"""How much of something was got done, where it is less than all: half, a third, 80 %, 2 of 3.

Of a task that asks for so many of something, or names each, fewer aren't all either.
"""

import re
from functools import lru_cache

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.types import Candidate

# Behind "half" nearly any verb says so; behind other shares, which may be of anything, only these.
_THERE = (
    r"(?:done|finished|completed?|ready|there|through|built|written|drafted|drawn|made|filled"
    r"|covered|typed|read)"
)
_ANY_VERB = (
    r"(?:done|ready|there|through|built|written|drawn|made|sent|read|found|held|met|told|sold|sung"
    r"|paid|won|set|put|cut|run|(?!hundred|speed|feed|seed|breed|baked)\w{3,}ed)"
)
# "Finished the half-built slice" names one; the second half of it may be the end of it.
_NAMED = r"(?<!\bthe )(?<!\bour )(?<!\bmy )(?<!\bother )(?<!\bsecond )(?<!\blast )(?<!\bin )"
_IN_PART = re.compile(
    rf"{_NAMED}\bhalf(?:[ -]?way)?[ -]{_ANY_VERB}\b(?! of\b)"
    rf"|\b(?:part|semi|partway|midway)[ -]{_THERE}\b"
    rf"|\b(?:one|a|two|three) (?:third|quarter|fifth)s? (?:{_THERE}|of (?:the|our|my|it|them))\b"
    rf"|(?<![\d.])\d ?[/⁄] ?\d{{1,2}} {_THERE}\b"
    rf"|(?<!\d)\d{{1,2}} ?(?:%|percent) (?:or so )?{_THERE}\b"
    r"|\bhalf-?way (?:through|there|in)\b|\b(?:part ?way|midway) through\b"
    r"|^\W*(?:about |roughly |around |only |just |maybe )?(?:(?:a )?half|1 ?[/⁄] ?2)\W*$"
)
_SOME = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a few|some|several|many|most|both)"
)
# Of several, some said no: that is how far it came, and keeps nobody from going on.
_SOME_REFUSED = re.compile(
    rf"^\W*(?:(?:and|but|so far|already)\W+)?{_SOME}"
    r"(?: (?:more|others?|of (?:them|those|the \w+)))?"
    r"(?: (?:have|has|were|was|already|politely)){0,2} (?:refused|rejected|declined|said no)\b"
)
_PARTLY = re.compile(
    r"\b(?:almost|nearly|partly|partially|mostly|halfway|half of|some of|part of|most of"
    r"|(?:only|just) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|half|some)"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|\d+) (?:out )?of (?:the )?(?:\d+|two|three"
    r"|four|five|six|seven|eight|ten|twenty))\b"
)


def is_in_part(low: str) -> bool:
    """Whether a clause says that something is on its way, and not there."""
    return bool(_IN_PART.search(low))


def is_refused_by_some(low: str) -> bool:
    """Whether a clause counts who said no."""
    return bool(_SOME_REFUSED.search(low))


def is_partly(low: str) -> bool:
    """Whether a clause that isn't told as done tells that some of it is."""
    return bool(_PARTLY.search(low)) or is_in_part(low) or is_refused_by_some(low)


# "Two or three candidates": the least of them is what it asks for. "Up to four" asks for none.
_ASKED = re.compile(
    r"(?<!\bup to )(?<!\bmost )(?<!\bwithin )(?<!\bper )"
    r"\b(?P<least>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)"
    r"(?: (?:or|to) \w+)? (?P<what>[a-z-]+(?: [a-z-]+)?)"
)
_EACH = re.compile(r"\ban? ([a-z-]+), an? ([a-z-]+),? and an? ([a-z-]+)")
_UNITS = words.listed(
    """
    year month week day hour minute second half page sentence word time percent euro dollar line
    more of per and or in on at to with from by for who that which the an a
    """
)
_LOOK_BACK = 3
_ONE = ("a", "an")


def falls_short(candidate: Candidate, said: str) -> bool:
    """Whether fewer are told of than a task asks for: "rehearsed against a kind buyer"."""
    if not candidate.is_task:
        return False
    asked, each = _asks_for(candidate.title)
    if not asked and not each:
        return False
    tokens = words.tokens(said)
    if "all" in tokens or "each" in tokens or "every" in tokens:
        return False
    named = sum(one in tokens for one in each)
    if 0 < named < len(each):
        return True
    return any(0 < _told_of(kinds, tokens) < least for least, kinds in asked)


@lru_cache(maxsize=20_000)
def _asks_for(title: str) -> tuple[tuple[tuple[int, frozenset[str]], ...], tuple[str, ...]]:
    """Return what a task asks several of, each with how many; and what it names one by one."""
    low = words.plain(title)
    asked: list[tuple[int, frozenset[str]]] = []
    for found in _ASKED.finditer(low):
        kinds = [one for one in words.tokens(found["what"]) if words.stem(one) not in _UNITS]
        least = words.stem(found["least"])
        if kinds and words.tokens(found["what"])[0] in kinds and least.isdigit():
            # "Three design partners" are partners.
            asked.append((int(least), frozenset(words.stem(one) for one in kinds[-1:])))
    each = _EACH.search(low)
    return tuple(asked), tuple(one.split("-")[0] for one in each.groups()) if each else ()


def _told_of(kinds: frozenset[str], tokens: list[str]) -> int:
    """Count how many are told of; 0 where no number is said."""
    total = 0
    for place, token in enumerate(tokens):
        if words.stem(token) not in kinds:
            continue
        for before in reversed(tokens[max(0, place - _LOOK_BACK) : place]):
            number = "1" if before in _ONE else words.stem(before)
            if number.isdigit():
                total += int(number)
                break
    return total
