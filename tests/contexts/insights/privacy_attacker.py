"""Somebody who kept every cell ever published and wants to know one company's values.

They know who was counted in which cell of which release (more than anybody can read off the
pages: it follows from the code for one who knows who joined and left), subtract every cell
from every other that holds it, solve the linear system of all of them, and narrow what is
left by the bounds that rounding leaves, over all releases at once. And two companies, those
that help most, tell them their values.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from milepost.contexts.insights.privacy.blocks import views
from milepost.contexts.insights.privacy.cells import totals
from milepost.contexts.insights.privacy.summaries import band_of, turned
from milepost.contexts.insights.privacy.values import (
    WHOLE,
    Cell,
    Place,
    Policy,
    Record,
    Release,
    Summary,
)
from tests.contexts.insights.privacy_portfolios import SECRET, History

# What a company said, and when: a corrected outcome is another unknown.
Said = tuple[str, str]
Bounds = tuple[tuple[int, int], ...]

PRIME = 2**31 - 1
COLLUDING = 2
# Surer than this is as good as knowing.
CERTAIN = 0.99
# Derived sets are kept while they are small: a large one tells of nobody.
SMALL = 24


@dataclass(frozen=True)
class Attribute:
    """One thing asked of every company, and where it is read in what is published."""

    of_record: Callable[[Record, Policy], int]
    of_cell: Callable[[Cell, Policy, int], Bounds]
    of_sums: Callable[[Summary], Sequence[int]]


def _shares(shares: Sequence[float], policy: Policy, companies: int) -> Bounds:
    """Between which counts a row of shares lies that were rounded to make a hundred."""
    if not policy.rounded:
        return tuple((round(share * companies / 100),) * 2 for share in shares)
    step = 10 if companies < 50 else 5
    return tuple(
        (
            max(0, floor((share - step) * companies / 100) + 1),
            min(companies, ceil((share + step) * companies / 100) - 1),
        )
        for share in shares
    )


def _finished(cell: Cell, policy: Policy, companies: int) -> Bounds:
    """Between which counts the answers lie that were counted: turned over or not."""
    if cell.finished is None:
        return ((0, companies), (0, companies))
    step = (10 if companies < 50 else 5) if policy.rounded else 0
    low, high = (
        companies * (policy.turned + (1 - 2 * policy.turned) * share / 100)
        for share in (cell.finished - step / 2, cell.finished + step / 2)
    )
    least, most = ceil(low - 1e-6), floor(high + 1e-6)
    if policy.rounded and cell.finished <= 10:
        least = 0
    if policy.rounded and cell.finished >= 90:
        most = companies
    least, most = max(0, least), min(companies, most)
    return ((least, most), (companies - most, companies - least))


def _counted_as_finished(record: Record, policy: Policy) -> int:
    """What stands in the sums, and all that can be learnt: 0 for finished."""
    return int(record.finished == turned(record.company, secret=SECRET, policy=policy))


ATTRIBUTES = {
    "days": Attribute(
        lambda record, _: band_of(record.days),
        lambda cell, policy, companies: _shares(cell.durations, policy, companies),
        lambda sums: sums.days,
    ),
    "confidence": Attribute(
        lambda record, _: record.confidence - 1,
        lambda cell, policy, companies: _shares(cell.confidence, policy, companies),
        lambda sums: sums.confidence,
    ),
    "finished": Attribute(
        _counted_as_finished,
        _finished,
        lambda sums: (sums.finished, sums.companies - sums.finished),
    ),
}


@dataclass(frozen=True)
class Claim:
    """What the attacker holds for certain."""

    said: Said
    value: int


def read_pages(history: History, attribute: str) -> dict[frozenset[Said], Bounds]:
    """Every cell of every release as it is shown: who is in it, and between which counts."""
    read = ATTRIBUTES[attribute].of_cell
    return merge(
        (who, read(each.cells[place], history.policy, len(who)))
        for each in history.releases
        for place, who in contributors(each).items()
    )


def read_sums(history: History, attribute: str) -> dict[frozenset[Said], Bounds]:
    """The same as if nothing were rounded: the very sums of the blocks, band by band."""
    seen: list[tuple[frozenset[Said], Bounds]] = []
    for each in history.releases:
        sums = totals(each.ledger.blocks)
        for place, who in contributors(each).items():
            counts = ATTRIBUTES[attribute].of_sums(sums[place])
            seen.append((who, tuple((count, count) for count in counts)))
    return merge(seen)


def contributors(release: Release) -> dict[Place, frozenset[Said]]:
    """Who is counted in which cell."""
    inside: dict[Place, set[Said]] = defaultdict(set)
    for block in release.ledger.blocks:
        for view in views(block.place):
            inside[view].update((member.company, member.mark) for member in block.members)
    return {place: frozenset(who) for place, who in inside.items()}


def merge(seen: Iterable[tuple[frozenset[Said], Bounds]]) -> dict[frozenset[Said], Bounds]:
    """What is known of each set of companies: whatever all that was seen of it allows."""
    known: dict[frozenset[Said], Bounds] = {}
    for who, bounds in seen:
        if not who:
            continue
        old = known.get(who)
        known[who] = (
            bounds
            if old is None
            else tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(old, bounds, strict=True))
        )
    return known


def subtract(known: dict[frozenset[Said], Bounds]) -> dict[frozenset[Said], Bounds]:
    """All of it, and each set less each other that it holds, twice over."""
    for _ in range(2):
        found: list[tuple[frozenset[Said], Bounds]] = []
        sets = sorted(known, key=len)
        for large in sets:
            for small in sets:
                if len(small) >= len(large):
                    break
                if len(large) - len(small) <= SMALL and small < large:
                    pairs = zip(known[large], known[small], strict=True)
                    found.append(
                        (
                            large - small,
                            tuple((max(0, a - d), max(0, b - c)) for (a, b), (c, d) in pairs),
                        )
                    )
        size = len(known)
        known = merge([*known.items(), *found])
        if len(known) == size:
            break
    return known


@dataclass
class Knowledge:
    """Groups of companies that were always together, and what is known of each."""

    groups: list[frozenset[Said]]
    low: list[list[int]]
    high: list[list[int]]


def alike(known: Iterable[frozenset[Said]]) -> list[frozenset[Said]]:
    """The companies by the sets they are in: no one can tell two of a group apart."""
    signs: dict[Said, list[int]] = defaultdict(list)
    for number, who in enumerate(known):
        for said in who:
            signs[said].append(number)
    together: dict[tuple[int, ...], set[Said]] = defaultdict(set)
    for said, sign in signs.items():
        together[tuple(sign)].add(said)
    return [frozenset(group) for group in together.values()]


def solve(known: dict[frozenset[Said], Bounds]) -> dict[frozenset[Said], Bounds]:
    """What follows from all exact counts taken together: a linear system, brought to rows."""
    exact = {who: b for who, b in known.items() if all(low == high for low, high in b)}
    groups = alike(exact)
    number = {said: at for at, group in enumerate(groups) for said in group}
    pivots: dict[int, tuple[dict[int, int], list[int]]] = {}
    for who, bounds in exact.items():
        row = dict.fromkeys({number[said] for said in who}, 1)
        counts = [low for low, _ in bounds]
        while row:
            lead = min(row)
            if lead not in pivots:
                inverse = pow(row[lead], -1, PRIME)
                row = {at: value * inverse % PRIME for at, value in row.items()}
                pivots[lead] = (row, [count * inverse % PRIME for count in counts])
                break
            row, counts = _less(row, counts, lead, *pivots[lead])
    for lead in sorted(pivots, reverse=True):
        row, counts = pivots[lead]
        for other in [at for at in row if at != lead and at in pivots]:
            row, counts = _less(row, counts, other, *pivots[other])
        pivots[lead] = (row, counts)
    found: list[tuple[frozenset[Said], Bounds]] = []
    for row, counts in pivots.values():
        if set(row.values()) == {1}:
            who = frozenset(said for at in row for said in groups[at])
            found.append((who, tuple((count, count) for count in counts)))
    return merge([*known.items(), *found])


def _less(
    row: dict[int, int], counts: list[int], lead: int, other: dict[int, int], others: list[int]
) -> tuple[dict[int, int], list[int]]:
    times = row[lead]
    less = dict(row)
    for at, value in other.items():
        left = (less.get(at, 0) - times * value) % PRIME
        if left:
            less[at] = left
        else:
            less.pop(at, None)
    pairs = zip(counts, others, strict=True)
    return less, [(count - times * count_of_other) % PRIME for count, count_of_other in pairs]


def narrow(known: dict[frozenset[Said], Bounds]) -> Knowledge:
    """The bounds of each group, narrowed by all sets it is in until nothing moves."""
    groups = alike(known)
    number = {said: at for at, group in enumerate(groups) for said in group}
    values = range(len(next(iter(known.values()))))
    low = [[0 for _ in values] for _ in groups]
    high = [[len(group) for _ in values] for group in groups]
    sets = [(sorted({number[said] for said in who}), bounds) for who, bounds in known.items()]
    sets.sort(key=lambda pair: len(pair[0]))
    for _ in range(12):
        moved = False
        for inside, bounds in sets:
            for value in values:
                lows = sum(low[at][value] for at in inside)
                highs = sum(high[at][value] for at in inside)
                least, most = bounds[value]
                for at in inside:
                    a, b = low[at][value], high[at][value]
                    c, d = max(a, least - highs + b), min(b, most - lows + a)
                    if (c, d) != (a, b):
                        low[at][value], high[at][value] = c, d
                        lows, highs, moved = lows + c - a, highs + d - b, True
        for at, group in enumerate(groups):
            for value in values:
                others_low = sum(low[at]) - low[at][value]
                others_high = sum(high[at]) - high[at][value]
                c = max(low[at][value], len(group) - others_high)
                d = min(high[at][value], len(group) - others_low)
                if (c, d) != (low[at][value], high[at][value]):
                    low[at][value], high[at][value], moved = c, d, True
        if not moved:
            break
    return Knowledge(groups, low, high)


def claims(knowledge: Knowledge, truth: dict[Said, int], colluding: int) -> set[Claim]:
    """Whose value is certain once the members of the group that help most told theirs.

    Where those that differ from the rest are few enough to collude, the rest is certain as
    soon as so many of the group are known to share one value.
    """
    certain: set[Claim] = set()
    for at, group in enumerate(knowledge.groups):
        for value, least in enumerate(knowledge.low[at]):
            differing = [said for said in group if truth[said] != value]
            rest = [said for said in group if truth[said] == value]
            if rest and len(differing) <= colluding and least >= len(rest):
                certain.update(Claim(said, value) for said in rest)
    return certain


def attack(
    history: History,
    attribute: str,
    *,
    sums: bool = False,
    told: Sequence[Said] = (),
    colluding: int = COLLUDING,
) -> set[Claim]:
    """All that can be said for certain of a company's attribute by who kept the history.

    With `sums`, from the sums behind the pages. `told` are companies whose values are known
    from the start, `colluding` is how many tell theirs in each group at the end.
    """
    truth = truths(history, attribute)
    knowledge = study(history, attribute, sums=sums, told=told)
    if knowledge is None:
        return set()
    held = {c for c in claims(knowledge, truth, colluding) if c.said not in told}
    if attribute != "finished":
        return held
    # The answer that was counted is known; how sure is the one that was given?
    return {claim for claim in held if _sure(history, claim.value) >= CERTAIN}


def study(
    history: History, attribute: str, *, sums: bool = False, told: Sequence[Said] = ()
) -> Knowledge | None:
    """Solving, subtracting and narrowing, one after the other."""
    read = read_sums if sums else read_pages
    known = read(history, attribute)
    if not known:
        return None
    truth = truths(history, attribute)
    width = len(next(iter(known.values())))
    inside = {said for who in known for said in who}
    own = [
        (frozenset({said}), tuple((int(value == truth[said]),) * 2 for value in range(width)))
        for said in told
        if said in inside
    ]
    return narrow(subtract(solve(merge([*known.items(), *own]))))


def truths(history: History, attribute: str) -> dict[Said, int]:
    """What is to be found out."""
    of_record = ATTRIBUTES[attribute].of_record
    return {said: of_record(record, history.policy) for said, record in history.truth.items()}


def guess(history: History, attribute: str) -> tuple[float, float]:
    """How often who names each company's likeliest value is right after all that work.

    And how often who only looks at the last page of the whole.
    """
    knowledge = study(history, attribute)
    if knowledge is None:
        return 0.0, 0.0
    truth = truths(history, attribute)
    last = next(each for each in reversed(history.releases) if WHOLE in each.cells)
    shown = ATTRIBUTES[attribute].of_cell(last.cells[WHOLE], history.policy, 1000)
    usual = max(range(len(shown)), key=lambda value: sum(shown[value]))
    hits = plain = people = 0
    for at, group in enumerate(knowledge.groups):
        middle = [a + b for a, b in zip(knowledge.low[at], knowledge.high[at], strict=True)]
        likeliest = max(range(len(middle)), key=middle.__getitem__)
        hits += sum(truth[said] == likeliest for said in group)
        plain += sum(truth[said] == usual for said in group)
        people += len(group)
    return hits / people, plain / people


def _sure(history: History, value: int) -> float:
    """How sure an answer is that was counted as `value`, knowing what most answer."""
    turned_over = history.policy.turned
    if not turned_over:
        return 1.0
    # More than nine tenths of one answer is never told.
    given = [record.finished for record in history.truth.values()]
    share = min(0.9, max(0.1, sum(given) / len(given)))
    prior = share if value == 0 else 1 - share
    kept = (1 - turned_over) * prior
    return kept / (kept + turned_over * (1 - prior))
