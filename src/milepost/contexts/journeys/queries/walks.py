"""Statements about journeys, their facts, and the cached states of their steps."""

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


async def insert_journey(
    tx: Transaction, *, subject_id: UUID, program_id: UUID, version_id: UUID, now: datetime
) -> bool:
    """Begin a journey; False when the subject has one in this program."""
    touched = await tx.run(
        """
        insert into journeys.journeys (
          tenant_id, subject_id, program_id, version_id, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(program_id)s, %(version_id)s, %(now)s, %(now)s
        )
        on conflict (tenant_id, subject_id, program_id) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "program_id": program_id,
            "version_id": version_id,
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
               j.held_fields,
               j.created_at,
               j.updated_at
          from journeys.journeys j
         where j.tenant_id = %(tenant_id)s
           and j.id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def find_journey(tx: Transaction, *, subject_id: UUID, program_id: UUID) -> Journey | None:
    """Return a subject's journey in a program, if it has one."""
    return await tx.maybe(
        Journey,
        """
        select j.id,
               j.subject_id,
               j.program_id,
               j.version_id,
               j.held_fields,
               j.created_at,
               j.updated_at
          from journeys.journeys j
         where j.tenant_id = %(tenant_id)s
           and j.subject_id = %(subject_id)s
           and j.program_id = %(program_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "program_id": program_id,
        },
    )


async def list_journeys(tx: Transaction, *, subject_id: UUID) -> list[Journey]:
    """Return a subject's journeys, the one touched last first."""
    return await tx.many(
        Journey,
        """
        select j.id,
               j.subject_id,
               j.program_id,
               j.version_id,
               j.held_fields,
               j.created_at,
               j.updated_at
          from journeys.journeys j
         where j.tenant_id = %(tenant_id)s
           and j.subject_id = %(subject_id)s
         order by j.updated_at desc, j.id
        """,
        {"tenant_id": tx.actor.tenant_id, "subject_id": subject_id},
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
    """Return all that the states of a journey's steps follow from."""
    row = await tx.one(
        _FactArrays,
        """
        select coalesce(array_agg(f.step_slug) filter (where f.kind = 'started'), '{}') as started,
               coalesce(array_agg(f.step_slug) filter (where f.kind = 'completed'), '{}')
                 as completed,
               coalesce(array_agg(f.step_slug) filter (where f.kind = 'skipped'), '{}') as skipped
          from journeys.facts f
         where f.tenant_id = %(tenant_id)s
           and f.journey_id = %(journey_id)s
           and f.detail is null
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey.id},
    )
    return Facts(
        started=frozenset(row.started),
        completed=frozenset(row.completed),
        skipped=frozenset(row.skipped),
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
) -> None:
    """Write down what happened to a step."""
    await tx.run(
        """
        insert into journeys.facts (
          tenant_id, subject_id, journey_id, step_slug, kind, detail, at
        )
        select %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(step_slug)s, k.kind,
               %(detail)s::jsonb, %(now)s
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
            "now": now,
        },
    )


async def insert_steps(
    tx: Transaction, *, journey: Journey, states: Mapping[str, str], now: datetime
) -> None:
    """Cache the state of every step of a new journey."""
    await tx.run(
        """
        insert into journeys.steps (
          tenant_id, journey_id, step_slug, subject_id, state, unlocked_at, created_at, updated_at
        )
        select %(tenant_id)s, %(journey_id)s, s.slug, %(subject_id)s, s.state,
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
    """Cache new states and percents; a time is set once, when its state is first reached."""
    await tx.run(
        """
        update journeys.steps s
           set state = n.state,
               percent = n.percent,
               unlocked_at = coalesce(
                 s.unlocked_at,
                 case when n.state <> 'locked' then %(now)s end
               ),
               started_at = coalesce(
                 s.started_at,
                 case when n.state in ('in_progress', 'completed') then %(now)s end
               ),
               completed_at = coalesce(
                 s.completed_at,
                 case when n.state in ('completed', 'skipped') then %(now)s end
               ),
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
