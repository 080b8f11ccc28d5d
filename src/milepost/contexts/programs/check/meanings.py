"""Steps that say in other words throughout what another step says.

No word has to be shared, so this takes a model that knows which sentences mean nearly the same. For
each sentence of a description the nearest one of any other step is sought. Steps on related matters
find theirs scattered over many steps; a step written anew in other words finds most of its own in
the one that it was written from. Comparing whole descriptions tells less: of those that ship, some
that are on the same matter are nearer to each other than rewritten ones are to what they came from.

Measured on 168 steps, of which no two had more than 29 percent of their nearest sentences in each
other. Of twelve that were rewritten throughout, eight had 34 to 76; in the other four, sentences
had been merged and turned around as well, and they pass with 17 to 31. A limit of 40 would find
five. In groups of 2 to 40 steps, where there is less to be nearest to, unlike steps reached
55 percent, and four of the rewritten ones 70.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.types import Fault

# For each text those nearest in meaning among all of them, best first, with their likeness: 1 as
# if said twice, 0 nothing in common. A text is its own nearest.
Nearest = Callable[[Sequence[str]], Mapping[str, Sequence[tuple[str, float]]]]

# Below this a sentence is nearest only because something has to be.
_LEAST_LIKE = 0.5
# So many steps make a program large, and which share of nearest sentences is too much.
_MANY_STEPS, _IN_LARGE, _IN_SMALL = 100, 0.33, 0.6
_FEWEST_SENTENCES, _SHORTEST = 4, 15

_END = re.compile(r"(?<=[.!?:;])\s+")
_MARKS = re.compile(r"[*_`#]|^[-\d.]+ ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Told:
    """A step and the sentences of its description."""

    step: Outline
    sentences: tuple[str, ...]


def can_tell(outlines: Iterable[Outline]) -> bool:
    """Whether there are two steps at least that say enough to be compared."""
    return len(_told(outlines)) > 1


def check(outlines: Iterable[Outline], nearest: Nearest) -> Iterator[Fault]:
    """Steps of which most sentences mean what those of an earlier step mean."""
    told = _told(outlines)
    if len(told) < 2:
        return
    shares = _shares(told, nearest(list(dict.fromkeys(s for one in told for s in one.sentences))))
    limit = _IN_LARGE if len(told) >= _MANY_STEPS else _IN_SMALL
    for number, one in enumerate(told):
        alike = {
            other: (shares[number, other] + shares[other, number]) / 2 for other in range(number)
        }
        other = max(alike, key=alike.__getitem__, default=None)
        if other is not None and alike[other] >= limit:
            yield _fault(one.step, told[other].step, alike[other])


def _told(outlines: Iterable[Outline]) -> list[_Told]:
    """Retired steps may mean what those mean that took their place."""
    found: list[_Told] = []
    for step in outlines:
        texts = [said.text for said in step.said() if said.key == "description"]
        sentences = tuple(sentence for text in texts for sentence in _sentences(text))
        if step.active and len(sentences) >= _FEWEST_SENTENCES:
            found.append(_Told(step, sentences))
    return found


def _sentences(text: str) -> Iterator[str]:
    plain = " ".join(_MARKS.sub("", text).split())
    return (sentence for sentence in _END.split(plain) if len(sentence) > _SHORTEST)


def _shares(
    told: Sequence[_Told], nearest: Mapping[str, Sequence[tuple[str, float]]]
) -> Mapping[tuple[int, int], float]:
    """Which share of a step's sentences have their nearest in another: by both their numbers."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(told):
        for sentence in one.sentences:
            holders[sentence].append(number)
    shares: defaultdict[tuple[int, int], float] = defaultdict(float)
    for number, one in enumerate(told):
        for sentence in one.sentences:
            other = _holder_of_nearest(number, nearest[sentence], holders)
            if other is not None:
                shares[number, other] += 1 / len(one.sentences)
    return shares


def _holder_of_nearest(
    number: int, nearest: Sequence[tuple[str, float]], holders: Mapping[str, Sequence[int]]
) -> int | None:
    for text, likeness in nearest:
        if likeness < _LEAST_LIKE:
            return None
        for other in holders[text]:
            if other != number:
                return other
    return None


def _fault(step: Outline, other: Outline, share: float) -> Fault:
    place = f"{other.source.file}:{other.source.line('description')}"
    return step.source.fault(
        f"description means what {place} means, in other words ({share:.0%} of their sentences are"
        " nearest to each other): leave one of the two steps out, or say what sets them apart.",
        "description",
    )
