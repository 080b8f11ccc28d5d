"""Which text a model may say: what people see as it is, and nothing that leads elsewhere.

These are nets. That nothing is done until a person confirms it, and that a page draws what a model
says as text, without mark-up and without links, is what protects people; a list of patterns is not.
"""

import re
import unicodedata
from collections.abc import Iterator

from pydantic import BaseModel

from milepost.platform.unseen import JOINERS, UNSEEN

# A name with dots whose last part could be a country's or an organization's; digits with dots.
_HOST = re.compile(
    r"(?<![\w.])(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)(?![\w])"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w])"
    r"|\blocalhost\b|\bwww\.",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    r"\w://|\b(?:https?|ftp|mailto|tel|sms|javascript|data|file|vbscript):", re.IGNORECASE
)
# "name at place dot com", written so that no pattern should find it.
_SPELLED = re.compile(
    r"[\[({]\s*(?:\.|dot|@|at)\s*[\])}]"
    r"|\w\s+dot\s+(?:app|biz|co|com|dev|edu|eu|gov|info|io|me|net|online|org|shop|site|xyz)\b",
    re.IGNORECASE,
)
_MAIL = re.compile(r"@\s*\w")
_PHONE = re.compile(r"\+?\(?\d(?:[\s()/.-]{0,3}\d){6,}")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
# Grouped in threes, it is one large number.
_LARGE = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_MARKUP = re.compile(r"[<>{}]|\]\(|\]\[")


def holds_unseen(text: str, *, asked: str = "") -> bool:
    """Tell whether a text holds what nobody sees; joiners are fine where `asked` has them."""
    if UNSEEN.search(text):
        return True
    return any(joiner not in asked for joiner in JOINERS.findall(text))


def leads_away(text: str) -> bool:
    """Tell whether a text holds mark-up, or looks as if it held a link, an address or a number."""
    seen = JOINERS.sub("", unicodedata.normalize("NFKC", text)).replace("\u3002", ".")
    if any(found.search(seen) for found in (_MARKUP, _SCHEME, _HOST, _SPELLED, _MAIL)):
        return True
    return bool(_PHONE.search(_LARGE.sub(" ", _DAY.sub(" ", seen))))


def texts_of(value: object) -> Iterator[str]:
    """Name every text in an answer."""
    match value:
        case str():
            yield value
        case BaseModel():
            yield from texts_of(value.model_dump())
        case dict():
            for key, inner in value.items():
                yield from texts_of(key)
                yield from texts_of(inner)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from texts_of(inner)
        case _:
            return
