"""One refresh of one step, from what companies consent to now and what was kept.

A caller that holds a million outcomes need not hand them over. `blocks.standing` is an
anti-join of the members kept with the live outcomes (company and mark), `blocks.newcomers`
one of the live outcomes with the members and the spent: each a statement for all steps of a
program. Only newcomers' records are read, for `extend`; blocks that stand are never read
again, as their summaries don't change, and `cells.publish` needs nothing but these. The
count of companies by band, should SQL make it too, is `width_bucket` grouped by block. A
first fill reads everything once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from milepost.contexts.insights.privacy.blocks import gather, newcomers, standing, views
from milepost.contexts.insights.privacy.cells import publish
from milepost.contexts.insights.privacy.summaries import summarize
from milepost.contexts.insights.privacy.values import (
    POLICY,
    Block,
    Ledger,
    Member,
    Place,
    Policy,
    Record,
    Release,
)

SHORTEST_SECRET = 16


def release(
    records: Sequence[Record], previous: Ledger, *, secret: bytes, policy: Policy = POLICY
) -> Release:
    """What may be shown of `records`, one for each company, after all that was shown before.

    The same `secret` (16 to 64 bytes) for every release of a step, another for every step.
    """
    live = {record.company: record.mark for record in records}
    if len(live) < len(records):
        raise ValueError("a company counts once")
    kept = standing(previous, live)
    ledger = extend(kept, newcomers(kept, records), secret=secret, policy=policy)
    return Release(cells=publish(ledger.blocks, policy), ledger=ledger)


def extend(
    ledger: Ledger, waiting: Sequence[Record], *, secret: bytes, policy: Policy = POLICY
) -> Ledger:
    """The ledger with new blocks of those who wait, as far as they make any."""
    if len(secret) < SHORTEST_SECRET:
        raise ValueError("the secret is too short to be one")
    made = tuple(
        Block(
            place=place,
            members=tuple(Member(record.company, record.mark) for record in group),
            summary=summarize(group, secret=secret, policy=policy),
        )
        for place, group in gather(waiting, counted(ledger.blocks), policy)
    )
    return Ledger(ledger.blocks + made, ledger.spent)


def counted(blocks: Iterable[Block]) -> Mapping[Place, int]:
    """How many companies each view counts."""
    sizes: Counter[Place] = Counter()
    for block in blocks:
        for view in views(block.place):
            sizes[view] += block.summary.companies
    return sizes


def joined(ledgers: Iterable[Ledger]) -> Ledger:
    """Pools of different companies made one: block by block, so that nothing is cut anew."""
    every = tuple(ledgers)
    companies = Counter(
        member.company for ledger in every for block in ledger.blocks for member in block.members
    )
    if companies and max(companies.values()) > 1:
        raise ValueError("a company is in one pool")
    return Ledger(
        tuple(block for ledger in every for block in ledger.blocks),
        frozenset[str]().union(*(ledger.spent for ledger in every)),
    )
