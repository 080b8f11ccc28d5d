"""Figures that are said, held against figures that were given.

What somebody states as a fact may hold no number that wasn't given, in digits or in words, and with
days, companies, steps and tasks none that wasn't given as a number of those. What somebody tells
others to do may have small numbers of its own. Whether a sentence with a given number is true can't
be told.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from milepost.contexts.insights.rules import numerals

# "Talk to five customers" is a task; a number above needs a reason.
_SMALL = 10
# Said of anything: "one of them", "the two of you"; only what they count can make them a fact.
_ANYTHING = frozenset({1.0, 2.0, 3.0})

_NOUNS = {
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "decade": "decade",
    "company": "company",
    "companies": "company",
    "startup": "company",
    "start-up": "company",
    "firm": "company",
    "business": "company",
    "businesses": "company",
    "competitor": "company",
    "step": "step",
    "task": "task",
    "percent": "percent",
}
_DAYS_IN = {"week": 7}
# Nobody is told to spend or to share out what was never spoken of, however small.
_WEIGHTY = ("money", "percent", numerals.SHARE)

_DIGITS = r"\d+(?:[.,’']\d+)*"
_NUMBER = re.compile(
    rf"(?P<money>[€$£¥]\s*|\b(?:EUR|USD|GBP|CHF)\s*)?"
    rf"(?:(?P<digits>{_DIGITS})\s?(?P<large>k|m|bn)?(?![^\W_])"
    rf"|(?P<glued>{_DIGITS})|\b(?P<word>{numerals.WRITTEN})s?\b)"
    rf"(?P<unit>\s*(?:%|per\s+cent\b|€|\$|£|(?:EUR|USD|GBP|CHF|euros?|dollars?)\b))?",
    re.IGNORECASE,
)
# With words that tell more of it between, but none that begin something else.
_ELSE = "|".join(
    ("and", "or", "in", "within", "for", "of", "to", "by", "per", "after", *numerals.WORDS)
)
_AFTER = re.compile(
    rf"[\s-]+(?:(?!(?:{_ELSE})\b)[^\W\d_]+[\s-]+){{0,2}}?({'|'.join(_NOUNS)})s?\b", re.IGNORECASE
)
_LARGE = {"k": 1e3, "m": 1e6, "bn": 1e9}
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\d)[^.!?]*)*[.!?]*")
# A level of confidence, as everybody writes it.
_OF_FIVE = re.compile(
    r"\s*(?:/|(?:out )?of)\s*(?:5|five)(?=\s*(?:[.,;:!?)]|$|and\b|but\b))", re.IGNORECASE
)
# A net: what tells how something went, rather than what to do.
_TOLD = re.compile(
    r"\b(?:took|needed|spent|finished|completed|failed|lost|earned|raised|reached|gave up|went"
    rf"|was|were|did|had|already|on average|all (?:the )?(?:\d|(?:{numerals.WRITTEN})\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text, in each way it may be meant, and what it counts if that is known.

    Of `a year` it isn't certain that one is counted: it is stated only where something is told.
    """

    values: frozenset[float]
    noun: str = ""
    certain: bool = True

    def is_among(self, given: Iterable["Figure"]) -> bool:
        """Tell whether it was given, as a number of the same where that is known."""
        given = list(given)
        if self.noun and any(self.values & one.values for one in given if one.noun == self.noun):
            return True
        days = _DAYS_IN.get(self.noun)
        if days:
            whole = {value * days for value in self.values}
            return any(whole & one.values for one in given if one.noun == "day")
        return not self.noun and any(self.values & one.values for one in given)


def figures_in(text: str) -> Iterator[Figure]:
    """Read the numbers of a text, in digits and in words."""
    text = unicodedata.normalize("NFKC", text)
    for part in numerals.parts_in(text):
        yield Figure(frozenset({part.value}), part.noun, part.certain)
    text = numerals.without_parts(text)
    for found in _NUMBER.finditer(text):
        unit = (found["unit"] or "").strip().lower()
        noun = _counted_after(text, found.end())
        if found["money"] or unit:
            noun = "percent" if unit.startswith(("%", "per")) else "money"
        yield Figure(frozenset(_values(found)), noun)


def _counted_after(text: str, place: int) -> str:
    """Name what a number counts that ends at a place, where that is one of what is told apart."""
    if _OF_FIVE.match(text, place):
        return "confidence"
    found = _AFTER.match(text, place)
    return _NOUNS[found[1].lower()] if found else ""


def stated(text: str) -> list[Figure]:
    """Name the figures of a text in which all counts as stated."""
    found: list[Figure] = []
    for sentence in _SENTENCE.findall(text):
        told_of = bool(_TOLD.search(sentence))
        found += [
            figure
            for figure in figures_in(sentence)
            if (figure.noun or not figure.values <= _ANYTHING) and (figure.certain or told_of)
        ]
    return found


def told(text: str) -> list[Figure]:
    """Name the figures of a text that says what to do: all but small numbers of things to do."""
    found: list[Figure] = []
    for sentence in _SENTENCE.findall(text):
        facts = stated(sentence)
        if _TOLD.search(sentence):
            found += facts
        else:
            found += [one for one in facts if one.noun in _WEIGHTY or max(one.values) > _SMALL]
    return found


def _values(found: re.Match[str]) -> Iterator[float]:
    """Read a number in each way it may be meant: 4.812 is a thousand times more in some places."""
    if found["word"]:
        yield numerals.value_of(found["word"])
        return
    digits = found["digits"] or found["glued"]
    times = _LARGE.get((found["large"] or "").lower(), 1)
    whole = re.sub(r"[.,’']", "", digits)
    parts = re.split(r"[.,’']", digits)
    if len(parts) == 1:
        yield float(whole) * times
    elif all(len(part) == 3 for part in parts[1:]):
        yield float(whole) * times
        if len(parts) == 2:
            yield float(".".join(parts)) * times
    elif len(parts) == 2:
        yield float(".".join(parts)) * times
    else:
        for part in parts:
            yield float(part)
