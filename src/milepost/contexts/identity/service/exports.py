"""All of a person's data, as JSON that a person can read too."""

from datetime import datetime
from typing import Any

from milepost.contexts.identity.queries import exports as queries
from milepost.platform.db import Transaction

FORMAT = "milepost-person/1"


async def export_me(tx: Transaction, *, now: datetime) -> dict[str, Any]:
    """Gather every row about the actor that the actor may read, table by table.

    Tokens and password hashes stay out: they are no data about the person, and a file
    that lies about must not open anything.
    """
    (own,) = await queries.list_own_rows(tx)
    tables: dict[str, list[dict[str, Any]]] = {}
    for table in await queries.list_tables(tx):
        rows = await queries.list_rows(tx, table=table)
        if rows:
            tables[f"{table.schema}.{table.name}"] = rows
    return {"format": FORMAT, "exported_at": now.isoformat(), **own, "tables": tables}
