"""Whether a step has to do with another, or with what somebody wrote.

Where neither the order of the journey nor the words bear it out, no step is named: advice that
makes up a connection is worse than none.
"""

from collections import Counter

from milepost.contexts.insights.rules.wording import significant
from milepost.contexts.insights.types import KnownStep, Situation

# How much a step and a text must have in common to be about the same: words of the title count
# twice, and those of many steps nothing.
_RELATED = 2
_FEW, _FEW_OF_ALL = 3, 0.1
# What people say of anything they found out.
_OF_ANYTHING = significant(
    "learn learned learnt found told think thought better best always never nobody everybody"
    " something anything everything matter important really different still long often"
)


def comes_after(it: Situation, step: KnownStep) -> bool:
    """Tell whether a step rests on the one whose outcome this is."""
    return any(step.slug == other.slug for other in (*it.opened, *it.waiting, *it.later))


def where_it_counts(it: Situation, text: str) -> KnownStep | None:
    """Choose the step ahead that speaks of what was written; none where that would be chance.

    A word that many steps have says nothing of any of them.
    """
    known = (*it.ahead, *it.later, *it.far)
    often = Counter(word for step in known for word in step.words)
    telling = {
        word
        for word in significant(text) - _OF_ANYTHING
        if often[word] <= max(_FEW, len(known) * _FEW_OF_ALL)
    }

    def in_common(step: KnownStep) -> int:
        return len(step.words & telling) + len(significant(step.title) & telling)

    related = [step for step in it.ahead if in_common(step) >= _RELATED]
    return max(related, key=in_common, default=None)
