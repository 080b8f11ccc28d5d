-- The catalog of programs, shared by all tenants: it names no tenant and nobody in one.
--
-- Publishing is an operator's act; the application only reads. A version never
-- changes, so that a journey can pin one.

create schema programs;
grant usage on schema programs to milepost_app, milepost_operator;

create table programs.programs (
  id uuid primary key default uuidv7(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  files_fingerprint text,
  created_at timestamptz not null
);
comment on column programs.programs.files_fingerprint is
  'of the files published last: a start that finds the same ones reads no YAML';
alter table programs.programs enable row level security, force row level security;
create policy read on programs.programs for select
  to milepost_app
  using (true);
create policy own on programs.programs for all to milepost_owner
  using (true)
  with check (true);
grant select on programs.programs to milepost_app;

create table programs.versions (
  id uuid primary key default uuidv7(),
  program_id uuid not null references programs.programs (id),
  number integer not null check (number > 0),
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  document jsonb not null,
  published_at timestamptz not null,
  unique (program_id, number)
);
alter table programs.versions enable row level security, force row level security;
create policy read on programs.versions for select
  to milepost_app
  using (true);
create policy own on programs.versions for all to milepost_owner
  using (true)
  with check (true);
grant select on programs.versions to milepost_app;
revoke update on programs.versions from milepost_operator;
