-- What was archived goes back to where it was made.
do $$
declare
  v_month record;
  v_archive text;
begin
  for v_month in
    select n.nspname, c.relname, c.relnamespace::regnamespace as archive
      from pg_catalog.pg_inherits i
      join pg_catalog.pg_class c
        on c.oid = i.inhrelid
      join pg_catalog.pg_class t
        on t.oid = i.inhparent
      join pg_catalog.pg_namespace n
        on n.oid = t.relnamespace
     where c.relkind = 'r'
       and c.relnamespace = to_regnamespace(quote_ident(n.nspname || '_archive'))
  loop
    execute format(
      'alter table %s.%I set schema %I', v_month.archive, v_month.relname, v_month.nspname
    );
  end loop;
  for v_archive in
    select n.nspname
      from pg_catalog.pg_namespace n
     where n.nspname in (
             select o.nspname || '_archive'
               from pg_catalog.pg_partitioned_table p
               join pg_catalog.pg_class t
                 on t.oid = p.partrelid
               join pg_catalog.pg_namespace o
                 on o.oid = t.relnamespace
           )
  loop
    execute format('drop schema %I', v_archive);
  end loop;
end
$$;
drop function platform.archive_partitions(timestamptz, integer);
drop function platform.make_partitions(timestamptz, text[]);
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
