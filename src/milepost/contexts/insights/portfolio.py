"""A portfolio as values, and what can be told from them: what stalls, who doubts, what moves.

Everything here is about companies at the level that each granted; nothing is known of what lies
beyond it, so no figure over several of them can tell it either.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from milepost.contexts.identity.types import Level
from milepost.contexts.programs.types import Domain, Phase

# A step at work stands still after twice the days it was estimated to take, but never sooner.
PATIENCE = timedelta(days=21)
WEEKS = 8
LOW = 2
NEWEST = 5
_RANKS = {Level.BASIC: 0, Level.DETAILED: 1, Level.FULL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose portfolio: of a firm that the actor acts for, or looks on in, or their own."""

    id: UUID
    name: str
    is_firm: bool
    acts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A company that lets a holder in, since when at this level, and the journey it walks.

    `changed_at`, when the journey last changed, is for those who see its details.
    """

    organization_id: UUID
    name: str
    industry: str | None
    stage: str | None
    level: Level
    since: datetime
    until: datetime | None
    journey_id: UUID | None
    version_id: UUID | None
    changed_at: datetime | None

    def shows(self, level: Level) -> bool:
        """Whether the company lets the holder see as much as `level`."""
        return at_least(self.level, level)


@dataclass(frozen=True, slots=True)
class Count:
    """Steps of one domain or phase, or of all: how many there are and where they stand."""

    total: int = 0
    in_progress: int = 0
    completed: int = 0
    skipped: int = 0

    @property
    def done(self) -> int:
        """Steps that are behind the company."""
        return self.completed + self.skipped

    @property
    def share(self) -> float | None:
        """What part is behind it; None where there is nothing to do."""
        return self.done / self.total if self.total else None

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.total + other.total,
            self.in_progress + other.in_progress,
            self.completed + other.completed,
            self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True)
class Trend:
    """Steps completed in each of the last weeks, the oldest first."""

    weeks: tuple[int, ...]

    @property
    def lately(self) -> int:
        """How many in the last 28 days."""
        return sum(self.weeks[-4:])

    @property
    def before(self) -> int:
        """How many in the 28 days before those."""
        return sum(self.weeks[:-4])

    @classmethod
    def of(cls, ages: Iterable[int]) -> "Trend":
        """Count steps by how many whole weeks ago they were completed."""
        weeks = [0] * WEEKS
        for age in ages:
            if 0 <= age < WEEKS:
                weeks[WEEKS - 1 - age] += 1
        return cls(tuple(weeks))


@dataclass(frozen=True, slots=True)
class Stalled:
    """A step at work in which nothing happened for too long."""

    step_slug: str
    title: str
    quiet_days: int


@dataclass(frozen=True, slots=True)
class Confidence:
    """What a company thought of the steps it wrote about last, the newest first: 1 to 5."""

    newest: tuple[int, ...]

    @property
    def mean(self) -> float | None:
        """The mean of them; None where nothing was written yet."""
        return sum(self.newest) / len(self.newest) if self.newest else None

    @property
    def is_low(self) -> bool:
        """Whether the last one says that it may not hold."""
        return bool(self.newest) and self.newest[0] <= LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a company shows from `detailed` on.

    `pace`: its days as a multiple of the community's, over the steps for which both are known.
    """

    stalled: tuple[Stalled, ...] = ()
    confidence: Confidence = Confidence(())
    trend: Trend = Trend((0,) * WEEKS)
    last_activity: datetime | None = None
    pace: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One line of a portfolio."""

    holding: Holding
    domains: Mapping[str, Count]
    phases: Mapping[str, Count]
    details: Details | None

    @property
    def progress(self) -> Count:
        """All its steps together."""
        return sum(self.domains.values(), Count())


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """What a portfolio comes to. `covers`: how many companies each figure rests on.

    `companies`: whose figures are in it. Whoever reads the whole reads something of each of them.
    """

    total_companies: int
    average_progress_by_domain: Mapping[str, float]
    risk_indicators: Mapping[str, int]
    calculated_at: datetime
    companies: tuple[UUID, ...] = field(default=(), compare=False)

    @property
    def covers(self) -> int:
        """How many companies show enough to be looked at for risks."""
        return self.risk_indicators.get("companies", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """A holder's companies, in the words of the program that they walk."""

    holder: Holder
    accent: int | None
    phases: Sequence[Phase]
    domains: Sequence[Domain]
    companies: Sequence[Company]
    insights: Insights


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a portfolio is asked for, and in which order."""

    sort: str = "name"
    level: str = ""
    only: str = ""
    text: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.level or self.only or self.text)

    def of(self, companies: Iterable[Company]) -> list[Company]:
        """Pick and sort companies; those that don't show what is sorted by come last."""
        found = [company for company in companies if self._takes(company)]
        found.sort(key=lambda company: company.holding.name.casefold())
        found.sort(key=_SORTS.get(self.sort, _SORTS["name"]))
        return found

    def _takes(self, company: Company) -> bool:
        if self.text and self.text.casefold() not in company.holding.name.casefold():
            return False
        if self.level and company.holding.level != self.level:
            return False
        match self.only:
            case "stalled":
                return company.details is not None and bool(company.details.stalled)
            case "low_confidence":
                return company.details is not None and company.details.confidence.is_low
            case _:
                return True


def _by_stalled(company: Company) -> float:
    return 1.0 if company.details is None else -len(company.details.stalled)


def _by_confidence(company: Company) -> float:
    mean = None if company.details is None else company.details.confidence.mean
    return 9.0 if mean is None else mean


def _by_trend(company: Company) -> float:
    if company.details is None:
        return 1e6
    return company.details.trend.lately - company.details.trend.before


def _by_activity(company: Company) -> float:
    last = None if company.details is None else company.details.last_activity
    return 1.0 if last is None else -last.timestamp()


def _by_name(company: Company) -> float:
    del company
    return 0.0


def _by_progress(company: Company) -> float:
    return -(company.progress.share or 0.0)


_SORTS: Mapping[str, Callable[[Company], float]] = {
    "name": _by_name,
    "progress": _by_progress,
    "stalled": _by_stalled,
    "confidence": _by_confidence,
    "trend": _by_trend,
    "activity": _by_activity,
}
SORTS = tuple(_SORTS)
ONLY = ("stalled", "low_confidence")


@dataclass(frozen=True, slots=True)
class AtWork:
    """A step at work, and the last time that anything happened to it."""

    step_slug: str
    title: str
    days: int
    last_at: datetime


def at_least(level: str, wanted: str) -> bool:
    """Whether one level holds another."""
    return _RANKS[Level(level)] >= _RANKS[Level(wanted)]


def stalled(steps: Iterable[AtWork], *, now: datetime) -> tuple[Stalled, ...]:
    """Name the steps in which nothing happened for too long, the quietest first."""
    found = [
        Stalled(step.step_slug, step.title, (now - step.last_at).days)
        for step in steps
        if now - step.last_at > max(timedelta(days=2 * step.days), PATIENCE)
    ]
    return tuple(sorted(found, key=lambda step: (-step.quiet_days, step.title)))


def insights(companies: Sequence[Company], *, now: datetime) -> Insights:
    """Work out what a portfolio comes to.

    Progress is an average over companies, so that a long plan weighs no more than a short one.
    Risks are counted only where a company shows them: a company at `basic` adds nothing to
    them, so they can't be taken apart to learn what it doesn't show.
    """
    shares: dict[str, list[float]] = {}
    for company in companies:
        for slug, count in company.domains.items():
            if count.share is not None:
                shares.setdefault(slug, []).append(count.share)
    details = [company.details for company in companies if company.details is not None]
    return Insights(
        total_companies=len(companies),
        average_progress_by_domain={
            slug: round(sum(found) / len(found), 4) for slug, found in sorted(shares.items())
        },
        risk_indicators={
            "companies": len(details),
            "stalled_steps": sum(len(shown.stalled) for shown in details),
            "stalled_companies": sum(bool(shown.stalled) for shown in details),
            "low_confidence": sum(shown.confidence.is_low for shown in details),
        },
        calculated_at=now,
        companies=tuple(company.holding.organization_id for company in companies),
    )


def digest(holdings: Iterable[Holding]) -> str:
    """Sum up which companies let a holder in at which level: what insights rest on."""
    lines = sorted(f"{holding.organization_id} {holding.level}" for holding in holdings)
    return sha256("\n".join(lines).encode()).hexdigest()
