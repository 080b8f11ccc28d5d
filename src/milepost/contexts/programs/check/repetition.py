"""Steps that say what another step says, be it word for word or with the nouns replaced; phases
and domains as well.

A text is taken for its pairs of words that stand near each other. What two texts share of these is
their likeness: 0 for nothing, 1 for the same text. A frame whose nouns were replaced keeps the
pairs between its other words, while texts that were written apart share hardly any: of some 200
steps on related subjects, no two had descriptions above 0.1, and of copies with every second
content word replaced nine in ten were above 0.4. The limits below stand between the two.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from milepost.contexts.programs.check.outline import Outline, Words, said_by_program
from milepost.contexts.programs.files import Source
from milepost.contexts.programs.types import Fault


@dataclass(frozen=True, slots=True)
class Limit:
    """From which likeness on texts are the same, and how short a text can be to tell."""

    likeness: float
    fewest_words: int


# Lists are looked at as a whole, where a copied step shows however its entries are ordered, and
# entry by entry, where short sentences on related matters come near each other by themselves.
# A title has so few words that hardly any of them may differ.
_WHOLE = {
    "title": Limit(0.75, 1),
    "purpose": Limit(0.35, 8),
    "description": Limit(0.22, 20),
    "guidance": Limit(0.22, 20),
    "deliverables": Limit(0.28, 10),
    "criteria": Limit(0.28, 10),
    "tasks": Limit(0.28, 10),
}
_OF_PROGRAM = {"title": Limit(0.75, 1), "summary": Limit(0.35, 8)}
_ENTRY = {key: Limit(0.62, 7) for key in ("deliverables", "criteria", "tasks")}

_NEAR = 3
_MOST_QUOTED = 3
# A reader does not see these; they would part words that are one.
_WIDTHLESS = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to be compared, as the pairs of its words."""

    step: int
    source: Source
    said: Words
    words: tuple[str, ...]
    pairs: Pairs


def check(outlines: Iterable[Outline]) -> Iterator[Fault]:
    """Texts of a step that come too near those of an earlier one, by what they are said under.

    Retired steps may be worded like those that took their place.
    """
    said = [(number, one, list(one.said())) for number, one in enumerate(outlines) if one.active]
    for key in _WHOLE:
        alike: set[tuple[int, int]] = set()
        under = [(number, one, [w for w in all_ if w.key == key]) for number, one, all_ in said]
        joined = ((number, one, _joined(words)) for number, one, words in under if words)
        yield from _repeated(_texts(joined, _WHOLE[key]), _WHOLE[key], alike)
        if key in _ENTRY:
            entries = ((number, one, word) for number, one, words in under for word in words)
            yield from _repeated(_texts(entries, _ENTRY[key]), _ENTRY[key], alike)


def check_program(source: Source) -> Iterator[Fault]:
    """What program.yaml says of a phase or a domain, and says of an earlier one too."""
    said: defaultdict[tuple[str | int, str | int], list[Words]] = defaultdict(list)
    for words in said_by_program(source):
        said[words.path[0], words.path[-1]].append(words)
    for (_, key), all_ in said.items():
        limit = _OF_PROGRAM[str(key)]
        texts = [
            text
            for number, words in enumerate(all_)
            for text in _texts_of(number, source, words, limit)
        ]
        yield from _repeated(texts, limit, set())


def _joined(words: Sequence[Words]) -> Words:
    return Words(words[0].key, (words[0].key,), "\n".join(one.text for one in words))


def _texts(said: Iterable[tuple[int, Outline, Words]], limit: Limit) -> list[_Text]:
    return [
        text
        for number, step, words in said
        for text in _texts_of(number, step.source, words, limit)
    ]


def _texts_of(number: int, source: Source, words: Words, limit: Limit) -> Iterator[_Text]:
    found = tuple(_WORD.findall(_WIDTHLESS.sub("", words.text.lower())))
    if len(found) >= limit.fewest_words:
        yield _Text(number, source, words, found, _pairs(found))


def _pairs(words: Sequence[str]) -> Pairs:
    # Another number in the same sentence makes no other sentence.
    plain = ["0" if word[0].isdecimal() else word for word in words]
    if len(plain) == 1:
        # A single word is told apart by itself.
        return frozenset({(plain[0], "")})
    return frozenset(
        (word, other)
        for place, word in enumerate(plain)
        for other in plain[place + 1 : place + 1 + _NEAR]
    )


def _repeated(texts: Sequence[_Text], limit: Limit, alike: set[tuple[int, int]]) -> Iterator[Fault]:
    """For each text the earlier one it is most like; steps in `alike` have been told before."""
    holders: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        held = [holders[pair] for pair in text.pairs]
        shared = Counter(chain.from_iterable(held))
        for places in held:
            places.append(number)
        likeness = _likeness(texts, text, shared)
        near = [
            (value, other)
            for other, value in likeness.items()
            if value >= limit.likeness
            and texts[other].step != text.step
            and (texts[other].step, text.step) not in alike
        ]
        if near:
            value, other = max(near)
            alike.update((texts[other].step, text.step) for _, other in near)
            yield _fault(text, texts[other], value, len(near) - 1)


def _likeness(
    texts: Sequence[_Text], text: _Text, shared: Mapping[int, int]
) -> Mapping[int, float]:
    return {
        other: count / math.sqrt(len(text.pairs) * len(texts[other].pairs))
        for other, count in shared.items()
    }


def _fault(text: _Text, other: _Text, likeness: float, more: int) -> Fault:
    place = f"{other.source.file}:{other.source.line(*other.said.path)}"
    others = f" and {more} more" if more else ""
    return text.source.fault(
        f"{text.said.key} says what {place}{others} says ({likeness:.0%} alike):"
        f" {_shared_words(text.words, other.words)}.",
        *text.said.path,
    )


def _shared_words(one: Sequence[str], other: Sequence[str]) -> str:
    """The longest runs of words that both have."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    longest = sorted(blocks, key=lambda block: -block.size)[:_MOST_QUOTED]
    in_order = sorted(block for block in longest if block.size)
    return ", ".join(f"“{' '.join(one[block.a : block.a + block.size])}”" for block in in_order)
