"""What is said of a block: counts by band, evened out where they would say too much."""

from bisect import bisect_left
from collections.abc import Sequence
from hashlib import blake2b

from milepost.contexts.insights.privacy.values import (
    BAND_ENDS,
    BANDS,
    CONFIDENCES,
    Policy,
    Record,
    Summary,
)


def summarize(records: Sequence[Record], *, secret: bytes, policy: Policy) -> Summary:
    """The summary of one block. Only it is published: the same values, whoever has them."""
    days = [0] * BANDS
    confidence = [0] * CONFIDENCES
    finished = 0
    for record in records:
        days[band_of(record.days)] += 1
        confidence[record.confidence - 1] += 1
        finished += record.finished != turned(record.company, secret=secret, policy=policy)
    return Summary(
        companies=len(records),
        days=even_out(days, policy),
        confidence=even_out(confidence, policy),
        finished=finished,
    )


def band_of(days: int) -> int:
    """Which band a number of days is in."""
    return bisect_left(BAND_ENDS, days)


def even_out(counts: Sequence[int], policy: Policy) -> tuple[int, ...]:
    """The counts with no band above what it may hold; the excess goes to bands nearby.

    Counts that are even already stay as they are. That is the point: nobody can tell a
    block that was evened out from one that was so, and in that one some company differs.
    """
    total = sum(counts)
    limit = total - policy.others
    if limit * len(counts) < total:
        raise ValueError("there are too few bands for so few companies")
    evened = [min(count, limit) for count in counts]
    if (excess := total - sum(evened)) == 0:
        return tuple(evened)
    fullest = max(range(len(counts)), key=lambda band: counts[band])
    for _ in range(excess):
        # The nearest with room; of two as near, the one that holds fewer.
        room = (band for band, count in enumerate(evened) if count < limit)
        nearest = min(room, key=lambda band: (abs(band - fullest), evened[band], -band))
        evened[nearest] += 1
    return tuple(evened)


def turned(company: str, *, secret: bytes, policy: Policy) -> bool:
    """Whether this company's *finished* is counted the other way round: always the same."""
    if not policy.turned:
        return False
    drawn = blake2b(company.encode(), key=secret, digest_size=4).digest()
    return int.from_bytes(drawn, "big") < policy.turned * 2**32
