-- What was asked of a model, of whose, and what it cost: never what was said.

create table platform.ai_usage (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  at timestamptz not null,
  purpose text not null check (purpose <> '' and char_length(purpose) <= 100),
  provider text not null,
  model text not null,
  input_tokens integer not null check (input_tokens >= 0),
  output_tokens integer not null check (output_tokens >= 0),
  outcome text not null check (outcome in ('ok', 'failed')),
  milliseconds integer not null check (milliseconds >= 0),
  primary key (tenant_id, id)
);
create index on platform.ai_usage (tenant_id, at);
alter table platform.ai_usage enable row level security, force row level security;
create policy read on platform.ai_usage for select
  using (tenant_id = (select identity.tenant()) and (select identity.manages()));
create policy make on platform.ai_usage for insert
  with check (tenant_id = (select identity.tenant()));
grant select, insert on platform.ai_usage to milepost_app;
