"""Statements about actions: what was proposed, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.standups.types import Action
from milepost.platform.db import Transaction


async def get_action(tx: Transaction, *, journey_id: UUID, action_id: UUID) -> Action:
    """Return an action of the actor's own talk, held for this transaction. Raises NotFound."""
    return await tx.one(
        Action,
        """
        select a.id,
               a.message_id,
               a.journey_id,
               a.user_id,
               a.place,
               a.kind,
               a.target,
               a.step_slug,
               a.label,
               a.said,
               a.confidence,
               a.sure,
               a.state,
               a.outcome,
               a.decided_seq,
               a.decided_at,
               a.decided_by
          from standups.actions a
         where a.tenant_id = %(tenant_id)s
           and a.journey_id = %(journey_id)s
           and a.user_id = %(user_id)s
           and a.id = %(action_id)s
           for update
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
            "action_id": action_id,
        },
    )


async def update_action(
    tx: Transaction, *, action_id: UUID, state: str, outcome: str, seq: int, now: datetime
) -> None:
    """Write down what became of an action."""
    await tx.run(
        """
        update standups.actions
           set state = %(state)s,
               outcome = %(outcome)s,
               decided_seq = %(seq)s,
               decided_at = %(now)s,
               decided_by = %(user_id)s
         where tenant_id = %(tenant_id)s
           and id = %(action_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "action_id": action_id,
            "state": state,
            "outcome": outcome,
            "seq": seq,
            "now": now,
        },
    )


async def list_actions(tx: Transaction, *, message_ids: Sequence[UUID]) -> list[Action]:
    """Return what was proposed in these messages, in order."""
    return await tx.many(
        Action,
        """
        select a.id,
               a.message_id,
               a.journey_id,
               a.user_id,
               a.place,
               a.kind,
               a.target,
               a.step_slug,
               a.label,
               a.said,
               a.confidence,
               a.sure,
               a.state,
               a.outcome,
               a.decided_seq,
               a.decided_at,
               a.decided_by
          from standups.actions a
         where a.tenant_id = %(tenant_id)s
           and a.message_id = any(%(message_ids)s)
         order by a.message_id, a.place
        """,
        {"tenant_id": tx.actor.tenant_id, "message_ids": list(message_ids)},
    )


async def list_decided_after(
    tx: Transaction, *, journey_id: UUID, after: int, limit: int
) -> list[Action]:
    """Return what was decided in the actor's own talk after a number, in order."""
    return await tx.many(
        Action,
        """
        select a.id,
               a.message_id,
               a.journey_id,
               a.user_id,
               a.place,
               a.kind,
               a.target,
               a.step_slug,
               a.label,
               a.said,
               a.confidence,
               a.sure,
               a.state,
               a.outcome,
               a.decided_seq,
               a.decided_at,
               a.decided_by
          from standups.actions a
         where a.tenant_id = %(tenant_id)s
           and a.journey_id = %(journey_id)s
           and a.user_id = %(user_id)s
           and a.decided_seq > %(after)s
         order by a.decided_seq
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
            "after": after,
            "limit": limit,
        },
    )


async def list_blockers(tx: Transaction, *, journey_id: UUID) -> list[Action]:
    """Return what was said to block a journey's steps that aren't behind it, the latest first.

    What was confirmed before a step was taken into the plan was about one that left it since: it
    went with that. By either clock, as what is brought in may have been said on another day.
    """
    return await tx.many(
        Action,
        """
        select a.id,
               a.message_id,
               a.journey_id,
               a.user_id,
               a.place,
               a.kind,
               a.target,
               a.step_slug,
               a.label,
               a.said,
               a.confidence,
               a.sure,
               a.state,
               a.outcome,
               a.decided_seq,
               a.decided_at,
               a.decided_by
          from standups.actions a
          join journeys.steps s
            on s.tenant_id = a.tenant_id
           and s.journey_id = a.journey_id
           and s.step_slug = a.step_slug
         where a.tenant_id = %(tenant_id)s
           and a.journey_id = %(journey_id)s
           and a.kind = 'note_blocker'
           and a.state = 'confirmed'
           and s.state not in ('completed', 'skipped')
           and (a.decided_at >= s.created_at or a.id > s.id)
           and not exists (
                 select 1
                   from standups.lifted l
                  where l.tenant_id = a.tenant_id
                    and l.action_id = a.id
               )
         order by a.decided_at desc, a.id desc
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def get_blocker(tx: Transaction, *, journey_id: UUID, action_id: UUID) -> Action:
    """Return what was noted to block a step, lifted or not. Raises NotFound."""
    return await tx.one(
        Action,
        """
        select a.id,
               a.message_id,
               a.journey_id,
               a.user_id,
               a.place,
               a.kind,
               a.target,
               a.step_slug,
               a.label,
               a.said,
               a.confidence,
               a.sure,
               a.state,
               a.outcome,
               a.decided_seq,
               a.decided_at,
               a.decided_by
          from standups.actions a
         where a.tenant_id = %(tenant_id)s
           and a.journey_id = %(journey_id)s
           and a.id = %(action_id)s
           and a.kind = 'note_blocker'
           and a.state = 'confirmed'
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "action_id": action_id},
    )


async def insert_lifted(
    tx: Transaction, *, subject_id: UUID, action_ids: Sequence[UUID], now: datetime
) -> int:
    """Write down that blockers are out of the way; return how many weren't before."""
    return await tx.run(
        """
        insert into standups.lifted (tenant_id, action_id, subject_id, lifted_by, lifted_at)
        select %(tenant_id)s, n.action_id, %(subject_id)s, %(user_id)s, %(now)s
          from unnest(%(action_ids)s::uuid[]) as n (action_id)
        on conflict (tenant_id, action_id)
        do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "user_id": tx.actor.user_id,
            "action_ids": list(action_ids),
            "now": now,
        },
    )
