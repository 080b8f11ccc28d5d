"""Statements about many people's progress at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
    """Everything stored about one journey that its cached states must agree with."""

    journey_id: UUID
    version_id: UUID
    created_at: datetime
    held_fields: list[str]
    facts: list[list[str]]
    given: Mapping[str, str]
    drafts: Mapping[str, Any]
    cached: list[list[str]]


async def list_walk_records(tx: Transaction, *, after: UUID | None, limit: int) -> list[WalkRecord]:
    """Return journeys of the tenant, by id, with their facts beside what is cached."""
    return await tx.many(
        WalkRecord,
        """
        select j.id as journey_id,
               j.version_id,
               j.created_at,
               j.held_fields,
               coalesce(f.facts, '[]') as facts,
               coalesce(o.given, '{}') as given,
               coalesce(d.drafts, '{}') as drafts,
               coalesce(s.cached, '[]') as cached
          from journeys.journeys j
          left join lateral (
            select jsonb_agg(jsonb_build_array(f.step_slug, f.kind, f.at)) as facts
              from journeys.facts f
             where f.tenant_id = j.tenant_id
               and f.journey_id = j.id
               and f.detail is null
          ) f on true
          left join lateral (
            select jsonb_object_agg(g.field_id, g.at) as given
              from (
                select fo.field_id,
                       min(fo.created_at) as at
                  from journeys.field_outputs fo
                 where fo.tenant_id = j.tenant_id
                   and fo.journey_id = j.id
                   and fo.field_value <> 'null'
                 group by fo.field_id
              ) g
          ) o on true
          left join lateral (
            select jsonb_object_agg(d.step_slug, d.data) as drafts
              from journeys.submissions d
             where d.tenant_id = j.tenant_id
               and d.journey_id = j.id
               and d.submitted_at is null
          ) d on true
          left join lateral (
            select jsonb_agg(
                     jsonb_build_array(
                       s.step_slug, s.state, s.percent, s.unlocked_at, s.started_at, s.completed_at
                     )
                   ) as cached
              from journeys.steps s
             where s.tenant_id = j.tenant_id
               and s.journey_id = j.id
          ) s on true
         where j.tenant_id = %(tenant_id)s
           and (%(after)s::uuid is null or j.id > %(after)s)
         order by j.id
         limit %(limit)s
        """,
        {"tenant_id": tx.actor.tenant_id, "after": after, "limit": limit},
    )
