"""Statements about answers: drafts, versions handed in, and the values they gave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.journeys.types import Journey, Submission
from milepost.contexts.programs.types import Step
from milepost.platform.db import Transaction


async def find_versions(
    tx: Transaction, *, journey_id: UUID, tool: str
) -> tuple[Submission | None, Submission | None]:
    """Return the draft and the newest version handed in, each if there is one."""
    rows = await tx.many(
        Submission,
        """
        select s.id,
               s.subject_id,
               s.journey_id,
               s.step_slug,
               s.user_id,
               s.data,
               s.inputs,
               s.status,
               s.version,
               s.revision,
               s.created_at,
               s.updated_at,
               s.submitted_at,
               s.completed_at
          from journeys.submissions s
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.tool = %(tool)s
         order by s.version desc
         limit 2
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "tool": tool},
    )
    draft = rows[0] if rows and rows[0].submitted_at is None else None
    latest = next((row for row in rows if row.submitted_at is not None), None)
    return draft, latest


async def find_version_number(tx: Transaction, *, journey_id: UUID, tool: str) -> int:
    """Return the number of the newest version handed in; 0 when there is none."""
    number: int = await tx.value(
        """
        select coalesce(max(s.version), 0)
          from journeys.submissions s
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.tool = %(tool)s
           and s.submitted_at is not null
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "tool": tool},
    )
    return number


async def list_submissions(tx: Transaction, *, journey_id: UUID, tool: str) -> list[Submission]:
    """Return every version handed in, the newest first."""
    return await tx.many(
        Submission,
        """
        select s.id,
               s.subject_id,
               s.journey_id,
               s.step_slug,
               s.user_id,
               s.data,
               s.inputs,
               s.status,
               s.version,
               s.revision,
               s.created_at,
               s.updated_at,
               s.submitted_at,
               s.completed_at
          from journeys.submissions s
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.tool = %(tool)s
           and s.submitted_at is not null
         order by s.version desc
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "tool": tool},
    )


async def get_submission(
    tx: Transaction, *, journey_id: UUID, tool: str, version: int
) -> Submission:
    """Return one version handed in. Raises NotFound."""
    return await tx.one(
        Submission,
        """
        select s.id,
               s.subject_id,
               s.journey_id,
               s.step_slug,
               s.user_id,
               s.data,
               s.inputs,
               s.status,
               s.version,
               s.revision,
               s.created_at,
               s.updated_at,
               s.submitted_at,
               s.completed_at
          from journeys.submissions s
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.tool = %(tool)s
           and s.version = %(version)s
           and s.submitted_at is not null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "tool": tool,
            "version": version,
        },
    )


async def upsert_draft(
    tx: Transaction,
    *,
    journey: Journey,
    step: Step,
    version: int,
    status: str,
    data: Mapping[str, Any],
    inputs: Mapping[str, Any],
    now: datetime,
) -> Submission:
    """Save the draft that will become `version`."""
    return await tx.one(
        Submission,
        """
        insert into journeys.submissions as s (
          tenant_id, tool, subject_id, journey_id, step_slug, user_id, organization_id,
          data, inputs, status, version, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(tool)s, %(subject_id)s, %(journey_id)s, %(step_slug)s, %(user_id)s,
          (
            select u.organization_id
              from identity.users u
             where u.tenant_id = %(tenant_id)s
               and u.id = %(user_id)s
          ),
          %(data)s, %(inputs)s, %(status)s, %(version)s, %(now)s, %(now)s
        )
        on conflict (tenant_id, journey_id, tool, version) do update
           set user_id = excluded.user_id,
               organization_id = excluded.organization_id,
               data = excluded.data,
               inputs = excluded.inputs,
               status = excluded.status,
               revision = s.revision + 1,
               updated_at = excluded.updated_at
        returning s.id,
                  s.subject_id,
                  s.journey_id,
                  s.step_slug,
                  s.user_id,
                  s.data,
                  s.inputs,
                  s.status,
                  s.version,
                  s.revision,
                  s.created_at,
                  s.updated_at,
                  s.submitted_at,
                  s.completed_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "tool": step.tool_schema,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "step_slug": step.slug,
            "user_id": tx.actor.user_id,
            "data": Jsonb(data),
            "inputs": Jsonb(inputs),
            "status": status,
            "version": version,
            "now": now,
        },
    )


async def hand_in(
    tx: Transaction,
    *,
    journey: Journey,
    step: Step,
    version: int,
    data: Mapping[str, Any],
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    now: datetime,
) -> Submission:
    """Make `version` from its draft or from nothing, with the values it gives.

    An output of None says that an earlier version gave the field and this one does not.
    """
    return await tx.one(
        Submission,
        """
        with submission as (
          insert into journeys.submissions as s (
            tenant_id, tool, subject_id, journey_id, step_slug, user_id, organization_id,
            data, inputs, status, version, created_at, updated_at, submitted_at, completed_at
          )
          values (
            %(tenant_id)s, %(tool)s, %(subject_id)s, %(journey_id)s, %(step_slug)s, %(user_id)s,
            (
              select u.organization_id
                from identity.users u
               where u.tenant_id = %(tenant_id)s
                 and u.id = %(user_id)s
            ),
            %(data)s, %(inputs)s, 'completed', %(version)s, %(now)s, %(now)s, %(now)s, %(now)s
          )
          on conflict (tenant_id, journey_id, tool, version) do update
             set user_id = excluded.user_id,
                 organization_id = excluded.organization_id,
                 data = excluded.data,
                 inputs = excluded.inputs,
                 status = excluded.status,
                 revision = s.revision + 1,
                 updated_at = excluded.updated_at,
                 submitted_at = excluded.submitted_at,
                 completed_at = excluded.completed_at
          returning s.*
        ),
        outputs as (
          insert into journeys.field_outputs (
            tenant_id, tool, subject_id, journey_id, submission_id, version, field_id,
            field_value, created_at
          )
          select s.tenant_id, s.tool, s.subject_id, s.journey_id, s.id, s.version, o.key,
                 o.value, s.submitted_at
            from submission s
           cross join lateral jsonb_each(%(outputs)s) o
        ),
        current as (
          insert into journeys.current_fields (
            tenant_id, journey_id, field_id, subject_id, tool, version, field_value, created_at
          )
          select s.tenant_id, s.journey_id, o.key, s.subject_id, s.tool, s.version, o.value,
                 s.submitted_at
            from submission s
           cross join lateral jsonb_each(%(outputs)s) o
          on conflict (tenant_id, journey_id, field_id) do update
             set tool = excluded.tool,
                 version = excluded.version,
                 field_value = excluded.field_value,
                 created_at = excluded.created_at
        )
        select s.id,
               s.subject_id,
               s.journey_id,
               s.step_slug,
               s.user_id,
               s.data,
               s.inputs,
               s.status,
               s.version,
               s.revision,
               s.created_at,
               s.updated_at,
               s.submitted_at,
               s.completed_at
          from submission s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "tool": step.tool_schema,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "step_slug": step.slug,
            "user_id": tx.actor.user_id,
            "data": Jsonb(data),
            "inputs": Jsonb(inputs),
            "outputs": Jsonb(outputs),
            "version": version,
            "now": now,
        },
    )
