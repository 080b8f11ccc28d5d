"""Puts the rows of `samples` in their tables, and says how to find each again.

A row is JSON in the shape of its table: the server turns it into one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.architecture.cast import Cast
from tests.architecture.catalog import Table, tables
from tests.architecture.planted import Planted, Row
from tests.architecture.samples import samples


@dataclass(frozen=True, slots=True)
class Sample:
    """A row that is there, how to find it, and another one like it that isn't."""

    table: Table
    variant: str
    key: Row
    fresh: Row
    change: Row
    # The first of its table, which speaks for the table as a whole.
    first: bool

    @property
    def title(self) -> str:
        """Its name in the table of expectations."""
        return f"{self.table.name} ({self.variant})" if self.variant else self.table.name

    def title_for(self, verb: str) -> str:
        """Its name, or its table's for a verb that is about all rows."""
        return self.table.name if verb.endswith("*") else self.title


def plant(operator: psycopg.Connection, cast: Cast) -> list[Sample]:
    """Put every row in its place; then look up the ones that partitions hold."""
    known = {table.name: table for table in tables(operator)}
    asked_for: list[Sample] = []
    for planted in samples(operator, cast):
        table = known[planted.table]
        row = _find(operator, table, planted.found) if planted.found else None
        row = row or _insert(operator, table, planted.values)
        if planted.asked:
            first = all(sample.table != table for sample in asked_for)
            asked_for.append(_sample(table, planted, row, first=first))
    for table in known.values():
        if table.partition_of is None:
            continue
        whose: list[Row] = (
            [{"subject_id": str(one)} for one in (cast.people["owner"], cast.company_id)]
            if "subject_id" in table.columns
            else [{"tenant_id": str(cast.tenant_id)}]
        )
        rows = [row for known in whose if (row := _find(operator, table, known)) is not None]
        for row in rows[:1]:
            asked_for.append(_sample(table, Planted(table.name), row, first=True))
    operator.commit()
    return asked_for


def _sample(table: Table, planted: Planted, row: Row, *, first: bool) -> Sample:
    fresh = dict(row)
    if planted.numbered:
        del fresh["id"]
    elif "id" in fresh:
        fresh["id"] = str(uuid4())
    return Sample(
        table=table,
        variant=planted.variant,
        key={column: row[column] for column in table.key},
        fresh={**fresh, **planted.fresh},
        change=planted.change,
        first=first,
    )


def _insert(operator: psycopg.Connection, table: Table, values: Row) -> Row:
    made = operator.execute(insertion(table, values), {"row": Jsonb(values, dumps=_dumps)})
    found = made.fetchone()
    assert found is not None
    return found[0]


def _find(operator: psycopg.Connection, table: Table, known: Row) -> Row | None:
    found = operator.execute(
        sql.SQL("select to_jsonb(t) from {} t where to_jsonb(t) @> %(known)s limit 1").format(
            table.identifier
        ),
        {"known": Jsonb(known, dumps=_dumps)},
    ).fetchone()
    return None if found is None else found[0]


def insertion(table: Table, row: Mapping[str, Any], *, told: bool = True) -> sql.Composed:
    """The statement that inserts %(row)s; `told` the whole row, which needs leave to read it."""
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in row)
    values = (
        sql.SQL(
            "({columns}) select {columns} from jsonb_populate_record(null::{table}, %(row)s)"
        ).format(columns=columns, table=table.identifier)
        if row
        else sql.SQL("default values")
    )
    return sql.SQL("insert into {} as t {} {}").format(
        table.identifier, values, sql.SQL("returning to_jsonb(t)" if told else "")
    )


def _dumps(row: object) -> str:
    return json.dumps(row, default=str)
