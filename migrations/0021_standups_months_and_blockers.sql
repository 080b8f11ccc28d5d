-- Talk grows for ever, as the log of events does: it has a partition a month now, made by the same
-- function. What is unique across months, a client's own name for a message, stands in a table of
-- its own, and only as long as somebody may send the message again.

create table standups.sent (
  tenant_id uuid not null,
  subject_id uuid not null,
  journey_id uuid not null,
  user_id uuid not null,
  client_key text not null check (client_key <> '' and char_length(client_key) <= 100),
  seq bigint not null,
  at timestamptz not null,
  primary key (tenant_id, journey_id, user_id, client_key),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade
);
comment on table standups.sent is
  'the client''s own name for a message: what is sent again after a lost connection stands once';
create index on standups.sent (tenant_id, subject_id);
create index on standups.sent (at);
alter table standups.sent enable row level security, force row level security;
create policy read on standups.sent for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
create policy make on standups.sent for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
create policy remove on standups.sent for delete
  using (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
grant select, insert, delete on standups.sent to milepost_app;

-- An action belongs to a message of its own session, and goes with that one.
alter table standups.actions drop constraint actions_tenant_id_message_id_fkey;
alter table standups.messages rename to messages_before;
alter table standups.messages_before rename constraint messages_pkey to messages_before_pkey;
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
  client_key text,
  at timestamptz not null,
  primary key (tenant_id, id, at),
  unique (tenant_id, journey_id, user_id, seq, at),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, session_id) references standups.sessions (tenant_id, id)
    on delete cascade
) partition by range (at);
comment on column standups.messages.user_id is 'whose talk it is, also where the bot speaks';
comment on column standups.messages.seq is
  'one after the other in a talk: taken from its session, which is held meanwhile';
comment on column standups.messages.extracted is
  'of what a person said: {done, next, blocked: clauses as said; engine: who understood them}';
create index on standups.messages (tenant_id, subject_id);
create index on standups.messages (tenant_id, session_id);
create index on standups.messages (tenant_id, user_id, at);
alter table standups.messages enable row level security, force row level security;
create policy read on standups.messages for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
create policy make on standups.messages for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and user_id = (select identity.actor())
  );
grant select, insert on standups.messages to milepost_app;

-- Its rows are hidden from the owner as well, who moves them.
alter table standups.messages_before no force row level security;
alter table standups.messages no force row level security;
alter table standups.sent no force row level security;
select platform.make_partitions(m.month)
  from (
    select distinct date_trunc('month', b.at, 'UTC') as month
      from standups.messages_before b
     union
    select now()
     order by month
  ) m;
insert into standups.messages (
  tenant_id, id, subject_id, journey_id, session_id, user_id, seq, speaker, text, extracted,
  client_key, at
)
select b.tenant_id, b.id, b.subject_id, b.journey_id, b.session_id, b.user_id, b.seq, b.speaker,
       b.text, b.extracted, b.client_key, b.at
  from standups.messages_before b;
insert into standups.sent (tenant_id, subject_id, journey_id, user_id, client_key, seq, at)
select b.tenant_id, b.subject_id, b.journey_id, b.user_id, b.client_key, b.seq, b.at
  from standups.messages_before b
 where b.client_key is not null;
alter table standups.messages force row level security;
alter table standups.sent force row level security;
drop table standups.messages_before;

-- What was noted to block a step may be out of the way before the step is done: whoever acts for
-- the company says so, of what a colleague noted too. That it was noted stays.

alter table standups.actions drop constraint actions_kind_check;
alter table standups.actions add constraint actions_kind_check check (
  kind in ('complete_task', 'complete_step', 'start_step', 'note_blocker', 'lift_blocker')
);

create table standups.lifted (
  tenant_id uuid not null,
  action_id uuid not null,
  subject_id uuid not null,
  lifted_by uuid not null,
  lifted_at timestamptz not null,
  primary key (tenant_id, action_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, action_id) references standups.actions (tenant_id, id)
    on delete cascade
);
comment on column standups.lifted.action_id is 'the action that noted the blocker';
create index on standups.lifted (tenant_id, subject_id);
alter table standups.lifted enable row level security, force row level security;
create policy read on standups.lifted for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
create policy make on standups.lifted for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and lifted_by = (select identity.actor())
  );
grant select, insert on standups.lifted to milepost_app;
