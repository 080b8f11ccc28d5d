"""Statements about journeys, their facts, and the cached states of their steps.

Journeys are read from `journeys.shown_journeys`, which leaves out what a level doesn't show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.journeys.types import Facts, Journey, StepRow
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class _FactArrays:
    started: list[str]
    completed: list[str]
    skipped: list[str]
    reopened: list[str]


async def insert_journey(
    tx: Transaction,
    *,
    subject_id: UUID,
    program_id: UUID,
    version_id: UUID,
    name: str,
    now: datetime,
) -> bool:
    """Begin a journey; False when the subject has one of that name in this program."""
    touched = await tx.run(
        """
        insert into journeys.journeys (
          tenant_id, subject_id, program_id, version_id, name, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(program_id)s, %(version_id)s, %(name)s, %(now)s, %(now)s
        )
        on conflict (tenant_id, subject_id, program_id, name) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "program_id": program_id,
            "version_id": version_id,
            "name": name,
            "now": now,
        },
    )
    return touched == 1


async def get_journey(tx: Transaction, *, journey_id: UUID) -> Journey:
    """Return a journey. Raises NotFound."""
    return await tx.one(
        Journey,
        """
        select j.id,
               j.subject_id,
               j.program_id,
               j.version_id,
               j.name,
               j.status,
               j.plan_stamp,
               j.held_fields,
               j.created_at,
               j.updated_at
          from journeys.shown_journeys j
         where j.tenant_id = %(tenant_id)s
           and j.id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def find_journey(
    tx: Transaction, *, subject_id: UUID, program_id: UUID, name: str | None = None
) -> Journey | None:
    """Return a subject's journey in a program, if it has one: of that name, or the first."""
    return await tx.maybe(
        Journey,
        """
        select j.id,
               j.subject_id,
               j.program_id,
               j.version_id,
               j.name,
               j.status,
               j.plan_stamp,
               j.held_fields,
               j.created_at,
               j.updated_at
          from journeys.shown_journeys j
         where j.tenant_id = %(tenant_id)s
           and j.subject_id = %(subject_id)s
           and j.program_id = %(program_id)s
           and (%(name)s::text is null or j.name = %(name)s)
         order by j.status, j.id
         limit 1
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "program_id": program_id,
            "name": name,
        },
    )


async def list_journeys(tx: Transaction, *, subject_ids: Sequence[UUID]) -> list[Journey]:
    """Return the journeys of some subjects, the one touched last first."""
    return await tx.many(
        Journey,
        """
        select j.id,
               j.subject_id,
               j.program_id,
               j.version_id,
               j.name,
               j.status,
               j.plan_stamp,
               j.held_fields,
               j.created_at,
               j.updated_at
          from journeys.shown_journeys j
         where j.tenant_id = %(tenant_id)s
           and j.subject_id = any(%(subject_ids)s)
         order by j.updated_at desc nulls last, j.id
        """,
        {"tenant_id": tx.actor.tenant_id, "subject_ids": list(subject_ids)},
    )


async def lock_journey(tx: Transaction, *, journey_id: UUID) -> Journey:
    """Return a journey, held until the transaction ends. Raises NotFound.

    Only who may write it can hold it: to anybody else it isn't there.
    """
    return await tx.one(
        Journey,
        """
        select j.id,
               j.subject_id,
               j.program_id,
               j.version_id,
               j.name,
               j.status,
               j.plan_stamp,
               j.held_fields,
               j.created_at,
               j.updated_at
          from journeys.journeys j
         where j.tenant_id = %(tenant_id)s
           and j.id = %(journey_id)s
           for no key update
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def update_journey(
    tx: Transaction, *, journey_id: UUID, held_fields: Sequence[str], now: datetime
) -> None:
    """Note which fields a journey has given, and that it moved."""
    await tx.run(
        """
        update journeys.journeys
           set held_fields = %(held_fields)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(journey_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "held_fields": sorted(held_fields),
            "now": now,
        },
    )


async def list_facts(tx: Transaction, *, journey: Journey) -> Facts:
    """Return all that the states of a journey's steps follow from.

    Newest is what the database wrote last, whatever the clock of the server that asked said.
    """
    row = await tx.one(
        _FactArrays,
        """
        select coalesce(array_agg(s.step_slug) filter (where s.started), '{}') as started,
               coalesce(array_agg(s.step_slug) filter (where s.passed = 'completed'), '{}')
                 as completed,
               coalesce(array_agg(s.step_slug) filter (where s.passed = 'skipped'), '{}')
                 as skipped,
               coalesce(array_agg(s.step_slug) filter (where s.newest = 'reopened'), '{}')
                 as reopened
          from (
            select f.step_slug,
                   bool_or(f.kind = 'started') as started,
                   (
                     array_agg(f.kind order by f.id desc)
                       filter (where f.kind in ('completed', 'skipped'))
                   )[1] as passed,
                   (
                     array_agg(f.kind order by f.id desc)
                       filter (where f.kind <> 'started')
                   )[1] as newest
              from journeys.facts f
             where f.tenant_id = %(tenant_id)s
               and f.journey_id = %(journey_id)s
               and f.kind in ('started', 'completed', 'skipped', 'reopened')
             group by f.step_slug
          ) s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey.id},
    )
    return Facts(
        started=frozenset(row.started),
        completed=frozenset(row.completed),
        skipped=frozenset(row.skipped),
        reopened=frozenset(row.reopened),
        fields=frozenset(journey.held_fields),
    )


async def insert_facts(
    tx: Transaction,
    *,
    journey: Journey,
    step_slug: str,
    kinds: Sequence[str],
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    level: str = "basic",
) -> None:
    """Write down what happened to a step, for those who see the subject at `level`.

    A fact with a detail is content: only those who see everything read it.
    """
    await tx.run(
        """
        insert into journeys.facts (
          tenant_id, subject_id, journey_id, step_slug, kind, detail, level, at
        )
        select %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(step_slug)s, k.kind,
               %(detail)s::jsonb, %(level)s, %(now)s
          from unnest(%(kinds)s::text[]) with ordinality as k (kind, place)
         order by k.place
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "step_slug": step_slug,
            "kinds": list(kinds),
            "detail": None if detail is None else Jsonb(detail),
            "level": level if detail is None else "full",
            "now": now,
        },
    )


async def insert_steps(
    tx: Transaction,
    *,
    journey: Journey,
    states: Mapping[str, str],
    now: datetime,
    level: str = "basic",
) -> None:
    """Cache the states of steps that are new to a journey, for those who see it at `level`."""
    await tx.run(
        """
        insert into journeys.steps (
          tenant_id, journey_id, step_slug, subject_id, state, level, unlocked_at, created_at,
          updated_at
        )
        select %(tenant_id)s, %(journey_id)s, s.slug, %(subject_id)s, s.state, %(level)s,
               case when s.state <> 'locked' then %(now)s end, %(now)s, %(now)s
          from unnest(%(slugs)s::text[], %(states)s::text[]) as s (slug, state)
        on conflict (tenant_id, journey_id, step_slug) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "slugs": list(states),
            "states": list(states.values()),
            "level": level,
            "now": now,
        },
    )


async def update_steps(
    tx: Transaction,
    *,
    journey_id: UUID,
    states: Mapping[str, tuple[str, int]],
    now: datetime,
) -> None:
    """Cache new states and percents, each time set when what it tells of is reached.

    A step is done since it is in the state it is done in: one that was skipped and is completed
    is done since then, one at work again at no time. Likewise it is open since it last was locked.
    What had begun once began then.
    """
    await tx.run(
        """
        update journeys.steps s
           set state = n.state,
               percent = n.percent,
               unlocked_at = case
                 when n.state <> 'locked' then coalesce(s.unlocked_at, %(now)s)
               end,
               started_at = coalesce(
                 s.started_at,
                 case when n.state in ('in_progress', 'completed') then %(now)s end
               ),
               completed_at = case
                 when n.state not in ('completed', 'skipped') then null
                 when n.state = s.state then coalesce(s.completed_at, %(now)s)
                 else %(now)s
               end,
               updated_at = %(now)s
          from unnest(%(slugs)s::text[], %(states)s::text[], %(percents)s::integer[])
               as n (slug, state, percent)
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.step_slug = n.slug
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "slugs": list(states),
            "states": [state for state, _ in states.values()],
            "percents": [percent for _, percent in states.values()],
            "now": now,
        },
    )


async def list_steps(tx: Transaction, *, journey_id: UUID) -> list[StepRow]:
    """Return the cached states of a journey's steps."""
    return await tx.many(
        StepRow,
        """
        select s.step_slug,
               s.state,
               s.percent,
               s.unlocked_at,
               s.started_at,
               s.completed_at
          from journeys.steps s
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def create_tool_schema(tx: Transaction, *, tool: str, step_slug: str) -> bool:
    """Make a tool's schema and tables; False when they are there. The owner's to do."""
    made: bool = await tx.value(
        "select journeys.create_tool_schema(%(tool)s, %(step_slug)s)",
        {"tool": tool, "step_slug": step_slug},
    )
    return made


async def find_reason(tx: Transaction, *, journey_id: UUID, step_slug: str) -> str | None:
    """Return the newest reason for leaving a step out."""
    reason: str | None = await tx.value(
        """
        select f.detail ->> 'reason'
          from journeys.facts f
         where f.tenant_id = %(tenant_id)s
           and f.journey_id = %(journey_id)s
           and f.step_slug = %(step_slug)s
           and f.kind = 'explained'
         order by f.at desc, f.id desc
         limit 1
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "step_slug": step_slug,
        },
    )
    return reason
