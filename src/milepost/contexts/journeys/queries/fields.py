"""Statements about the values that flow from tool to tool."""

from collections.abc import Sequence
from uuid import UUID

from milepost.contexts.journeys.types import FieldValue, Outdated
from milepost.platform.db import Transaction


async def list_fields(
    tx: Transaction, *, journey_id: UUID, field_ids: Sequence[str]
) -> list[FieldValue]:
    """Return what those fields are now."""
    return await tx.many(
        FieldValue,
        """
        select c.field_id,
               c.tool,
               c.version,
               c.field_value as value,
               c.created_at as at
          from journeys.current_fields c
         where c.tenant_id = %(tenant_id)s
           and c.journey_id = %(journey_id)s
           and c.field_id = any (%(field_ids)s)
           and c.field_value <> 'null'
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "field_ids": list(field_ids),
        },
    )


async def list_outdated(
    tx: Transaction, *, journey_id: UUID, tools: Sequence[str]
) -> list[Outdated]:
    """Return where the newest answers used a value that has changed since, in those tools.

    A value its author decided not to take, by a fact `kept`, is left out.
    """
    return await tx.many(
        Outdated,
        """
        with latest as (
          select distinct on (s.tool)
                 s.step_slug,
                 s.version,
                 s.inputs
            from journeys.submissions s
           where s.tenant_id = %(tenant_id)s
             and s.journey_id = %(journey_id)s
             and s.tool = any (%(tools)s)
             and s.submitted_at is not null
           order by s.tool, s.version desc
        )
        select l.step_slug,
               l.version,
               i.key as field_id,
               i.value -> 'value' as used,
               (i.value ->> 'version')::integer as used_version,
               c.field_value as current,
               c.version as current_version,
               c.created_at as changed_at
          from latest l
         cross join lateral jsonb_each(l.inputs) i
          join journeys.current_fields c
            on c.tenant_id = %(tenant_id)s
           and c.journey_id = %(journey_id)s
           and c.field_id = i.key
         where c.field_value is distinct from i.value -> 'value'
           and not exists (
             select 1
               from journeys.facts f
              where f.tenant_id = %(tenant_id)s
                and f.journey_id = %(journey_id)s
                and f.kind = 'kept'
                and f.step_slug = l.step_slug
                and f.detail ->> 'field' = i.key
                and f.detail -> 'value' = c.field_value
           )
         order by c.created_at desc, l.step_slug, i.key
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "tools": list(tools),
        },
    )
