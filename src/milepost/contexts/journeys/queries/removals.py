"""Statements for taking a step away: what was done in it, and what of it goes along."""

from uuid import UUID

from milepost.platform.db import Transaction


async def has_happened(tx: Transaction, *, journey_id: UUID, step_slug: str) -> bool:
    """Tell whether anything ever happened in a step, or was written about how it went."""
    found: bool = await tx.value(
        """
        select exists (
          select 1
            from journeys.facts f
           where f.tenant_id = %(tenant_id)s
             and f.journey_id = %(journey_id)s
             and f.step_slug = %(step_slug)s
        ) or exists (
          select 1
            from journeys.shown_outcomes o
           where o.tenant_id = %(tenant_id)s
             and o.journey_id = %(journey_id)s
             and o.step_slug = %(step_slug)s
        )
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "step_slug": step_slug},
    )
    return found


async def delete_standing(tx: Transaction, *, journey_id: UUID, step_slug: str) -> None:
    """Forget where a step stood."""
    await tx.run(
        """
        delete from journeys.steps
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = %(step_slug)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "step_slug": step_slug},
    )


async def delete_tasks(tx: Transaction, *, journey_id: UUID, step_slug: str) -> None:
    """Take the tasks of a step away."""
    await tx.run(
        """
        delete from journeys.tasks
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = %(step_slug)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "step_slug": step_slug},
    )
