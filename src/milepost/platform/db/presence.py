"""Whether a database holds a Milepost, and whether one serves from it now."""

import psycopg

from milepost.platform.db.datafolder import ServerError
from milepost.platform.db.roles import APP, connect


def is_in(conninfo: str) -> bool:
    """Tell whether a database holds Milepost's tables; makes nothing there."""
    # By the catalog alone: the named role need not be allowed to look into the schema.
    with connect(conninfo) as conn:
        found = conn.execute(
            """
            select
            from pg_class as rel
            join pg_namespace as space on space.oid = rel.relnamespace
            where space.nspname = 'platform' and rel.relname = 'migrations'
            """
        ).fetchone()
    return found is not None


def require_unused(owner: psycopg.Connection) -> None:
    """Raise ServerError while somebody is connected as the application, from any machine."""
    found = owner.execute(
        """
        select count(*)
        from pg_stat_activity
        where datname = current_database() and usename = %s
        """,
        (APP,),
    ).fetchone()
    if found and found[0]:
        raise ServerError("Milepost runs on this database: stop it first")
