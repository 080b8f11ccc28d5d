"""Records the statements of a request, and lets pgbench run the same ones over and over.

Each recorded request becomes a script. What belongs to one person (ids, the token's hash, the
number of the next version) becomes an expression over a person's number, so that pgbench's
clients work for many people; a client has people of its own, as a connection of the API does.
"""

import json
import os
import re
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from benchmarks import population
from milepost.platform.db import binaries, clients
from milepost.platform.db.transaction import SESSION_OPTIONS

_PLACE = re.compile(r"%\((\w+)\)s|%%")
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([\d.]+) ms", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the product ran it."""

    sql: str
    params: Mapping[str, Any]


@contextmanager
def recording() -> Generator[list[Statement]]:
    """Note every statement that any connection runs while the block lasts."""
    found: list[Statement] = []
    original = psycopg.AsyncCursor.execute

    async def noting(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        found.append(Statement(str(query), params or {}))
        return await original(self, query, params, **options)

    psycopg.AsyncCursor.execute = noting
    try:
        yield found
    finally:
        psycopg.AsyncCursor.execute = original


def script(statements: Sequence[Statement], number: int) -> str:
    """Write a pgbench script of what was recorded for one person."""
    lines = [r"\set n 1 + :client_id * :each + random(0, :each - 1)", "begin;"]
    for statement in statements:
        sql = " ".join(_filled(statement, number).split())
        # The number of the version to write is what the product works out from this, too.
        if "coalesce(max(s.version), 0)" in sql:
            lines += [rf"{sql} \gset found_", r"\set version :found_coalesce + 1"]
        else:
            lines.append(f"{sql};")
    return "\n".join([*lines, "commit;", ""])


def run(
    conninfo: str, scripts: Sequence[Path], *, connections: int, people: int, seconds: int
) -> tuple[float, float]:
    """Run the scripts by turns with pgbench; return transactions a second and their mean ms."""
    command = [str(binaries.program("pgbench")), "--no-vacuum", "--protocol=prepared"]
    command += [f"--client={connections}", "--jobs=1", f"--time={seconds}"]
    command += [f"--define=each={people // connections}"]
    command += [f"--file={path}" for path in scripts]
    environment = {**clients.environment(conninfo), "PGOPTIONS": SESSION_OPTIONS}
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    rate, latency = _TPS.search(done.stdout), _LATENCY.search(done.stdout)
    if done.returncode != 0 or rate is None or latency is None:
        raise SystemExit(f"pgbench failed: {done.stderr[-2000:]}")
    return float(rate[1]), float(latency[1])


def _filled(statement: Statement, number: int) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] is None:
            return "%"
        return _written(found[1], statement.params[found[1]], number)

    return _PLACE.sub(value, statement.sql)


def _written(name: str, value: Any, number: int) -> str:
    match value:
        case UUID():
            return _id(value, number)
        case bytes():
            return (
                f"sha256(uuid_send({_id(population.TENANT, number)})"
                " || sha256(convert_to((:n)::text, 'UTF8')))"
            )
        case datetime():
            return "clock_timestamp()"
        case Jsonb():
            return f"{_json(value.obj)}::jsonb"
        case list():
            kind = "integer" if value and isinstance(value[0], int) else "text"
            return f"{_quoted('{' + ','.join(map(str, value)) + '}')}::{kind}[]"
        case None:
            return "null"
        case int() if name == "version":
            return "(:version)::integer"
        case int():
            return str(value)
        case _:
            return _quoted(str(value))


def _id(value: UUID, number: int) -> str:
    person = str(population.user_id(number))[-12:]
    text = str(value)
    if text.endswith(person) and value != population.TENANT:
        return f"('{text[:-12]}' || lpad((:n)::text, 12, '0'))::uuid"
    return f"'{text}'::uuid"


def _json(value: Any) -> str:
    # To pgbench a colon before a letter begins a variable, in a text as well.
    text = json.dumps(value, separators=(",", ": "))
    return _quoted(re.sub(r":(?! )", r"\\u003a", text))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
