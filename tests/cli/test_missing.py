"""Commands that need a Milepost refuse where none is, in one line, and make nothing there."""

from pathlib import Path

import psycopg
import pytest

from milepost.platform.db import embedded, migrations
from milepost.platform.db.cluster import SUPERUSER
from milepost.settings import shipped
from tests.cli.commands import Spot, free_port

NEEDS_TABLES = (
    ("verify",),
    ("users", "add", "ada@one.test", "--name", "Ada"),
    ("users", "import", "people.csv"),
    ("programs", "publish", "fast-track"),
    ("programs", "plan", "fast-track"),
    ("benchmarks", "refresh"),
)
NEEDS_MILEPOST = (
    *NEEDS_TABLES,
    ("db", "status"),
    ("db", "rollback"),
    ("db", "backup", "file"),
    ("db", "shell", "--", "-c", "select 1"),
)


@pytest.fixture
def asking(spot: Spot) -> Spot:
    (spot.folder / "people.csv").write_text("email,name\nada@one.test,Ada\n")
    return spot


@pytest.mark.parametrize("words", NEEDS_MILEPOST, ids=" ".join)
def test_a_mistyped_folder_is_refused_and_stays_missing(
    words: tuple[str, ...], asking: Spot
) -> None:
    data = asking.folder / "typo"
    told = asking.refusal(*words[:2], "--data", data, *words[2:])
    assert told == (
        f"milepost: There is no Milepost in {data}: check --data,"
        f" or start one with: milepost up --data {data}"
    )
    assert not data.exists()


def test_a_folder_without_a_milepost_stays_as_it_is(asking: Spot) -> None:
    data = asking.folder / "empty"
    data.mkdir()
    assert "There is no Milepost in" in asking.refusal("verify", "--data", data)
    assert list(data.iterdir()) == []


def test_what_waits_for_migrations_says_so(asking: Spot) -> None:
    data = asking.folder / "own"
    every = len(migrations.load(shipped("migrations")))
    asking.run("db", "migrate", "--to", 2, "--data", data)
    with embedded.using(data) as server:
        for words in NEEDS_TABLES:
            assert asking.refusal(*words, "--data", data) == (
                f"milepost: The database waits for {every - 2} migrations:"
                f" run milepost db migrate --data {data}"
            )
        url = server.conninfo(SUPERUSER, "postgres")
        told = asking.refusal("verify", "--data", data, "--url", url)
        assert told == (
            "milepost: There is no Milepost in the database that the URL names: check it,"
            " or make its tables with: milepost db migrate"
        )
        with psycopg.connect(url) as theirs:
            # Not a trace of us: preparing a database is for the commands that make one.
            found = theirs.execute("select from pg_extension where extname = 'vector'").fetchall()
        assert found == []
        asking.run("db", "migrate", "--to", every - 1, "--data", data)
        assert "waits for 1 migration: run" in asking.refusal("verify", "--data", data)
        asking.run("db", "migrate", "--data", data)
        assert asking.run("verify", "--data", data).startswith("0 journeys derived anew")


@pytest.mark.parametrize("words", [("up",), ("verify",), ("db", "migrate")], ids=" ".join)
def test_an_empty_address_is_not_the_default_folder(words: tuple[str, ...], spot: Spot) -> None:
    own = spot.folder / "own"
    given = Spot(spot.folder, environment={"MILEPOST_DATA": str(own)})
    assert given.refusal(*words, "--url", "") == (
        "milepost: --url is empty: name a PostgreSQL server, or leave the option out"
    )
    empty = Spot(spot.folder, environment={**given.environment, "MILEPOST_DATABASE_URL": ""})
    assert empty.refusal(*words) == (
        "milepost: MILEPOST_DATABASE_URL: is empty: name a PostgreSQL server,"
        " or leave the variable out"
    )
    assert not own.exists()


@pytest.mark.parametrize(
    "words", [("up",), ("up", "--demo"), ("db", "migrate"), ("db", "restore", "file")], ids=" ".join
)
def test_a_folder_of_something_else_is_refused_and_left_alone(
    words: tuple[str, ...], spot: Spot
) -> None:
    theirs = spot.folder / "theirs"
    theirs.mkdir()
    (theirs / "thesis.odt").write_text("chapter one")
    port = ("--port", free_port()) if words[0] == "up" else ()
    told = spot.refusal(*words, *port, "--data", theirs)
    assert told == (
        f"milepost: {theirs} holds something else (thesis.odt): choose an empty folder with --data"
    )
    assert [path.name for path in theirs.iterdir()] == ["thesis.odt"]


def test_what_an_interrupted_start_left_is_no_stranger(spot: Spot, tmp_path: Path) -> None:
    data = tmp_path / "own"
    (data / "postgres.new").mkdir(parents=True)
    (data / "lost+found").mkdir()
    # Where root's default folder is, the server's own copy stands in it.
    (data / "postgresql-18-b433c36614").mkdir()
    (data / "lock").touch()
    assert "Applied 0001" in spot.run("db", "migrate", "--to", 1, "--data", data)
