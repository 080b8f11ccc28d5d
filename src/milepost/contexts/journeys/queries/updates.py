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


async def forget_edits(
    tx: Transaction, *, journey_id: UUID, slugs: Sequence[str], now: datetime
) -> None:
    """Let these steps be as the framework says."""
    await tx.run(
        """
        update journeys.plan_steps
           set title = null,
               description = null,
               deliverables = null,
               criteria = null,
               phase = null,
               domain = null,
               after = null,
               days = null,
               revision = revision + 1,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = any(%(slugs)s)
           and version_id is not null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "slugs": list(slugs),
            "now": now,
        },
    )


async def rename_task(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    slug: str,
    before: str,
    after: str,
    now: datetime,
) -> None:
    """Call a task as the framework does now, unless the company calls it something else."""
    await tx.run(
        """
        update journeys.tasks
           set title = %(after)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = %(step_slug)s
           and slug = %(slug)s
           and title = %(before)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "step_slug": step_slug,
            "slug": slug,
            "before": before,
            "after": after,
            "now": now,
        },
    )


async def delete_untouched_task(
    tx: Transaction, *, journey_id: UUID, step_slug: str, slug: str
) -> None:
    """Take a task away that nobody ticked, took or dated."""
    await tx.run(
        """
        delete from journeys.tasks
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = %(step_slug)s
           and slug = %(slug)s
           and completed_at is null
           and assignee_id is null
           and due_on is null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "step_slug": step_slug,
            "slug": slug,
        },
    )
