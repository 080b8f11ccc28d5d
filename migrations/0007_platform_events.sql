-- What happened, told to whoever subscribed: written in the transaction that did it.

create schema events;
grant usage on schema events to milepost_app, milepost_operator;

create table events.log (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  name text not null,
  subject_id uuid,
  payload jsonb not null,
  at timestamptz not null,
  primary key (tenant_id, id, at)
) partition by range (at);
create index on events.log (tenant_id, subject_id, at);
alter table events.log enable row level security, force row level security;
create policy read on events.log for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
create policy make on events.log for insert
  with check (tenant_id = (select identity.tenant()));
create policy remove on events.log for delete
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id = (select identity.actor()))
  );
grant select, insert, delete on events.log to milepost_app;

-- Which handler has dealt with which event, so that a second delivery does nothing.
create table events.deliveries (
  tenant_id uuid not null,
  event_id uuid not null,
  handler text not null,
  at timestamptz not null,
  primary key (tenant_id, event_id, handler)
);
create index on events.deliveries (at);
alter table events.deliveries enable row level security, force row level security;
create policy read on events.deliveries for select
  using (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
create policy make on events.deliveries for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
create policy remove on events.deliveries for delete
  using (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
grant select, insert, delete on events.deliveries to milepost_app;

-- Partitions for this month and the two that follow. Safe to repeat. Times are UTC.
create function events.make_partitions(p_now timestamptz) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_month timestamp;
  v_name text;
  v_made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('events.make_partitions'));
  for v_month in
    select generate_series(
      date_trunc('month', p_now at time zone 'UTC'),
      date_trunc('month', p_now at time zone 'UTC') + interval '2 months',
      interval '1 month'
    )
  loop
    v_name := 'log_' || to_char(v_month, 'YYYY_MM');
    if to_regclass('events.' || v_name) is null then
      execute format(
        'create table events.%I partition of events.log for values from (%L) to (%L)',
        v_name,
        v_month at time zone 'UTC',
        (v_month + interval '1 month') at time zone 'UTC'
      );
      -- Reached through events.log only: no grant and no policy of their own.
      execute format(
        'alter table events.%I enable row level security, force row level security', v_name
      );
      v_made := v_made + 1;
    end if;
  end loop;
  return v_made;
end
$$;
revoke execute on function events.make_partitions(timestamptz) from public;
grant execute on function events.make_partitions(timestamptz) to milepost_app;
select events.make_partitions(now());
