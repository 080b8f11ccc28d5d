"""Statements about tasks: what is to be done in a company's steps, and why some are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from milepost.contexts.journeys.types import Journey, Task, TaskCount
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class SkipReason:
    """Why a step was left out."""

    step_slug: str
    reason: str


async def insert_framework_tasks(
    tx: Transaction,
    *,
    journey: Journey,
    tasks: Sequence[tuple[str, str, str]],
    now: datetime,
) -> None:
    """Add tasks of the framework, each (step, slug, title), behind what a step has already."""
    await tx.run(
        """
        insert into journeys.tasks (
          tenant_id, subject_id, journey_id, step_slug, slug, title, place, created_at, updated_at
        )
        select %(tenant_id)s, %(subject_id)s, %(journey_id)s, n.step_slug, n.slug, n.title,
               coalesce(b.last, 0) + n.place, %(now)s, %(now)s
          from unnest(%(steps)s::text[], %(slugs)s::text[], %(titles)s::text[])
               with ordinality as n (step_slug, slug, title, place)
          left join (
            select t.step_slug,
                   max(t.place) as last
              from journeys.tasks t
             where t.tenant_id = %(tenant_id)s
               and t.journey_id = %(journey_id)s
             group by t.step_slug
          ) b on b.step_slug = n.step_slug
        on conflict (tenant_id, journey_id, step_slug, slug) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "steps": [step for step, _, _ in tasks],
            "slugs": [slug for _, slug, _ in tasks],
            "titles": [title for _, _, title in tasks],
            "now": now,
        },
    )


async def insert_task(
    tx: Transaction,
    *,
    journey: Journey,
    step_slug: str,
    title: str,
    assignee_id: UUID | None,
    due_on: date | None,
    now: datetime,
) -> UUID:
    """Add a task of the company's own, behind the others; return its id."""
    task_id: UUID = await tx.value(
        """
        insert into journeys.tasks (
          tenant_id, subject_id, journey_id, step_slug, title, place, assignee_id, due_on,
          created_at, updated_at
        )
        select %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(step_slug)s, %(title)s,
               coalesce(max(t.place), 0) + 1, %(assignee_id)s, %(due_on)s, %(now)s, %(now)s
          from journeys.tasks t
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
           and t.step_slug = %(step_slug)s
        returning id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": journey.subject_id,
            "journey_id": journey.id,
            "step_slug": step_slug,
            "title": title,
            "assignee_id": assignee_id,
            "due_on": due_on,
            "now": now,
        },
    )
    return task_id


async def list_tasks(
    tx: Transaction, *, journey_id: UUID, step_slug: str | None = None
) -> list[Task]:
    """Return the tasks of a journey, or of one of its steps, in their order."""
    return await tx.many(
        Task,
        """
        select t.id,
               t.journey_id,
               t.step_slug,
               t.slug,
               t.title,
               t.place,
               t.assignee_id,
               u.full_name as assignee_name,
               t.due_on,
               t.completed_at,
               t.completed_by
          from journeys.shown_tasks t
          left join identity.users u
            on u.tenant_id = t.tenant_id
           and u.id = t.assignee_id
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
           and (%(step_slug)s::text is null or t.step_slug = %(step_slug)s)
         order by t.step_slug, t.place, t.id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "step_slug": step_slug,
        },
    )


async def get_task(tx: Transaction, *, journey_id: UUID, task_id: UUID) -> Task:
    """Return a task. Raises NotFound."""
    return await tx.one(
        Task,
        """
        select t.id,
               t.journey_id,
               t.step_slug,
               t.slug,
               t.title,
               t.place,
               t.assignee_id,
               u.full_name as assignee_name,
               t.due_on,
               t.completed_at,
               t.completed_by
          from journeys.shown_tasks t
          left join identity.users u
            on u.tenant_id = t.tenant_id
           and u.id = t.assignee_id
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
           and t.id = %(task_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "task_id": task_id},
    )


async def count_tasks(tx: Transaction, *, journey_id: UUID) -> list[TaskCount]:
    """Return, for each step of a journey that has tasks, how many are ticked."""
    return await tx.many(
        TaskCount,
        """
        select t.step_slug,
               count(*)::integer as total,
               count(t.completed_at)::integer as completed,
               min(t.due_on) filter (where t.completed_at is null) as next_due_on
          from journeys.tasks t
         where t.tenant_id = %(tenant_id)s
           and t.journey_id = %(journey_id)s
         group by t.step_slug
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def update_tick(
    tx: Transaction,
    *,
    task_id: UUID,
    completed_at: datetime | None,
    completed_by: UUID | None,
    now: datetime,
) -> None:
    """Cache that a task is done, or isn't any more."""
    await tx.run(
        """
        update journeys.tasks
           set completed_at = %(completed_at)s,
               completed_by = %(completed_by)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(task_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "task_id": task_id,
            "completed_at": completed_at,
            "completed_by": completed_by,
            "now": now,
        },
    )


async def update_task(
    tx: Transaction,
    *,
    task_id: UUID,
    title: str,
    assignee_id: UUID | None,
    due_on: date | None,
    now: datetime,
) -> None:
    """Say what a task is, whose, and until when."""
    await tx.run(
        """
        update journeys.tasks
           set title = %(title)s,
               assignee_id = %(assignee_id)s,
               due_on = %(due_on)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(task_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "task_id": task_id,
            "title": title,
            "assignee_id": assignee_id,
            "due_on": due_on,
            "now": now,
        },
    )


async def update_places(tx: Transaction, *, task_ids: Sequence[UUID]) -> None:
    """Put the tasks of a step in this order, from 1 on."""
    await tx.run(
        """
        update journeys.tasks t
           set place = n.place
          from unnest(%(task_ids)s::uuid[]) with ordinality as n (id, place)
         where t.tenant_id = %(tenant_id)s
           and t.id = n.id
           and t.place <> n.place
        """,
        {"tenant_id": tx.actor.tenant_id, "task_ids": list(task_ids)},
    )


async def delete_task(tx: Transaction, *, task_id: UUID) -> None:
    """Take a task away."""
    await tx.run(
        """
        delete from journeys.tasks
         where tenant_id = %(tenant_id)s
           and id = %(task_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "task_id": task_id},
    )


async def list_reasons(tx: Transaction, *, journey_id: UUID) -> list[SkipReason]:
    """Return the newest reason for each step of a journey that was ever left out."""
    return await tx.many(
        SkipReason,
        """
        select distinct on (f.step_slug)
               f.step_slug,
               f.detail ->> 'reason' as reason
          from journeys.facts f
         where f.tenant_id = %(tenant_id)s
           and f.journey_id = %(journey_id)s
           and f.kind = 'explained'
         order by f.step_slug, f.id desc
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )
