"""Statements about many people's progress at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from milepost.contexts.journeys.types import PersonProgress
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Walkers:
    """How many people walk a program."""

    program_id: UUID
    people: int


async def list_progress(
    tx: Transaction,
    *,
    program_id: UUID,
    organization_id: UUID | None,
    text: str,
    after_name: str,
    after_id: UUID | None,
    limit: int,
) -> list[PersonProgress]:
    """Return people with the states of their steps, by name; those without a journey too.

    Row-level security leaves only people whose progress the actor sees; somebody known
    by name alone (a guru, say) has no row in `journeys` and none of the actor's.
    """
    return await tx.many(
        PersonProgress,
        """
        select u.id as user_id,
               u.full_name,
               u.email,
               u.organization_id,
               j.id as journey_id,
               j.updated_at,
               coalesce(p.states, '{}') as states
          from identity.users u
          left join journeys.journeys j
            on j.tenant_id = u.tenant_id
           and j.subject_id = u.id
           and j.program_id = %(program_id)s
          left join lateral (
            select jsonb_object_agg(s.step_slug, s.state) as states
              from journeys.steps s
             where s.tenant_id = j.tenant_id
               and s.journey_id = j.id
          ) p on true
         where u.tenant_id = %(tenant_id)s
           and u.disabled_at is null
           and (
             (select identity.sees_all('basic'))
             or u.id in (select unnest(identity.sees('basic')))
           )
           and (%(organization_id)s::uuid is null or u.organization_id = %(organization_id)s)
           and (
             %(text)s = ''
             or strpos(lower(u.full_name), lower(%(text)s)) > 0
             or strpos(u.email, lower(%(text)s)) > 0
           )
           and (u.full_name, u.id) > (
             %(after_name)s,
             coalesce(%(after_id)s::uuid, '00000000-0000-0000-0000-000000000000')
           )
         order by u.full_name, u.id
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "program_id": program_id,
            "organization_id": organization_id,
            "text": text,
            "after_name": after_name,
            "after_id": after_id,
            "limit": limit,
        },
    )


async def count_walkers(tx: Transaction, *, organization_id: UUID | None) -> list[Walkers]:
    """Count the people whose progress the actor sees, by the program they walk."""
    return await tx.many(
        Walkers,
        """
        select j.program_id,
               count(*) as people
          from identity.users u
          join journeys.journeys j
            on j.tenant_id = u.tenant_id
           and j.subject_id = u.id
         where u.tenant_id = %(tenant_id)s
           and u.disabled_at is null
           and (
             (select identity.sees_all('basic'))
             or u.id in (select unnest(identity.sees('basic')))
           )
           and (%(organization_id)s::uuid is null or u.organization_id = %(organization_id)s)
         group by j.program_id
        """,
        {"tenant_id": tx.actor.tenant_id, "organization_id": organization_id},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkRecord:
    """Everything stored about one journey that its cached states must agree with.

    Lists of one kind belong together, one place each: arrays cost a third of what JSON
    does, on both sides. Times are text, all in one zone, so that they compare as they
    stand. `stale_fields`: where `current_fields` is not the newest output.
    """

    journey_id: UUID
    version_id: UUID
    created_at: str
    held_fields: list[str]
    fact_steps: list[str]
    fact_kinds: list[str]
    fact_times: list[str]
    given_fields: list[str]
    given_times: list[str]
    stale_fields: list[str]
    drafts: Mapping[str, Any]
    kept_steps: list[str]
    kept_states: list[str]
    kept_percents: list[int]
    kept_unlocked: list[str | None]
    kept_started: list[str | None]
    kept_completed: list[str | None]


async def prepare_for_ranges(tx: Transaction) -> None:
    """Let this transaction plan for the range it asks, and join its values without files.

    The plan other statements share is made for one journey: it would fetch a range of
    thousands row by row, in the order of an index.
    """
    await tx.run(
        """
        select set_config('plan_cache_mode', 'force_custom_plan', true),
               set_config('work_mem', '64MB', true)
        """
    )


async def find_middle(tx: Transaction) -> UUID | None:
    """Return the journey with as many of the tenant's before it as behind it; None without any."""
    return await tx.value(
        """
        select percentile_disc(0.5) within group (order by j.id)
          from journeys.journeys j
         where j.tenant_id = %(tenant_id)s
        """,
        {"tenant_id": tx.actor.tenant_id},
    )


async def end_of_range(
    tx: Transaction, *, after: UUID, until: UUID | None, limit: int
) -> UUID | None:
    """Return the last of the next journeys of the tenant, by id; None when there are no more."""
    return await tx.value(
        """
        select (array_agg(n.id order by n.id desc))[1]
          from (
            select j.id
              from journeys.journeys j
             where j.tenant_id = %(tenant_id)s
               and j.id > %(after)s
               and (%(until)s::uuid is null or j.id <= %(until)s)
             order by j.id
             limit %(limit)s
          ) n
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "after": after,
            "until": until,
            "limit": limit,
        },
    )


async def list_walk_records(tx: Transaction, *, after: UUID, last: UUID) -> list[WalkRecord]:
    """Return journeys of the tenant, by id, with their facts beside what is cached.

    Each table is read once for all of them: asking for one journey after the other
    would open every tool's table for each.
    """
    return await tx.many(
        WalkRecord,
        """
        with happened as (
          select f.journey_id,
                 array_agg(f.step_slug) as steps,
                 array_agg(f.kind) as kinds,
                 array_agg(f.at::text) as times
            from journeys.facts f
           where f.tenant_id = %(tenant_id)s
             and f.journey_id > %(after)s
             and f.journey_id <= %(last)s
             and f.detail is null
           group by f.journey_id
        ),
        output as (
          select fo.journey_id,
                 fo.field_id,
                 fo.tool,
                 fo.version,
                 fo.field_value,
                 fo.created_at
            from journeys.field_outputs fo
           where fo.tenant_id = %(tenant_id)s
             and fo.journey_id > %(after)s
             and fo.journey_id <= %(last)s
        ),
        held as (
          select h.journey_id,
                 h.field_id,
                 h.tool,
                 h.version,
                 h.field_value
            from journeys.current_fields h
           where h.tenant_id = %(tenant_id)s
             and h.journey_id > %(after)s
             and h.journey_id <= %(last)s
        ),
        -- Written down narrow, so that what is grouped below carries no values.
        paired as materialized (
          select journey_id,
                 field_id,
                 o.version,
                 h.version as held_version,
                 (o.tool, o.version, o.field_value) = (h.tool, h.version, h.field_value) as same,
                 case when o.field_value <> 'null' then o.created_at end as given_at
            from output o
            full join held h using (journey_id, field_id)
        ),
        field as (
          select p.journey_id,
                 p.field_id,
                 min(p.given_at) as given_at,
                 max(p.version) is distinct from min(p.held_version)
                   or bool_or(p.same) is not true as stale
            from paired p
           group by p.journey_id, p.field_id
        ),
        given as (
          select f.journey_id,
                 array_agg(f.field_id) filter (where f.given_at is not null) as fields,
                 array_agg(f.given_at::text) filter (where f.given_at is not null) as times,
                 array_agg(f.field_id order by f.field_id) filter (where f.stale) as stale
            from field f
           group by f.journey_id
        ),
        written as (
          select d.journey_id,
                 jsonb_object_agg(d.step_slug, d.data) as drafts
            from journeys.submissions d
           where d.tenant_id = %(tenant_id)s
             and d.journey_id > %(after)s
             and d.journey_id <= %(last)s
             and d.status in ('draft', 'in_progress')
           group by d.journey_id
        ),
        kept as (
          select s.journey_id,
                 array_agg(s.step_slug) as steps,
                 array_agg(s.state) as states,
                 array_agg(s.percent) as percents,
                 array_agg(s.unlocked_at::text) as unlocked,
                 array_agg(s.started_at::text) as started,
                 array_agg(s.completed_at::text) as completed
            from journeys.steps s
           where s.tenant_id = %(tenant_id)s
             and s.journey_id > %(after)s
             and s.journey_id <= %(last)s
           group by s.journey_id
        )
        select j.id as journey_id,
               j.version_id,
               j.created_at::text as created_at,
               j.held_fields,
               coalesce(h.steps, '{}') as fact_steps,
               coalesce(h.kinds, '{}') as fact_kinds,
               coalesce(h.times, '{}') as fact_times,
               coalesce(g.fields, '{}') as given_fields,
               coalesce(g.times, '{}') as given_times,
               coalesce(g.stale, '{}') as stale_fields,
               coalesce(w.drafts, '{}') as drafts,
               coalesce(k.steps, '{}') as kept_steps,
               coalesce(k.states, '{}') as kept_states,
               coalesce(k.percents, '{}') as kept_percents,
               coalesce(k.unlocked, '{}') as kept_unlocked,
               coalesce(k.started, '{}') as kept_started,
               coalesce(k.completed, '{}') as kept_completed
          from journeys.journeys j
          left join happened h on h.journey_id = j.id
          left join given g on g.journey_id = j.id
          left join written w on w.journey_id = j.id
          left join kept k on k.journey_id = j.id
         where j.tenant_id = %(tenant_id)s
           and j.id > %(after)s
           and j.id <= %(last)s
         order by j.id
        """,
        {"tenant_id": tx.actor.tenant_id, "after": after, "last": last},
    )
