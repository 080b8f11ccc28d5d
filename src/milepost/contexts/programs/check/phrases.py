"""Phrases that say nothing, words that stand for a text yet to be written and, in what is asked
for, words that leave open what is meant: found in what a program says to people, with what to write
instead.

They are looked for in what a reader sees, which is not what stands in the file: emphasis, marks
that have no width and the ends of lines part no words there.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from milepost.contexts.programs.check.emptiness import INSTEAD
from milepost.contexts.programs.check.outline import Outline, Words, said_by_program
from milepost.contexts.programs.check.unwritten import BROKEN_OFF, UNWRITTEN
from milepost.contexts.programs.check.vagueness import VAGUE
from milepost.contexts.programs.files import Source
from milepost.contexts.programs.types import Fault

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


class _Wanting:
    """Phrases that should not stand in a text, why not, and what to write instead of each."""

    def __init__(self, instead: Mapping[str, str], why: str) -> None:
        named = "|".join(f"(?P<p{number}>{phrase})" for number, phrase in enumerate(instead))
        # Not in the middle of a word; marks that are no part of one may stand right beside it.
        self.pattern = re.compile(
            rf"(?:(?<!\w)|(?=\W))(?:{named})(?:(?!\w)|(?<=\W))", re.IGNORECASE
        )
        self.advice = tuple(instead.values())
        self.why = why

    def explain(self, match: re.Match[str]) -> str:
        """Why what was found should not be there, and what to write."""
        return f"{self.why}: {self.advice[int((match.lastgroup or 'p0')[1:])]}"


_EMPTY = _Wanting(INSTEAD, "which says nothing")
_UNWRITTEN = _Wanting(UNWRITTEN, "which stands for what is still to be written")
_BROKEN_OFF = _Wanting(BROKEN_OFF, _UNWRITTEN.why)
_VAGUE = _Wanting(VAGUE, "which leaves open what is meant")

# By these somebody else tells what is there and what is not.
_ASKED = frozenset({"deliverables", "criteria", "tasks"})

# One mark of emphasis at the end: words in italics, like “the sentence *we exist so that…*”.
_ITALICS = re.compile(r"(?<![*_`])[*_`]\s*$")


def check(step: Outline) -> Iterator[Fault]:
    """Every such phrase in a step, with the words around it to find it by."""
    for words in step.said():
        vague = (_VAGUE,) if words.key in _ASKED else ()
        yield from _found(step.source, words, (_EMPTY, *_unwritten(words), *vague))
    for words in step.asked():
        # A field's title may be the beginning of a sentence that is finished in the field.
        wanting = (_UNWRITTEN,) if words.key == "title" else _unwritten(words)
        yield from _found(step.source, words, wanting)


def check_program(source: Source) -> Iterator[Fault]:
    """Every such phrase in program.yaml: of the program, its phases and its domains."""
    for words in said_by_program(source):
        yield from _found(source, words, (_EMPTY, *_unwritten(words)))


def _unwritten(words: Words) -> tuple[_Wanting, ...]:
    return (_UNWRITTEN,) if _ITALICS.search(words.text) else (_UNWRITTEN, _BROKEN_OFF)


def _found(source: Source, words: Words, unwanted: Iterable[_Wanting]) -> Iterator[Fault]:
    seen = _seen(words.text)
    for wanting in unwanted:
        found = list(wanting.pattern.finditer(seen.text))
        lines = _lines(source, words, wanting, len(found)) if found else ()
        for match, line in zip_longest(found, lines):
            yield Fault(
                source.file,
                line or source.line(*words.path),
                f"{words.key} says “{match[0]}” ({_around(seen.text, match)}),"
                f" {wanting.explain(match)}.",
            )


def _lines(source: Source, words: Words, wanting: _Wanting, count: int) -> tuple[int, ...]:
    """The lines of the phrases in a text; none where the file writes it too differently to tell."""
    written = source.written(*words.path)
    seen = _seen(written)
    first = source.line(*words.path)
    found = tuple(
        first + written.count("\n", 0, seen.places[match.start()])
        for match in wanting.pattern.finditer(seen.text)
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
    # A block of lines ends with a line's end, which is not what its last sentence ends with.
    if chars and chars[-1] == " ":
        chars.pop()
        places.pop()
    return _Seen("".join(chars), tuple(places))


def _around(text: str, found: re.Match[str]) -> str:
    before = text[: found.start()].split(" ")[-_AROUND - 1 :]
    after = text[found.end() :].rstrip().split(" ")[: _AROUND + 1]
    return f"{'… ' if found.start() else ''}{' '.join(before)}{found[0]}{' '.join(after)} …"
