"""What goes in, what is kept between releases, what comes out.

Of records and members there may be millions at once, so they are tuples with names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

# The last day of each band of days but the open one: weeks, months and quarters, each band
# about half as long again as the one before, or twice.
BAND_ENDS = (2, 4, 7, 14, 21, 30, 60, 90, 180)
BANDS = len(BAND_ENDS) + 1

CONFIDENCES = 5


class Place(NamedTuple):
    """A view of the pool: `None` stands for all. As a block's place, the narrowest it is in."""

    industry: str | None
    stage: str | None


WHOLE = Place(None, None)


class Record(NamedTuple):
    """What one company consents to have counted of one step.

    `mark` changes whenever the outcome does (its id and revision). Without an industry or a
    stage a company is counted only in views that need none.
    """

    company: str
    mark: str
    industry: str | None
    stage: str | None
    days: int
    confidence: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers behind the rules. The tests turn them off to see that the rules matter."""

    least: int = 5
    """Companies in a block."""
    usual: int = 8
    """Companies in a block where there are many: a withdrawal costs the others of one block."""
    others: int = 3
    """Companies of a block that are counted elsewhere than in its fullest band."""
    known: int = 2
    """Companies of a block that whoever looks may know: their own, and a colluding one's."""
    turned: float = 0.1
    """The chance that *finished* is turned over."""
    finished_from: int = 10
    """Companies from which on the share finished is shown."""
    patience: float = 0.5
    """Who wait for a narrower view, as a share of those counted in the wider one."""
    rounded: bool = True
    """Whether what is shown is rounded."""

    def __post_init__(self) -> None:
        if not 0 <= self.others < self.least <= self.usual:
            raise ValueError("a block needs more companies than must differ")
        if not 0.0 <= self.turned < 0.5 or self.patience < 0.0:
            raise ValueError("a share is out of range")


POLICY = Policy()


class Member(NamedTuple):
    """A company in a block, and the mark of what was counted."""

    company: str
    mark: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is ever said of a block."""

    companies: int
    days: tuple[int, ...]
    confidence: tuple[int, ...]
    finished: int


@dataclass(frozen=True, slots=True)
class Block:
    """Companies that are counted together, for ever or not at all."""

    place: Place
    members: tuple[Member, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Ledger:
    """What must be kept of a step between releases: the blocks that stand, who is spent."""

    blocks: tuple[Block, ...] = ()
    spent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown of one view. Shares in percent; `companies` is *at least so many*.

    `durations` has a share for each band of days, `confidence` one for each of 1 to 5.
    """

    companies: int
    first_quartile: float
    median: float
    third_quartile: float
    durations: tuple[float, ...]
    confidence: tuple[float, ...]
    mean_confidence: float
    finished: float | None


@dataclass(frozen=True, slots=True)
class Release:
    """One refresh of one step: what to show, and what to keep for the next."""

    cells: Mapping[Place, Cell]
    ledger: Ledger
