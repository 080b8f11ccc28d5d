"""Statements that read all of a person's data, whichever contexts hold it.

The catalog says which tables there are: a new context's tables are exported the day they
are made, and nobody has to remember it here.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import sql
from psycopg.rows import scalar_row

from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with rows about subjects, and its columns that are no secret."""

    schema: str
    name: str
    columns: list[str]


async def list_tables(tx: Transaction) -> list[Table]:
    """List every table about subjects that the actor may read; hashes (bytea) left out."""
    return await tx.many(
        Table,
        """
        select n.nspname as schema,
               c.relname as name,
               array_agg(a.attname::text order by a.attnum) as columns
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n
            on n.oid = c.relnamespace
          join pg_catalog.pg_attribute a
            on a.attrelid = c.oid
           and a.attnum > 0
           and not a.attisdropped
           and a.atttypid <> 'pg_catalog.bytea'::regtype
         where c.relkind in ('r', 'p')
           and not c.relispartition
           and has_table_privilege(c.oid, 'select')
           and 2 = (
             select count(*)
               from pg_catalog.pg_attribute k
              where k.attrelid = c.oid
                and k.attname in ('tenant_id', 'subject_id')
                and not k.attisdropped
           )
         group by n.nspname, c.relname
         order by n.nspname, c.relname
        """,
    )


async def list_rows(tx: Transaction, *, table: Table) -> list[dict[str, Any]]:
    """List the rows about the actor in one of these tables, as JSON."""
    statement = sql.SQL(
        """
        select to_jsonb(r)
          from (
            select {columns}
              from {table}
             where tenant_id = %(tenant_id)s
               and subject_id = %(user_id)s
          ) r
        """
    ).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, table.columns)),
        table=sql.Identifier(table.schema, table.name),
    )
    async with tx.connection.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            statement, {"tenant_id": tx.actor.tenant_id, "user_id": tx.actor.user_id}
        )
        return await cursor.fetchall()


async def list_own_rows(tx: Transaction) -> list[dict[str, Any]]:
    """Return the actor's own person, account and organizations, as JSON."""
    return await tx.values(
        """
        select jsonb_build_object(
                 'person', to_jsonb(u),
                 'account', to_jsonb(a) - 'password_hash'
                   || jsonb_build_object('has_password', a.password_hash is not null),
                 'tenant', jsonb_build_object('slug', t.slug, 'name', t.name),
                 'organization', to_jsonb(o)
               )
          from identity.users u
          join identity.accounts a
            on a.id = u.account_id
          join identity.tenants t
            on t.id = u.tenant_id
          left join identity.organizations o
            on o.tenant_id = u.tenant_id
           and o.id = u.organization_id
         where u.tenant_id = %(tenant_id)s
           and u.id = %(user_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": tx.actor.user_id},
    )
