drop function platform.make_partitions(timestamptz);
drop table platform.ai_usage;

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
