-- What somebody began to write in a form about a company's journey, and has not sent: kept while
-- they type, for their other devices and for a closed tab. Nobody else reads it, not even those who
-- act for the same company; it goes when the form is sent or given up, and with its writer.

create table journeys.unsent_forms (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  journey_id uuid not null,
  author_id uuid not null,
  form text not null check (form in ('outcome', 'edit', 'own')),
  step_slug text not null default '',
  based_on text not null default '',
  data jsonb not null,
  revision integer not null default 1 check (revision > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, journey_id, author_id, form, step_slug),
  check ((form = 'own') = (step_slug = '')),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, journey_id) references journeys.journeys (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, author_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
comment on column journeys.unsent_forms.step_slug is 'empty: of a step that is not there yet';
comment on column journeys.unsent_forms.based_on is
  'what stood in the form''s place when it was begun';
comment on column journeys.unsent_forms.revision is
  'counts the saves; with the id, what a device shows it has seen';
create index on journeys.unsent_forms (tenant_id, subject_id);
create index on journeys.unsent_forms (tenant_id, author_id);
alter table journeys.unsent_forms enable row level security, force row level security;
create policy read on journeys.unsent_forms for select
  using (
    tenant_id = (select identity.tenant())
    and author_id = (select identity.actor())
    and subject_id in (select unnest(identity.writes()))
  );
create policy make on journeys.unsent_forms for insert
  with check (
    tenant_id = (select identity.tenant())
    and author_id = (select identity.actor())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on journeys.unsent_forms for update
  using (
    tenant_id = (select identity.tenant())
    and author_id = (select identity.actor())
    and subject_id in (select unnest(identity.writes()))
  );
create policy remove on journeys.unsent_forms for delete
  using (
    tenant_id = (select identity.tenant())
    and author_id = (select identity.actor())
    and subject_id in (select unnest(identity.writes()))
  );
grant select, insert, delete on journeys.unsent_forms to milepost_app;
grant update (based_on, data, revision, updated_at) on journeys.unsent_forms to milepost_app;
