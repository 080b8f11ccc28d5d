-- The names under which LearnWorlds-side queries know people and progress.
-- Views, so that there is one truth; security_invoker, so that policies hold.

create schema shared;
grant usage on schema shared to milepost_app, milepost_operator;

create view shared.organizations with (security_invoker = true) as
select o.id,
       o.name,
       o.slug,
       o.settings,
       o.created_at,
       o.updated_at
  from identity.organizations o;

create view shared.users with (security_invoker = true) as
select u.id,
       coalesce(u.lms_user_id, u.id::text) as lms_user_id,
       u.email,
       u.full_name,
       u.organization_id,
       u.role,
       u.created_at,
       u.updated_at,
       u.last_login
  from identity.users u;

-- Only tools: other kinds of steps have no schema. Whoever skips a step has it behind
-- them, which the four states of this view can only call completed.
create view shared.user_progress with (security_invoker = true) as
select s.id,
       s.subject_id as user_id,
       s.step_slug as tool_slug,
       case s.state when 'skipped' then 'completed' else s.state end as status,
       s.percent as progress_percentage,
       s.unlocked_at,
       s.started_at,
       s.completed_at,
       s.created_at,
       s.updated_at
  from journeys.steps s
  join journeys.tools t
    on t.step_slug = s.step_slug;

grant select on all tables in schema shared to milepost_app, milepost_operator;
