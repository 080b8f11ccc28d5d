"""Statements about forms that were not sent yet: each person's own, one of a kind and step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.journeys.types import FormSpot, HomelessForm, Journey, UnsentForm
from milepost.platform.db import Transaction


async def find_unsent(tx: Transaction, *, spot: FormSpot) -> UnsentForm | None:
    """Return what the actor wrote in a form and did not send, if there is any."""
    return await tx.maybe(
        UnsentForm,
        """
        select f.id,
               f.based_on,
               f.data,
               f.revision,
               f.updated_at
          from journeys.unsent_forms f
         where f.tenant_id = %(tenant_id)s
           and f.journey_id = %(journey_id)s
           and f.author_id = %(author_id)s
           and f.form = %(form)s
           and f.step_slug = %(step_slug)s
        """,
        _place(tx, spot),
    )


async def list_homeless(tx: Transaction, *, journey_id: UUID) -> list[HomelessForm]:
    """Return what the actor wrote about steps that are not in the plan any more, latest first."""
    return await tx.many(
        HomelessForm,
        """
        select f.step_slug,
               f.data,
               f.updated_at
          from journeys.unsent_forms f
         where f.tenant_id = %(tenant_id)s
           and f.journey_id = %(journey_id)s
           and f.author_id = %(author_id)s
           and f.form = 'edit'
           and not exists (
                 select 1
                   from journeys.shown_plan_steps p
                  where p.tenant_id = f.tenant_id
                    and p.journey_id = f.journey_id
                    and p.step_slug = f.step_slug
               )
         order by f.updated_at desc, f.id desc
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "author_id": tx.actor.user_id,
        },
    )


async def insert_unsent(
    tx: Transaction,
    *,
    journey: Journey,
    spot: FormSpot,
    based_on: str,
    data: Mapping[str, Any],
    now: datetime,
) -> UnsentForm | None:
    """Keep the first of a form; None when another device of its writer was faster."""
    return await tx.maybe(
        UnsentForm,
        """
        insert into journeys.unsent_forms (
          tenant_id, subject_id, journey_id, author_id, form, step_slug, based_on, data,
          created_at, updated_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(author_id)s, %(form)s, %(step_slug)s,
          %(based_on)s, %(data)s, %(now)s, %(now)s
        )
        on conflict (tenant_id, journey_id, author_id, form, step_slug) do nothing
        returning id, based_on, data, revision, updated_at
        """,
        {
            **_place(tx, spot),
            "subject_id": journey.subject_id,
            "based_on": based_on,
            "data": Jsonb(dict(data)),
            "now": now,
        },
    )


async def update_unsent(
    tx: Transaction,
    *,
    seen: UnsentForm,
    based_on: str,
    data: Mapping[str, Any],
    now: datetime,
) -> UnsentForm | None:
    """Keep what is written now; None when it is not any more what was seen."""
    return await tx.maybe(
        UnsentForm,
        """
        update journeys.unsent_forms
           set based_on = %(based_on)s,
               data = %(data)s,
               revision = revision + 1,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(id)s
           and revision = %(revision)s
        returning id, based_on, data, revision, updated_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "id": seen.id,
            "revision": seen.revision,
            "based_on": based_on,
            "data": Jsonb(dict(data)),
            "now": now,
        },
    )


async def delete_unsent(tx: Transaction, *, form_id: UUID, revision: int) -> int:
    """Let go of what was kept, if it is still what was seen; tell how many rows that were."""
    return await tx.run(
        """
        delete from journeys.unsent_forms
         where tenant_id = %(tenant_id)s
           and id = %(id)s
           and revision = %(revision)s
        """,
        {"tenant_id": tx.actor.tenant_id, "id": form_id, "revision": revision},
    )


def _place(tx: Transaction, spot: FormSpot) -> dict[str, Any]:
    return {
        "tenant_id": tx.actor.tenant_id,
        "author_id": tx.actor.user_id,
        "journey_id": spot.journey_id,
        "form": str(spot.kind),
        "step_slug": spot.step_slug,
    }
