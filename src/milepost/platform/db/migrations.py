"""Runs plain SQL migrations, up and down, each file in one transaction of its own.

A folder holds `NNNN_<context>_<what>.sql` with `NNNN_<context>_<what>_down.sql` beside it. What
was applied stands in `platform.migrations` with a checksum: an applied file can't change unseen.
"""

import hashlib
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import pq
from psycopg.rows import class_row

from milepost.platform.db.sqltext import statement_lines

_NAME = re.compile(r"(?P<number>\d{4})_(?P<context>[a-z]+)_(?P<what>[a-z0-9_]+)\.sql")
_LOCK = "milepost.migrations"

_HOUSE = """
create schema if not exists platform;
create table platform.migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null
);
alter table platform.migrations enable row level security;
alter table platform.migrations force row level security;
create policy keep on platform.migrations for all
    to milepost_owner, milepost_operator
    using (true) with check (true);
create policy look on platform.migrations for select to milepost_app using (true);
grant usage on schema platform to milepost_app, milepost_operator;
grant select on platform.migrations to milepost_app;
grant select, insert, update, delete on platform.migrations to milepost_operator;
"""


class MigrationError(Exception):
    """The schema can't be brought where it should be; the message names the file."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, as its two files describe it."""

    number: int
    name: str
    up: Path
    down: Path
    checksum: str


@dataclass(frozen=True, slots=True)
class Applied:
    """One step that the database has taken."""

    number: int
    name: str
    checksum: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """Where a database stands: the steps it took, and those it still needs."""

    applied: tuple[Applied, ...]
    pending: tuple[Migration, ...]


OnStep = Callable[[Migration, int, int], None]


def status(conn: psycopg.Connection, folder: Path) -> Status:
    """Compare a database with a folder; MigrationError where they contradict each other."""
    steps = load(folder)
    applied = _applied(conn)
    _compare(steps, applied)
    return Status(applied, tuple(steps[len(applied) :]))


def migrate(
    conn: psycopg.Connection,
    folder: Path,
    *,
    to: int | None = None,
    on_step: OnStep | None = None,
) -> tuple[Migration, ...]:
    """Apply what is pending, up to and with number `to`; tells `on_step` before each step."""
    if not _until(status(conn, folder).pending, to):
        return ()
    with _alone(conn):
        # Someone else may have migrated while we waited for the lock.
        now = status(conn, folder)
        todo = _until(now.pending, to)
        if not now.applied:
            _build_house(conn)
        for done, step in enumerate(todo):
            if on_step:
                on_step(step, done, len(todo))
            with conn.transaction():
                _run(conn, step.up)
                conn.execute(
                    """
                    insert into platform.migrations (number, name, checksum, applied_at)
                    values (%s, %s, %s, clock_timestamp())
                    """,
                    (step.number, step.name, step.checksum),
                )
    return todo


def rollback(
    conn: psycopg.Connection,
    folder: Path,
    *,
    steps: int = 1,
    on_step: OnStep | None = None,
) -> tuple[Migration, ...]:
    """Undo the newest steps, newest first; tells `on_step` before each step."""
    known = {step.number: step for step in load(folder)}
    with _alone(conn):
        applied = status(conn, folder).applied
        todo = tuple(known[row.number] for row in reversed(applied))[: max(steps, 0)]
        for done, step in enumerate(todo):
            if on_step:
                on_step(step, done, len(todo))
            with conn.transaction():
                _run(conn, step.down)
                conn.execute("delete from platform.migrations where number = %s", (step.number,))
    return todo


def load(folder: Path) -> list[Migration]:
    """The folder's steps in order; MigrationError for a gap, a duplicate or a missing down file."""
    if not folder.is_dir():
        raise MigrationError(f"No migrations: {folder} is not a folder")
    steps = [_read(path) for path in sorted(folder.glob("*.sql")) if _is_up(path)]
    for expected, step in enumerate(steps, start=1):
        if step.number == expected:
            continue
        if step.number == expected - 1:
            raise MigrationError(
                f"Two migrations have the number {step.number:04d}: "
                f"{steps[expected - 2].up.name} and {step.up.name}"
            )
        raise MigrationError(f"Migration {expected:04d} is missing before {step.up.name}")
    return steps


def _is_up(path: Path) -> bool:
    return not path.stem.endswith("_down")


def _read(path: Path) -> Migration:
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise MigrationError(f"{path.name} is not named NNNN_<context>_<what>.sql")
    down = path.with_name(f"{path.stem}_down.sql")
    if not down.exists():
        raise MigrationError(f"{path.name} has no {down.name} beside it")
    return Migration(
        number=int(named["number"]),
        name=path.stem,
        up=path,
        down=down,
        checksum=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _until(pending: tuple[Migration, ...], to: int | None) -> tuple[Migration, ...]:
    return tuple(step for step in pending if to is None or step.number <= to)


def _applied(conn: psycopg.Connection) -> tuple[Applied, ...]:
    try:
        with conn.transaction(), conn.cursor(row_factory=class_row(Applied)) as cursor:
            cursor.execute(
                """
                select number, name, checksum, applied_at
                from platform.migrations
                order by number
                """
            )
            return tuple(cursor.fetchall())
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return ()


def _compare(steps: list[Migration], applied: tuple[Applied, ...]) -> None:
    if len(applied) > len(steps):
        raise MigrationError(
            f"The database has taken {applied[len(steps)].name}, which this Milepost does not "
            "know: it was migrated by a newer one"
        )
    for step, row in zip(steps, applied, strict=False):
        if (step.number, step.name) != (row.number, row.name):
            raise MigrationError(f"The database has taken {row.name} where {step.up.name} stands")
        if step.checksum != row.checksum:
            raise MigrationError(
                f"{step.up.name} has changed since it was applied: put it back as it was, "
                "and write a new migration"
            )


def _build_house(conn: psycopg.Connection) -> None:
    with conn.transaction():
        found = conn.execute("select to_regclass('platform.migrations')").fetchone()
        if found is None or found[0] is None:
            conn.execute(_HOUSE)


@contextmanager
def _alone(conn: psycopg.Connection) -> Generator[None]:
    """One runner at a time; the server drops the lock with the session, however that ends."""
    conn.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (_LOCK,))
    try:
        yield
    finally:
        if not conn.broken:
            conn.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (_LOCK,))


def _run(conn: psycopg.Connection, path: Path) -> None:
    """Run a whole file in the simple query protocol, and point at the line that fails."""
    text = path.read_text("utf-8")
    wire = conn.pgconn
    wire.send_query(text.encode())
    completed = 0
    failure: pq.abc.PGresult | None = None
    while (result := wire.get_result()) is not None:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            failure = result
        elif result.status in {pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT}:
            wire.finish()
            raise MigrationError(f"{path.name} may not hold a copy from or to the client")
        else:
            completed += 1
    if failure is not None:
        raise MigrationError(_describe(path, text, completed, failure))
    if wire.transaction_status != pq.TransactionStatus.INTRANS:
        raise MigrationError(f"{path.name} may not begin or end a transaction of its own")


def _describe(path: Path, text: str, completed: int, failure: pq.abc.PGresult) -> str:
    field = pq.DiagnosticField
    position = failure.error_field(field.STATEMENT_POSITION)
    if position:
        line = text.count("\n", 0, int(position) - 1) + 1
    else:
        lines = statement_lines(text)
        line = lines[min(completed, len(lines) - 1)] if lines else 1
    said = [failure.error_field(field.MESSAGE_PRIMARY), failure.error_field(field.MESSAGE_DETAIL)]
    message = ": ".join(part.decode("utf-8", "replace") for part in said if part)
    return f"{path.name}, line {line}: {message}"
