"""A portfolio as a table of words: the same on a page and in a file, cell by cell."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from milepost.contexts.identity.types import Level
from milepost.contexts.insights.portfolio import Company, Count, Details, Portfolio, Trend
from milepost.contexts.journeys.types import percent_done

NOT_SHARED = "not shared"
NOTHING = "–"

_LEVELS = {Level.BASIC: "Basic", Level.DETAILED: "Detailed", Level.FULL: "Full"}
# What a spreadsheet would take for the beginning of a formula, also wide or after blanks; and what
# would carry it to another cell.
_FORMULA = ("=", "+", "-", "@", "|", "%")
_ELSEWHERE = ("\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its words, and by what the table can be sorted on it."""

    key: str
    title: str
    sort: str = ""
    is_domain: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's words; `heat` is how far, from 0 to 10, where it is a share."""

    text: str
    kind: str
    heat: int | None = None
    trend: Trend | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A company's cells."""

    organization_id: UUID
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def csv(self) -> str:
        """Write it as a file for spreadsheets, in which no cell is a formula."""
        written = io.StringIO()
        # In quotes, a semicolon begins no new cell where spreadsheets part cells by them.
        writer = csv.writer(written, quoting=csv.QUOTE_ALL)
        writer.writerow([_harmless(column.title) for column in self.columns])
        for line in self.lines:
            writer.writerow([_harmless(cell.text) for cell in line.cells])
        # Without the mark at its beginning, spreadsheets read a file as of the last century.
        return "\ufeff" + written.getvalue()


def sheet(portfolio: Portfolio, *, zone: ZoneInfo) -> Sheet:
    """Lay a portfolio out."""
    domains = [
        Column(f"domain:{domain.slug}", domain.title, is_domain=True)
        for domain in portfolio.domains
    ]
    columns = (
        Column("company", "Company", "name"),
        Column("level", "You see"),
        Column("progress", "Progress", "progress"),
        # What may be at risk is seen without moving the table sideways.
        Column("stalled", "Stalled steps", "stalled"),
        Column("confidence", "Confidence", "confidence"),
        Column("pace", "Pace"),
        *domains,
        Column("trend", "Done in 28 days", "trend"),
        Column("activity", "Last active", "activity"),
    )
    slugs = [domain.slug for domain in portfolio.domains]
    return Sheet(columns, tuple(_line(company, slugs, zone) for company in portfolio.companies))


def _line(company: Company, domains: Iterable[str], zone: ZoneInfo) -> Line:
    holding = company.holding
    return Line(
        organization_id=holding.organization_id,
        name=holding.name,
        cells=(
            Cell(holding.name, "company"),
            Cell(_LEVELS[holding.level], "level"),
            _share(company.progress, "progress"),
            *_risks(company.details),
            *(_share(company.domains.get(slug, Count()), "domain") for slug in domains),
            *_movement(company.details, zone),
        ),
    )


def _risks(details: Details | None) -> tuple[Cell, ...]:
    if details is None:
        return _unshared("stalled", "confidence", "pace")
    stalled = len(details.stalled)
    return (
        Cell(str(stalled) if stalled else NOTHING, "stalled risk" if stalled else "stalled"),
        _confidence(details),
        Cell(NOTHING if details.pace is None else f"{details.pace:.1f} ×", "pace"),
    )


def _movement(details: Details | None, zone: ZoneInfo) -> tuple[Cell, ...]:
    if details is None:
        return _unshared("trend", "activity")
    lately, before = details.trend.lately, details.trend.before
    return (
        Cell(f"{lately} ({before} before)", "trend", trend=details.trend),
        Cell(_day(details.last_activity, zone), "activity"),
    )


def _unshared(*kinds: str) -> tuple[Cell, ...]:
    return tuple(Cell(NOT_SHARED, f"{kind} unshared") for kind in kinds)


def _confidence(details: Details) -> Cell:
    mean = details.confidence.mean
    if mean is None:
        return Cell(NOTHING, "confidence")
    low = details.confidence.is_low
    last = details.confidence.newest[0]
    return Cell(f"{mean:.1f} (last {last})", "confidence risk" if low else "confidence")


def _share(count: Count, kind: str) -> Cell:
    if count.share is None:
        return Cell(NOTHING, kind)
    return Cell(f"{percent(count)}%", kind, heat=round(count.share * 10))


def percent(count: Count) -> int:
    """How far in percent."""
    return percent_done(count.done, count.total)


def _day(at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return NOTHING
    here = at.astimezone(zone)
    return f"{here.day} {here:%b} {here.year}"


def _harmless(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.lstrip())
    risky = text.startswith(_ELSEWHERE) or plain.startswith(_FORMULA)
    return f"'{text}" if risky else text
