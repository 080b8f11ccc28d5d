-- What was asked of a model, of whose, and what it cost: never what was said. It grows for ever,
-- as the log of events does: both have a partition a month, made by one function for all such
-- tables.

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
  primary key (tenant_id, id, at)
) partition by range (at);
create index on platform.ai_usage (tenant_id, at);
alter table platform.ai_usage enable row level security, force row level security;
create policy read on platform.ai_usage for select
  using (tenant_id = (select identity.tenant()) and (select identity.manages()));
create policy make on platform.ai_usage for insert
  with check (tenant_id = (select identity.tenant()));
grant select, insert on platform.ai_usage to milepost_app;

-- Partitions for this month and the two that follow, of every table of ours that is partitioned
-- by time. Safe to repeat. Times are UTC.
create function platform.make_partitions(p_now timestamptz) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_table record;
  v_month timestamp;
  v_name text;
  v_made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('platform.make_partitions'));
  for v_table in
    select n.nspname, c.relname
      from pg_catalog.pg_partitioned_table p
      join pg_catalog.pg_class c
        on c.oid = p.partrelid
      join pg_catalog.pg_namespace n
        on n.oid = c.relnamespace
     where p.partstrat = 'r'
       and c.relowner = current_user::pg_catalog.regrole
     order by n.nspname, c.relname
  loop
    for v_month in
      select generate_series(
        date_trunc('month', p_now at time zone 'UTC'),
        date_trunc('month', p_now at time zone 'UTC') + interval '2 months',
        interval '1 month'
      )
    loop
      v_name := v_table.relname || '_' || to_char(v_month, 'YYYY_MM');
      if to_regclass(format('%I.%I', v_table.nspname, v_name)) is null then
        execute format(
          'create table %I.%I partition of %I.%I for values from (%L) to (%L)',
          v_table.nspname,
          v_name,
          v_table.nspname,
          v_table.relname,
          v_month at time zone 'UTC',
          (v_month + interval '1 month') at time zone 'UTC'
        );
        -- Reached through its parent only: no grant and no policy of its own.
        execute format(
          'alter table %I.%I enable row level security, force row level security',
          v_table.nspname,
          v_name
        );
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end
$$;
revoke execute on function platform.make_partitions(timestamptz) from public;
grant execute on function platform.make_partitions(timestamptz) to milepost_app, milepost_operator;
select platform.make_partitions(now());
drop function events.make_partitions(timestamptz);
