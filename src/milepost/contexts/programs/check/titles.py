"""Steps called the same but for small words, the order of words, and how a number or a compound is
written."""

from collections.abc import Iterable, Iterator

from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.check.words import stem, stems
from milepost.contexts.programs.types import Fault

# Which of these a title begins with sets no step apart: building a plan is writing it.
_WAYS_OF_MAKING = (
    "assemble build compile create draft draw establish make prepare produce set write"
)
_MAKING = frozenset(stem(word) for word in _WAYS_OF_MAKING.split())


def check(outlines: Iterable[Outline], told: Iterable[Fault]) -> Iterator[Fault]:
    """Titles made of the same words as an earlier step's; those told before are left out.

    Retired steps may be called like those that took their place.
    """
    known = {(fault.file, fault.line) for fault in told if fault.message.startswith("title ")}
    earlier: dict[str, Outline] = {}
    for step in outlines:
        title = (step.source.content or {}).get("title")
        if not step.active or not isinstance(title, str):
            continue
        for key in _keys(title):
            other = earlier.setdefault(key, step)
            if other is not step:
                fault = _fault(step, other)
                if (fault.file, fault.line) not in known:
                    yield fault
                break


def _keys(title: str) -> Iterator[str]:
    """What two titles share that say the same: their words in any order, of which two that stand
    beside each other may be one, like “trade marks” and “trademarks”."""
    words = stems(title)
    about = words[1:] if len(words) > 2 and words[0] in _MAKING else words
    if about:
        yield " ".join(sorted(set(about)))
    for place in range(len(about) - 1):
        joined = [*about[:place], about[place] + about[place + 1], *about[place + 2 :]]
        yield " ".join(sorted(set(joined)))


def _fault(step: Outline, other: Outline) -> Fault:
    place = f"{other.source.file}:{other.source.line('title')}"
    called = other.source.content["title"]
    return step.source.fault(
        f"title says what {place} says: “{called}”. Say what sets this step apart, or make one step"
        " of the two.",
        "title",
    )
