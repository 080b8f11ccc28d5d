"""Who is counted with whom: decided without looking at a single value.

Blocks stand or fall whole. Newcomers go where they tell most: first an industry in a stage,
then an industry or a stage (whichever is told less of so far), at last the whole. The wider
a view, the longer its newcomers wait for a narrower one, or a pool that grows by one company
a week would never show an industry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import starmap
from math import ceil

from milepost.contexts.insights.privacy.values import (
    WHOLE,
    Block,
    Ledger,
    Place,
    Policy,
    Record,
)


def views(place: Place) -> tuple[Place, ...]:
    """Every view that a block of this place is counted in, the whole first."""
    industry, stage = place
    return tuple(dict.fromkeys((WHOLE, Place(industry, None), Place(None, stage), place)))


def standing(ledger: Ledger, live: Mapping[str, str]) -> Ledger:
    """The ledger without blocks of which a company is gone or changed: all theirs are spent.

    `live` has the mark of every company that consents now.
    """
    kept: list[Block] = []
    spent: set[str] = set()
    for block in ledger.blocks:
        if all(live.get(member.company) == member.mark for member in block.members):
            kept.append(block)
        else:
            spent.update(member.company for member in block.members)
    return Ledger(tuple(kept), ledger.spent | spent) if spent else ledger


def newcomers(ledger: Ledger, records: Iterable[Record]) -> list[Record]:
    """Those who were never counted for this step, in the order of their names."""
    counted = {member.company for block in ledger.blocks for member in block.members}
    new = [r for r in records if r.company not in counted and r.company not in ledger.spent]
    return sorted(new, key=lambda record: record.company)


def gather(
    waiting: Sequence[Record], counted: Mapping[Place, int], policy: Policy
) -> list[tuple[Place, Sequence[Record]]]:
    """New blocks of those who wait, given how many companies each view counts already."""
    by_cross: dict[tuple[str | None, str | None], list[Record]] = defaultdict(list)
    for record in waiting:
        by_cross[record.industry, record.stage].append(record)
    made: list[tuple[Place, Sequence[Record]]] = []
    left: list[Record] = []
    for place in sorted(starmap(Place, by_cross), key=_order):
        group = by_cross[place]
        if None in place or len(group) < policy.least:
            left.extend(group)
        else:
            made.extend((place, part) for part in _parts(group, policy))
    totals = Counter(counted)
    for place, part in made:
        for view in views(place):
            totals[view] += len(part)
    while (found := _least_told(left, totals, policy)) is not None:
        group = [record for record in left if _within(record, found)]
        left = [record for record in left if not _within(record, found)]
        made.extend((found, part) for part in _parts(group, policy))
        for view in views(found):
            totals[view] += len(group)
    if len(left) >= _needed(totals[WHOLE], policy):
        made.extend((WHOLE, part) for part in _parts(_least_hopeful(left, policy), policy))
    return made


def _order(place: Place) -> tuple[str, str]:
    return place.industry or "", place.stage or ""


def _within(record: Record, place: Place) -> bool:
    return (place.industry is None or place.industry == record.industry) and (
        place.stage is None or place.stage == record.stage
    )


def _needed(counted: int, policy: Policy) -> int:
    return max(policy.least, ceil(policy.patience * counted))


def _parts(group: Sequence[Record], policy: Policy) -> list[Sequence[Record]]:
    """A group cut into blocks of the usual size or more; a small one stays in one piece."""
    count = max(1, len(group) // policy.usual)
    return [group[start::count] for start in range(count)]


def _least_told(
    left: Sequence[Record], totals: Mapping[Place, int], policy: Policy
) -> Place | None:
    """The industry or stage to make a block of: enough wait, and least are counted so far."""
    sizes: Counter[Place] = Counter()
    for record in left:
        if record.industry is not None:
            sizes[Place(record.industry, None)] += 1
        if record.stage is not None:
            sizes[Place(None, record.stage)] += 1
    ready = [
        (totals.get(place, 0) / (totals.get(place, 0) + size), _order(place), place)
        for place, size in sizes.items()
        if size >= _needed(totals.get(place, 0), policy)
    ]
    return min(ready)[2] if ready else None


def _least_hopeful(left: Sequence[Record], policy: Policy) -> list[Record]:
    """Of those who fit nowhere narrower, the half with the fewest of their kind beside them."""
    industries = Counter(record.industry for record in left)
    stages = Counter(record.stage for record in left)

    def company_kept(record: Record) -> tuple[int, str]:
        alike = (
            industries[record.industry] if record.industry is not None else 0,
            stages[record.stage] if record.stage is not None else 0,
        )
        return max(alike), record.company

    ordered = sorted(left, key=company_kept)
    half = max(policy.least, ceil(len(left) / 2))
    # Too few to make a block of their own later need not wait for it.
    return ordered if len(left) - half < policy.least else ordered[:half]
