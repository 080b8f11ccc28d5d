"""Which few of the things that could be said are said."""

from collections import Counter
from collections.abc import Iterable

from milepost.contexts.insights.types import Advice, Priority

FEWEST, MOST = 3, 5
_OF_ONE_TOPIC = 2
_RANK = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}


def chosen(
    candidates: Iterable[Advice],
    *,
    fillers: Iterable[Advice],
    excluded: frozenset[str],
    repeated: frozenset[str],
) -> list[Advice]:
    """Choose at most five, the most pressing first, each about something else.

    What is `excluded` is never said. Where there would be fewer than three, fillers are said, too,
    then what was left out for saying much of the same, then what is `repeated`: open already.
    """
    seen = set(excluded)
    picked: list[Advice] = []
    much_the_same: list[Advice] = []
    standing: list[Advice] = []
    topics: Counter[str] = Counter()
    for advice in sorted(candidates, key=_rank):
        if advice.fingerprint in seen:
            continue
        seen.add(advice.fingerprint)
        if advice.fingerprint in repeated:
            standing.append(advice)
        elif topics[advice.topic] >= _OF_ONE_TOPIC:
            much_the_same.append(advice)
        else:
            topics[advice.topic] += 1
            picked.append(advice)
    spare = [advice for advice in fillers if advice.fingerprint not in seen]
    standing += [advice for advice in spare if advice.fingerprint in repeated]
    fresh = [advice for advice in spare if advice.fingerprint not in repeated]
    picked = picked[:MOST]
    picked += [*fresh, *much_the_same, *standing][: max(0, FEWEST - len(picked))]
    return sorted(picked, key=_rank)


def _rank(advice: Advice) -> int:
    return _RANK[advice.priority]
