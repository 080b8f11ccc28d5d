"""What a community benchmark is made of: who may be counted, with whom, and what is shown.

Everything that decides what is safe to show is in `privacy`; this puts outcomes into its words
and its figures into ours. No I/O.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    Place,
    Record,
    Summary,
)

# The pool of all tenants that joined it. Any other pool is a tenant's own, and has its id.
ALL_TENANTS = UUID(int=0)
# An industry that says nothing is none.
UNSAID = ("", "other")


class Withheld(StrEnum):
    """Why there is nothing to show."""

    NOT_YET = "not_calculated"
    TOO_FEW = "too_few"
    KNOWN = "mostly_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNews:
    """What of a step is counted and can't stand any more, or is shared and not counted yet.

    `fallen` are blocks; `unsettled` are outcomes that may not be counted yet. The other lists have
    an entry for each outcome that stands in no block; `companies` are tenant and subject, in
    hexadecimal digits; `written` are seconds. Of one second, the greater id is the newer outcome.
    """

    step_slug: str
    fallen: Sequence[UUID]
    unsettled: Sequence[str]
    outcomes: Sequence[str]
    companies: Sequence[str]
    written: Sequence[int]
    finished: Sequence[bool]
    days: Sequence[int]
    confidence: Sequence[int]
    industries: Sequence[str]
    stages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Companies that may be counted, by their keys, and the tenant that each is in."""

    records: dict[str, Record]
    homes: dict[str, str]

    def forget(self, companies: Iterable[str]) -> None:
        """Take away those who were counted before."""
        for company in companies:
            del self.records[company]


@dataclass(frozen=True, slots=True)
class Made:
    """A new block: who is in it, and the tenant that all of them are in, if it is one."""

    place: Place
    records: Sequence[Record]
    summary: Summary
    home: str | None


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
    """How the step went for the company that looks: its newest outcome.

    `shared` holds for all that it wrote about the step. `corrects` tells that it had shared
    other figures before: who was counted by them stays so. `chose_at` is when it last changed
    its mind about what it had shared, or not shared, till then.
    """

    days: int
    confidence: int
    finished: bool
    shared: bool
    written_at: datetime
    corrects: bool
    chose_at: datetime | None


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


def waiting_of(news: StepNews, *, secret: bytes) -> Waiting:
    """Those who wait to be counted, each with the outcome it wrote last.

    While that hasn't settled the company waits on: counted by an older one, it would stay so.
    A company's key names it for one step, so that nobody without the secret can tell which it is.
    """
    if news.unsettled or len(set(news.companies)) < len(news.companies):
        news = _newest(news)
    keys = [
        blake2b(company, key=secret, digest_size=16).hexdigest()
        for company in map(bytes.fromhex, news.companies)
    ]
    records = map(
        Record,
        keys,
        news.outcomes,
        [None if industry in UNSAID else industry for industry in news.industries],
        [stage or None for stage in news.stages],
        news.days,
        news.confidence,
        news.finished,
    )
    homes = [company[:32] for company in news.companies]
    return Waiting(
        dict(zip(keys, records, strict=True)),
        dict(zip(keys, homes, strict=True)),
    )


def _newest(news: StepNews) -> StepNews:
    """The same with the newest outcome of each company, if that has settled."""
    newest: dict[str, int] = {}
    for entry, company in enumerate(news.companies):
        known = newest.setdefault(company, entry)
        if known != entry and _age(news, known) < _age(news, entry):
            newest[company] = entry
    unsettled = set(news.unsettled)
    entries = [entry for entry in newest.values() if news.outcomes[entry] not in unsettled]
    return replace(
        news,
        unsettled=(),
        outcomes=[news.outcomes[entry] for entry in entries],
        companies=[news.companies[entry] for entry in entries],
        written=[news.written[entry] for entry in entries],
        finished=[news.finished[entry] for entry in entries],
        days=[news.days[entry] for entry in entries],
        confidence=[news.confidence[entry] for entry in entries],
        industries=[news.industries[entry] for entry in entries],
        stages=[news.stages[entry] for entry in entries],
    )


def _age(news: StepNews, entry: int) -> tuple[int, str]:
    return news.written[entry], news.outcomes[entry]


def make_blocks(waiting: Waiting, counted: Mapping[Place, int], *, secret: bytes) -> list[Made]:
    """Make blocks of those who wait, given how many companies the blocks of each place hold."""
    sizes: Counter[Place] = Counter()
    for place, companies in counted.items():
        for view in views(place):
            sizes[view] += companies
    # By their keys: whoever is counted with whom, it tells nothing about them.
    records = sorted(waiting.records.values())
    made: list[Made] = []
    for place, group in gather(records, sizes, POLICY):
        homes = {waiting.homes[record[0]] for record in group}
        summary = summarize(group, secret=secret, policy=POLICY)
        made.append(Made(place, group, summary, homes.pop() if len(homes) == 1 else None))
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
