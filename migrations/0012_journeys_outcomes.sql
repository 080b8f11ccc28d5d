-- How a step really went, in a company's own words and figures, and whether others may learn
-- from it without knowing whose it is.

create table journeys.outcomes (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  program_id uuid not null references programs.programs (id),
  step_slug text not null,
  author_id uuid not null,
  finished boolean not null,
  time_taken_days integer not null check (time_taken_days between 0 and 3650),
  confidence_level integer not null check (confidence_level between 1 and 5),
  share_anonymously boolean not null default false,
  industry text not null,
  stage text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade
);
comment on column journeys.outcomes.finished is 'false: the step was left out, and why is told';
comment on column journeys.outcomes.industry is
  'the company''s industry and stage as they were when this was written';
create index on journeys.outcomes (tenant_id, journey_id, step_slug);
create index on journeys.outcomes (tenant_id, subject_id);
create index on journeys.outcomes (program_id, step_slug) where share_anonymously;
alter table journeys.outcomes enable row level security, force row level security;
-- The second branch is the benchmark's, and only of what was shared: see identity.enter_pool.
create policy read on journeys.outcomes for select
  using (
    (
      tenant_id = (select identity.tenant())
      and (
        (select identity.sees_all('detailed'))
        or subject_id in (select unnest(identity.sees('detailed')))
      )
    )
    or (share_anonymously and tenant_id in (select unnest(identity.pool())))
  );
create policy make on journeys.outcomes for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and author_id = (select identity.actor())
  );
create policy change on journeys.outcomes for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.outcomes to milepost_app;
-- What was written stays; only the consent changes.
grant update (share_anonymously, updated_at) on journeys.outcomes to milepost_app;

create table journeys.outcome_notes (
  tenant_id uuid not null,
  outcome_id uuid not null,
  subject_id uuid not null,
  task_results jsonb not null default '{}',
  notes text not null default '' check (char_length(notes) <= 10000),
  key_learnings text[] not null default '{}',
  primary key (tenant_id, outcome_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, outcome_id) references journeys.outcomes (tenant_id, id)
    on delete cascade
);
comment on column journeys.outcome_notes.task_results is '{task id: what came of it}';
create index on journeys.outcome_notes (tenant_id, subject_id);
alter table journeys.outcome_notes enable row level security, force row level security;
create policy read on journeys.outcome_notes for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on journeys.outcome_notes for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.outcome_notes to milepost_app;
