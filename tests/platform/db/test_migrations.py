"""The migration runner on a real server: up, down, and every way to be refused."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import psycopg
import pytest

from milepost.platform.db import embedded, migrations, roles
from milepost.platform.db.migrations import MigrationError
from milepost.platform.db.roles import Roles
from milepost.platform.db.sqltext import statement_lines

SECRET = bytes(range(32))
NAMES = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[embedded.EmbeddedServer]:
    with embedded.using(tmp_path_factory.mktemp("migrations"), secret=SECRET) as server:
        yield server


@pytest.fixture
def made(server: embedded.EmbeddedServer) -> Roles:
    admin = server.conninfo("postgres", "postgres")
    return roles.ensure_roles(admin, secret=SECRET, dbname=f"test_{next(NAMES)}")


@pytest.fixture
def conn(made: Roles) -> Generator[psycopg.Connection]:
    with roles.connect(made.owner) as conn:
        yield conn


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path,
        "0001_notes_start",
        "create schema notes;\ncreate table notes.notes (id integer primary key);",
        "drop schema notes cascade;",
    )
    write(
        tmp_path,
        "0002_notes_more",
        "-- two; at once\ninsert into notes.notes (id) values (1);\n"
        "create function notes.one() returns integer language plpgsql\n"
        "as $$ begin return 1; end; $$;\n",
        "drop function notes.one();\ndelete from notes.notes;",
    )
    return tmp_path


def write(folder: Path, name: str, up: str, down: str = "select 1;") -> None:
    (folder / f"{name}.sql").write_text(up)
    (folder / f"{name}_down.sql").write_text(down)


def value(conn: psycopg.Connection, query: str) -> object:
    row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None


def names(steps: tuple[migrations.Migration, ...]) -> list[str]:
    return [step.name for step in steps]


def test_up_then_nothing_to_do_then_down(conn: psycopg.Connection, folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    before = migrations.status(conn, folder)
    assert (before.applied, names(before.pending)) == ((), ["0001_notes_start", "0002_notes_more"])
    done = migrations.migrate(
        conn, folder, on_step=lambda step, n, total: told.append((step.name, n, total))
    )
    assert names(done) == ["0001_notes_start", "0002_notes_more"]
    assert told == [("0001_notes_start", 0, 2), ("0002_notes_more", 1, 2)]
    assert value(conn, "select notes.one() + count(*) from notes.notes") == 2
    assert migrations.migrate(conn, folder) == ()
    assert names(migrations.rollback(conn, folder)) == ["0002_notes_more"]
    assert value(conn, "select count(*) from notes.notes") == 0
    assert names(migrations.rollback(conn, folder, steps=9)) == ["0001_notes_start"]
    assert value(conn, "select to_regnamespace('notes')") is None
    assert names(migrations.migrate(conn, folder, to=1)) == ["0001_notes_start"]
    assert names(migrations.status(conn, folder).pending) == ["0002_notes_more"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1;\n\nselect nothing\nfrom notes.notes;", "line 3: column .nothing. does not"),
        ("create table notes.x ();\n-- then;\ninsert into notes.notes values (1)", "line 3: dupl"),
        (
            "create table notes.x ();\nselect 'a;\nb', $a$;\n;$a$;\n\n  select 1/0;",
            "line 6: division",
        ),
        ("create table notes.x ();\nselekt;", "line 2: syntax error"),
        ("create table notes.x ();\ncommit;", "may not begin or end a transaction"),
    ],
)
def test_a_file_that_fails_is_named_with_its_line(
    conn: psycopg.Connection, folder: Path, text: str, complaint: str
) -> None:
    write(folder, "0003_notes_bad", text)
    with pytest.raises(MigrationError, match=rf"^0003_notes_bad\.sql.*{complaint}"):
        migrations.migrate(conn, folder)
    assert [row.number for row in migrations.status(conn, folder).applied] == [1, 2]
    if "commit" not in text:
        assert value(conn, "select to_regclass('notes.x')") is None
    write(folder, "0003_notes_bad", "select 1;")
    assert names(migrations.migrate(conn, folder)) == ["0003_notes_bad"]


def test_a_copy_from_the_client_is_refused(made: Roles, folder: Path) -> None:
    write(folder, "0003_notes_copy", "copy notes.notes from stdin;")
    with roles.connect(made.owner) as conn, pytest.raises(MigrationError, match="0003_notes_copy"):
        migrations.migrate(conn, folder)
    with roles.connect(made.owner) as conn:
        assert len(migrations.status(conn, folder).applied) == 2


def test_a_changed_file_is_noticed(conn: psycopg.Connection, folder: Path) -> None:
    migrations.migrate(conn, folder)
    with (folder / "0001_notes_start.sql").open("a") as stream:
        stream.write("\n-- a thought\n")
    for act in (migrations.migrate, migrations.rollback, migrations.status):
        with pytest.raises(MigrationError, match=r"0001_notes_start\.sql has changed"):
            act(conn, folder)


def test_a_database_ahead_of_the_folder_is_noticed(conn: psycopg.Connection, folder: Path) -> None:
    migrations.migrate(conn, folder)
    (folder / "0002_notes_more.sql").unlink()
    with pytest.raises(MigrationError, match="0002_notes_more, which this Milepost does not know"):
        migrations.migrate(conn, folder)


def test_numbers_have_no_gap_and_no_duplicate(tmp_path: Path) -> None:
    write(tmp_path, "0001_a_b", "")
    write(tmp_path, "0003_a_c", "")
    with pytest.raises(MigrationError, match=r"0002 is missing before 0003_a_c\.sql"):
        migrations.load(tmp_path)
    write(tmp_path, "0002_a_c", "")
    write(tmp_path, "0002_a_d", "")
    with pytest.raises(MigrationError, match=r"number 0002: 0002_a_c\.sql and 0002_a_d\.sql"):
        migrations.load(tmp_path)
    (tmp_path / "0002_a_c_down.sql").unlink()
    with pytest.raises(MigrationError, match=r"0002_a_c\.sql has no 0002_a_c_down\.sql"):
        migrations.load(tmp_path)
    (tmp_path / "0000 what.sql").write_text("")
    with pytest.raises(MigrationError, match="is not named"):
        migrations.load(tmp_path)


def test_two_runners_at_once_apply_each_step_once(made: Roles, folder: Path) -> None:
    write(folder, "0003_notes_slow", "select pg_sleep(0.2);")

    def go(_: int) -> int:
        with roles.connect(made.owner) as conn:
            return len(migrations.migrate(conn, folder))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(go, range(4))) == [0, 0, 0, 3]


def test_the_app_may_look_and_not_touch(
    made: Roles, conn: psycopg.Connection, folder: Path
) -> None:
    migrations.migrate(conn, folder)
    secured = value(
        conn,
        "select relrowsecurity and relforcerowsecurity from pg_class "
        "where oid = 'platform.migrations'::regclass",
    )
    assert secured is True
    with roles.connect(made.app) as app:
        assert value(app, "select count(*) from platform.migrations") == 2
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("delete from platform.migrations")
    with roles.connect(made.operator) as operator:
        assert value(operator, "select count(*) from platform.migrations") == 2


def test_statement_lines_skips_what_holds_a_semicolon() -> None:
    text = "/* ; */ a ';' \";\";\n\nb $x$;\n$$;$x$\n;;\nc e'\\';' -- ;\n; d"
    assert statement_lines(text) == [1, 3, 6, 7]
