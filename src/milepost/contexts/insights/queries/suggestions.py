"""Statements about suggestions, the runs that make them, and what was said to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.insights.types import Advice, Run, Said, Suggestion, Wording
from milepost.contexts.journeys.types import Outcome
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class _SaidArrays:
    dismissed: list[str]
    accepted: list[str]
    open: list[str]


async def insert_run(tx: Transaction, *, outcome: Outcome, now: datetime) -> None:
    """Note that suggestions after an outcome are being made; anew, if they couldn't be."""
    await tx.run(
        """
        insert into insights.suggestion_runs as r (
          tenant_id, outcome_id, subject_id, state, asked_at
        )
        values (%(tenant_id)s, %(outcome_id)s, %(subject_id)s, 'pending', %(now)s)
        on conflict (tenant_id, outcome_id) do update
           set state = 'pending',
               error = '',
               asked_at = excluded.asked_at,
               finished_at = null
         where r.state = 'failed'
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "outcome_id": outcome.id,
            "subject_id": outcome.subject_id,
            "now": now,
        },
    )


async def find_run(tx: Transaction, *, outcome_id: UUID) -> Run | None:
    """Return how far the making of suggestions is; None before it began."""
    return await tx.maybe(
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
           and r.outcome_id = %(outcome_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "outcome_id": outcome_id},
    )


async def finish_run(
    tx: Transaction,
    *,
    outcome_id: UUID,
    state: str,
    engine: str | None,
    error: str,
    now: datetime,
) -> bool:
    """Say how it ended; False when that was said before. What was given up may still be made."""
    touched = await tx.run(
        """
        update insights.suggestion_runs
           set state = %(state)s,
               engine = %(engine)s,
               error = %(error)s,
               finished_at = %(now)s
         where tenant_id = %(tenant_id)s
           and outcome_id = %(outcome_id)s
           and (state = 'pending' or state = 'failed' and %(state)s = 'ready')
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "outcome_id": outcome_id,
            "state": state,
            "engine": engine,
            "error": error,
            "now": now,
        },
    )
    return touched == 1


async def list_pending(tx: Transaction, *, before: datetime) -> list[UUID]:
    """Name the outcomes whose suggestions were asked for before a time and are still being made."""
    return await tx.values(
        """
        select r.outcome_id
          from insights.suggestion_runs r
         where r.tenant_id = %(tenant_id)s
           and r.state = 'pending'
           and r.asked_at < %(before)s
         order by r.asked_at
        """,
        {"tenant_id": tx.actor.tenant_id, "before": before},
    )


async def insert_suggestions(
    tx: Transaction,
    *,
    outcome: Outcome,
    engine: str,
    advice: Sequence[Advice],
    now: datetime,
) -> None:
    """Keep suggestions after an outcome, in their order."""
    await tx.run_each(
        """
        insert into insights.suggestions (
          tenant_id, subject_id, journey_id, outcome_id, step_slug, place, priority, text,
          reasoning, rests_on, engine, target, fingerprint, created_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(outcome_id)s, %(step_slug)s, %(place)s,
          %(priority)s, %(text)s, %(reasoning)s, %(rests_on)s, %(engine)s, %(target)s,
          %(fingerprint)s, %(now)s
        )
        on conflict (tenant_id, outcome_id, fingerprint) do nothing
        """,
        [
            {
                "tenant_id": tx.actor.tenant_id,
                "subject_id": outcome.subject_id,
                "journey_id": outcome.journey_id,
                "outcome_id": outcome.id,
                "step_slug": outcome.step_slug,
                "place": place,
                "priority": str(item.priority),
                "text": item.text,
                "reasoning": item.reasoning,
                "rests_on": Jsonb([basis.to_document() for basis in item.rests_on]),
                "engine": engine,
                "target": Jsonb(item.target.to_document()),
                "fingerprint": item.fingerprint,
                "now": now,
            }
            for place, item in enumerate(advice, 1)
        ],
    )


async def list_of_outcome(tx: Transaction, *, outcome_id: UUID) -> list[Suggestion]:
    """Return the suggestions after an outcome, in their order."""
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
           and s.outcome_id = %(outcome_id)s
         order by s.place
        """,
        {"tenant_id": tx.actor.tenant_id, "outcome_id": outcome_id},
    )


async def list_open(tx: Transaction, *, journey_id: UUID) -> list[Suggestion]:
    """Return what nobody answered yet in a journey, the newest of those about the same thing.

    The most pressing first, then the newest.
    """
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
           and s.feedback is null
           and not exists (
             select 1
               from insights.suggestions o
              where o.tenant_id = s.tenant_id
                and o.subject_id = s.subject_id
                and o.fingerprint = s.fingerprint
                and (o.feedback = 'dismissed' or o.journey_id = s.journey_id and o.id > s.id)
           )
         order by array_position(array['high', 'medium', 'low'], s.priority),
                  s.created_at desc,
                  s.place
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def get_suggestion(tx: Transaction, *, suggestion_id: UUID) -> Suggestion:
    """Return a suggestion. Raises NotFound."""
    return await tx.one(
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
           and s.id = %(suggestion_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "suggestion_id": suggestion_id},
    )


async def lock_suggestion(tx: Transaction, *, suggestion_id: UUID) -> bool:
    """Hold a suggestion until the transaction ends; False for whoever may not answer it."""
    held = await tx.value(
        """
        select s.id
          from insights.suggestions s
         where s.tenant_id = %(tenant_id)s
           and s.id = %(suggestion_id)s
           for no key update
        """,
        {"tenant_id": tx.actor.tenant_id, "suggestion_id": suggestion_id},
    )
    return held is not None


async def update_feedback(
    tx: Transaction, *, suggestion_id: UUID, feedback: str, note: str, now: datetime
) -> None:
    """Keep what the actor said to a suggestion."""
    await tx.run(
        """
        update insights.suggestions
           set feedback = %(feedback)s,
               feedback_note = %(note)s,
               feedback_at = %(now)s,
               feedback_by = %(user_id)s
         where tenant_id = %(tenant_id)s
           and id = %(suggestion_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "suggestion_id": suggestion_id,
            "feedback": feedback,
            "note": note,
            "user_id": tx.actor.user_id,
            "now": now,
        },
    )


async def update_shown(tx: Transaction, *, suggestion_ids: Sequence[UUID], now: datetime) -> None:
    """Note that the company itself has seen suggestions, the first time it does."""
    await tx.run(
        """
        update insights.suggestions
           set shown_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = any(%(suggestion_ids)s)
           and shown_at is null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "suggestion_ids": list(suggestion_ids),
            "now": now,
        },
    )


async def get_said(tx: Transaction, *, subject_id: UUID, journey_id: UUID) -> Said:
    """Return what a company said to suggestions: dismissed anywhere, else in this journey."""
    said = await tx.one(
        _SaidArrays,
        """
        select coalesce(
                 array_agg(distinct s.fingerprint) filter (where s.feedback = 'dismissed'), '{}'
               ) as dismissed,
               coalesce(
                 array_agg(distinct s.fingerprint) filter (
                   where s.feedback = 'accepted' and s.journey_id = %(journey_id)s
                 ), '{}'
               ) as accepted,
               coalesce(
                 array_agg(distinct s.fingerprint) filter (
                   where s.feedback is null and s.journey_id = %(journey_id)s
                 ), '{}'
               ) as open
          from insights.suggestions s
         where s.tenant_id = %(tenant_id)s
           and s.subject_id = %(subject_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "journey_id": journey_id,
        },
    )
    return Said(frozenset(said.dismissed), frozenset(said.accepted), frozenset(said.open))


async def list_settled(
    tx: Transaction, *, subject_id: UUID, accepted_in_journey_id: UUID | None
) -> list[Wording]:
    """Return in words what a company dismissed, and took up in one journey, the newest first."""
    return await tx.many(
        Wording,
        """
        select s.target ->> 'kind' as kind,
               s.target ->> 'step_slug' as step_slug,
               s.target ->> 'title' as title,
               s.text,
               s.fingerprint
          from insights.suggestions s
         where s.tenant_id = %(tenant_id)s
           and s.subject_id = %(subject_id)s
           and (
             s.feedback = 'dismissed'
             or s.feedback = 'accepted' and s.journey_id = %(accepted_in_journey_id)s::uuid
           )
         order by s.id desc
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "accepted_in_journey_id": accepted_in_journey_id,
        },
    )
