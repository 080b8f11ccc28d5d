"""Statements about many people's progress at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from milepost.contexts.journeys.types import PersonProgress
from milepost.platform.db import Transaction


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


@dataclass(frozen=True, slots=True)
class WalkRecord:
    """Everything stored about one journey that its cached states must agree with.

    Times are text, all in one zone and one form, so that they compare as they stand.
    """

    journey_id: UUID
    version_id: UUID
    created_at: str
    held_fields: list[str]
    facts: list[list[str]]
    given: Mapping[str, str]
    drafts: Mapping[str, Any]
    cached: list[list[Any]]


async def list_walk_records(tx: Transaction, *, after: UUID | None, limit: int) -> list[WalkRecord]:
    """Return journeys of the tenant, by id, with their facts beside what is cached.

    Each table is read once for all of them, from the first journey to the last: asking
    for one journey after the other would open every tool's table for each.
    """
    return await tx.many(
        WalkRecord,
        """
        with chosen as materialized (
          select j.id,
                 j.version_id,
                 j.held_fields,
                 j.created_at
            from journeys.journeys j
           where j.tenant_id = %(tenant_id)s
             and (%(after)s::uuid is null or j.id > %(after)s)
           order by j.id
           limit %(limit)s
        ),
        bounds as (
          select (array_agg(c.id order by c.id))[1] as first,
                 (array_agg(c.id order by c.id desc))[1] as last
            from chosen c
        ),
        happened as (
          select f.journey_id,
                 jsonb_agg(jsonb_build_array(f.step_slug, f.kind, f.at)) as facts
            from journeys.facts f
           where f.tenant_id = %(tenant_id)s
             and f.journey_id >= (select b.first from bounds b)
             and f.journey_id <= (select b.last from bounds b)
             and f.detail is null
           group by f.journey_id
        ),
        given as (
          select g.journey_id,
                 jsonb_object_agg(g.field_id, g.at) as given
            from (
              select fo.journey_id,
                     fo.field_id,
                     min(fo.created_at) as at
                from journeys.field_outputs fo
               where fo.tenant_id = %(tenant_id)s
                 and fo.journey_id >= (select b.first from bounds b)
                 and fo.journey_id <= (select b.last from bounds b)
                 and fo.field_value <> 'null'
               group by fo.journey_id, fo.field_id
            ) g
           group by g.journey_id
        ),
        written as (
          select d.journey_id,
                 jsonb_object_agg(d.step_slug, d.data) as drafts
            from journeys.submissions d
           where d.tenant_id = %(tenant_id)s
             and d.journey_id >= (select b.first from bounds b)
             and d.journey_id <= (select b.last from bounds b)
             and d.status in ('draft', 'in_progress')
           group by d.journey_id
        ),
        kept as (
          select s.journey_id,
                 jsonb_agg(
                   jsonb_build_array(
                     s.step_slug, s.state, s.percent, s.unlocked_at, s.started_at, s.completed_at
                   )
                 ) as cached
            from journeys.steps s
           where s.tenant_id = %(tenant_id)s
             and s.journey_id >= (select b.first from bounds b)
             and s.journey_id <= (select b.last from bounds b)
           group by s.journey_id
        )
        select c.id as journey_id,
               c.version_id,
               to_jsonb(c.created_at) as created_at,
               c.held_fields,
               coalesce(h.facts, '[]') as facts,
               coalesce(g.given, '{}') as given,
               coalesce(w.drafts, '{}') as drafts,
               coalesce(k.cached, '[]') as cached
          from chosen c
          left join happened h on h.journey_id = c.id
          left join given g on g.journey_id = c.id
          left join written w on w.journey_id = c.id
          left join kept k on k.journey_id = c.id
         order by c.id
        """,
        {"tenant_id": tx.actor.tenant_id, "after": after, "limit": limit},
    )
