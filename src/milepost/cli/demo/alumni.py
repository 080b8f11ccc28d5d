"""The companies of the earlier cohorts: what benchmarks are counted from.

Which steps they took, how long each of them needed and how sure they were is drawn from their
names, so that every demo has the same ones.
"""

import asyncio
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import NormalDist
from uuid import UUID

from milepost.cli.demo.people import KEEPER
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Member, System
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import HistoryEntry, HistoryKind, PastOutcome
from milepost.contexts.programs.types import Program, Step
from milepost.platform.db import Database, Transaction

FILE = Path(__file__).parent / "alumni.toml"
BEGAN = timedelta(days=430)
# Companies that are brought in by one transaction: what an interruption costs at most. Two of
# them at a time, so that this process and the database work at once.
BATCH = 6
AT_ONCE = 2
# Of a hundred steps of each phase that a company came to, so many did it take; and so many more
# in the industry of the demo's founder, whose figures then stand for themselves.
TAKEN = {"ideation": 30, "validation": 30, "launch": 33, "growth": 16}
MORE, MORE_IN = 20, "hardware"
# How far from the framework's days a step turns out, as a factor: most take longer.
_LONGER, _SPREAD, _PACE = 1.25, 0.38, 0.18
_BELL = NormalDist()


@dataclass(frozen=True, slots=True)
class Alumna:
    """A company of an earlier cohort."""

    name: str
    industry: str
    reached: str


def load() -> list[Alumna]:
    """Read who they were."""
    return [Alumna(**said) for said in tomllib.loads(FILE.read_text("utf-8"))["companies"]]


async def fill(
    db: Database,
    tenant_id: UUID,
    known: Mapping[str, UUID],
    now: datetime,
    *,
    program_slug: str,
) -> None:
    """Make what is missing of them."""
    keeper = known[KEEPER.email]
    everybody = load()
    async with db.transaction(System(tenant_id)) as tx:
        places = [await _organization(tx, alumna, keeper, now - BEGAN) for alumna in everybody]
    waiting = list(zip(everybody, places, strict=True))

    async def work() -> None:
        while waiting:
            batch, waiting[:BATCH] = waiting[:BATCH], []
            async with db.transaction(Member(tenant_id, keeper, now)) as tx:
                for alumna, organization_id in batch:
                    await _bring_in(tx, alumna, organization_id, program_slug, now)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _organization(tx: Transaction, alumna: Alumna, keeper: UUID, start: datetime) -> UUID:
    organization = await identity.ensure_organization(tx, name=alumna.name, now=start)
    await identity.describe_organization(
        tx,
        organization_id=organization.id,
        settings={"industry": alumna.industry, "stage": alumna.reached},
        now=start,
    )
    await identity.join(tx, user_id=keeper, organization_id=organization.id, now=start)
    return organization.id


async def _bring_in(
    tx: Transaction, alumna: Alumna, organization_id: UUID, program_slug: str, now: datetime
) -> None:
    journey, created = await journeys.get_or_create(
        tx, program_slug=program_slug, organization_id=organization_id, now=now - BEGAN
    )
    if not created:
        return
    empty = await journeys.get_walk(tx, journey_id=journey.id)
    taken = _taken(alumna, await journeys.list_offered(tx, walk=empty))
    walk, _ = await journeys.add_framework_steps(
        tx, journey_id=journey.id, slugs=taken, now=journey.created_at
    )
    entries = history(alumna, walk.program, began=journey.created_at, now=now)
    await journeys.import_history(tx, journey_id=journey.id, entries=entries, now=now)


def history(
    alumna: Alumna, program: Program, *, began: datetime, now: datetime
) -> list[HistoryEntry]:
    """Let a company walk: each step when those before it are done, until today.

    Several at once, as there are several people in a company.
    """
    pace = _bell(alumna.name, "pace") * _PACE
    done: dict[str, datetime] = {}
    found: list[HistoryEntry] = []
    for step in program.topological:
        before = [done.get(slug, now) for slug in step.after]
        start = max([began, *before]) + timedelta(hours=2 + 60 * _chance(alumna.name, step.slug))
        days = _days(alumna, step, pace)
        end = start + timedelta(days=days)
        done[step.slug] = end
        if end < now:
            found += _walked(alumna, step.slug, start, end, days)
    return found


def _walked(
    alumna: Alumna, slug: str, start: datetime, end: datetime, days: int
) -> Sequence[HistoryEntry]:
    return (
        HistoryEntry(step_slug=slug, kind=HistoryKind.STARTED, at=start),
        HistoryEntry(step_slug=slug, kind=HistoryKind.COMPLETED, at=end),
        HistoryEntry(
            step_slug=slug,
            kind=HistoryKind.TOLD,
            at=end,
            outcome=PastOutcome(
                time_taken_days=days,
                confidence_level=_confidence(alumna, slug),
                share_anonymously=True,
            ),
        ),
    )


def _taken(alumna: Alumna, framework: Program) -> list[str]:
    reached = [phase.slug for phase in framework.phases]
    reached = reached[: reached.index(alumna.reached) + 1]
    more = MORE if alumna.industry == MORE_IN else 0
    return [
        step.slug
        for step in framework.active_steps
        if step.phase in reached
        and 100 * _chance(alumna.name, step.slug, "taken") < TAKEN.get(step.phase, 0) + more
    ]


def _days(alumna: Alumna, step: Step, pace: float) -> int:
    factor = _LONGER * 2 ** (pace + _SPREAD * _bell(alumna.name, step.slug, "days"))
    return max(1, round(step.days * factor))


def _confidence(alumna: Alumna, slug: str) -> int:
    return min(5, max(1, round(3.5 + 0.9 * _bell(alumna.name, slug, "confidence"))))


def _bell(*names: str) -> float:
    return _BELL.inv_cdf(_chance(*names))


def _chance(*names: str) -> float:
    """A number between 0 and 1 that is always the same for the same names."""
    drawn = hashlib.sha256("/".join(names).encode()).digest()
    return (int.from_bytes(drawn[:6]) + 0.5) / 2**48
