"""Texts that repeat themselves: a sentence or a long run of words that stands twice, too few
different words, and entries of a step that say what another of its entries says.

What is written for real hardly does. In 199 steps no text repeats a run of more than five words,
and any fifty words in a row are at least twenty-nine different ones.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from milepost.contexts.programs.check.outline import Outline, Words
from milepost.contexts.programs.check.words import WIDTHLESS, said, stems
from milepost.contexts.programs.types import Fault

_PROSE = ("purpose", "description", "guidance")

# A sentence of so many words, or a run of so many words in any sentences, is not said twice by
# chance; a run of so many is not in two parts of a step either.
_SENTENCE, _RUN, _SHARED_RUN = 4, 8, 14

_STRETCH, _SHORT_STRETCH, _LEAST_DIFFERENT = 50, 20, 0.45

_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n\s*(?:[-*+]|\d+\.)\s+")

# A criterion that a deliverable is there asks for no more than the deliverable does.
_BEING_THERE = frozenset(
    stems("available complete completed created done exist finished ready prepared there written")
)


def check(step: Outline) -> Iterator[Fault]:
    """What a step says twice."""
    everything = list(step.said())
    prose = [(words, said(words.text)) for words in everything if words.key in _PROSE]
    for words, found in prose:
        yield from _within(step, words, found)
    yield from _between(step, prose)
    yield from _entries(step, everything)


def _within(step: Outline, words: Words, found: Sequence[str]) -> Iterator[Fault]:
    twice = _sentence_twice(words.text) or _run_twice(found)
    if twice:
        yield step.source.fault(f"{words.key} says “{_short(twice)}” twice.", *words.path)
    elif _monotonous(found):
        yield step.source.fault(
            f"{words.key} says the same few words over and over: say it once, and then something"
            " else.",
            *words.path,
        )


def _sentence_twice(text: str) -> str:
    seen: set[tuple[str, ...]] = set()
    for sentence in _END.split(WIDTHLESS.sub("", text)):
        found = tuple(said(sentence))
        if len(found) >= _SENTENCE and found in seen:
            return " ".join(sentence.split())
        seen.add(found)
    return ""


def _run_twice(words: Sequence[str]) -> str:
    first: dict[tuple[str, ...], int] = {}
    for place, run in _runs(words, _RUN):
        if place >= first.setdefault(run, place) + _RUN:
            return " ".join(run)
    return ""


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    shifted = (islice(words, start, None) for start in range(length))
    return enumerate(zip(*shifted, strict=False))


def _monotonous(words: Sequence[str]) -> bool:
    """Whether there is a stretch that is made of too few words, for its length."""
    if len(words) < _SHORT_STRETCH:
        return False
    fewest = _LEAST_DIFFERENT * min(_STRETCH, len(words))
    held: Counter[str] = Counter(words[:_STRETCH])
    different = len(held)
    for leaving, coming in zip(words, words[_STRETCH:], strict=False):
        if different < fewest:
            break
        held[leaving] -= 1
        different -= held[leaving] == 0
        different += held[coming] == 0
        held[coming] += 1
    return different < fewest


def _between(step: Outline, prose: Sequence[tuple[Words, Sequence[str]]]) -> Iterator[Fault]:
    """Purpose, description and guidance are read one after the other."""
    holders: dict[tuple[str, ...], str] = {}
    for words, found in prose:
        runs = [run for _, run in _runs(found, _SHARED_RUN)]
        shared = next((run for run in runs if run in holders), None)
        if shared:
            yield step.source.fault(
                f"{words.key} says what {holders[shared]} says: “{_short(' '.join(shared))}”.",
                *words.path,
            )
        for run in runs:
            holders.setdefault(run, words.key)


def _entries(step: Outline, everything: Sequence[Words]) -> Iterator[Fault]:
    """Entries made of the same words; a task may say what makes a deliverable."""
    seen: dict[tuple[str, frozenset[str]], Words] = {}
    for words in everything:
        about = frozenset(stems(words.text)) - _BEING_THERE
        if words.key not in ("deliverables", "criteria", "tasks") or not about:
            continue
        among = "tasks" if words.key == "tasks" else "asked"
        other = seen.setdefault((among, about), words)
        if other is not words:
            number = int(other.path[1]) + 1
            yield step.source.fault(
                f"{words.key} says “{words.text}”, and entry {number} of {other.key} says no less:"
                f" “{other.text}”.",
                *words.path,
            )


def _short(text: str) -> str:
    words = text.rstrip(".").split(" ")
    return " ".join(words) if len(words) <= 12 else f"{' '.join(words[:12])} …"
