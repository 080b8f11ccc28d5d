-- What each level shows of a company's journey, column by column: the one place that says so.
--
-- Policies say which rows exist for an actor. Of some rows a level shows only a part, so whoever
-- reads journeys, plans, tasks and outcomes reads these views of them: null is what the level
-- doesn't show. Whoever belongs to the company, and the system, read all of it; the company's
-- preview belongs to nobody, so that it is shown what a firm is. docs/decisions/0006 has the table.

-- The name tells which of several journeys a step is one of, as a step's title tells the step:
-- both begin at `detailed`, like the time of the last change. A person's journey has no name, and
-- its times are progress. What a company put away is not part of what it shares.
create view journeys.shown_journeys with (security_invoker = true) as
select j.tenant_id,
       j.id,
       j.subject_id,
       j.program_id,
       j.version_id,
       case
         when (select identity.sees_all('detailed'))
              or j.subject_id in (select unnest(identity.sees('detailed')))
         then j.name
         else ''
       end as name,
       j.status,
       j.plan_stamp,
       j.held_fields,
       j.created_at,
       case
         when j.name = ''
              or (select identity.sees_all('detailed'))
              or j.subject_id in (select unnest(identity.sees('detailed')))
         then j.updated_at
       end as updated_at
  from journeys.journeys j
 where j.status = 'active'
    or (select identity.sees_all('full'))
    or j.subject_id in (select unnest(identity.belongs()));

-- A company's own words in a step begin at `full`, but for the title, which names the step. The
-- revision moves with each of them.
create view journeys.shown_plan_steps with (security_invoker = true) as
select p.tenant_id,
       p.journey_id,
       p.step_slug,
       p.subject_id,
       p.version_id,
       p.place,
       p.title,
       case when w.told then p.description end as description,
       case when w.told then p.deliverables end as deliverables,
       case when w.told then p.criteria end as criteria,
       p.phase,
       p.domain,
       p.after,
       p.days,
       case when w.told then p.revision end as revision,
       w.told as has_words
  from journeys.plan_steps p
 cross join lateral (
   select (select identity.sees_all('full'))
          or p.subject_id in (select unnest(identity.sees('full'))) as told
 ) w;

-- Who of a company does or did what is its own.
create view journeys.shown_tasks with (security_invoker = true) as
select t.tenant_id,
       t.id,
       t.subject_id,
       t.journey_id,
       t.step_slug,
       t.slug,
       t.title,
       t.place,
       case when w.of_it then t.assignee_id end as assignee_id,
       t.due_on,
       t.completed_at,
       case when w.of_it then t.completed_by end as completed_by
  from journeys.tasks t
 cross join lateral (
   select (select identity.sees_all('full'))
          or t.subject_id in (select unnest(identity.belongs())) as of_it
 ) w;

-- Others read what holds of each step, which is what was written last; who wrote it, and whether
-- it is counted in benchmarks, is the company's own.
create view journeys.shown_outcomes with (security_invoker = true) as
select o.tenant_id,
       o.id,
       o.subject_id,
       o.journey_id,
       o.program_id,
       o.step_slug,
       case when w.of_it then o.author_id end as author_id,
       o.finished,
       o.time_taken_days,
       o.confidence_level,
       case when w.of_it then o.share_anonymously end as share_anonymously,
       o.industry,
       o.stage,
       o.created_at,
       case when w.of_it then o.updated_at else o.created_at end as updated_at
  from journeys.outcomes o
 cross join lateral (
   select (select identity.sees_all('full'))
          or o.subject_id in (select unnest(identity.belongs())) as of_it
 ) w
 where w.of_it
    or (
      exists (
        select
          from journeys.journeys j
         where j.tenant_id = o.tenant_id
           and j.id = o.journey_id
           and j.status = 'active'
      )
      and not exists (
        select
          from journeys.outcomes h
         where h.tenant_id = o.tenant_id
           and h.journey_id = o.journey_id
           and h.step_slug = o.step_slug
           and (h.created_at, h.id) > (o.created_at, o.id)
      )
    );

grant select
   on journeys.shown_journeys,
      journeys.shown_plan_steps,
      journeys.shown_tasks,
      journeys.shown_outcomes
   to milepost_app, milepost_operator;
