"""Statements about suggestions that were answered, and about the runs behind several outcomes."""

from collections.abc import Sequence
from uuid import UUID

from milepost.contexts.insights.types import Run, Suggestion
from milepost.platform.db import Transaction


async def list_answered(tx: Transaction, *, journey_id: UUID, limit: int) -> list[Suggestion]:
    """Return what a journey's company answered, the last answer first."""
    return await tx.many(
        Suggestion,
        """
        select s.id,
               s.subject_id,
               s.journey_id,
               s.outcome_id,
               s.step_slug,
               s.priority,
               s.text,
               s.reasoning,
               s.rests_on,
               s.engine,
               s.target,
               s.fingerprint,
               s.feedback,
               s.feedback_note,
               s.feedback_at,
               s.feedback_by,
               s.created_at,
               s.shown_at
          from insights.suggestions s
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.feedback is not null
         order by s.feedback_at desc,
                  s.id desc
         limit %(limit)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "limit": limit},
    )


async def list_runs(tx: Transaction, *, outcome_ids: Sequence[UUID]) -> list[Run]:
    """Return how far the making of suggestions is after several outcomes."""
    return await tx.many(
        Run,
        """
        select r.outcome_id,
               r.state,
               r.engine,
               r.error,
               r.asked_at,
               r.finished_at
          from insights.suggestion_runs r
         where r.tenant_id = %(tenant_id)s
           and r.outcome_id = any(%(outcome_ids)s)
        """,
        {"tenant_id": tx.actor.tenant_id, "outcome_ids": list(outcome_ids)},
    )
