"""Statements for proving what is cached of a company's journey."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Happened:
    """One fact; `task` is the id of the one that was ticked or unticked."""

    step_slug: str
    kind: str
    task: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """Since when a step is in the plan, and when what the plan says of it changed last."""

    step_slug: str
    version_id: UUID | None
    after: list[str] | None
    created_at: datetime
    updated_at: datetime


async def list_planned(tx: Transaction, *, journey_id: UUID) -> list[Planned]:
    """Return how long the steps of a plan are in it as they are."""
    return await tx.many(
        Planned,
        """
        select p.step_slug,
               p.version_id,
               p.after,
               p.created_at,
               p.updated_at
          from journeys.plan_steps p
         where p.tenant_id = %(tenant_id)s
           and p.journey_id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def list_happened(tx: Transaction, *, journey_id: UUID) -> list[Happened]:
    """Return all that happened in a journey, in the order in which it did."""
    return await tx.many(
        Happened,
        """
        select f.step_slug,
               f.kind,
               f.detail ->> 'task' as task,
               f.at
          from journeys.facts f
         where f.tenant_id = %(tenant_id)s
           and f.journey_id = %(journey_id)s
         order by f.id
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )
