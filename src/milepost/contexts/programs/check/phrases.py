"""Phrases that say nothing: found in everything a program says to people, with what to write
instead.

They are looked for in what a reader sees, which is not what stands in the file: emphasis, marks
that have no width and the ends of lines part no words there.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from milepost.contexts.programs.check.emptiness import INSTEAD
from milepost.contexts.programs.check.outline import Outline, Words, said_by_program
from milepost.contexts.programs.files import Source
from milepost.contexts.programs.types import Fault

_EMPTY = re.compile(
    rf"\b(?:{'|'.join(f'(?P<p{number}>{phrase})' for number, phrase in enumerate(INSTEAD))})\b",
    re.IGNORECASE,
)
_ADVICE = tuple(INSTEAD.values())
_AROUND = 3

_PIECE = re.compile(r"&#?\w{1,32};|.", re.DOTALL)
_EMPHASIS = frozenset("*_~`")
# No-break and other hyphens, which look like one.
_HYPHENS = frozenset("\u2010\u2011\u2012\u2043\ufe63\uff0d")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text as a reader sees it, and where each of its characters stood."""

    text: str
    places: tuple[int, ...]


def check(step: Outline) -> Iterator[Fault]:
    """Every empty phrase in a step, with the words around it to find it by."""
    return _found(step.source, step.said())


def check_program(source: Source) -> Iterator[Fault]:
    """Every empty phrase in program.yaml: of the program, its phases and its domains."""
    return _found(source, said_by_program(source))


def _found(source: Source, said: Iterable[Words]) -> Iterator[Fault]:
    for words in said:
        seen = _seen(words.text)
        found = list(_EMPTY.finditer(seen.text))
        lines = _lines(source, words, len(found)) if found else ()
        for match, line in zip_longest(found, lines):
            advice = _ADVICE[int((match.lastgroup or "p0")[1:])]
            yield Fault(
                source.file,
                line or source.line(*words.path),
                f"{words.key} says “{match[0]}” ({_around(seen.text, match)}), which says nothing:"
                f" {advice}.",
            )


def _lines(source: Source, words: Words, count: int) -> tuple[int, ...]:
    """The lines of the phrases in a text; none where the file writes it too differently to tell."""
    written = source.written(*words.path)
    seen = _seen(written)
    first = source.line(*words.path)
    found = tuple(
        first + written.count("\n", 0, seen.places[match.start()])
        for match in _EMPTY.finditer(seen.text)
    )
    return found if len(found) == count else ()


def _seen(text: str) -> _Seen:
    chars: list[str] = []
    places: list[int] = []
    for piece in _PIECE.finditer(text):
        for char in unicodedata.normalize("NFKC", html.unescape(piece[0])):
            if char in _EMPHASIS or unicodedata.category(char) == "Cf":
                continue
            plain = "-" if char in _HYPHENS else " " if char.isspace() else char
            if plain == " " and (not chars or chars[-1] == " "):
                continue
            chars.append(plain)
            places.append(piece.start())
    return _Seen("".join(chars), tuple(places))


def _around(text: str, found: re.Match[str]) -> str:
    before = text[: found.start()].split(" ")[-_AROUND - 1 :]
    after = text[found.end() :].rstrip().split(" ")[: _AROUND + 1]
    return f"{'… ' if found.start() else ''}{' '.join(before)}{found[0]}{' '.join(after)} …"
