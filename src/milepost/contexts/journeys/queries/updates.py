"""Statements about taking a newer version of the framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyJourney:
    """A company's journey, by name."""

    journey_id: UUID
    company: str
    name: str


async def list_company_journeys(tx: Transaction, *, program_slug: str) -> list[CompanyJourney]:
    """Return every company's journeys in a program, by company."""
    return await tx.many(
        CompanyJourney,
        """
        select j.id as journey_id,
               o.name as company,
               j.name
          from journeys.journeys j
          join programs.programs p
            on p.id = j.program_id
          join identity.organizations o
            on o.tenant_id = j.tenant_id
           and o.id = j.subject_id
         where j.tenant_id = %(tenant_id)s
           and p.slug = %(program_slug)s
         order by o.name, j.name, j.id
        """,
        {"tenant_id": tx.actor.tenant_id, "program_slug": program_slug},
    )


async def list_written(tx: Transaction, *, journey_id: UUID) -> list[UUID]:
    """Return the tasks of a journey about which an outcome says what came of them."""
    return await tx.values(
        """
        select distinct t.id
          from journeys.outcomes o
          join journeys.outcome_notes n
            on n.tenant_id = o.tenant_id
           and n.outcome_id = o.id
         cross join lateral jsonb_object_keys(n.task_results) as r (task_id)
          join journeys.tasks t
            on t.tenant_id = o.tenant_id
           and t.journey_id = o.journey_id
           and t.id::text = r.task_id
         where o.tenant_id = %(tenant_id)s
           and o.journey_id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def settle_versions(
    tx: Transaction, *, journey_id: UUID, version_id: UUID, slugs: Sequence[str]
) -> None:
    """Note that these steps are that version's, in which they are the same.

    That is no change that somebody who writes in one of them would have to be told of.
    """
    await tx.run(
        """
        update journeys.plan_steps
           set version_id = %(version_id)s
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = any(%(slugs)s)
           and version_id <> %(version_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "version_id": version_id,
            "slugs": list(slugs),
        },
    )


async def rename_tasks(
    tx: Transaction, *, journey_id: UUID, tasks: Sequence[tuple[str, str, str]], now: datetime
) -> None:
    """Call tasks as the framework does now, each (step, slug, title)."""
    await tx.run(
        """
        update journeys.tasks t
           set title = n.title,
               updated_at = %(now)s
          from unnest(%(steps)s::text[], %(slugs)s::text[], %(titles)s::text[])
               as n (step_slug, slug, title)
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
           and t.step_slug = n.step_slug
           and t.slug = n.slug
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "steps": [step for step, _, _ in tasks],
            "slugs": [slug for _, slug, _ in tasks],
            "titles": [title for _, _, title in tasks],
            "now": now,
        },
    )


async def delete_tasks(
    tx: Transaction, *, journey_id: UUID, tasks: Sequence[tuple[str, str]]
) -> None:
    """Take tasks of the framework away, each (step, slug)."""
    await tx.run(
        """
        delete from journeys.tasks t
         using unnest(%(steps)s::text[], %(slugs)s::text[]) as n (step_slug, slug)
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
           and t.step_slug = n.step_slug
           and t.slug = n.slug
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "steps": [step for step, _ in tasks],
            "slugs": [slug for _, slug in tasks],
        },
    )
