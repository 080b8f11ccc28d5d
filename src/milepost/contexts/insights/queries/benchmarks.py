"""Statements about what is shown of community benchmarks, and when it was worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.insights.benchmarks import Own, Typical
from milepost.contexts.insights.privacy.values import Cell, Place
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """What is shown of a view; an empty industry or stage stands for all."""

    industry: str
    stage: str
    companies: int
    first_quartile: float
    median: float
    third_quartile: float
    durations: Sequence[float]
    confidence: Sequence[float]
    mean_confidence: float
    finished: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCellRow(CellRow):
    """What is shown of a view of a step."""

    step_slug: str


async def list_stamps(
    tx: Transaction, *, pool: UUID, program_id: UUID, step_slugs: Sequence[str]
) -> dict[str, str]:
    """Return from which blocks the figures of these steps were worked out, by step."""
    rows = await tx.many(
        _Stamp,
        """
        select b.step_slug, b.stamp
          from insights.benchmarks b
         where b.pool = %(pool)s
           and b.program_id = %(program_id)s
           and b.step_slug = any (%(step_slugs)s)
        """,
        {"pool": pool, "program_id": program_id, "step_slugs": list(step_slugs)},
    )
    return {row.step_slug: row.stamp for row in rows}


async def upsert_benchmarks(
    tx: Transaction, *, pool: UUID, program_id: UUID, stamps: Mapping[str, str], now: datetime
) -> None:
    """Note that the figures of these steps are those of now."""
    await tx.run(
        """
        insert into insights.benchmarks (pool, program_id, step_slug, stamp, calculated_at)
        select %(pool)s, %(program_id)s, s.step_slug, s.stamp, %(now)s
          from unnest(%(step_slugs)s::text[], %(stamps)s::text[]) as s (step_slug, stamp)
        on conflict (pool, program_id, step_slug)
        do update
           set stamp = excluded.stamp,
               calculated_at = excluded.calculated_at
        """,
        {
            "pool": pool,
            "program_id": program_id,
            "step_slugs": list(stamps),
            "stamps": list(stamps.values()),
            "now": now,
        },
    )


async def replace_cells(
    tx: Transaction,
    *,
    pool: UUID,
    program_id: UUID,
    cells: Mapping[str, Mapping[Place, Cell]],
) -> None:
    """Show these figures of these steps, and no others of them."""
    await tx.run(
        """
        delete from insights.benchmark_cells c
         where c.pool = %(pool)s
           and c.program_id = %(program_id)s
           and c.step_slug = any (%(step_slugs)s)
        """,
        {"pool": pool, "program_id": program_id, "step_slugs": list(cells)},
    )
    rows = [
        {
            "step_slug": step_slug,
            "industry": place.industry or "",
            "stage": place.stage or "",
            "companies": cell.companies,
            "first_quartile": cell.first_quartile,
            "median": cell.median,
            "third_quartile": cell.third_quartile,
            "durations": cell.durations,
            "confidence": cell.confidence,
            "mean_confidence": cell.mean_confidence,
            "finished": cell.finished,
        }
        for step_slug, shown in cells.items()
        for place, cell in shown.items()
    ]
    await tx.run(
        """
        insert into insights.benchmark_cells (
          pool, program_id, step_slug, industry, stage, companies, first_quartile, median,
          third_quartile, durations, confidence, mean_confidence, finished
        )
        select %(pool)s,
               %(program_id)s,
               r.step_slug,
               r.industry,
               r.stage,
               r.companies,
               r.first_quartile,
               r.median,
               r.third_quartile,
               r.durations,
               r.confidence,
               r.mean_confidence,
               r.finished
          from jsonb_to_recordset(%(rows)s) as r (
            step_slug text, industry text, stage text, companies integer,
            first_quartile double precision, median double precision,
            third_quartile double precision, durations double precision[],
            confidence double precision[], mean_confidence double precision,
            finished double precision
          )
        """,
        {"pool": pool, "program_id": program_id, "rows": Jsonb(rows)},
    )


async def delete_benchmarks(tx: Transaction, *, pools: Sequence[UUID], program_id: UUID) -> int:
    """Show nothing more of these pools: their companies are counted elsewhere."""
    return await tx.run(
        """
        delete from insights.benchmarks b
         where b.program_id = %(program_id)s
           and b.pool = any (%(pools)s)
        """,
        {"program_id": program_id, "pools": list(pools)},
    )


async def find_calculated_at(
    tx: Transaction, *, pool: UUID, program_id: UUID, step_slug: str
) -> datetime | None:
    """Return when a step's figures were worked out last."""
    return await tx.value(
        """
        select b.calculated_at
          from insights.benchmarks b
         where b.pool = %(pool)s
           and b.program_id = %(program_id)s
           and b.step_slug = %(step_slug)s
        """,
        {"pool": pool, "program_id": program_id, "step_slug": step_slug},
    )


async def list_cells(tx: Transaction, *, pool: UUID, program_id: UUID) -> list[StepCellRow]:
    """Return all that is shown of a program in a pool."""
    return await tx.many(
        StepCellRow,
        """
        select c.step_slug,
               c.industry,
               c.stage,
               c.companies,
               c.first_quartile,
               c.median,
               c.third_quartile,
               c.durations,
               c.confidence,
               c.mean_confidence,
               c.finished
          from insights.benchmark_cells c
         where c.pool = %(pool)s
           and c.program_id = %(program_id)s
        """,
        {"pool": pool, "program_id": program_id},
    )


async def list_shown(
    tx: Transaction, *, pool: UUID, program_id: UUID, step_slug: str
) -> list[tuple[str, str]]:
    """Return the industries and stages that figures of a step are shown for."""
    rows = await tx.many(
        _Shown,
        """
        select c.industry, c.stage
          from insights.benchmark_cells c
         where c.pool = %(pool)s
           and c.program_id = %(program_id)s
           and c.step_slug = %(step_slug)s
        """,
        {"pool": pool, "program_id": program_id, "step_slug": step_slug},
    )
    return [(row.industry, row.stage) for row in rows]


async def find_cell(
    tx: Transaction, *, pool: UUID, program_id: UUID, step_slug: str, place: Place
) -> CellRow | None:
    """Return the figures of a step for an industry and a stage, if they may be shown."""
    return await tx.maybe(
        CellRow,
        """
        select c.industry,
               c.stage,
               c.companies,
               c.first_quartile,
               c.median,
               c.third_quartile,
               c.durations,
               c.confidence,
               c.mean_confidence,
               c.finished
          from insights.benchmark_cells c
         where c.pool = %(pool)s
           and c.program_id = %(program_id)s
           and c.step_slug = %(step_slug)s
           and c.industry = %(industry)s
           and c.stage = %(stage)s
        """,
        {
            "pool": pool,
            "program_id": program_id,
            "step_slug": step_slug,
            "industry": place.industry or "",
            "stage": place.stage or "",
        },
    )


async def is_mostly_known(
    tx: Transaction, *, program_id: UUID, step_slug: str, most: int, least: int
) -> bool:
    """Tell whether the actor can read the outcomes of more than `most` companies that are counted
    together, of whom they can't read fewer than `least`.
    """
    return await tx.value(
        """
        with known as materialized (
          select array_agg(o.id) as outcomes
            from journeys.outcomes o
           where o.tenant_id = %(tenant_id)s
             and o.subject_id in (select unnest(identity.sees('detailed')))
             and o.program_id = %(program_id)s
             and o.step_slug = %(step_slug)s
        )
        select coalesce(cardinality(k.outcomes), 0) > %(most)s
           and insights.is_mostly_known(
                 %(program_id)s, %(step_slug)s, k.outcomes, %(most)s, %(least)s
               )
          from known k
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "program_id": program_id,
            "step_slug": step_slug,
            "most": most,
            "least": least,
        },
    )


async def list_typical(
    tx: Transaction, *, pool: UUID, program_id: UUID, most: int, least: int
) -> list[Typical]:
    """Return what is told of each step of a program over all companies.

    To whoever may read the outcomes of more than `most` companies only where at least `least`
    others are counted, even if all of theirs are.
    """
    return await tx.many(
        Typical,
        """
        select c.step_slug, c.companies, c.median, c.mean_confidence as confidence
          from insights.benchmark_cells c
         cross join (
           select count(distinct j.subject_id) as companies
             from journeys.journeys j
            where j.tenant_id = %(tenant_id)s
              and j.subject_id in (select unnest(identity.sees('detailed')))
              and j.program_id = %(program_id)s
         ) k
         where c.pool = %(pool)s
           and c.program_id = %(program_id)s
           and c.industry = ''
           and c.stage = ''
           and (k.companies <= %(most)s or c.companies >= k.companies + %(least)s)
        """,
        {
            "pool": pool,
            "program_id": program_id,
            "tenant_id": tx.actor.tenant_id,
            "most": most,
            "least": least,
        },
    )


async def find_own(
    tx: Transaction, *, program_id: UUID, step_slug: str, subject_id: UUID | None
) -> Own | None:
    """Return how a step went for a company of the actor's, named or not: what was written last.

    Only another choice about sharing ever changes an outcome after it was written.
    """
    return await tx.maybe(
        Own,
        """
        with newest as (
          select o.subject_id,
                 o.time_taken_days,
                 o.confidence_level,
                 o.finished,
                 o.created_at
            from journeys.outcomes o
           where o.tenant_id = %(tenant_id)s
             and o.program_id = %(program_id)s
             and o.step_slug = %(step_slug)s
             and o.subject_id in (select unnest(identity.writes()))
             and (%(subject_id)s::uuid is null or o.subject_id = %(subject_id)s)
           order by o.created_at desc, o.id desc
           limit 1
        )
        select n.time_taken_days as days,
               n.confidence_level as confidence,
               n.finished,
               bool_or(o.share_anonymously) as shared,
               n.created_at as written_at,
               bool_or(
                 o.share_anonymously
                 and (o.time_taken_days, o.confidence_level, o.finished)
                   <> (n.time_taken_days, n.confidence_level, n.finished)
               ) as corrects,
               max(o.updated_at) filter (where o.updated_at > o.created_at) as chose_at
          from newest n
          join journeys.outcomes o
            on o.tenant_id = %(tenant_id)s
           and o.subject_id = n.subject_id
           and o.program_id = %(program_id)s
           and o.step_slug = %(step_slug)s
         group by n.time_taken_days, n.confidence_level, n.finished, n.created_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "program_id": program_id,
            "step_slug": step_slug,
            "subject_id": subject_id,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    step_slug: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    industry: str
    stage: str
