-- Old months of the tables that are partitioned by time go to the archive of their context, a
-- schema like standups_archive. They are still part of their tables: whoever may read them reads
-- them, exports find them, and erasing a person erases them there. But they are out of the way, and
-- stand by name where an operator can dump, detach and drop them.

-- The same as before, but for a month that was archived: it is there already. Of the tables that
-- are named, or of all.
drop function platform.make_partitions(timestamptz);
create function platform.make_partitions(p_now timestamptz, p_tables text[] default null)
returns integer
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
       and (p_tables is null or format('%s.%s', n.nspname, c.relname) = any (p_tables))
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
      if to_regclass(format('%I.%I', v_table.nspname, v_name)) is null
        and to_regclass(format('%I.%I', v_table.nspname || '_archive', v_name)) is null
      then
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

revoke execute on function platform.make_partitions(timestamptz, text[]) from public;
grant execute on function platform.make_partitions(timestamptz, text[])
  to milepost_app, milepost_operator;

-- Archives all months but this one and so many before it, of every table of ours that is
-- partitioned by time; returns how many it moved. Safe to repeat. Times are UTC.
create function platform.archive_partitions(p_now timestamptz, p_months integer) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_month record;
  v_moved integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('platform.make_partitions'));
  for v_month in
    select n.nspname, c.relname, n.nspname || '_archive' as archive
      from pg_catalog.pg_partitioned_table p
      join pg_catalog.pg_class t
        on t.oid = p.partrelid
      join pg_catalog.pg_namespace n
        on n.oid = t.relnamespace
      join pg_catalog.pg_inherits i
        on i.inhparent = p.partrelid
      join pg_catalog.pg_class c
        on c.oid = i.inhrelid
       and c.relnamespace = t.relnamespace
     where p.partstrat = 'r'
       and t.relowner = current_user::pg_catalog.regrole
       and right(c.relname, 7) < to_char(
             (p_now at time zone 'UTC') - make_interval(months => p_months), 'YYYY_MM'
           )
     order by n.nspname, c.relname
  loop
    if to_regnamespace(quote_ident(v_month.archive)) is null then
      execute format('create schema %I', v_month.archive);
      execute format('grant usage on schema %I to milepost_operator', v_month.archive);
    end if;
    execute format(
      'alter table %I.%I set schema %I', v_month.nspname, v_month.relname, v_month.archive
    );
    v_moved := v_moved + 1;
  end loop;
  return v_moved;
end
$$;
revoke execute on function platform.archive_partitions(timestamptz, integer) from public;
grant execute on function platform.archive_partitions(timestamptz, integer) to milepost_app;
