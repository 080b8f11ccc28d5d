"""How a step went for others, as a picture: a bar for each band of days, and where one is oneself.

Bands grow by about half or double, so that days lie as on a scale of powers. All lengths are in
the units of the picture; the words stand in the template.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from milepost.contexts.insights.benchmarks import Band
from milepost.contexts.insights.privacy.values import Cell

WIDTH, HEIGHT = 340, 132
LEFT, FLOOR, TOP = 10, 108, 22
STEP, GAP = 32, 3
# Days that the open band is drawn to.
_LONGEST = 365


@dataclass(frozen=True, slots=True)
class Bar:
    """A band of days: where its bar stands, how high, and whether one's own days are in it."""

    x: float
    y: float
    width: float
    height: float
    share: float
    words: str
    own: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A number of days under the bars."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The bars, the days below them, the quartiles, and one's own dot."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    first: float
    median: float
    third: float
    own: float | None
    own_y: float


def draw(bands: Sequence[Band], cell: Cell, *, own_days: int | None) -> Picture:
    """Lay a cell out."""
    most = max(band.share for band in bands)
    bars: list[Bar] = []
    for place, band in enumerate(bands):
        height = (FLOOR - TOP) * band.share / most if most else 0
        bars.append(
            Bar(
                x=LEFT + place * STEP + GAP / 2,
                y=round(FLOOR - height, 1),
                width=STEP - GAP,
                height=round(height, 1),
                share=band.share,
                words=words(band),
                own=own_days is not None and _within(band, own_days),
            )
        )
    ticks = [
        Tick(LEFT + (place + 1) * STEP, str(band.last))
        for place, band in enumerate(bands)
        if band.last is not None
    ]
    own = None if own_days is None else at(bands, own_days)
    own_y = next((bar.y for bar in bars if bar.own), FLOOR)
    return Picture(
        bars=bars,
        ticks=ticks,
        first=at(bands, cell.first_quartile),
        median=at(bands, cell.median),
        third=at(bands, cell.third_quartile),
        own=own,
        own_y=round(own_y - 7, 1),
    )


def at(bands: Sequence[Band], days: float) -> float:
    """Tell where a number of days lies."""
    for place, band in enumerate(bands):
        before = bands[place - 1].last or 0 if place else 0
        end = _LONGEST if band.last is None else band.last
        if days <= end or band.last is None:
            way = min(1.0, max(0.0, (days - before) / (end - before)))
            return round(LEFT + (place + way) * STEP, 1)
    raise ValueError("the last band has no end")


def words(band: Band) -> str:
    """Name a band."""
    if band.last is None:
        return f"more than {band.first - 1} days"
    return f"{band.first} to {band.last} days"


def _within(band: Band, days: int) -> bool:
    return band.first <= days and (band.last is None or days <= band.last)
