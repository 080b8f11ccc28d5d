-- What people told the standup bot about their company's journey, what it proposed, and what
-- became of that. All of it is the company's, and shown only to whom it shows everything.

create schema standups;
grant usage on schema standups to milepost_app, milepost_operator;

-- One person's talk about one journey on one day. `last_seq` numbers what is said and decided,
-- onwards from day to day: what a client has seen, it has seen up to a number.
create table standups.sessions (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  user_id uuid not null,
  day date not null,
  last_seq bigint not null check (last_seq >= 0),
  started_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, journey_id, user_id, day),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade
);
create index on standups.sessions (tenant_id, subject_id);
alter table standups.sessions enable row level security, force row level security;
create policy read on standups.sessions for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on standups.sessions for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
create policy change on standups.sessions for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
grant select, insert on standups.sessions to milepost_app;
grant update (last_seq) on standups.sessions to milepost_app;

create table standups.messages (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  session_id uuid not null,
  user_id uuid not null,
  seq bigint not null,
  speaker text not null check (speaker in ('user', 'bot')),
  text text not null check (text <> '' and octet_length(text) <= 8192),
  extracted jsonb not null default '{}',
  client_key text check (client_key <> '' and char_length(client_key) <= 100),
  at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, journey_id, user_id, seq),
  unique (tenant_id, journey_id, user_id, client_key),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, session_id) references standups.sessions (tenant_id, id)
    on delete cascade
);
comment on column standups.messages.user_id is 'whose talk it is, also where the bot speaks';
comment on column standups.messages.extracted is
  'of what a person said: {done, next, blocked: clauses as said; engine: who understood them}';
comment on column standups.messages.client_key is
  'the client''s own name for it: what is sent again after a lost connection stands once';
create index on standups.messages (tenant_id, subject_id);
create index on standups.messages (tenant_id, session_id);
create index on standups.messages (tenant_id, user_id, at);
alter table standups.messages enable row level security, force row level security;
create policy read on standups.messages for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on standups.messages for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
grant select, insert on standups.messages to milepost_app;

create table standups.actions (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  session_id uuid not null,
  message_id uuid not null,
  user_id uuid not null,
  place integer not null,
  kind text not null check (
    kind in ('complete_task', 'complete_step', 'start_step', 'note_blocker')
  ),
  target text not null check (target <> '' and char_length(target) <= 200),
  step_slug text not null,
  label text not null check (label <> '' and char_length(label) <= 300),
  said text not null check (char_length(said) <= 8192),
  confidence real not null check (confidence between 0 and 1),
  sure boolean not null,
  state text not null default 'proposed' check (state in ('proposed', 'confirmed', 'dismissed')),
  outcome text not null default '' check (char_length(outcome) <= 500),
  decided_seq bigint,
  decided_at timestamptz,
  decided_by uuid,
  primary key (tenant_id, id),
  unique (tenant_id, journey_id, user_id, decided_seq),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, session_id) references standups.sessions (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, message_id) references standups.messages (tenant_id, id)
    on delete cascade,
  check ((state = 'proposed') = (decided_at is null)),
  check (num_nulls(decided_seq, decided_at, decided_by) in (0, 3))
);
comment on column standups.actions.target is 'a task''s id, or a step''s name';
comment on column standups.actions.sure is 'false: one of several that the bot asked back about';
comment on column standups.actions.outcome is
  'changed: dismissed by the bot itself, as what it was about had changed meanwhile; already: it
   was so before';
create index on standups.actions (tenant_id, subject_id);
create index on standups.actions (tenant_id, session_id);
create index on standups.actions (tenant_id, message_id);
create index on standups.actions (tenant_id, journey_id, step_slug)
  where kind = 'note_blocker' and state = 'confirmed';
alter table standups.actions enable row level security, force row level security;
create policy read on standups.actions for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on standups.actions for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
create policy change on standups.actions for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
grant select, insert on standups.actions to milepost_app;
grant update (state, outcome, decided_seq, decided_at, decided_by)
  on standups.actions to milepost_app;
