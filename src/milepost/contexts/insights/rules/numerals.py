"""Numbers written in words: counts, parts of a whole, and how many times as much.

"A third opinion", "double-check" and "this quarter" are no figures. Where the same words may be
one or not ("half of it is written"), they are read as one: what is not certain is not said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SHARE, EVERY, TIMES, UNCOUNTED = "share", "every", "time", "uncounted"
# Of companies that needed so many days: what a benchmark tells.
QUARTILE = "quartile"

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *_ONES, "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {
    "zero": 0,
    **{word: number for number, word in enumerate(_TEENS, 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    "couple": 2,
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
}
_LARGE = ("hundred", "thousand", "million", "billion")
_BELOW_HUNDRED = "|".join(
    (rf"(?:{'|'.join(_TENS)})[\s-](?:{'|'.join(_ONES)})", *_TENS, *reversed(_TEENS))
)
# The longest first, so that "twenty-five" is not read as twenty, nor "three hundred" as three.
WRITTEN = (
    rf"(?:(?:an?|{_BELOW_HUNDRED})[\s-])?(?:{'|'.join(_LARGE)})"
    rf"(?:\s+(?:and\s+)?(?:{_BELOW_HUNDRED})\b)?"
    rf"|couple(?:\s+of)?|dozen|zero|{_BELOW_HUNDRED}"
)

_PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100,
}  # fmt: skip
_TIMES = {
    "twice": 2, "thrice": 3, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "triple": 3,
    "tripled": 3, "triples": 3, "tripling": 3, "quadruple": 4, "quadrupled": 4,
}  # fmt: skip
_NTH = {"other": 2, "second": 2} | {word: number for word, number in _PARTS.items() if number > 2}

_SPANS = r"(?P<unit>hour|day|week|month|year|decade|page)s?\b"
_COMPANIES = (
    r"(?P<company>\s+(?:of\s+)?(?:(?:about|some|all|the|these|those|roughly|around|other|such|similar"
    r"|young|\d+)\s+){0,4}(?:companies|start-?ups|firms|businesses)\s+"
    r"(?:needed|took|spent|finished)\b(?=[^!?;]*\bdays?\b))"
)
_OF_WHAT = rf"(?:{_COMPANIES}|\s+(?:of\s+)?an?\s+{_SPANS})?"

# Half is a part wherever it stands by itself; so is a quarter, unless it is one of the year's.
_HALF = re.compile(
    rf"\b(?P<word>half|halves|halved?|halving)\b(?!-(?!(?:an?|hour|day|week|month|year)\b)[a-z])"
    rf"(?:[\s-](?P<near>hour|day|week|month|year)s?\b)?{_OF_WHAT}",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"(?<!\bthis )(?<!\bnext )(?<!\blast )(?<!\beach )(?<!\bevery )(?<!\bper )(?<!\bfirst )"
    r"(?<!\bthe )(?<!\bsecond )(?<!\bthird )(?<!\bfourth )"
    rf"\b(?:(?P<many>one|two|three)[\s-])?(?P<word>quarter)s?\b(?!-final){_OF_WHAT}",
    re.IGNORECASE,
)
# A third of them, two thirds, a third gave up: but no third opinion, and no third step.
_NTHS = "|".join(word for word, number in _PARTS.items() if number > 2 and word != "quarter")
_OTHER_PARTS = re.compile(
    rf"\b(?P<many>an?|{'|'.join(_ONES)})[\s-](?P<word>{_NTHS})"
    r"(?:s\b|\b(?=\s*(?:$|[.,;:!?)]|of\b|more\b|less\b|longer\b|shorter\b|fewer\b|faster\b|slower\b"
    r"|cheaper\b|as\b|gave\b|give\b|gives\b|went\b|failed?\b|fails\b|took\b|takes?\b|needed\b"
    r"|needs?\b|stopped\b|stops?\b|lost\b|loses?\b|did\b|do\b|does\b|had\b|has\b|have\b|was\b|were\b"
    rf"|is\b|are\b|never\b|said\b|quit\b|finished\b|completed\b|dropped\b)))(?!\s+opinion){_OF_WHAT}",
    re.IGNORECASE,
)
_EVERY = re.compile(rf"\bevery\s+(?P<nth>{'|'.join(_NTH)})\b", re.IGNORECASE)
_MULTIPLE = re.compile(
    rf"(?<!\bthink )\b(?P<word>{'|'.join(sorted(_TIMES, key=len, reverse=True))})\b"
    r"(?![\s-]check)"
    rf"|\b(?P<count>{'|'.join(_TEENS)}|\d+)\s+times\b"
    rf"|\b(?P<fold>{'|'.join(WORDS)}|\d+)-?fold\b",
    re.IGNORECASE,
)
_COUNT = rf"(?:{'|'.join(_TEENS)}|\d+)"
# One in three, 2 out of 3, ½; not "4 of 5", which is how sure somebody is.
_RATIO = re.compile(
    rf"\b(?P<some>{_COUNT})\s*(?:\s(?:in|out\s+of)(?:\s+every)?\s|[/⁄])\s*(?P<all>{_COUNT})\b"
    r"(?!\s*(?:hour|day|week|month|year)s?\b)",
    re.IGNORECASE,
)
# So many that nobody counted: no number of anything.
_UNCOUNTED = re.compile(r"\b(?P<word>dozen|hundred|thousand|million|billion)s\b", re.IGNORECASE)
# "a year" counts one only where something is told; "once a week" and "a day off" don't count.
_ONE_SPAN = re.compile(
    r"(?<!\bonce )(?<!\btwice )(?<!\btimes )(?<!\bhours )(?<!\bdays )(?<!\bof )"
    rf"\ban?\s+(?:whole\s+|full\s+|single\s+|good\s+)?{_SPANS}(?!['’]|\s+(?:off|ago|later|each))"
    r"|\b(?P<fortnight>fortnights?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part or a multiple that a text names, and of what."""

    value: float
    noun: str
    certain: bool = True


def value_of(word: str) -> float:
    """Read a count that is written in words: three hundred and ten."""
    value = 0
    for part in re.split(r"[\s-]+", word.lower()):
        value = max(value, 1) * WORDS[part] if part in _LARGE else value + WORDS.get(part, 0)
    return float(value)


def parts_in(text: str) -> Iterator[Part]:
    """Read the parts and multiples of a text."""
    for found in _HALF.finditer(text):
        yield Part(0.5, _of_what(found, found["near"]))
    for found in _QUARTER.finditer(text):
        yield Part(_many(found["many"]) / 4, _of_what(found))
    for found in _OTHER_PARTS.finditer(text):
        yield Part(_many(found["many"]) / _PARTS[found["word"].lower()], _of_what(found))
    for found in _EVERY.finditer(text):
        yield Part(1 / _NTH[found["nth"].lower()], EVERY)
    for found in _MULTIPLE.finditer(text):
        yield Part(_times(found), TIMES)
    for found in _RATIO.finditer(text):
        if not _is_confidence(text, found):
            yield Part(_count(found["some"]) / max(_count(found["all"]), 1), SHARE)
    for found in _UNCOUNTED.finditer(text):
        yield Part(WORDS[found["word"].lower()], UNCOUNTED)
    for found in _ONE_SPAN.finditer(text):
        span = found["unit"]
        yield Part(1, span.lower(), certain=False) if span else Part(14, "day")


def without_parts(text: str) -> str:
    """Return a text in which counting words that only say how large a part is are gone."""
    return _OTHER_PARTS.sub(_rest, _QUARTER.sub(_rest, text))


def _rest(found: re.Match[str]) -> str:
    """What follows a part stays: it may hold a number of its own."""
    return " " + found[0][found.end("word") - found.start() :]


def _of_what(found: re.Match[str], near: str | None = None) -> str:
    if found["company"]:
        return QUARTILE
    return (near or found["unit"] or SHARE).lower()


def _many(word: str | None) -> float:
    return float(WORDS.get((word or "").lower(), 1))


def _times(found: re.Match[str]) -> float:
    if found["fold"] or found["count"]:
        return _count(found["fold"] or found["count"])
    return float(_TIMES[found["word"].lower()])


def _count(word: str) -> float:
    return float(word) if word.isdigit() else float(WORDS[word.lower()])


def _is_confidence(text: str, found: re.Match[str]) -> bool:
    """A level of confidence is written in the same way: 4/5, 4 out of 5."""
    ends = re.match(r"\s*(?:[.,;:!?)]|$|and\b|but\b)", text[found.end() :], re.IGNORECASE)
    of = re.search(r"out|/|⁄", found[0], re.IGNORECASE)
    return found["all"].lower() in ("5", "five") and bool(of and ends)
