"""What undoing migrations would lose: tables and columns that go, and whether rows are in them.

The scripts themselves say what goes: they are run, looked at, and taken back.
"""

from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from milepost.platform.db import migrations, roles
from milepost.platform.db.datafolder import ServerError
from milepost.platform.db.roles import Roles

# As many tables as one reads in a line.
_SHOWN = 3

Table = tuple[str, str]


def require_none(access: Roles, folder: Path, *, steps: int) -> None:
    """Raise ServerError if undoing the newest steps would lose rows."""
    filled = _filled(access.operator, _going(access.owner, folder, steps))
    if not filled:
        return
    shown = ", ".join(f"{schema}.{table}" for schema, table in filled[:_SHOWN])
    more = f" and {len(filled) - _SHOWN} more" if len(filled) > _SHOWN else ""
    raise ServerError(
        f"This would lose what {shown}{more} hold: make a backup, and repeat it with --force"
        if len(filled) > 1
        else f"This would lose what {shown} holds: make a backup, and repeat it with --force"
    )


def _going(conninfo: str, folder: Path, steps: int) -> list[Table]:
    """The tables that would go, or that columns of would go."""
    with roles.connect(conninfo) as owner:
        known = {step.number: step for step in migrations.load(folder)}
        applied = migrations.status(owner, folder).applied
        before = _columns(owner)
        after = before
        try:
            with owner.transaction(force_rollback=True):
                for row in tuple(reversed(applied))[:steps]:
                    owner.execute(known[row.number].down.read_bytes())
                after = _columns(owner)
        except psycopg.Error:
            # Undoing it in earnest fails as well, names the line, and changes nothing.
            return []
    return sorted(table for table, held in before.items() if not held <= after.get(table, set()))


def _columns(owner: psycopg.Connection) -> Mapping[Table, set[str]]:
    """Our tables with their columns; not the list of migrations, of which rows go by design."""
    found: dict[Table, set[str]] = {}
    for schema, table, column in owner.execute(
        """
        select space.nspname, rel.relname, att.attname
        from pg_class as rel
        join pg_namespace as space on space.oid = rel.relnamespace
        join pg_roles as role on role.oid = space.nspowner
        join pg_attribute as att on att.attrelid = rel.oid
        where role.rolname = any(%s)
            and rel.relkind in ('r', 'p')
            and not rel.relispartition
            and (space.nspname, rel.relname) <> ('platform', 'migrations')
            and att.attnum > 0
            and not att.attisdropped
        """,
        (list(roles.ALL),),
    ):
        found.setdefault((schema, table), set()).add(column)
    return found


def _filled(conninfo: str, tables: list[Table]) -> list[Table]:
    """Those that hold a row, as the operator finds, who sees all of them."""
    with roles.connect(conninfo) as operator:
        return [table for table in tables if _holds_rows(operator, table)]


def _holds_rows(operator: psycopg.Connection, table: Table) -> bool:
    found = operator.execute(
        sql.SQL("select exists (select from {})").format(sql.Identifier(*table))
    ).fetchone()
    return bool(found and found[0])
