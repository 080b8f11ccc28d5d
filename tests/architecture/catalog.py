"""What the database says of itself: its tables, as these tests need to know them."""

from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import class_row

# Every schema that is ours: all but the server's own, and the extension's.
OURS = """
n.nspname not in ('pg_catalog', 'information_schema', 'public') and n.nspname not like 'pg\\_%'
"""

_TABLES = f"""
select n.nspname as schema,
       c.relname as relation,
       array(
         select a.attname::text
           from pg_index i
          cross join unnest(i.indkey::int[]) with ordinality as k (number, place)
           join pg_attribute a
             on a.attrelid = c.oid
            and a.attnum = k.number
          where i.indrelid = c.oid
            and i.indisprimary
          order by k.place
       ) as key,
       array(
         select a.attname::text
           from pg_attribute a
          where a.attrelid = c.oid
            and a.attnum > 0
            and not a.attisdropped
          order by a.attnum
       ) as columns,
       array(
         select a.attname::text
           from pg_attribute a
          where a.attrelid = c.oid
            and a.attnum > 0
            and not a.attisdropped
            and has_column_privilege('milepost_app', c.oid, a.attnum, 'update')
          order by a.attnum
       ) as changeable,
       (
         select p.inhparent::regclass::text
           from pg_inherits p
          where p.inhrelid = c.oid
       ) as partition_of
  from pg_class c
  join pg_namespace n
    on n.oid = c.relnamespace
 where c.relkind in ('r', 'p')
   and {OURS}
 order by n.nspname, c.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns in order, and those that the application may change."""

    schema: str
    relation: str
    key: list[str]
    columns: list[str]
    changeable: list[str]
    partition_of: str | None

    @property
    def name(self) -> str:
        """Its name with its schema's."""
        return f"{self.schema}.{self.relation}"

    @property
    def identifier(self) -> sql.Identifier:
        """Its name for a statement."""
        return sql.Identifier(self.schema, self.relation)

    @property
    def belongs_to_a_tenant(self) -> bool:
        """Whether its rows are somebody's, in one tenant."""
        return "tenant_id" in self.columns


def tables(connection: psycopg.Connection) -> list[Table]:
    """All tables of ours, partitions included."""
    with connection.cursor(row_factory=class_row(Table)) as cursor:
        return cursor.execute(_TABLES).fetchall()
