"""Statements about outcomes: how steps went, in figures and in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.journeys.types import Journey, Outcome, OutcomeNotes, TaskResult
from milepost.platform.db import Transaction


async def insert_outcome(
    tx: Transaction,
    *,
    journey: Journey,
    step_slug: str,
    finished: bool,
    time_taken_days: int,
    confidence_level: int,
    share_anonymously: bool,
    industry: str,
    stage: str,
    now: datetime,
) -> UUID:
    """Write down the figures of an outcome, as the actor's; return its id."""
    outcome_id: UUID = await tx.value(
        """
        insert into journeys.outcomes (
          tenant_id, subject_id, journey_id, program_id, step_slug, author_id, finished,
          time_taken_days, confidence_level, share_anonymously, industry, stage, created_at,
          updated_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(program_id)s, %(step_slug)s,
          %(author_id)s, %(finished)s, %(time_taken_days)s, %(confidence_level)s,
          %(share_anonymously)s, %(industry)s, %(stage)s, %(now)s, %(now)s
        )
        returning id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "program_id": journey.program_id,
            "step_slug": step_slug,
            "author_id": tx.actor.user_id,
            "finished": finished,
            "time_taken_days": time_taken_days,
            "confidence_level": confidence_level,
            "share_anonymously": share_anonymously,
            "industry": industry,
            "stage": stage,
            "now": now,
        },
    )
    return outcome_id


async def insert_notes(
    tx: Transaction,
    *,
    journey: Journey,
    outcome_id: UUID,
    task_results: Mapping[str, TaskResult],
    notes: str,
    key_learnings: Sequence[str],
) -> None:
    """Write down the words of an outcome."""
    await tx.run(
        """
        insert into journeys.outcome_notes (
          tenant_id, outcome_id, subject_id, task_results, notes, key_learnings
        )
        values (
          %(tenant_id)s, %(outcome_id)s, %(subject_id)s, %(task_results)s, %(notes)s,
          %(key_learnings)s
        )
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "outcome_id": outcome_id,
            "subject_id": journey.subject_id,
            "task_results": Jsonb(stored_results(task_results)),
            "notes": notes,
            "key_learnings": list(key_learnings),
        },
    )


def stored_results(results: Mapping[str, TaskResult]) -> dict[str, dict[str, str]]:
    """Put results as they are kept: by task id, each with the title that its task has.

    Those kept before titles were are the text alone.
    """
    return {task_id: {"title": one.title, "result": one.text} for task_id, one in results.items()}


async def list_outcomes(
    tx: Transaction, *, journey_id: UUID, step_slug: str | None
) -> list[Outcome]:
    """Return the outcomes of a journey, or of one of its steps, the newest first."""
    return await tx.many(
        Outcome,
        """
        select o.id,
               o.subject_id,
               o.journey_id,
               o.program_id,
               o.step_slug,
               o.author_id,
               o.finished,
               o.time_taken_days,
               o.confidence_level,
               o.share_anonymously,
               o.industry,
               o.stage,
               o.created_at,
               o.updated_at
          from journeys.shown_outcomes o
         where o.tenant_id = %(tenant_id)s
           and o.journey_id = %(journey_id)s
           and (%(step_slug)s::text is null or o.step_slug = %(step_slug)s)
         order by o.created_at desc, o.id desc
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "step_slug": step_slug,
        },
    )


async def get_outcome(tx: Transaction, *, outcome_id: UUID) -> Outcome:
    """Return an outcome. Raises NotFound."""
    return await tx.one(
        Outcome,
        """
        select o.id,
               o.subject_id,
               o.journey_id,
               o.program_id,
               o.step_slug,
               o.author_id,
               o.finished,
               o.time_taken_days,
               o.confidence_level,
               o.share_anonymously,
               o.industry,
               o.stage,
               o.created_at,
               o.updated_at
          from journeys.shown_outcomes o
         where o.tenant_id = %(tenant_id)s
           and o.id = %(outcome_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "outcome_id": outcome_id},
    )


async def list_notes(tx: Transaction, *, outcome_ids: Sequence[UUID]) -> list[OutcomeNotes]:
    """Return the words of some outcomes, as far as the actor sees them."""
    return await tx.many(
        OutcomeNotes,
        """
        select n.outcome_id,
               (
                 select coalesce(
                          jsonb_object_agg(
                            r.key, coalesce(r.value ->> 'result', r.value #>> '{}')
                          ),
                          '{}'
                        )
                   from jsonb_each(n.task_results) r
               ) as task_results,
               n.notes,
               n.key_learnings,
               (
                 select coalesce(jsonb_object_agg(r.key, r.value ->> 'title'), '{}')
                   from jsonb_each(n.task_results) r
                  where r.value ->> 'title' is not null
               ) as task_titles
          from journeys.outcome_notes n
         where n.tenant_id = %(tenant_id)s
           and n.outcome_id = any(%(outcome_ids)s)
        """,
        {"tenant_id": tx.actor.tenant_id, "outcome_ids": list(outcome_ids)},
    )


async def is_own_step(tx: Transaction, *, journey_id: UUID, step_slug: str) -> bool:
    """Tell whether a step is a company's own, and not the framework's."""
    return await tx.value(
        """
        select exists (
                 select
                   from journeys.plan_steps p
                  where p.tenant_id = %(tenant_id)s
                    and p.journey_id = %(journey_id)s
                    and p.step_slug = %(step_slug)s
                    and p.version_id is null
               )
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "step_slug": step_slug},
    )


async def find_sharing(
    tx: Transaction, *, subject_id: UUID, program_id: UUID, step_slug: str
) -> bool | None:
    """Tell what a company chose for a step, or else what it chose last; None when it never chose.

    Only steps of the framework are asked about: nobody else has a company's own.
    """
    shared: bool | None = await tx.value(
        """
        select o.share_anonymously
          from journeys.outcomes o
         where o.tenant_id = %(tenant_id)s
           and o.subject_id = %(subject_id)s
           and not exists (
                 select
                   from journeys.plan_steps p
                  where p.tenant_id = o.tenant_id
                    and p.journey_id = o.journey_id
                    and p.step_slug = o.step_slug
                    and p.version_id is null
               )
         order by (o.program_id = %(program_id)s and o.step_slug = %(step_slug)s) desc,
                  o.updated_at desc,
                  o.id desc
         limit 1
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "program_id": program_id,
            "step_slug": step_slug,
        },
    )
    return shared


async def hold_sharing(tx: Transaction, *, subject_id: UUID, program_id: UUID) -> None:
    """Keep others from choosing what a company shares of a program until the transaction ends.

    A company may walk it several times: holding one journey wouldn't hold the others.
    """
    await tx.run(
        "select pg_advisory_xact_lock(hashtextextended(%(what)s, 0))",
        {"what": f"journeys.sharing {subject_id} {program_id}"},
    )


async def update_sharing(
    tx: Transaction,
    *,
    subject_id: UUID,
    program_id: UUID,
    step_slugs: Sequence[str],
    share_anonymously: bool,
    now: datetime,
) -> int:
    """Agree to share all outcomes of some steps, or take that back; return how many changed.

    Outcomes of a company's own steps are never shared: nobody else has such a step.
    """
    return await tx.run(
        """
        update journeys.outcomes o
           set share_anonymously = %(share_anonymously)s,
               updated_at = %(now)s
         where o.tenant_id = %(tenant_id)s
           and o.subject_id = %(subject_id)s
           and o.program_id = %(program_id)s
           and o.step_slug = any(%(step_slugs)s)
           and o.share_anonymously <> %(share_anonymously)s
           and (
             not %(share_anonymously)s
             or not exists (
                  select
                    from journeys.plan_steps p
                   where p.tenant_id = o.tenant_id
                     and p.journey_id = o.journey_id
                     and p.step_slug = o.step_slug
                     and p.version_id is null
                )
           )
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "program_id": program_id,
            "step_slugs": list(step_slugs),
            "share_anonymously": share_anonymously,
            "now": now,
        },
    )
