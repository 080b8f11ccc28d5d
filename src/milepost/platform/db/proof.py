"""The start-up proof: the catalog itself shows that row-level security can't be walked around.

The server asks before it serves, and refuses otherwise. One statement; each arm of it
returns what is wrong, in words.
"""

import psycopg

from milepost.platform.db.datafolder import ServerError

_FAULTS = """
with ours as (
  select n.oid, n.nspname
    from pg_namespace n
   where n.nspname not in ('pg_catalog', 'information_schema', 'public')
     and n.nspname not like 'pg\\_%%'
),
tables as (
  select c.oid, o.nspname, c.relname, c.relkind, c.relispartition, c.relrowsecurity,
         c.relforcerowsecurity, c.relowner, c.reloptions
    from pg_class c
    join ours o on o.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f')
),
verbs (privilege, command) as (
  values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')
)
select format('%%I.%%I: row-level security is not enabled and forced', t.nspname, t.relname)
  from tables t
 where t.relkind in ('r', 'p')
   and not (t.relrowsecurity and t.relforcerowsecurity)
union all
select format('%%I.%%I: %%s may %%s but no policy says which rows', t.nspname, t.relname,
              %(app)s::text, v.privilege)
  from tables t
 cross join verbs v
 where t.relkind in ('r', 'p')
   and (
     has_table_privilege(%(app)s, t.oid, v.privilege)
     or (
       v.command <> 'd' and has_any_column_privilege(%(app)s, t.oid, v.privilege)
     )
   )
   and not exists (
     select 1
       from pg_policy p
      where p.polrelid = t.oid
        and p.polcmd in (v.command::"char", '*')
        and (
          p.polroles = '{0}'
          or p.polroles @> array[(select r.oid from pg_roles r where r.rolname = %(app)s)]
        )
   )
union all
select format('%%I.%%I: %%s may TRUNCATE, which no policy restrains', t.nspname, t.relname,
              %(app)s::text)
  from tables t
 where has_table_privilege(%(app)s, t.oid, 'TRUNCATE')
union all
select format('%%I.%%I: %%s owns it', t.nspname, t.relname, %(app)s::text)
  from tables t
  join pg_roles r on r.oid = t.relowner
 where r.rolname = %(app)s
union all
select format('%%I.%%I: the policy %%I is RESTRICTIVE', t.nspname, t.relname, p.polname)
  from tables t
  join pg_policy p on p.polrelid = t.oid
 where not p.polpermissive
union all
select format('%%I.%%I: a view with its owner''s rights', t.nspname, t.relname)
  from tables t
 where t.relkind in ('v', 'm')
   and not coalesce(t.reloptions @> array['security_invoker=true'], false)
union all
select format('%%I.%%I(): no fixed search_path', o.nspname, f.proname)
  from pg_proc f
  join ours o on o.oid = f.pronamespace
 where f.prosqlbody is null
   and not exists (
     select 1 from unnest(f.proconfig) as c (setting) where c.setting like 'search_path=%%'
   )
union all
select format('the role %%I may bypass row-level security', r.rolname)
  from pg_roles r
 where r.rolname = %(app)s
   and (r.rolbypassrls or r.rolsuper)
union all
select format('the role %%s is a member of %%I', %(app)s::text, r.rolname)
  from pg_roles r
 where r.rolname <> %(app)s
   and pg_has_role(%(app)s, r.oid, 'MEMBER')
   and r.rolname not like 'pg\\_%%'
"""


def faults(conn: psycopg.Connection, *, app_role: str) -> list[str]:
    """List what in the catalog would let the application's role see or do too much."""
    rows = conn.execute(_FAULTS, {"app": app_role}).fetchall()
    return sorted(str(row[0]) for row in rows)


def require(conn: psycopg.Connection, *, app_role: str) -> None:
    """Refuse to go on unless the catalog is sound. Raises ServerError naming what isn't."""
    found = faults(conn, app_role=app_role)
    if found:
        raise ServerError(
            "Refusing to serve: the database does not keep people's rows apart ("
            + "; ".join(found[:5])
            + (f"; and {len(found) - 5} more)" if len(found) > 5 else ")")
        )
