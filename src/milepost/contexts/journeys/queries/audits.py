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
