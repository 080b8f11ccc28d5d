"""What the database says of itself: its tables, as these tests need to know them."""

from dataclasses import dataclass
from typing import LiteralString

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


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key, as declared: not its copies on partitions."""

    source: str
    columns: list[str]
    target: str
    target_columns: list[str]
    on_delete: str

    @property
    def title(self) -> str:
        """Its name in a failure."""
        return f"{self.source} → {self.target}"


_FOREIGN_KEYS = f"""
select n.nspname || '.' || c.relname as source,
       array(
         select a.attname::text
           from unnest(k.conkey) with ordinality as o (number, place)
           join pg_attribute a
             on a.attrelid = k.conrelid
            and a.attnum = o.number
          order by o.place
       ) as columns,
       tn.nspname || '.' || t.relname as target,
       array(
         select a.attname::text
           from unnest(k.confkey) with ordinality as o (number, place)
           join pg_attribute a
             on a.attrelid = k.confrelid
            and a.attnum = o.number
          order by o.place
       ) as target_columns,
       case k.confdeltype
         when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
         else 'refused'
       end as on_delete
  from pg_constraint k
  join pg_class c
    on c.oid = k.conrelid
  join pg_namespace n
    on n.oid = c.relnamespace
  join pg_class t
    on t.oid = k.confrelid
  join pg_namespace tn
    on tn.oid = t.relnamespace
 where k.contype = 'f'
   and k.conparentid = 0
   and {OURS}
 order by 1, 3
"""


def foreign_keys(connection: psycopg.Connection) -> list[ForeignKey]:
    """All foreign keys of ours."""
    with connection.cursor(row_factory=class_row(ForeignKey)) as cursor:
        return cursor.execute(_FOREIGN_KEYS).fetchall()


@dataclass(frozen=True, slots=True)
class Index:
    """An index on a table's columns."""

    table: str
    columns: list[str]
    unique: bool
    partial: bool


_INDEXES = f"""
select n.nspname || '.' || c.relname as table,
       array(
         select coalesce(a.attname::text, '')
           from unnest(i.indkey::int[]) with ordinality as o (number, place)
           left join pg_attribute a
             on a.attrelid = c.oid
            and a.attnum = o.number
          where o.place <= i.indnkeyatts
          order by o.place
       ) as columns,
       i.indisunique as unique,
       i.indpred is not null as partial
  from pg_index i
  join pg_class c
    on c.oid = i.indrelid
  join pg_namespace n
    on n.oid = c.relnamespace
 where {OURS}
   and c.relkind in ('r', 'p')
 order by 1, 2
"""


def indexes(connection: psycopg.Connection) -> list[Index]:
    """All indexes of ours."""
    with connection.cursor(row_factory=class_row(Index)) as cursor:
        return cursor.execute(_INDEXES).fetchall()


def rows(connection: psycopg.Connection, statement: LiteralString) -> list[str]:
    """The first column of what a look at the catalog shows."""
    return [row[0] for row in connection.execute(statement)]
