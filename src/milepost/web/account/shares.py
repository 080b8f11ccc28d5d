"""Grants and reads as people see them: in plain words, sorted by what can be done about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from milepost.contexts.identity.types import Capacity, GrantState, Level, ListedGrant, Read
from milepost.contexts.programs.types import Program

LEVELS: Mapping[str, tuple[str, str]] = {
    Level.BASIC: ("Progress", "which {steps} {they} began and finished, and when"),
    Level.DETAILED: (
        "Results",
        "progress, and the key values {their} {steps} gave; not the answers",
    ),
    Level.FULL: (
        "Everything",
        "all {their} answers too, drafts included; {readers} can write reviews",
    ),
}
CAPACITIES: Mapping[str, str] = {
    Capacity.COACH: "Coach",
    Capacity.TEACHER: "Teacher",
    Capacity.GUARDIAN: "Guardian",
    Capacity.INVESTOR: "Investor",
    Capacity.SPONSOR: "Sponsor",
}


@dataclass(frozen=True, slots=True)
class Shares:
    """One side's grants: asked for and not answered, holding now, and over."""

    waiting: tuple[ListedGrant, ...]
    holding: tuple[ListedGrant, ...]
    over: tuple[ListedGrant, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person read on one day, latest first."""

    reader_name: str
    organization: str
    what: tuple[tuple[str, int], ...]
    last_at: datetime


def sorted_out(grants: Iterable[ListedGrant], *, now: datetime) -> Shares:
    """Sort grants by what can be done about them."""
    found = list(grants)
    holding = tuple(grant for grant in found if _holds(grant, now))
    waiting = tuple(grant for grant in found if grant.state == GrantState.PENDING)
    over = tuple(grant for grant in found if grant not in holding and grant not in waiting)
    return Shares(waiting, holding, over)


def levels(words: Mapping[str, str], *, of_others: bool = False) -> dict[str, tuple[str, str]]:
    """Say what each level shows, in the program's own words: of the reader, or of somebody else."""
    people = (
        {"they": "they", "their": "their", "readers": "you"}
        if of_others
        else {"they": "you", "their": "your", "readers": "they"}
    )
    return {
        str(level): (title, meaning.format(steps=words["steps"], **people))
        for level, (title, meaning) in LEVELS.items()
    }


def by_day(
    reads: Iterable[Read], program: Program | None, words: Mapping[str, str] | None = None
) -> list[tuple[date, list[Reading]]]:
    """Gather what was read by day and person; `words` names what no program has a title for."""
    days: list[tuple[date, list[Reading]]] = []
    latest_first = sorted(reads, key=lambda read: (read.read_on, read.last_at), reverse=True)
    for day, of_day in groupby(latest_first, key=lambda read: read.read_on):
        people: dict[UUID, list[Read]] = {}
        for read in of_day:
            people.setdefault(read.reader_id, []).append(read)
        days.append(
            (day, [_reading(of_person, program, words or {}) for of_person in people.values()])
        )
    return days


def _reading(reads: list[Read], program: Program | None, words: Mapping[str, str]) -> Reading:
    return Reading(
        reader_name=reads[0].reader_name,
        organization=reads[0].reader_organization,
        what=tuple(
            (words.get(read.what) or _title(read.what, program), read.times) for read in reads
        ),
        last_at=reads[0].last_at,
    )


def _title(what: str, program: Program | None) -> str:
    """What was read, as its owner calls it."""
    step = program.find_step(what) if program else None
    if step is not None:
        return step.title
    return what.replace("_", " ").replace("-", " ").capitalize()


def _holds(grant: ListedGrant, now: datetime) -> bool:
    return grant.state == GrantState.ACTIVE and (grant.ends_at is None or grant.ends_at > now)
