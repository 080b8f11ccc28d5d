"""Statements about a company's plan: its steps, and how far it is by phase and domain."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys.types import Journey, PlanStep, StepEdit, Tally
from milepost.platform.db import Transaction


async def list_plan(tx: Transaction, *, journey_id: UUID) -> list[PlanStep]:
    """Return the steps of a plan, in the company's order, as far as the actor sees them."""
    return await tx.many(
        PlanStep,
        """
        select p.step_slug,
               p.version_id,
               p.place,
               p.title,
               p.description,
               p.deliverables,
               p.criteria,
               p.phase,
               p.domain,
               p.after,
               p.days,
               p.revision
          from journeys.shown_plan_steps p
         where p.tenant_id = %(tenant_id)s
           and p.journey_id = %(journey_id)s
         order by p.place, p.step_slug
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def insert_framework_steps(
    tx: Transaction,
    *,
    journey: Journey,
    version_id: UUID,
    slugs: Sequence[str],
    first_place: int,
    now: datetime,
) -> None:
    """Take steps of a version into a plan, behind what is there; those it has stay as they are."""
    await tx.run(
        """
        insert into journeys.plan_steps (
          tenant_id, journey_id, step_slug, subject_id, version_id, place, created_at, updated_at
        )
        select %(tenant_id)s, %(journey_id)s, s.slug, %(subject_id)s, %(version_id)s,
               %(first_place)s + s.place - 1, %(now)s, %(now)s
          from unnest(%(slugs)s::text[]) with ordinality as s (slug, place)
        on conflict (tenant_id, journey_id, step_slug) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey.id,
            "subject_id": journey.subject_id,
            "version_id": version_id,
            "slugs": list(slugs),
            "first_place": first_place,
            "now": now,
        },
    )


async def insert_own_step(
    tx: Transaction,
    *,
    journey: Journey,
    step_slug: str,
    place: int,
    content: StepEdit,
    now: datetime,
) -> bool:
    """Add a step of the company's own; False when one of that name is there."""
    touched = await tx.run(
        """
        insert into journeys.plan_steps (
          tenant_id, journey_id, step_slug, subject_id, place, title, description, deliverables,
          criteria, phase, domain, after, days, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(journey_id)s, %(step_slug)s, %(subject_id)s, %(place)s, %(title)s,
          %(description)s, %(deliverables)s, %(criteria)s, %(phase)s, %(domain)s, %(after)s,
          %(days)s, %(now)s, %(now)s
        )
        on conflict (tenant_id, journey_id, step_slug) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey.id,
            "step_slug": step_slug,
            "subject_id": journey.subject_id,
            "place": place,
            "title": content.title,
            "description": content.description,
            "deliverables": content.deliverables,
            "criteria": content.criteria,
            "phase": content.phase,
            "domain": content.domain,
            "after": content.after,
            "days": content.days,
            "now": now,
        },
    )
    return touched == 1


async def update_step(
    tx: Transaction, *, journey_id: UUID, step_slug: str, edit: StepEdit, now: datetime
) -> None:
    """Write what an edit says; what it restores becomes the framework's again."""
    await tx.run(
        """
        update journeys.plan_steps
           set title = case when 'title' = any(%(restore)s) then null
                            else coalesce(%(title)s, title) end,
               description = case when 'description' = any(%(restore)s) then null
                                  else coalesce(%(description)s, description) end,
               deliverables = case when 'deliverables' = any(%(restore)s) then null
                                   else coalesce(%(deliverables)s, deliverables) end,
               criteria = case when 'criteria' = any(%(restore)s) then null
                               else coalesce(%(criteria)s, criteria) end,
               phase = case when 'phase' = any(%(restore)s) then null
                            else coalesce(%(phase)s, phase) end,
               domain = case when 'domain' = any(%(restore)s) then null
                             else coalesce(%(domain)s, domain) end,
               after = case when 'after' = any(%(restore)s) then null
                            else coalesce(%(after)s, after) end,
               days = case when 'days' = any(%(restore)s) then null
                           else coalesce(%(days)s, days) end,
               revision = revision + 1,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = %(step_slug)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "step_slug": step_slug,
            "restore": sorted(edit.restore),
            "title": edit.title,
            "description": edit.description,
            "deliverables": edit.deliverables,
            "criteria": edit.criteria,
            "phase": edit.phase,
            "domain": edit.domain,
            "after": edit.after,
            "days": edit.days,
            "now": now,
        },
    )


async def update_versions(
    tx: Transaction, *, journey_id: UUID, version_id: UUID, slugs: Sequence[str], now: datetime
) -> None:
    """Take these steps as that version has them."""
    await tx.run(
        """
        update journeys.plan_steps
           set version_id = %(version_id)s,
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
            "version_id": version_id,
            "slugs": list(slugs),
            "now": now,
        },
    )


async def update_places(tx: Transaction, *, journey_id: UUID, slugs: Sequence[str]) -> None:
    """Put the steps of a plan in this order, from 1 on."""
    await tx.run(
        """
        update journeys.plan_steps p
           set place = n.place
          from unnest(%(slugs)s::text[]) with ordinality as n (slug, place)
         where p.tenant_id = %(tenant_id)s
           and p.journey_id = %(journey_id)s
           and p.step_slug = n.slug
           and p.place <> n.place
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "slugs": list(slugs),
        },
    )


async def update_waiting(
    tx: Transaction, *, journey_id: UUID, gone: str, instead: Sequence[str], now: datetime
) -> None:
    """Let steps that a company says come after one of them come after others in its place."""
    await tx.run(
        """
        update journeys.plan_steps p
           set after = (
                 select coalesce(array_agg(w.slug order by w.place), '{}')
                   from (
                     select n.slug,
                            min(n.place) as place
                       from unnest(
                              array_remove(p.after, %(gone)s) || %(instead)s::text[]
                            ) with ordinality as n (slug, place)
                      where n.slug <> p.step_slug
                      group by n.slug
                   ) w
               ),
               revision = p.revision + 1,
               updated_at = %(now)s
         where p.tenant_id = %(tenant_id)s
           and p.journey_id = %(journey_id)s
           and %(gone)s = any(p.after)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "gone": gone,
            "instead": list(instead),
            "now": now,
        },
    )


async def delete_step(tx: Transaction, *, journey_id: UUID, step_slug: str) -> None:
    """Take a step out of a plan."""
    await tx.run(
        """
        delete from journeys.plan_steps
         where tenant_id = %(tenant_id)s
           and journey_id = %(journey_id)s
           and step_slug = %(step_slug)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id, "step_slug": step_slug},
    )


async def stamp_plan(tx: Transaction, *, journey_id: UUID, version_id: UUID, now: datetime) -> None:
    """Note that the plan changed, and which version was looked at last.

    The stamp is random: that of a change which is rolled back never comes again. A plan from which
    the last step was taken has none, like one that nobody began.
    """
    await tx.run(
        """
        update journeys.journeys j
           set plan_stamp = case
                 when exists (
                   select 1
                     from journeys.plan_steps p
                    where p.tenant_id = j.tenant_id
                      and p.journey_id = j.id
                 )
                 then gen_random_uuid()
               end,
               version_id = %(version_id)s,
               updated_at = %(now)s
         where j.tenant_id = %(tenant_id)s
           and j.id = %(journey_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "version_id": version_id,
            "now": now,
        },
    )


async def update_journey_name(
    tx: Transaction, *, journey_id: UUID, name: str, status: str, now: datetime
) -> None:
    """Call a journey something else, put it away or take it up again."""
    await tx.run(
        """
        update journeys.journeys
           set name = %(name)s,
               status = %(status)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(journey_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "name": name,
            "status": status,
            "now": now,
        },
    )


async def upsert_progress(
    tx: Transaction, *, journey: Journey, tallies: Sequence[Tally], now: datetime
) -> None:
    """Cache how far a journey is; a phase and domain without steps any more counts none."""
    await tx.run(
        """
        insert into journeys.progress as p (
          tenant_id, journey_id, phase, domain, subject_id, total, in_progress, completed, skipped,
          updated_at
        )
        select %(tenant_id)s, %(journey_id)s, t.phase, t.domain, %(subject_id)s, t.total,
               t.in_progress, t.completed, t.skipped, %(now)s
          from unnest(
                 %(phases)s::text[], %(domains)s::text[], %(totals)s::integer[],
                 %(in_progress)s::integer[], %(completed)s::integer[], %(skipped)s::integer[]
               ) as t (phase, domain, total, in_progress, completed, skipped)
         union all
        select o.tenant_id, o.journey_id, o.phase, o.domain, o.subject_id, 0, 0, 0, 0, %(now)s
          from journeys.progress o
         where o.tenant_id = %(tenant_id)s
           and o.journey_id = %(journey_id)s
           and o.total > 0
           and not exists (
             select 1
               from unnest(%(phases)s::text[], %(domains)s::text[]) as t (phase, domain)
              where t.phase = o.phase
                and t.domain = o.domain
           )
        on conflict (tenant_id, journey_id, phase, domain) do update
           set total = excluded.total,
               in_progress = excluded.in_progress,
               completed = excluded.completed,
               skipped = excluded.skipped,
               updated_at = excluded.updated_at
         where (p.total, p.in_progress, p.completed, p.skipped)
               <> (excluded.total, excluded.in_progress, excluded.completed, excluded.skipped)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey.id,
            "subject_id": journey.subject_id,
            "phases": [tally.phase for tally in tallies],
            "domains": [tally.domain for tally in tallies],
            "totals": [tally.total for tally in tallies],
            "in_progress": [tally.in_progress for tally in tallies],
            "completed": [tally.completed for tally in tallies],
            "skipped": [tally.skipped for tally in tallies],
            "now": now,
        },
    )


async def list_tallies(tx: Transaction, *, journey_id: UUID) -> list[Tally]:
    """Return how far a journey is, by phase and domain."""
    return await tx.many(
        Tally,
        """
        select p.phase,
               p.domain,
               p.total,
               p.in_progress,
               p.completed,
               p.skipped
          from journeys.progress p
         where p.tenant_id = %(tenant_id)s
           and p.journey_id = %(journey_id)s
           and p.total > 0
         order by p.phase, p.domain
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def find_sight(tx: Transaction, *, journey_id: UUID) -> bool | None:
    """Tell whether the actor sees a plan with the company's words; None: no steps of it at all."""
    told: bool | None = await tx.value(
        """
        select p.has_words
          from journeys.shown_plan_steps p
         where p.tenant_id = %(tenant_id)s
           and p.journey_id = %(journey_id)s
         limit 1
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )
    return told
