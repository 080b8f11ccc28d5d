"""What a visitor does over HTTP, and what an operator sees of it in the tables."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from psycopg import sql

from milepost.platform.db import embedded
from milepost.platform.db.roles import OPERATOR

PASSWORD = "milepost-demo"
ADMIN, GURU, LEARNER, MAYA = (
    f"{name}@demo.milepost.test" for name in ("admin", "guru", "learner", "maya")
)
FOUNDER, COFOUNDER, INVESTOR, ANALYST = (
    f"{name}@demo.milepost.test" for name in ("founder", "cofounder", "investor", "analyst")
)
# The demo as it is filled: Maya and the companies walk, and not everybody who did can sign in.
PEOPLE_OF_THE_DEMO = 15
JOURNEYS_OF_THE_DEMO = 41
SIGN_INS = (ADMIN, GURU, LEARNER, MAYA, FOUNDER, COFOUNDER, INVESTOR, ANALYST)


def client(url: str, token: str = "") -> httpx2.Client:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx2.Client(base_url=f"{url}/api/v1", headers=headers, timeout=30, trust_env=False)


def sign_in(url: str, email: str = MAYA, password: str = PASSWORD) -> httpx2.Client:
    """Sign in; a client that carries the token."""
    with client(url) as visitor:
        answer = visitor.post("/sessions", json={"email": email, "password": password})
    assert answer.status_code == 201, answer.text
    return client(url, answer.json()["access_token"])


def ask(caller: httpx2.Client, path: str) -> Any:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def journey_of(caller: httpx2.Client) -> str:
    return str(ask(caller, "/journeys")["items"][0]["id"])


def operator_address(data: Path) -> str:
    """How to connect as the operator to the server that runs on a data folder."""
    server = embedded.find_running(data)
    assert server is not None
    return server.conninfo(OPERATOR, "milepost")


@contextmanager
def as_operator(data: Path) -> Generator[psycopg.Connection]:
    """A connection beside a running Milepost, that sees every row; it commits at its end."""
    with psycopg.connect(operator_address(data)) as connection:
        yield connection


def contents(address: str) -> dict[str, list[bytes]]:
    """Every row of every table of ours as `copy` writes it, sorted."""
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            """
            select space.nspname, rel.relname
            from pg_class as rel
            join pg_namespace as space on space.oid = rel.relnamespace
            where rel.relkind = 'r' and space.nspowner::regrole::text like 'milepost%'
            """
        ).fetchall()
        return {
            f"{schema}.{table}": _rows(connection, sql.Identifier(schema, table))
            for schema, table in tables
        }


def _rows(connection: psycopg.Connection, table: sql.Identifier) -> list[bytes]:
    with connection.cursor().copy(sql.SQL("copy {} to stdout").format(table)) as copied:
        return sorted(b"".join(bytes(part) for part in copied).splitlines())
