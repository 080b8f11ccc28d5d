"""Words as texts are compared by: whichever form they stand in, a number in words or in digits, a
compound with a hyphen or without one."""

import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock

import snowballstemmer

# A reader does not see these; they would part words that are one.
WIDTHLESS = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")

_PART = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_OWNER = re.compile(r"['\u2019]s?$")

_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty"
)
_BY_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * number for number, word in enumerate(_BY_TENS.split(), start=1)}
_DIGITS = (
    {word: str(number) for number, word in enumerate(_TO_TWENTY.split())}
    | {word: str(number) for word, number in _TENS.items()}
    | {"dozen": "12", "hundred": "100", "thousand": "1000"}
)

_SMALL = """
    a about after again all also an and any are as at be been before being both but by can could
    did do does doing done down during each either else even ever every for from had has have
    having he her here him his how i if in into is it its just may me might more most much must my
    neither no nor not of off on once only onto or other our out over per same shall she should so
    some still such than that the their them then there these they this those through to too under
    until up us very was we were what when where whether which while who whom whose why will with
    within without would yes you your
    """
# They hold a sentence together and say nothing of what it is about.
_BETWEEN = frozenset(_SMALL.split())

_stemmer = snowballstemmer.stemmer("english")
# A stemmer keeps the word it is at.
_stemming = Lock()


def said(text: str) -> list[str]:
    """Every word of a text in small letters, numbers in digits and compounds taken apart."""
    return list(_numbers(_PART.findall(WIDTHLESS.sub("", text).lower())))


def stems(text: str) -> list[str]:
    """The words that a text is about, in order and without their endings."""
    return [stem(word) for word in said(text) if word not in _BETWEEN]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending."""
    with _stemming:
        found: str = _stemmer.stemWord(word.replace("'", "").replace("\u2019", ""))
    return found


def _numbers(parts: list[str]) -> Iterator[str]:
    place = 0
    while place < len(parts):
        word = _OWNER.sub("", parts[place])
        after = _DIGITS.get(parts[place + 1], "") if place + 1 < len(parts) else ""
        place += 1
        if _TENS.get(word, 0) > 10 and len(after) == 1 and after != "0":
            yield str(_TENS[word] + int(after))
            place += 1
        elif word:
            yield _DIGITS.get(word, word)
