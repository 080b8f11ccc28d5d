-- Journeys: who walks which version of a program, what happened, what was handed in.
--
-- journeys.facts, submissions and field_outputs are what happened. journeys.steps,
-- journeys.held_fields and current_fields are caches of what follows from it, which
-- `milepost verify` derives anew and compares.

create schema journeys;
grant usage on schema journeys to milepost_app, milepost_operator;

create table journeys.journeys (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  program_id uuid not null references programs.programs (id),
  version_id uuid not null references programs.versions (id),
  held_fields text[] not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, subject_id, program_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
comment on column journeys.journeys.held_fields is
  'cache: every field this journey ever gave a value, so that unlocking reads one row';
create index on journeys.journeys (version_id);
alter table journeys.journeys enable row level security, force row level security;
create policy read on journeys.journeys for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('basic')) or subject_id in (select unnest(identity.sees('basic'))))
  );
create policy make on journeys.journeys for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on journeys.journeys for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.journeys to milepost_app;
grant update (held_fields, updated_at) on journeys.journeys to milepost_app;

create table journeys.facts (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  step_slug text not null,
  kind text not null check (kind in ('started', 'completed', 'skipped', 'kept')),
  detail jsonb,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade
);
comment on column journeys.facts.detail is
  'kept only: {field, value}, the later value its author decided not to take';
create index on journeys.facts (tenant_id, journey_id);
create index on journeys.facts (tenant_id, subject_id);
alter table journeys.facts enable row level security, force row level security;
create policy read on journeys.facts for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('full'))
      or subject_id in (select unnest(identity.sees('full')))
      or (
        detail is null
        and (
          (select identity.sees_all('basic'))
          or subject_id in (select unnest(identity.sees('basic')))
        )
      )
    )
  );
create policy make on journeys.facts for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.facts to milepost_app;

create table journeys.steps (
  tenant_id uuid not null,
  journey_id uuid not null,
  step_slug text not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  state text not null
    check (state in ('locked', 'unlocked', 'in_progress', 'completed', 'skipped')),
  percent integer not null default 0 check (percent between 0 and 100),
  unlocked_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, journey_id, step_slug),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade
);
create index on journeys.steps (tenant_id, subject_id);
create index on journeys.steps (subject_id, state);
alter table journeys.steps enable row level security, force row level security;
create policy read on journeys.steps for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('basic')) or subject_id in (select unnest(identity.sees('basic'))))
  );
create policy make on journeys.steps for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on journeys.steps for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.steps to milepost_app;
grant update (state, percent, unlocked_at, started_at, completed_at, updated_at)
  on journeys.steps to milepost_app;

-- One partition per tool, each in a schema of its own, so that the tool's tables can
-- be asked by themselves and all tools by one statement.
create table journeys.submissions (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  tool text not null,
  subject_id uuid not null,
  journey_id uuid not null,
  step_slug text not null,
  user_id uuid not null,
  organization_id uuid,
  data jsonb not null default '{}',
  inputs jsonb not null default '{}',
  status text not null default 'draft'
    check (status in ('draft', 'in_progress', 'submitted', 'completed')),
  version integer not null default 1 check (version > 0),
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  submitted_at timestamptz,
  completed_at timestamptz,
  primary key (tenant_id, id, tool),
  unique (tenant_id, journey_id, tool, version),
  check ((status in ('submitted', 'completed')) = (submitted_at is not null)),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, user_id) references identity.users (tenant_id, id),
  foreign key (tenant_id, organization_id) references identity.organizations (tenant_id, id)
) partition by list (tool);
comment on column journeys.submissions.inputs is
  '{field: {tool, version, at, value}}: what flowed in when this was written';
comment on column journeys.submissions.revision is
  'counts the saves of a draft; what a client shows it has seen';
create index on journeys.submissions (tenant_id, subject_id);
create index on journeys.submissions (user_id, organization_id);
create index on journeys.submissions (status);
alter table journeys.submissions enable row level security, force row level security;
create policy read on journeys.submissions for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on journeys.submissions for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
-- Only a draft changes. What was handed in stays as it was.
create policy change on journeys.submissions for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and status in ('draft', 'in_progress')
  )
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
grant select, insert on journeys.submissions to milepost_app;
grant update (user_id, organization_id, data, inputs, status, revision, updated_at,
  submitted_at, completed_at) on journeys.submissions to milepost_app;

create table journeys.field_outputs (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  tool text not null,
  subject_id uuid not null,
  journey_id uuid not null,
  submission_id uuid not null,
  version integer not null,
  field_id text not null,
  field_value jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, id, tool),
  unique (tenant_id, journey_id, tool, field_id, version),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
) partition by list (tool);
comment on column journeys.field_outputs.field_value is
  'JSON null: the newest version no longer gives a value an earlier one gave';
create index on journeys.field_outputs (tenant_id, subject_id);
create index on journeys.field_outputs (submission_id, field_id);
create index on journeys.field_outputs (field_id);
alter table journeys.field_outputs enable row level security, force row level security;
-- What a tool gives is its result; the whole answer is its content.
create policy read on journeys.field_outputs for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('detailed'))
      or subject_id in (select unnest(identity.sees('detailed')))
    )
  );
create policy make on journeys.field_outputs for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.field_outputs to milepost_app;

-- The newest output of each field, so that what a tool needs from thirty others is one
-- range of one index. A cache, written with the outputs it repeats.
create table journeys.current_fields (
  tenant_id uuid not null,
  journey_id uuid not null,
  field_id text not null,
  subject_id uuid not null,
  tool text not null,
  version integer not null,
  field_value jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, journey_id, field_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade
);
create index on journeys.current_fields (tenant_id, subject_id);
alter table journeys.current_fields enable row level security, force row level security;
create policy read on journeys.current_fields for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('detailed'))
      or subject_id in (select unnest(identity.sees('detailed')))
    )
  );
create policy make on journeys.current_fields for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on journeys.current_fields for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert on journeys.current_fields to milepost_app;
grant update (tool, version, field_value, created_at) on journeys.current_fields to milepost_app;

create table journeys.reviews (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  submission_id uuid not null,
  step_slug text not null,
  version integer not null,
  author_id uuid not null,
  text text not null check (text <> ''),
  verdict text not null check (verdict in ('comment', 'strong', 'revise')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, author_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create index on journeys.reviews (tenant_id, journey_id, step_slug);
create index on journeys.reviews (tenant_id, subject_id);
create index on journeys.reviews (tenant_id, author_id);
alter table journeys.reviews enable row level security, force row level security;
create policy read on journeys.reviews for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on journeys.reviews for insert
  with check (
    tenant_id = (select identity.tenant())
    and author_id = (select identity.actor())
    and author_id <> subject_id
    and subject_id in (select unnest(identity.sees('full')))
  );
grant select, insert on journeys.reviews to milepost_app;

-- Which schema holds which tool. Global, like the programs the tools come from.
create table journeys.tools (
  tool text primary key,
  step_slug text not null unique
);
alter table journeys.tools enable row level security, force row level security;
create policy read on journeys.tools for select using (true);
create policy own on journeys.tools to milepost_owner using (true) with check (true);
grant select on journeys.tools to milepost_app;

-- Makes the schema of one tool with its two tables. Safe to repeat. Runs as the owner,
-- when a program is published.
create function journeys.create_tool_schema(p_tool text, p_step_slug text) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_table text;
  v_level text;
begin
  if p_tool !~ '^[a-z][a-z0-9_]{0,62}$' then
    raise invalid_parameter_value using message = format('%s can''t name a schema', p_tool);
  end if;
  if exists (select 1 from journeys.tools t where t.tool = p_tool) then
    return false;
  end if;
  if to_regnamespace(p_tool) is not null then
    raise duplicate_schema
      using message = format('the schema %s exists and holds no tool', p_tool);
  end if;

  execute format('create schema %I', p_tool);
  execute format('grant usage on schema %I to milepost_app, milepost_operator', p_tool);
  execute format(
    'create table %I.submissions partition of journeys.submissions for values in (%L)',
    p_tool, p_tool
  );
  execute format(
    'create table %I.field_outputs partition of journeys.field_outputs for values in (%L)',
    p_tool, p_tool
  );
  execute format(
    'alter table %I.field_outputs add foreign key (tenant_id, submission_id, tool)
       references %I.submissions (tenant_id, id, tool) on delete cascade',
    p_tool, p_tool
  );
  for v_table, v_level in
    values ('submissions', 'full'), ('field_outputs', 'detailed')
  loop
    execute format(
      'alter table %I.%I enable row level security, force row level security',
      p_tool, v_table
    );
    execute format(
      $policy$
      create policy read on %I.%I for select
        using (
          tenant_id = (select identity.tenant())
          and (
            (select identity.sees_all(%L))
            or subject_id in (select unnest(identity.sees(%L)))
          )
        )
      $policy$,
      p_tool, v_table, v_level, v_level
    );
    -- Written only through journeys.submissions and journeys.field_outputs.
    execute format('grant select on %I.%I to milepost_app', p_tool, v_table);
  end loop;
  insert into journeys.tools (tool, step_slug) values (p_tool, p_step_slug);
  return true;
end
$$;
revoke execute on function journeys.create_tool_schema(text, text) from public;
