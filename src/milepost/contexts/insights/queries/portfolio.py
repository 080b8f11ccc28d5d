"""Statements about the companies of a portfolio: everything as far as the actor sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingRow:
    """A grant to a holder, with the company and its first journey that is still walked."""

    organization_id: UUID
    name: str
    settings: Mapping[str, Any]
    level: str
    since: datetime
    until: datetime | None
    journey_id: UUID | None
    version_id: UUID | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """A journey's steps by domain and by phase: [total, in progress, completed, skipped]."""

    journey_id: UUID
    domains: Mapping[str, Sequence[int]]
    phases: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedRow:
    """How many whole weeks ago a journey's steps were completed, and the last time one was."""

    journey_id: UUID
    ages: Sequence[int]
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWorkRow:
    """A step at work and when anything last happened in it, as the plan has it."""

    journey_id: UUID
    step_slug: str
    last_at: datetime
    version_id: UUID | None
    title: str | None
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceRow:
    """How sure a company was of the steps it wrote about last, the newest first."""

    journey_id: UUID
    newest: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRow:
    """A journey's days beside the community's, over the steps for which both are known."""

    journey_id: UUID
    days: int
    community_days: float


async def list_holdings(
    tx: Transaction,
    *,
    holder_id: UUID | None,
    organization_id: UUID | None,
    now: datetime,
) -> list[HoldingRow]:
    """Return who lets a holder in as an investor, or any holder that the actor belongs to."""
    return await tx.many(
        HoldingRow,
        """
        select o.id as organization_id,
               o.name,
               o.settings,
               g.level,
               g.updated_at as since,
               g.ends_at as until,
               j.id as journey_id,
               j.version_id,
               j.updated_at as changed_at
          from identity.grants g
          join identity.organizations o
            on o.tenant_id = g.tenant_id
           and o.id = g.subject_id
           and o.kind = 'company'
          left join lateral (
            select w.id, w.version_id, w.updated_at
              from journeys.journeys w
             where w.tenant_id = o.tenant_id
               and w.subject_id = o.id
               and w.status = 'active'
             order by w.created_at, w.id
             limit 1
          ) j on true
         where g.tenant_id = %(tenant_id)s
           and g.audience_id in (select unnest(identity.belongs()))
           and (%(holder_id)s::uuid is null or g.audience_id = %(holder_id)s)
           and (%(organization_id)s::uuid is null or g.subject_id = %(organization_id)s)
           and g.capacity = 'investor'
           and g.state = 'active'
           and g.starts_at <= %(now)s
           and (g.ends_at is null or g.ends_at > %(now)s)
         order by o.name, o.id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "holder_id": holder_id,
            "organization_id": organization_id,
            "now": now,
        },
    )


async def has_own_holdings(tx: Transaction, *, now: datetime) -> bool:
    """Tell whether a company lets the actor in as an investor, for themselves."""
    return await tx.value(
        """
        select exists (
          select
            from identity.grants g
           where g.tenant_id = %(tenant_id)s
             and g.audience_id = %(user_id)s
             and g.capacity = 'investor'
             and g.state = 'active'
             and g.starts_at <= %(now)s
             and (g.ends_at is null or g.ends_at > %(now)s)
        )
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": tx.actor.user_id, "now": now},
    )


async def list_progress(tx: Transaction, *, journey_ids: Sequence[UUID]) -> list[ProgressRow]:
    """Return how far journeys are by domain and by phase."""
    return await tx.many(
        ProgressRow,
        """
        select c.journey_id,
               coalesce(
                 json_object_agg(c.domain, c.counts) filter (where c.domain is not null), '{}'
               ) as domains,
               coalesce(
                 json_object_agg(c.phase, c.counts) filter (where c.phase is not null), '{}'
               ) as phases
          from (
            select p.journey_id,
                   p.domain,
                   p.phase,
                   array[
                     sum(p.total), sum(p.in_progress), sum(p.completed), sum(p.skipped)
                   ] as counts
              from journeys.progress p
             where p.tenant_id = %(tenant_id)s
               and p.journey_id = any (%(journey_ids)s)
               and p.total > 0
             group by grouping sets ((p.journey_id, p.domain), (p.journey_id, p.phase))
          ) c
         group by c.journey_id
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_ids": list(journey_ids)},
    )


async def list_completed(
    tx: Transaction, *, journey_ids: Sequence[UUID], now: datetime
) -> list[CompletedRow]:
    """Return what was completed in the last eight weeks."""
    return await tx.many(
        CompletedRow,
        """
        select j.id as journey_id,
               c.ages,
               c.last_at
          from unnest(%(journey_ids)s::uuid[]) as j (id)
         cross join lateral (
           select array_agg(
                    floor(extract(epoch from %(now)s - s.completed_at) / 604800)::integer
                  ) as ages,
                  max(s.completed_at) as last_at
             from journeys.steps s
            where s.tenant_id = %(tenant_id)s
              and s.journey_id = j.id
              and s.state = 'completed'
              and s.level = 'detailed'
              and s.completed_at > %(now)s - interval '8 weeks'
              and s.completed_at <= %(now)s
         ) c
         where c.ages is not null
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_ids": list(journey_ids), "now": now},
    )


async def list_at_work(
    tx: Transaction, *, subject_ids: Sequence[UUID], before: datetime
) -> list[AtWorkRow]:
    """Return the steps at work of companies; of those quiet since `before`, what the plan says.

    Starting a step, ticking one of its tasks and reopening it all write its row.
    """
    return await tx.many(
        AtWorkRow,
        """
        select s.journey_id,
               s.step_slug,
               s.updated_at as last_at,
               p.version_id,
               p.title,
               p.days
          from journeys.steps s
          left join lateral (
            select i.version_id, i.title, i.days
              from journeys.plan_steps i
             where s.updated_at < %(before)s
               and i.tenant_id = s.tenant_id
               and i.journey_id = s.journey_id
               and i.step_slug = s.step_slug
             limit 1
          ) p on true
         where s.tenant_id = %(tenant_id)s
           and s.subject_id = any (%(subject_ids)s)
           and s.state = 'in_progress'
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_ids": list(subject_ids),
            "before": before,
        },
    )


async def list_confidences(
    tx: Transaction, *, journey_ids: Sequence[UUID], newest: int
) -> list[ConfidenceRow]:
    """Return how sure companies were of their newest outcomes: of each step, what holds now.

    Walking back from the newest until enough are found reads a few rows of each company; picking
    each step's newest first would read them all.
    """
    return await tx.many(
        ConfidenceRow,
        """
        select j.id as journey_id,
               c.newest
          from unnest(%(journey_ids)s::uuid[]) as j (id)
         cross join lateral (
           select array_agg(n.confidence_level order by n.created_at desc, n.id desc) as newest
             from (
               select o.confidence_level, o.created_at, o.id
                 from journeys.outcomes o
                where o.tenant_id = %(tenant_id)s
                  and o.journey_id = j.id
                  and o.id = (
                    select h.id
                      from journeys.outcomes h
                     where h.tenant_id = o.tenant_id
                       and h.journey_id = o.journey_id
                       and h.step_slug = o.step_slug
                     order by h.created_at desc, h.id desc
                     limit 1
                  )
                order by o.created_at desc, o.id desc
                limit %(newest)s
             ) n
         ) c
         where c.newest is not null
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_ids": list(journey_ids), "newest": newest},
    )


async def list_paces(
    tx: Transaction,
    *,
    journey_ids: Sequence[UUID],
    steps: Sequence[str],
    medians: Sequence[float],
) -> list[PaceRow]:
    """Return the days of companies over the steps that have a median, and those medians' sum.

    Of each step the newest outcome alone counts, and only if it was finished by then.
    """
    return await tx.many(
        PaceRow,
        """
        select n.journey_id,
               sum(n.time_taken_days) as days,
               sum(m.days) as community_days
          from (
            select distinct on (o.journey_id, o.step_slug)
                   o.journey_id,
                   o.step_slug,
                   o.time_taken_days,
                   o.finished
              from journeys.outcomes o
             where o.tenant_id = %(tenant_id)s
               and o.journey_id = any (%(journey_ids)s)
             order by o.journey_id, o.step_slug, o.created_at desc, o.id desc
          ) n
          join unnest(%(steps)s::text[], %(medians)s::float8[]) as m (step_slug, days)
            on m.step_slug = n.step_slug
         where n.finished
         group by n.journey_id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_ids": list(journey_ids),
            "steps": list(steps),
            "medians": list(medians),
        },
    )
