"""Statements about a past that is brought in at once: a few for all of it, however long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.journeys.queries.outcomes import stored_results
from milepost.contexts.journeys.types import (
    HistoryEntry,
    Journey,
    PastFact,
    PastOutcome,
    PastStep,
    PastTick,
    TaskResult,
)
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Beginning:
    """Since when a step is part of a plan."""

    step_slug: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody told at that moment how a step went."""

    step_slug: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutcome:
    """An outcome to write down, with what follows from when it was told."""

    id: UUID
    step_slug: str
    at: datetime
    finished: bool
    stage: str
    outcome: PastOutcome
    task_results: Mapping[str, TaskResult]

    @property
    def in_words(self) -> bool:
        """Whether anything was said beside the figures."""
        return bool(self.task_results or self.outcome.notes or self.outcome.key_learnings)


async def list_facts(tx: Transaction, *, journey_id: UUID) -> list[PastFact]:
    """Return all that is written down about a journey's steps, in the order of time."""
    return await tx.many(
        PastFact,
        """
        select f.step_slug,
               f.kind,
               f.at,
               (f.detail ->> 'task')::uuid as task_id,
               coalesce(f.detail ->> 'reason', '') as reason
          from journeys.facts f
         where f.tenant_id = %(tenant_id)s
           and f.journey_id = %(journey_id)s
         order by f.at, f.id
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def list_beginnings(tx: Transaction, *, journey_id: UUID) -> list[Beginning]:
    """Return since when each step is part of a plan."""
    return await tx.many(
        Beginning,
        """
        select p.step_slug,
               p.created_at
          from journeys.plan_steps p
         where p.tenant_id = %(tenant_id)s
           and p.journey_id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def list_told(tx: Transaction, *, journey_id: UUID) -> list[Told]:
    """Return when outcomes of a journey were told."""
    return await tx.many(
        Told,
        """
        select o.step_slug,
               o.created_at
          from journeys.outcomes o
         where o.tenant_id = %(tenant_id)s
           and o.journey_id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def make_ids(tx: Transaction, *, count: int) -> list[UUID]:
    """Make ids for so many outcomes, ahead of their words, which go by them."""
    return await tx.values("select uuidv7() from generate_series(1, %(count)s)", {"count": count})


async def insert_facts(tx: Transaction, *, journey: Journey, facts: Sequence[PastFact]) -> None:
    """Write down what happened; what has a detail is for those who see everything."""
    details = [_detail(fact) for fact in facts]
    await tx.run(
        """
        insert into journeys.facts (
          tenant_id, subject_id, journey_id, step_slug, kind, detail, level, at
        )
        select %(tenant_id)s, %(subject_id)s, %(journey_id)s, n.step_slug, n.kind, n.detail,
               case when n.detail is null then 'detailed' else 'full' end, n.at
          from unnest(
                 %(steps)s::text[], %(kinds)s::text[], %(details)s::jsonb[],
                 %(times)s::timestamptz[]
               ) with ordinality as n (step_slug, kind, detail, at, place)
         order by n.place
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "steps": [fact.step_slug for fact in facts],
            "kinds": [fact.kind for fact in facts],
            "details": [None if detail is None else Jsonb(detail) for detail in details],
            "times": [fact.at for fact in facts],
        },
    )


def _detail(fact: PastFact) -> dict[str, str] | None:
    if fact.task_id is not None:
        return {"task": str(fact.task_id)}
    return {"reason": fact.reason} if fact.reason else None


async def update_steps(tx: Transaction, *, journey_id: UUID, steps: Mapping[str, PastStep]) -> None:
    """Cache where the steps stand, and since when."""
    await tx.run(
        """
        update journeys.steps s
           set state = n.state,
               percent = n.percent,
               unlocked_at = n.unlocked_at,
               started_at = n.started_at,
               completed_at = n.completed_at,
               updated_at = n.updated_at
          from unnest(
                 %(slugs)s::text[], %(states)s::text[], %(percents)s::integer[],
                 %(unlocked)s::timestamptz[], %(started)s::timestamptz[],
                 %(completed)s::timestamptz[], %(updated)s::timestamptz[]
               ) as n (
                 slug, state, percent, unlocked_at, started_at, completed_at, updated_at
               )
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.step_slug = n.slug
           and (s.state, s.percent, s.unlocked_at, s.started_at, s.completed_at)
               is distinct from
               (n.state, n.percent, n.unlocked_at, n.started_at, n.completed_at)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "slugs": list(steps),
            "states": [str(step.state) for step in steps.values()],
            "percents": [step.percent for step in steps.values()],
            "unlocked": [step.unlocked_at for step in steps.values()],
            "started": [step.started_at for step in steps.values()],
            "completed": [step.completed_at for step in steps.values()],
            "updated": [step.updated_at for step in steps.values()],
        },
    )


async def update_ticks(tx: Transaction, *, journey_id: UUID, ticks: Sequence[PastTick]) -> None:
    """Cache which tasks are done; whoever ticked one before is kept where nobody is named."""
    await tx.run(
        """
        update journeys.tasks t
           set completed_at = n.completed_at,
               completed_by = case
                 when n.completed_at is not null then coalesce(n.completed_by, t.completed_by)
               end,
               updated_at = coalesce(n.completed_at, t.updated_at)
          from unnest(%(ids)s::uuid[], %(times)s::timestamptz[], %(members)s::uuid[])
               as n (id, completed_at, completed_by)
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
           and t.id = n.id
           and t.completed_at is distinct from n.completed_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "ids": [tick.task_id for tick in ticks],
            "times": [tick.completed_at for tick in ticks],
            "members": [tick.completed_by for tick in ticks],
        },
    )


async def update_given(
    tx: Transaction, *, journey_id: UUID, given: Mapping[UUID, HistoryEntry]
) -> None:
    """Say whose tasks are, and until when."""
    await tx.run(
        """
        update journeys.tasks t
           set assignee_id = n.assignee_id,
               due_on = n.due_on,
               updated_at = n.at
          from unnest(
                 %(ids)s::uuid[], %(members)s::uuid[], %(due)s::date[], %(times)s::timestamptz[]
               ) as n (id, assignee_id, due_on, at)
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
           and t.id = n.id
           and (t.assignee_id, t.due_on) is distinct from (n.assignee_id, n.due_on)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "ids": list(given),
            "members": [entry.member_id for entry in given.values()],
            "due": [entry.due_on for entry in given.values()],
            "times": [entry.at for entry in given.values()],
        },
    )


async def insert_outcomes(
    tx: Transaction, *, journey: Journey, industry: str, outcomes: Sequence[NewOutcome]
) -> None:
    """Write down the figures of outcomes, as the actor's."""
    await tx.run(
        """
        insert into journeys.outcomes (
          tenant_id, id, subject_id, journey_id, program_id, step_slug, author_id, finished,
          time_taken_days, confidence_level, share_anonymously, industry, stage, created_at,
          updated_at
        )
        select %(tenant_id)s, n.id, %(subject_id)s, %(journey_id)s, %(program_id)s, n.step_slug,
               %(author_id)s, n.finished, n.days, n.confidence, n.share, %(industry)s, n.stage,
               n.at, n.at
          from unnest(
                 %(ids)s::uuid[], %(steps)s::text[], %(finished)s::boolean[], %(days)s::integer[],
                 %(confidence)s::integer[], %(shares)s::boolean[], %(stages)s::text[],
                 %(times)s::timestamptz[]
               ) as n (id, step_slug, finished, days, confidence, share, stage, at)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "program_id": journey.program_id,
            "author_id": tx.actor.user_id,
            "industry": industry,
            "ids": [new.id for new in outcomes],
            "steps": [new.step_slug for new in outcomes],
            "finished": [new.finished for new in outcomes],
            "days": [new.outcome.time_taken_days for new in outcomes],
            "confidence": [new.outcome.confidence_level for new in outcomes],
            "shares": [new.outcome.share_anonymously for new in outcomes],
            "stages": [new.stage for new in outcomes],
            "times": [new.at for new in outcomes],
        },
    )


async def insert_notes(
    tx: Transaction, *, journey: Journey, outcomes: Sequence[NewOutcome]
) -> None:
    """Write down the words of outcomes."""
    await tx.run(
        """
        insert into journeys.outcome_notes (
          tenant_id, outcome_id, subject_id, task_results, notes, key_learnings
        )
        select %(tenant_id)s, n.id, %(subject_id)s, n.results, n.notes,
               array(select jsonb_array_elements_text(n.learnings))
          from unnest(
                 %(ids)s::uuid[], %(results)s::jsonb[], %(notes)s::text[], %(learnings)s::jsonb[]
               ) as n (id, results, notes, learnings)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "ids": [new.id for new in outcomes],
            "results": [Jsonb(stored_results(new.task_results)) for new in outcomes],
            "notes": [new.outcome.notes.strip() for new in outcomes],
            "learnings": [Jsonb(list(new.outcome.key_learnings)) for new in outcomes],
        },
    )
