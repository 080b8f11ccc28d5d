"""What a community benchmark is made of: who may be counted, with whom, and what is shown.

Everything that decides what is safe to show is in `privacy`; this puts outcomes into its words
and its figures into ours. No I/O.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from uuid import UUID

from milepost.contexts.insights.privacy.blocks import gather, views
from milepost.contexts.insights.privacy.cells import publish
from milepost.contexts.insights.privacy.summaries import summarize
from milepost.contexts.insights.privacy.values import (
    BAND_ENDS,
    POLICY,
    Block,
    Cell,
    Member,
    Place,
    Record,
)

# The pool of all tenants that joined it. Any other pool is a tenant's own, and has its id.
ALL_TENANTS = UUID(int=0)
# An industry that says nothing is none.
UNSAID = ("", "other")


class Withheld(StrEnum):
    """Why there is nothing to show."""

    NOT_YET = "not_calculated"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Difference:
    """A block that can't stand, or (without a block) a shared outcome that stands in none."""

    step_slug: str
    block_id: UUID | None
    outcome_id: UUID
    tenant_id: UUID
    subject_id: UUID
    finished: bool
    days: int
    confidence: int
    industry: str
    stage: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new block, and the tenant that all of it is in, if it is one."""

    block: Block
    home: UUID | None


@dataclass(frozen=True, slots=True)
class Band:
    """Days from and to, and the share of companies that took so long, in percent.

    The last band has no end.
    """

    first: int
    last: int | None
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """How the step went for the company that looks: its newest outcome."""

    days: int
    confidence: int
    finished: bool
    shared: bool
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBenchmark:
    """How a step went for others, as far as it may be told, beside how it went for oneself.

    `industries` and `stages` are those that something can be shown of, with what is chosen of
    the other; `everywhere` tells whether the pool is that of all tenants.
    """

    step_slug: str
    place: Place
    cell: Cell | None
    withheld: Withheld | None
    calculated_at: datetime | None
    everywhere: bool
    industries: Sequence[str]
    stages: Sequence[str]
    own: Own | None

    @property
    def durations(self) -> list[Band]:
        """The distribution of days, band by band."""
        return [] if self.cell is None else bands(self.cell.durations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """What is told of a step over all companies: days that half of them stayed within."""

    step_slug: str
    companies: int
    median: float
    confidence: float


def step_secret(secret: bytes, *, program_id: UUID, step_slug: str) -> bytes:
    """Derive the key of one step: with another, companies could be followed from step to step."""
    about = program_id.bytes + step_slug.encode()
    root = blake2b(secret, digest_size=32, person=b"benchmarks").digest()
    return blake2b(about, key=root, digest_size=32).digest()


def fingerprint(secret: bytes, *, program_id: UUID) -> bytes:
    """Tell one key from another without telling the key."""
    return blake2b(step_secret(secret, program_id=program_id, step_slug=""), digest_size=8).digest()


def company_key(secret: bytes, *, tenant_id: UUID, subject_id: UUID) -> UUID:
    """Name a company for one step, so that nobody without the key can tell which it is."""
    drawn = blake2b(tenant_id.bytes + subject_id.bytes, key=secret, digest_size=16)
    return UUID(bytes=drawn.digest())


def by_company(candidates: Iterable[Difference], *, secret: bytes) -> dict[UUID, Difference]:
    """Keep the first candidate of each company, by its key."""
    found: dict[UUID, Difference] = {}
    for candidate in candidates:
        key = company_key(secret, tenant_id=candidate.tenant_id, subject_id=candidate.subject_id)
        found.setdefault(key, candidate)
    return found


def make_blocks(
    waiting: Mapping[UUID, Difference], counted: Mapping[Place, int], *, secret: bytes
) -> list[Made]:
    """Make blocks of those who wait, given how many companies the blocks of each place hold."""
    sizes: Counter[Place] = Counter()
    for place, companies in counted.items():
        for view in views(place):
            sizes[view] += companies
    tenants = {str(key): candidate.tenant_id for key, candidate in waiting.items()}
    records = sorted(
        (_record(str(key), candidate) for key, candidate in waiting.items()),
        key=lambda record: record.company,
    )
    made: list[Made] = []
    for place, group in gather(records, sizes, POLICY):
        block = Block(
            place=place,
            members=tuple(Member(record.company, record.mark) for record in group),
            summary=summarize(group, secret=secret, policy=POLICY),
        )
        homes = {tenants[record.company] for record in group}
        made.append(Made(block, homes.pop() if len(homes) == 1 else None))
    return made


def cells_of(blocks: Iterable[Block]) -> Mapping[Place, Cell]:
    """Work out what is shown of every view."""
    return publish(blocks, POLICY)


def bands(shares: Sequence[float]) -> list[Band]:
    """Give each share of a cell the days it stands for."""
    starts = (0, *(end + 1 for end in BAND_ENDS))
    return [
        Band(start, end, share)
        for start, end, share in zip(starts, (*BAND_ENDS, None), shares, strict=True)
    ]


def _record(company: str, candidate: Difference) -> Record:
    return Record(
        company=company,
        mark=str(candidate.outcome_id),
        industry=None if candidate.industry in UNSAID else candidate.industry,
        stage=candidate.stage or None,
        days=candidate.days,
        confidence=candidate.confidence,
        finished=candidate.finished,
    )
