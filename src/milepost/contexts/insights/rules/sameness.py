"""When two suggestions say the same, whatever topic they are given.

Rules word things in one way, so that theirs are compared word by word. A model says the same with
a word more or less: what it says is compared by the words that matter.
"""

import unicodedata
from collections.abc import Iterable

from milepost.contexts.insights.rules.wording import key, significant
from milepost.contexts.insights.types import TargetKind, Wording

START, AGAIN = "start", "revisit"

# The share of the words that matter which two titles, or two texts, have in common.
_ALIKE_TITLES, _ALIKE_TEXTS = 0.6, 0.75
# Of so few words a text is alike only where all of them are.
_SHORT = 3


class Settled:
    """What was answered for good, in a form in which much can be held against it quickly."""

    def __init__(self, wordings: Iterable[Wording] = ()) -> None:
        self._texts: set[str] = set()
        self._acts: set[tuple[str, ...]] = set()
        self._kept: list[Wording] = []
        for wording in wordings:
            self.add(wording)

    def add(self, wording: Wording) -> None:
        """Count a suggestion among what was said."""
        self._kept.append(wording)
        self._texts.add(_plain(wording.text))
        self._acts |= _acts(wording)

    def has_said(self, wording: Wording) -> bool:
        """Tell whether the same was said in the same words, or would do the same."""
        return _plain(wording.text) in self._texts or bool(_acts(wording) & self._acts)

    def has_meant(self, wording: Wording) -> bool:
        """Tell whether the same was said, be it with a word more or less."""
        return self.has_said(wording) or any(_alike(wording, other) for other in self._kept)


def ways_of(wording: Wording) -> frozenset[str]:
    """Tell whether a step was to be started or to be taken up again; both where that is open."""
    topic = wording.fingerprint.rpartition(":")[2]
    return frozenset({topic}) if topic in (START, AGAIN) else frozenset({START, AGAIN})


def _acts(wording: Wording) -> set[tuple[str, ...]]:
    """Name what accepting does, in each way it may have been meant."""
    if wording.kind == TargetKind.START_STEP:
        return {(wording.kind, wording.step_slug, way) for way in ways_of(wording)}
    return {(wording.kind, wording.step_slug, _plain(wording.title))}


def _alike(one: Wording, other: Wording) -> bool:
    """Tell whether two say the same in nearly the same words."""
    elsewhere = one.step_slug != other.step_slug
    # Of two steps the same may well be said; but a text that names neither is about none.
    if elsewhere and (_names_step(one) or _names_step(other)):
        return False
    tasks = not elsewhere and one.kind == other.kind == TargetKind.ADD_TASK
    return _share(one.text, other.text) >= _ALIKE_TEXTS or (
        tasks and _share(one.title, other.title) >= _ALIKE_TITLES
    )


def _names_step(wording: Wording) -> bool:
    title = wording.step_title or wording.step_slug.replace("-", " ")
    return bool(significant(title) & significant(wording.text))


def _share(one: str, other: str) -> float:
    """Tell how much two texts have in common: 1 for all that matters."""
    mine, theirs = significant(one), significant(other)
    if min(len(mine), len(theirs)) < _SHORT:
        return float(bool(mine) and mine == theirs)
    return len(mine & theirs) / len(mine | theirs)


def _plain(text: str) -> str:
    """Put a text so that letters of another width or case make no other text of it."""
    return key(unicodedata.normalize("NFKC", text).casefold())
