-- Companies walk, too: a plan of steps of their own choosing, tasks, and what became of them.
--
-- A tool's answers belong to who wrote them. A company's plan, tasks and outcomes belong to the
-- company: they stay when the person who wrote them leaves, so authors and assignees are named
-- by id only, without a foreign key.

alter table journeys.submissions
  drop constraint submissions_tenant_id_user_id_fkey;

alter table journeys.journeys
  add column name text not null default '' check (char_length(name) <= 200),
  add column status text not null default 'active' check (status in ('active', 'archived')),
  add column plan_stamp uuid,
  drop constraint journeys_tenant_id_subject_id_program_id_key,
  add unique (tenant_id, subject_id, program_id, name);
comment on column journeys.journeys.name is
  'a company may walk a program several times; a person''s only journey has no name';
comment on column journeys.journeys.plan_stamp is
  'another one with each change of the plan: what a composed program is kept under';
grant update (name, status, plan_stamp, version_id) on journeys.journeys to milepost_app;

-- A tool's state is progress, and shown as such. A company's grant at `basic` shows its progress
-- by phase and domain (journeys.progress): the steps themselves begin at `detailed`.
alter table journeys.steps
  add column level text not null default 'basic' check (level in ('basic', 'detailed'));
drop policy read on journeys.steps;
create policy read on journeys.steps for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('detailed'))
      or subject_id in (select unnest(identity.sees('detailed')))
      or (
        level = 'basic'
        and (
          (select identity.sees_all('basic'))
          or subject_id in (select unnest(identity.sees('basic')))
        )
      )
    )
  );

alter table journeys.facts
  add column level text not null default 'basic' check (level in ('basic', 'detailed', 'full')),
  drop constraint facts_kind_check,
  add constraint facts_kind_check check (
    kind in (
      'started', 'completed', 'skipped', 'reopened', 'explained', 'kept', 'ticked', 'unticked'
    )
  );
-- The owner sees no rows of its own tables; the operator sees all.
set local role milepost_operator;
update journeys.facts
   set level = 'full'
 where detail is not null;
reset role;
alter table journeys.facts
  add check (detail is null or level = 'full');
comment on column journeys.facts.detail is
  'kept: {field, value}, the later value its author decided not to take; explained: {reason} of
   leaving a step out; ticked, unticked: {task}';
drop policy read on journeys.facts;
create policy read on journeys.facts for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('full'))
      or subject_id in (select unnest(identity.sees('full')))
      or (
        level <> 'full'
        and (
          (select identity.sees_all('detailed'))
          or subject_id in (select unnest(identity.sees('detailed')))
        )
      )
      or (
        level = 'basic'
        and (
          (select identity.sees_all('basic'))
          or subject_id in (select unnest(identity.sees('basic')))
        )
      )
    )
  );

-- The steps of a company's journey, each taken from the version it last agreed to. What is null
-- is as the framework says; a step without a version is the company's own.
create table journeys.plan_steps (
  tenant_id uuid not null,
  journey_id uuid not null,
  step_slug text not null check (char_length(step_slug) <= 120),
  subject_id uuid not null,
  version_id uuid references programs.versions (id),
  place integer not null,
  title text check (title <> '' and char_length(title) <= 200),
  description text check (char_length(description) <= 10000),
  deliverables text[],
  criteria text[],
  phase text,
  domain text,
  after text[],
  days integer check (days between 0 and 3650),
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, journey_id, step_slug),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade,
  check (
    version_id is not null
    or (title is not null and phase is not null and domain is not null)
  )
);
create index on journeys.plan_steps (tenant_id, subject_id);
create index on journeys.plan_steps (version_id);
alter table journeys.plan_steps enable row level security, force row level security;
create policy read on journeys.plan_steps for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('detailed'))
      or subject_id in (select unnest(identity.sees('detailed')))
    )
  );
create policy make on journeys.plan_steps for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on journeys.plan_steps for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.plan_steps to milepost_app;
grant update (version_id, place, title, description, deliverables, criteria, phase, domain, after,
  days, revision, updated_at) on journeys.plan_steps to milepost_app;

create table journeys.tasks (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  step_slug text not null,
  slug text,
  title text not null check (title <> '' and char_length(title) <= 200),
  place integer not null,
  assignee_id uuid,
  due_on date,
  completed_at timestamptz,
  completed_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, journey_id, step_slug, slug),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade
);
comment on column journeys.tasks.slug is 'the framework''s name for it; null: the company''s own';
comment on column journeys.tasks.completed_at is
  'cache: what the newest ticked or unticked fact of this task says';
create index on journeys.tasks (tenant_id, subject_id);
create index on journeys.tasks (tenant_id, assignee_id) where completed_at is null;
alter table journeys.tasks enable row level security, force row level security;
create policy read on journeys.tasks for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on journeys.tasks for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on journeys.tasks for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy remove on journeys.tasks for delete
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert, delete on journeys.tasks to milepost_app;
grant update (title, place, assignee_id, due_on, completed_at, completed_by, updated_at)
  on journeys.tasks to milepost_app;

-- How far a company is, by phase and domain: all that a `basic` grant shows. A cache.
create table journeys.progress (
  tenant_id uuid not null,
  journey_id uuid not null,
  phase text not null,
  domain text not null,
  subject_id uuid not null,
  total integer not null check (total >= 0),
  in_progress integer not null check (in_progress >= 0),
  completed integer not null check (completed >= 0),
  skipped integer not null check (skipped >= 0),
  updated_at timestamptz not null,
  primary key (tenant_id, journey_id, phase, domain),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade,
  check (in_progress + completed + skipped <= total)
);
create index on journeys.progress (tenant_id, subject_id);
alter table journeys.progress enable row level security, force row level security;
create policy read on journeys.progress for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('basic')) or subject_id in (select unnest(identity.sees('basic'))))
  );
create policy make on journeys.progress for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on journeys.progress for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.progress to milepost_app;
grant update (total, in_progress, completed, skipped, updated_at)
  on journeys.progress to milepost_app;
