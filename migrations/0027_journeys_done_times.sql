-- When a step was done, and since when it is open: times that were kept too long.
--
-- A step that was skipped and done later kept the time of the skip. And one that was open and is
-- locked again, because the plan changed, kept the time at which it had opened once.

-- The owner sees no rows of its own tables; the operator sees all.
set local role milepost_operator;

update journeys.steps s
   set completed_at = d.at
  from (
    select f.tenant_id,
           f.journey_id,
           f.step_slug,
           (array_agg(f.at order by f.id))[1] as at
      from journeys.facts f
     where f.kind = 'completed'
       and not exists (
         select 1
           from journeys.facts r
          where r.tenant_id = f.tenant_id
            and r.journey_id = f.journey_id
            and r.step_slug = f.step_slug
            and r.kind = 'reopened'
            and r.id > f.id
       )
     group by f.tenant_id, f.journey_id, f.step_slug
  ) d
 where s.tenant_id = d.tenant_id
   and s.journey_id = d.journey_id
   and s.step_slug = d.step_slug
   and s.state = 'completed'
   and s.completed_at < d.at;

update journeys.steps
   set unlocked_at = null
 where state = 'locked'
   and unlocked_at is not null;

reset role;

comment on column journeys.steps.unlocked_at is
  'since when it is open; null while it is locked, also if it was open once';
comment on column journeys.steps.completed_at is
  'when it was done or left out, whichever of the two it is now';
