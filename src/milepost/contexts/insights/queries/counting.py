"""Statements of the refresh about who is counted with whom: what is shared, blocks, who is spent.

All run as identity.types.Pool, who sees the shared outcomes of a pool's tenants. `common` says that
the pool is that of all tenants, which also counts blocks of several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.insights.benchmarks import Made, StepNews
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """What the blocks of one place come to; the stamp changes with them."""

    step_slug: str
    industry: str | None
    stage: str | None
    companies: int
    days: Sequence[int]
    confidence: Sequence[int]
    finished: int
    stamp: str


async def hold(tx: Transaction, *, program_id: UUID, step_slugs: Sequence[str]) -> None:
    """Keep others from refreshing these steps until the transaction ends.

    What it compares is large: it needs more room than most statements do, a plan made for as many
    steps as it names, and the table read in the order it lies in.
    """
    await tx.run(
        """
        select set_config('work_mem', '128MB', true),
               set_config('plan_cache_mode', 'force_custom_plan', true),
               set_config('random_page_cost', '4', true)
        """
    )
    # In one order, so that two who hold some of the same steps can't wait for each other.
    await tx.run(
        """
        select pg_advisory_xact_lock(hashtextextended(format('%%s %%s', %(what)s::text, s.slug), 0))
          from (
            select unnest(%(step_slugs)s::text[]) as slug
             order by slug
          ) s
        """,
        {"what": f"insights.benchmarks {program_id}", "step_slugs": list(step_slugs)},
    )


async def ensure_key(tx: Transaction, *, program_id: UUID, fingerprint: bytes) -> bool:
    """Remember by which key a program's companies are named; tell whether it is this one."""
    await tx.run(
        """
        insert into insights.benchmark_keys (program_id, fingerprint)
        values (%(program_id)s, %(fingerprint)s)
        on conflict (program_id)
        do nothing
        """,
        {"program_id": program_id, "fingerprint": fingerprint},
    )
    kept = await tx.value(
        """
        select k.fingerprint
          from insights.benchmark_keys k
         where k.program_id = %(program_id)s
        """,
        {"program_id": program_id},
    )
    return bytes(kept) == fingerprint


async def has_anything(tx: Transaction, *, program_id: UUID, pool: UUID) -> bool:
    """Tell whether a pool has outcomes to count, or figures that were worked out before."""
    return await tx.value(
        """
        select exists (
                 select
                   from journeys.outcomes o
                  where o.program_id = %(program_id)s
                    and o.share_anonymously
                    and o.tenant_id in (select unnest(identity.pool()))
               )
            or exists (
                 select
                   from insights.benchmarks b
                  where b.pool = %(pool)s
                    and b.program_id = %(program_id)s
               )
        """,
        {"program_id": program_id, "pool": pool},
    )


async def list_worked_out(tx: Transaction, *, pool: UUID, program_id: UUID) -> list[str]:
    """Return the steps of a program that figures were worked out of before."""
    return await tx.values(
        """
        select b.step_slug
          from insights.benchmarks b
         where b.pool = %(pool)s
           and b.program_id = %(program_id)s
        """,
        {"pool": pool, "program_id": program_id},
    )


async def list_news(
    tx: Transaction,
    *,
    program_id: UUID,
    step_slugs: Sequence[str],
    common: bool,
    before: datetime,
) -> list[StepNews]:
    """Compare what is shared with what is counted, step by step: outcomes that stand in no block,
    settled or not, and blocks of which an outcome is gone or not shared any more.

    A row for each step: as a row for each outcome, a million would take most of the time.
    """
    return await tx.many(
        StepNews,
        """
        select coalesce(o.step_slug, k.step_slug) as step_slug,
               coalesce(array_agg(k.block_id) filter (where o.id is null), '{}') as fallen,
               coalesce(
                 array_agg(o.id::text) filter (where k.mark is null and not o.settled), '{}'
               ) as unsettled,
               coalesce(array_agg(o.id::text) filter (where k.mark is null), '{}') as outcomes,
               coalesce(
                 array_agg(encode(uuid_send(o.tenant_id) || uuid_send(o.subject_id), 'hex'))
                   filter (where k.mark is null),
                 '{}'
               ) as companies,
               coalesce(array_agg(o.written) filter (where k.mark is null), '{}') as written,
               coalesce(array_agg(o.finished) filter (where k.mark is null), '{}') as finished,
               coalesce(array_agg(o.days) filter (where k.mark is null), '{}') as days,
               coalesce(array_agg(o.confidence) filter (where k.mark is null), '{}') as confidence,
               coalesce(array_agg(o.industry) filter (where k.mark is null), '{}') as industries,
               coalesce(array_agg(o.stage) filter (where k.mark is null), '{}') as stages
          from (
            select b.id as block_id, b.step_slug, m.mark
              from insights.benchmark_blocks b
             cross join unnest(b.marks) as m (mark)
             where b.program_id = %(program_id)s
               and b.step_slug = any (%(step_slugs)s)
               and (
                 b.home in (select unnest(identity.pool()))
                 or (%(common)s and b.home is null)
               )
          ) k
          full join (
            select a.id,
                   a.step_slug,
                   a.tenant_id,
                   a.subject_id,
                   a.finished,
                   a.time_taken_days as days,
                   a.confidence_level as confidence,
                   a.industry,
                   a.stage,
                   date_part('epoch', a.created_at)::bigint as written,
                   a.updated_at <= %(before)s as settled
              from journeys.outcomes a
             where a.program_id = %(program_id)s
               and a.step_slug = any (%(step_slugs)s)
               and a.share_anonymously
               and a.tenant_id in (select unnest(identity.pool()))
          ) o
            on o.id = k.mark
         where o.id is null
            or k.mark is null
         group by coalesce(o.step_slug, k.step_slug)
        """,
        {
            "program_id": program_id,
            "step_slugs": list(step_slugs),
            "common": common,
            "before": before,
        },
    )


async def delete_blocks(tx: Transaction, *, block_ids: Sequence[UUID]) -> int:
    """Take blocks away, and spend their companies; return how many companies that were."""
    return await tx.run(
        """
        with fallen as (
          delete from insights.benchmark_blocks b
           where b.id = any (%(block_ids)s)
          returning b.program_id, b.step_slug, b.companies
        )
        insert into insights.benchmark_spent (program_id, step_slug, company)
        select f.program_id, f.step_slug, c.company
          from fallen f
         cross join unnest(f.companies) as c (company)
        on conflict (program_id, step_slug, company)
        do nothing
        """,
        {"block_ids": list(block_ids)},
    )


async def list_begun(tx: Transaction, *, program_id: UUID, step_slugs: Sequence[str]) -> list[str]:
    """Return those of these steps that a company was counted for, now or before, anywhere."""
    return await tx.values(
        """
        select a.step_slug
          from unnest(%(step_slugs)s::text[]) as a (step_slug)
         where exists (
                 select
                   from insights.benchmark_blocks b
                  where b.program_id = %(program_id)s
                    and b.step_slug = a.step_slug
               )
            or exists (
                 select
                   from insights.benchmark_spent s
                  where s.program_id = %(program_id)s
                    and s.step_slug = a.step_slug
               )
        """,
        {"program_id": program_id, "step_slugs": list(step_slugs)},
    )


async def list_known(
    tx: Transaction, *, program_id: UUID, step_slug: str, companies: Sequence[str]
) -> list[str]:
    """Return those of these companies that were counted for a step, now or before, anywhere."""
    return await tx.values(
        """
        with asked as materialized (
          select a.company::uuid as company
            from jsonb_array_elements_text(%(companies)s) as a (company)
        )
        select encode(uuid_send(s.company), 'hex')
          from insights.benchmark_spent s
         where s.program_id = %(program_id)s
           and s.step_slug = %(step_slug)s
           and s.company in (select a.company from asked a)
         union
        select encode(uuid_send(c.company), 'hex')
          from insights.benchmark_blocks b
         cross join unnest(b.companies) as c (company)
         where b.program_id = %(program_id)s
           and b.step_slug = %(step_slug)s
           and c.company in (select a.company from asked a)
        """,
        {"program_id": program_id, "step_slug": step_slug, "companies": Jsonb(companies)},
    )


async def list_places(
    tx: Transaction, *, program_id: UUID, step_slugs: Sequence[str], common: bool
) -> list[PlaceRow]:
    """Return what the blocks of each place of these steps come to."""
    return await tx.many(
        PlaceRow,
        """
        select b.step_slug,
               b.industry,
               b.stage,
               sum(cardinality(b.companies))::integer as companies,
               array[
                 sum(b.days[1]), sum(b.days[2]), sum(b.days[3]), sum(b.days[4]), sum(b.days[5]),
                 sum(b.days[6]), sum(b.days[7]), sum(b.days[8]), sum(b.days[9]), sum(b.days[10])
               ]::integer[] as days,
               array[
                 sum(b.confidence[1]), sum(b.confidence[2]), sum(b.confidence[3]),
                 sum(b.confidence[4]), sum(b.confidence[5])
               ]::integer[] as confidence,
               sum(b.finished)::integer as finished,
               format('%%s %%s', count(*), sum(uuid_hash_extended(b.id, 0))) as stamp
          from insights.benchmark_blocks b
         where b.program_id = %(program_id)s
           and b.step_slug = any (%(step_slugs)s)
           and (
             b.home in (select unnest(identity.pool()))
             or (%(common)s and b.home is null)
           )
         group by b.step_slug, b.industry, b.stage
         order by b.step_slug, b.industry, b.stage
        """,
        {"program_id": program_id, "step_slugs": list(step_slugs), "common": common},
    )


async def insert_blocks(
    tx: Transaction, *, program_id: UUID, step_slug: str, blocks: Sequence[Made], now: datetime
) -> None:
    """Keep new blocks.

    Lists of a block go as text, which takes half the time that JSON does: there may be millions.
    """
    await tx.run(
        """
        insert into insights.benchmark_blocks (
          program_id, step_slug, home, industry, stage, companies, marks, days, confidence,
          finished, made_at
        )
        select %(program_id)s,
               %(step_slug)s,
               r.home,
               r.industry,
               r.stage,
               string_to_array(r.companies, ',')::uuid[],
               string_to_array(r.marks, ',')::uuid[],
               string_to_array(r.days, ',')::integer[],
               string_to_array(r.confidence, ',')::integer[],
               r.finished,
               %(now)s
          from unnest(
                 %(homes)s::uuid[],
                 %(industries)s::text[],
                 %(stages)s::text[],
                 string_to_array(%(companies)s::text, ';'),
                 string_to_array(%(marks)s::text, ';'),
                 string_to_array(%(days)s::text, ';'),
                 string_to_array(%(confidence)s::text, ';'),
                 %(finished)s::integer[]
               ) as r (home, industry, stage, companies, marks, days, confidence, finished)
        """,
        {
            "program_id": program_id,
            "step_slug": step_slug,
            "homes": [made.home for made in blocks],
            "industries": [made.place.industry for made in blocks],
            "stages": [made.place.stage for made in blocks],
            "companies": ";".join(",".join([one[0] for one in made.records]) for made in blocks),
            "marks": ";".join(",".join([one[1] for one in made.records]) for made in blocks),
            "days": ";".join(",".join(map(str, made.summary.days)) for made in blocks),
            "confidence": ";".join(",".join(map(str, made.summary.confidence)) for made in blocks),
            "finished": [made.summary.finished for made in blocks],
            "now": now,
        },
    )
