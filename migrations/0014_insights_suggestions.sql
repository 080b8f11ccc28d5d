-- What a company is advised to do after it wrote down how a step went, and what it said to that.

create schema insights;
grant usage on schema insights to milepost_app, milepost_operator;

-- That suggestions were asked for after an outcome: by whom they were made, or why not.
create table insights.suggestion_runs (
  tenant_id uuid not null,
  outcome_id uuid not null,
  subject_id uuid not null,
  state text not null check (state in ('pending', 'ready', 'failed')),
  engine text check (engine in ('offline', 'llm')),
  error text not null default '' check (char_length(error) <= 500),
  asked_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, outcome_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, outcome_id) references journeys.outcomes (tenant_id, id)
    on delete cascade,
  check ((state = 'pending') = (finished_at is null))
);
comment on column insights.suggestion_runs.error is
  'in words, why a model was asked and another engine spoke; or why nothing came of it';
create index on insights.suggestion_runs (tenant_id, subject_id);
alter table insights.suggestion_runs enable row level security, force row level security;
create policy read on insights.suggestion_runs for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on insights.suggestion_runs for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on insights.suggestion_runs for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on insights.suggestion_runs to milepost_app;
grant update (state, engine, error, finished_at) on insights.suggestion_runs to milepost_app;

create table insights.suggestions (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  outcome_id uuid not null,
  step_slug text not null,
  place integer not null,
  priority text not null check (priority in ('low', 'medium', 'high')),
  text text not null check (text <> '' and char_length(text) <= 1000),
  reasoning text not null check (reasoning <> '' and char_length(reasoning) <= 1000),
  rests_on jsonb not null,
  engine text not null check (engine in ('offline', 'llm')),
  target jsonb not null,
  fingerprint text not null check (fingerprint <> '' and char_length(fingerprint) <= 300),
  feedback text check (feedback in ('accepted', 'dismissed')),
  feedback_note text not null default '' check (char_length(feedback_note) <= 1000),
  feedback_at timestamptz,
  feedback_by uuid,
  created_at timestamptz not null,
  shown_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, outcome_id, fingerprint),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, outcome_id) references journeys.outcomes (tenant_id, id)
    on delete cascade,
  check (num_nulls(feedback, feedback_at, feedback_by) in (0, 3))
);
comment on column insights.suggestions.target is
  'what accepting does: {kind: start_step | add_task, step_slug, title}';
comment on column insights.suggestions.fingerprint is
  'what it is about, whoever words it: a company that dismissed it is not told again';
comment on column insights.suggestions.feedback_by is
  'who said so; by id only: the row is the company''s, and outlives the person';
create index on insights.suggestions (tenant_id, subject_id, fingerprint);
create index on insights.suggestions (tenant_id, journey_id) where feedback is null;
create index on insights.suggestions (tenant_id, journey_id, created_at);
alter table insights.suggestions enable row level security, force row level security;
create policy read on insights.suggestions for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on insights.suggestions for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on insights.suggestions for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on insights.suggestions to milepost_app;
grant update (feedback, feedback_note, feedback_at, feedback_by, shown_at)
  on insights.suggestions to milepost_app;
