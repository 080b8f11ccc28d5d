"""What is shown of a view: sums of blocks, as quartiles and rounded shares.

Made of summaries alone, so nothing here can tell more than they do.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import floor

from milepost.contexts.insights.privacy.blocks import views
from milepost.contexts.insights.privacy.values import (
    BAND_ENDS,
    Block,
    Cell,
    Place,
    Policy,
    Summary,
)

# Where the open band is taken to end: only quartiles of very long steps touch it.
_LONGEST = 365
_MANY = 50


def publish(blocks: Iterable[Block], policy: Policy) -> dict[Place, Cell]:
    """The cell of every view that has a block."""
    return {place: show(total, policy) for place, total in totals(blocks).items()}


def totals(blocks: Iterable[Block]) -> Mapping[Place, Summary]:
    """The summaries of the blocks, summed by view."""
    by_view: dict[Place, list[Summary]] = {}
    for block in blocks:
        for view in views(block.place):
            by_view.setdefault(view, []).append(block.summary)
    return {view: _sum(by_view[view]) for view in sorted(by_view, key=_order)}


def show(total: Summary, policy: Policy) -> Cell:
    """One view's figures, as they may be shown."""
    step = (10 if total.companies < _MANY else 5) if policy.rounded else 0
    first, median, third = (quantile(total.days, part) for part in (0.25, 0.5, 0.75))
    levels = sum(level * count for level, count in enumerate(total.confidence, start=1))
    mean = levels / total.companies
    if policy.rounded:
        first, median, third = (rounded_days(days) for days in (first, median, third))
        mean = round(mean, 1) if total.companies >= _MANY else round(mean * 2) / 2
    return Cell(
        companies=total.companies - total.companies % 5 if step else total.companies,
        first_quartile=first,
        median=median,
        third_quartile=third,
        durations=shares(total.days, step),
        confidence=shares(total.confidence, step),
        mean_confidence=mean,
        finished=_finished(total, step, policy),
    )


def quantile(counts: Sequence[int], part: float) -> float:
    """Days that this part of the companies stayed within, read off the bands."""
    wanted = part * sum(counts)
    for band, (count, reached) in enumerate(zip(counts, accumulate(counts), strict=True)):
        if count and reached >= wanted:
            start = BAND_ENDS[band - 1] if band else 1
            end = BAND_ENDS[band] if band < len(BAND_ENDS) else _LONGEST
            # Durations spread by factors, so the way through a band is a power too.
            return start * (end / start) ** (1 - (reached - wanted) / count)
    raise ValueError("no company, no quantile")


def rounded_days(days: float) -> float:
    """To about a tenth: to one day, or to five from twenty on, or to ten from a hundred on."""
    step = 1 if days < 20 else 5 if days < 100 else 10
    return float(max(1, round(days / step) * step))


def shares(counts: Sequence[int], step: int) -> tuple[float, ...]:
    """Percent of each count; rounded to `step` so that they still make a hundred."""
    total = sum(counts)
    if not step:
        return tuple(100 * count / total for count in counts)
    steps = 100 // step
    exact = [steps * count / total for count in counts]
    down = [floor(share) for share in exact]
    short = steps - sum(down)
    up = sorted(range(len(counts)), key=lambda band: (down[band] - exact[band], band))[:short]
    return tuple(float((count + (band in up)) * step) for band, count in enumerate(down))


def _finished(total: Summary, step: int, policy: Policy) -> float | None:
    if total.companies < policy.finished_from:
        return None
    counted = total.finished / total.companies
    share = 100 * (counted - policy.turned) / (1 - 2 * policy.turned)
    return min(90.0, max(10.0, float(round(share / step) * step))) if step else share


def _sum(summaries: Sequence[Summary]) -> Summary:
    return Summary(
        companies=sum(summary.companies for summary in summaries),
        days=tuple(map(sum, zip(*(summary.days for summary in summaries), strict=True))),
        confidence=tuple(
            map(sum, zip(*(summary.confidence for summary in summaries), strict=True))
        ),
        finished=sum(summary.finished for summary in summaries),
    )


def _order(place: Place) -> tuple[str, str]:
    return place.industry or "", place.stage or ""
