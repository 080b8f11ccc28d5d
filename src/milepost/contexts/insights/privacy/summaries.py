"""What is said of a block: counts by band, evened out where they would say too much."""

from bisect import bisect_left
from collections.abc import Sequence
from hashlib import blake2b
from math import ceil

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
    below = _turned_below(policy)
    for company, _, _, _, took, level, done in records:
        if took < 0 or not 1 <= level <= CONFIDENCES:
            raise ValueError("days or confidence is out of range")
        days[bisect_left(BAND_ENDS, took)] += 1
        confidence[level - 1] += 1
        finished += done != (_drawn(company, secret) < below)
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
    if max(counts) <= limit:
        return tuple(counts)
    evened = [min(count, limit) for count in counts]
    fullest = max(range(len(counts)), key=lambda band: counts[band])
    for _ in range(total - sum(evened)):
        # The nearest with room; of two as near, the one that holds fewer.
        room = (band for band, count in enumerate(evened) if count < limit)
        nearest = min(room, key=lambda band: (abs(band - fullest), evened[band], -band))
        evened[nearest] += 1
    return tuple(evened)


def turned(company: str, *, secret: bytes, policy: Policy) -> bool:
    """Whether this company's *finished* is counted the other way round: always the same."""
    return _drawn(company, secret) < _turned_below(policy)


def _drawn(company: str, secret: bytes) -> bytes:
    return blake2b(company.encode(), key=secret, digest_size=4).digest()


def _turned_below(policy: Policy) -> bytes:
    return ceil(policy.turned * 2**32).to_bytes(4, "big")
