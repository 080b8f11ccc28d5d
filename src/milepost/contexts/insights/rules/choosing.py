"""Which few of the things that could be said are said."""

from collections import Counter
from collections.abc import Iterable

from milepost.contexts.insights.rules.sameness import Settled
from milepost.contexts.insights.types import Advice, Priority, Situation, Wording

FEWEST, MOST = 3, 5
_OF_ONE_TOPIC = 2
_RANK = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}


def chosen(
    candidates: Iterable[Advice],
    *,
    fillers: Iterable[Advice],
    excluded: frozenset[str],
    repeated: frozenset[str],
    settled: Iterable[Wording] = (),
) -> list[Advice]:
    """Choose at most five, the most pressing first, each about something else.

    What is `excluded`, or was `settled` in the same words, is never said. Where there would be
    fewer than three, fillers are said, too, the first of each kind before more of one; then what
    was left out for saying much of the same; then what is `repeated`: open already.
    """
    seen, said = set(excluded), Settled(settled)
    topics: Counter[str] = Counter()
    varied, much_the_same, standing = _sifted(
        sorted(candidates, key=_rank), seen=seen, said=said, topics=topics, repeated=repeated
    )
    picked = varied[:MOST]
    if len(picked) < FEWEST:
        fresh, alike, open_already = _sifted(
            fillers, seen=seen, said=said, topics=topics, repeated=repeated
        )
        spare = [*fresh, *much_the_same, *alike, *standing, *open_already]
        picked += spare[: FEWEST - len(picked)]
    return sorted(picked, key=_rank)


def still_of_use(advice: Advice, situation: Situation) -> bool:
    """Tell whether advice made a while ago still fits: neither overtaken nor dismissed since."""
    _, ways = situation.within_reach().get(advice.target.step_slug, (None, frozenset()))
    dismissed = advice.fingerprint in situation.excluded
    return advice.target.kind in ways and not (
        dismissed or Settled(situation.settled).has_said(advice.wording)
    )


def _sifted(
    advice: Iterable[Advice],
    *,
    seen: set[str],
    said: Settled,
    topics: Counter[str],
    repeated: frozenset[str],
) -> tuple[list[Advice], list[Advice], list[Advice]]:
    """Part what was not said yet into what differs, what says much of the same, and what stands."""
    varied: list[Advice] = []
    much_the_same: list[Advice] = []
    standing: list[Advice] = []
    for item in advice:
        if item.fingerprint in seen or said.has_said(item.wording):
            continue
        seen.add(item.fingerprint)
        if item.fingerprint in repeated:
            standing.append(item)
        elif topics[item.topic] >= _OF_ONE_TOPIC:
            much_the_same.append(item)
        else:
            topics[item.topic] += 1
            varied.append(item)
    return varied, much_the_same, standing


def _rank(advice: Advice) -> int:
    return _RANK[advice.priority]
