"""How others fared with a step: figures of the pool that the actor's tenant is counted in."""

from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.insights.benchmarks import (
    ALL_TENANTS,
    StepBenchmark,
    Typical,
    Withheld,
)
from milepost.contexts.insights.privacy.values import POLICY, WHOLE, Cell, Place
from milepost.contexts.insights.queries import benchmarks as queries
from milepost.contexts.insights.queries.benchmarks import CellRow
from milepost.contexts.insights.types import Benchmark
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Walker
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound


async def get_benchmark(
    tx: Transaction,
    *,
    program_slug: str,
    step_slug: str,
    industry: str | None = None,
    stage: str | None = None,
    subject_id: UUID | None = None,
) -> StepBenchmark:
    """Return how a step went for others, in an industry and a stage; or why that isn't told.

    Beside it stands how it went for the actor's own company, which `subject_id` names where there
    are several. Raises NotFound.
    """
    program_id, program = await _framework(tx, program_slug)
    # Who has a step that a newer version retired still looks.
    if program.find_step(step_slug) is None and not await programs.ever_had_step(
        tx, program_id=program_id, step_slug=step_slug
    ):
        raise NotFound(f"{program.title} has no step called {step_slug}.")
    pool = await _pool(tx)
    place = Place(industry or None, stage or None)
    calculated_at = await queries.find_calculated_at(
        tx, pool=pool, program_id=program_id, step_slug=step_slug
    )
    row = await queries.find_cell(
        tx, pool=pool, program_id=program_id, step_slug=step_slug, place=place
    )
    shown = await queries.list_shown(tx, pool=pool, program_id=program_id, step_slug=step_slug)
    withheld = None
    if row is None:
        withheld = Withheld.NOT_YET if calculated_at is None else Withheld.TOO_FEW
    if shown and await _is_mostly_known(tx, program_id, step_slug):
        # All views of the step: one that leaves the known ones out could be subtracted.
        row, withheld, shown = None, Withheld.KNOWN, []
    return StepBenchmark(
        step_slug=step_slug,
        place=place,
        cell=None if row is None else cell_of(row),
        withheld=withheld,
        calculated_at=calculated_at,
        everywhere=pool == ALL_TENANTS,
        industries=sorted({of for of, in_stage in shown if of and in_stage == (stage or "")}),
        stages=sorted({at for in_industry, at in shown if at and in_industry == (industry or "")}),
        own=await queries.find_own(
            tx, program_id=program_id, step_slug=step_slug, subject_id=subject_id
        ),
    )


async def find_for_advice(tx: Transaction, *, program_id: UUID, step_slug: str) -> Benchmark | None:
    """Return what advice may rest on: the step over all companies, if that is told."""
    row = await queries.find_cell(
        tx, pool=await _pool(tx), program_id=program_id, step_slug=step_slug, place=WHOLE
    )
    if row is None or await _is_mostly_known(tx, program_id, step_slug):
        return None
    return Benchmark(
        companies=row.companies,
        days_lower=row.first_quartile,
        days_median=row.median,
        days_upper=row.third_quartile,
        confidence=row.mean_confidence,
    )


async def list_typical(tx: Transaction, *, program_id: UUID) -> dict[str, Typical]:
    """Return what is told of each step of a program over all companies, by slug."""
    rows = await queries.list_typical(
        tx,
        pool=await _pool(tx),
        program_id=program_id,
        most=POLICY.known,
        least=POLICY.least,
    )
    return {row.step_slug: row for row in rows}


async def _is_mostly_known(tx: Transaction, program_id: UUID, step_slug: str) -> bool:
    """Whether the actor knows so many of those counted together that the others would show."""
    return await queries.is_mostly_known(
        tx,
        program_id=program_id,
        step_slug=step_slug,
        most=POLICY.known,
        least=POLICY.least - POLICY.known,
    )


async def _pool(tx: Transaction) -> UUID:
    tenant = await identity.get_own_tenant(tx)
    return ALL_TENANTS if tenant.joins_pool else tenant.id


async def _framework(tx: Transaction, slug: str) -> tuple[UUID, Program]:
    version = await programs.find_latest(tx, slug=slug)
    if version is None or version.program.walker is not Walker.COMPANY:
        raise NotFound(f"There is no program called {slug} that companies walk.")
    return version.program_id, version.program


def cell_of(row: CellRow) -> Cell:
    """Give a view's figures the shape in which they were worked out."""
    return Cell(
        companies=row.companies,
        first_quartile=row.first_quartile,
        median=row.median,
        third_quartile=row.third_quartile,
        durations=tuple(row.durations),
        confidence=tuple(row.confidence),
        mean_confidence=row.mean_confidence,
        finished=row.finished,
    )
