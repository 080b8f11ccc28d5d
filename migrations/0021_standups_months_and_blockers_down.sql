drop table standups.lifted;
alter table standups.actions no force row level security;
delete from standups.actions a
 where a.kind = 'lift_blocker';
alter table standups.actions force row level security;
alter table standups.actions drop constraint actions_kind_check;
alter table standups.actions add constraint actions_kind_check check (
  kind in ('complete_task', 'complete_step', 'start_step', 'note_blocker')
);

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
alter table standups.messages_before no force row level security;
insert into standups.messages (
  tenant_id, id, subject_id, journey_id, session_id, user_id, seq, speaker, text, extracted,
  client_key, at
)
select b.tenant_id, b.id, b.subject_id, b.journey_id, b.session_id, b.user_id, b.seq, b.speaker,
       b.text, b.extracted, b.client_key, b.at
  from standups.messages_before b;
drop table standups.messages_before;
drop table standups.sent;
create index on standups.messages (tenant_id, subject_id);
create index on standups.messages (tenant_id, session_id);
create index on standups.messages (tenant_id, user_id, at);
comment on column standups.messages.user_id is 'whose talk it is, also where the bot speaks';
comment on column standups.messages.extracted is
  'of what a person said: {done, next, blocked: clauses as said; engine: who understood them}';
comment on column standups.messages.client_key is
  'the client''s own name for it: what is sent again after a lost connection stands once';
-- Checked as the owner, from whom forced policies hide the rows.
alter table standups.actions no force row level security;
alter table standups.actions
  add foreign key (tenant_id, message_id) references standups.messages (tenant_id, id)
    on delete cascade;
alter table standups.actions force row level security;
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
