"""Asks for a planted row as somebody, by each verb, and says what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from milepost.platform.db import Database, Transaction
from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Row
from tests.architecture.planting import Sample, insertion

# The last two name no row: a statement without `where` need not be able to see what it changes.
VERBS = ("select", "insert", "update", "delete", "update*", "delete*")

# It happened; there was no such row; it was said to be forbidden.
YES, HIDDEN, REFUSED = "yes", "hidden", "refused"

Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class House:
    """The planted rows, and the two roles that anything of Milepost's connects as."""

    cast: Cast
    samples: list[Sample]
    app: Database
    owner: Database

    def of(self, table: str) -> list[Sample]:
        """The rows of one table."""
        return [sample for sample in self.samples if sample.table.name == table]


async def ask(
    house: House,
    samples: Iterable[Sample],
    actors: Iterable[str],
    *,
    verbs: Iterable[str] = VERBS,
) -> Mapping[Cell, str]:
    """Try the verbs on every row as every actor; keep nothing. By (row, verb, actor)."""
    outcomes: dict[Cell, str] = {}
    wanted = [
        (sample, verb)
        for sample in samples
        for verb in verbs
        if sample.first or not verb.endswith("*")
    ]
    for name in actors:
        db = house.owner if name == "publisher" else house.app
        async with db.transaction(house.cast.actor(name)) as tx:
            for sample, verb in wanted:
                outcome = await _try(tx, sample, verb, house.cast.person(name))
                outcomes[sample.title_for(verb), verb, name] = outcome
    return outcomes


async def _try(tx: Transaction, sample: Sample, verb: str, person: UUID) -> str:
    statement, row = _statement(sample, verb, person)
    params = {"key": Jsonb(sample.key), "row": Jsonb(row)}
    try:
        async with tx.connection.transaction(force_rollback=True):
            cursor = await tx.connection.execute(statement, params)
            return YES if cursor.rowcount else HIDDEN
    except psycopg.errors.InsufficientPrivilege:
        return REFUSED
    except psycopg.IntegrityError:
        # A constraint is asked after the policies: they had let it through.
        return YES


def _statement(sample: Sample, verb: str, person: UUID) -> tuple[sql.Composed, Row]:
    table = sample.table
    plain = [c for c in table.changeable or table.columns if c not in table.key]
    changes = list(sample.change) or plain[:1] or table.columns[-1:]
    row = _as_asked(sample.change, person)
    match verb:
        case "insert":
            row = _as_asked(sample.fresh, person)
            return insertion(table, row, told=False), row
        case "select":
            text = "select from {table} as t where to_jsonb(t) @> %(key)s"
        case "update":
            text = "update {table} as t set {changes} where to_jsonb(t) @> %(key)s"
        case "update*":
            text, row = "update {table} set {written}", {**_as_asked(sample.fresh, person), **row}
        case "delete":
            text = "delete from {table} as t where to_jsonb(t) @> %(key)s"
        case _:
            text = "delete from {table}"
    statement = sql.SQL(text).format(
        table=table.identifier,
        changes=_assignments(changes, sql.SQL("t")),
        written=_assignments(changes, sql.SQL("null::{}").format(table.identifier)),
    )
    return statement, row


def _assignments(columns: Iterable[str], base: sql.Composable) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{0} = (jsonb_populate_record({1}, %(row)s)).{0}").format(
            sql.Identifier(column), base
        )
        for column in columns
    )


def _as_asked(row: Row, person: UUID) -> Row:
    return {
        column: str(person) if value == ACTOR else _plain(value) for column, value in row.items()
    }


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)
