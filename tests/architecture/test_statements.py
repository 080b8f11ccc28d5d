"""Every statement in the source is understood and permitted by the migrated database.

PostgreSQL plans each one as the role that will send it, without running it: a misspelt column, a
function that isn't there or a privilege that was never granted fails here, with file and line.
"""

import re
from collections.abc import Iterator

import psycopg
import pytest

from milepost.platform.db.roles import Roles
from milepost.platform.db.transaction import SESSION_OPTIONS
from tests.architecture.statements import (
    Statement,
    handed_over,
    literals,
    looks_like_sql,
    modules,
)

STATEMENTS = [statement for statement in handed_over() if statement.text is not None]

# Sent when a program is published, by the owner.
PUBLISHING = {
    ("contexts/programs/queries.py", "insert_program"),
    ("contexts/programs/queries.py", "lock_program"),
    ("contexts/programs/queries.py", "update_fingerprint"),
    ("contexts/programs/queries.py", "insert_version"),
    ("contexts/journeys/queries/walks.py", "create_tool_schema"),
}

# May hold SQL beside the queries of a context: the platform's own tables and the catalog, and the
# one statement by which each kind of actor begins a transaction.
SQL_ELSEWHERE = ("platform/", "contexts/identity/types.py")

KEYWORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|AND|OR|NOT|IN|IS|NULL|INSERT|INTO|VALUES|UPDATE|SET|DELETE|JOIN|LEFT|ON|"
    r"ORDER|GROUP|BY|LIMIT|RETURNING|WITH|AS|CASE|WHEN|THEN|ELSE|END|EXISTS|UNION|ALL|DISTINCT|"
    r"HAVING|CONFLICT|DO|NOTHING|USING|LATERAL|COALESCE|FOR|ANY|UNNEST)\b"
)

# What a statement may name without a schema, for it is the server's or made in the statement.
_RELATION = re.compile(r"\b(?:from|join|into|update)\s+(?!lateral\b|only\b|set\b)([a-z_\".]+)(\()?")
_OWN_NAME = re.compile(r"\b([a-z_]+)(?:\s*\([a-z_, ]*\))?\s+as\s+(?:not\s+)?(?:materialized\s+)?\(")
_QUOTED = re.compile(r"'(?:[^']|'')*'|--[^\n]*|%\(\w+\)s")


@pytest.fixture(scope="module")
def app(copy: Roles) -> Iterator[psycopg.Connection]:
    with psycopg.connect(copy.app, autocommit=True, options=SESSION_OPTIONS) as connection:
        yield connection


@pytest.fixture(scope="module")
def owner(copy: Roles) -> Iterator[psycopg.Connection]:
    with psycopg.connect(copy.owner, autocommit=True, options=SESSION_OPTIONS) as connection:
        yield connection


def test_every_statement_is_a_literal() -> None:
    hidden = [statement.place for statement in handed_over() if statement.text is None]
    assert hidden == [], "these can't be found, and so not planned: write them out"


def test_statements_are_found_where_they_are() -> None:
    files = {statement.file for statement in STATEMENTS}
    assert len(STATEMENTS) > 100
    assert {"contexts/journeys/queries/walks.py", "platform/events/emission.py"} <= files
    publishing = {(statement.file, statement.function) for statement in STATEMENTS} & PUBLISHING
    assert publishing == PUBLISHING


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.place)
def test_the_database_understands_and_permits(
    statement: Statement, app: psycopg.Connection, owner: psycopg.Connection
) -> None:
    connection = owner if (statement.file, statement.function) in PUBLISHING else app
    plan = f"explain (generic_plan) {statement.numbered()}"
    result = connection.pgconn.exec_(plan.encode())
    said = result.error_message.decode().strip()
    assert not said, f"src/milepost/{statement.place}: {said}"


def test_a_misspelt_column_is_noticed(app: psycopg.Connection) -> None:
    for wrong, said in (
        ("select u.emial from identity.users u where u.id = $1", "emial"),
        ("delete from identity.users u where u.id = $1", "permission denied"),
        ("select identity.leave($1)", "does not exist"),
    ):
        result = app.pgconn.exec_(f"explain (generic_plan) {wrong}".encode())
        assert said in result.error_message.decode()


def test_statements_live_in_queries() -> None:
    astray = [
        f"{file}:{line}"
        for file, tree in modules()
        if not file.startswith(SQL_ELSEWHERE) and "queries" not in file
        for line, text in literals(tree)
        if looks_like_sql(text)
    ]
    assert astray == []


def test_statements_are_written_in_small_letters() -> None:
    loud = [
        f"{statement.place}: {word}"
        for statement in STATEMENTS
        for word in KEYWORDS.findall(_QUOTED.sub("", statement.text or ""))
    ]
    assert loud == []


def test_columns_are_named() -> None:
    """A star would read whatever column comes next, and tell it."""
    starred = [
        statement.place
        for statement in STATEMENTS
        if re.search(r"\bselect\s+(?:\w+\.)?\*|,\s*\w+\.\*|returning\s+\*", statement.text or "")
    ]
    assert starred == []


def test_tables_are_named_with_their_schema() -> None:
    bare = []
    for statement in STATEMENTS:
        text = _QUOTED.sub("", statement.text or "")
        own = set(_OWN_NAME.findall(text))
        for name, called in _RELATION.findall(text):
            if "." not in name and not called and name not in own:
                bare.append(f"{statement.place}: {name}")
    assert bare == []
