"""`milepost db`, beside a running server and alone: migrations, the shell, backup and restore."""

import json
from pathlib import Path

import psycopg

from milepost.platform.db import embedded, migrations, roles
from milepost.settings import shipped
from tests.cli import visits
from tests.cli.commands import Running, Spot
from tests.cli.conftest import FirstStart, Up

STEPS = [step.name for step in migrations.load(shipped("migrations"))]


def test_the_shell_is_psql_as_the_operator(demo: Running, spot: Spot, data: Path) -> None:
    alone = ("db", "shell", "--data", data, "--")
    assert spot.run(*alone, "-Atc", "select 1") == "1\n"
    beside = ("db", "shell", "--data", demo.data, "--")
    assert spot.run(*beside, "-Atc", "select 1") == "1\n"
    assert spot.run(*beside, "-Atc", "select nothing", code=1) == ""
    assert spot.run(*beside, "-XAt", code=3, typed="\\set ON_ERROR_STOP on\nselect 1/0;\n") == ""
    assert embedded.find_running(data) is None
    assert demo.process.poll() is None


def test_the_shell_sees_the_rows_of_every_tenant(spot: Spot, tmp_path: Path) -> None:
    data = tmp_path / "own"
    spot.run("db", "migrate", "--data", data)
    with embedded.using(data):
        shell = ("db", "shell", "--data", data, "--", "-XAtqc")
        spot.run("users", "add", "ada@one.test", "--name", "Ada", "--data", data)
        make = """
            insert into identity.tenants (slug, name, created_at)
            values ('second', 'Second', now())
        """
        spot.run(*shell, make)
        second = ("--tenant", "second", "--data", data)
        spot.run("users", "add", "bo@two.test", "--name", "Bo", *second)
        told = spot.run(*shell, "select email from identity.users order by email")
        assert told.split() == ["ada@one.test", "bo@two.test"]


def test_migrations_go_all_the_way_down_and_up_again(spot: Spot, tmp_path: Path) -> None:
    data = tmp_path / "own"
    words = ("--data", data, "--json")
    assert json.loads(spot.run("db", "migrate", *words, "--to", 2)) == {"applied": STEPS[:2]}
    with embedded.using(data):
        state = json.loads(spot.run("db", "status", *words))
        assert [step["name"] for step in state["applied"]] == STEPS[:2]
        assert state["pending"] == STEPS[2:]
        assert json.loads(spot.run("db", "migrate", *words)) == {"applied": STEPS[2:]}
        undone = json.loads(spot.run("db", "rollback", "--steps", len(STEPS), *words))
        assert undone == {"undone": STEPS[::-1]}
        left = """
            select string_agg(nspname, ' ' order by nspname)
            from pg_namespace
            where nspowner::regrole::text like 'milepost%'
        """
        assert spot.run("db", "shell", "--data", data, "--", "-XAtc", left) == "platform\n"
        again = spot.run("db", "migrate", "--data", data)
        assert again.splitlines() == [f"Applied {name}" for name in STEPS]
    assert spot.run("db", "rollback", "--data", data) == f"Undone {STEPS[-1]}\n"
    assert spot.run("db", "status", "--data", data).count("pending") == 1


def test_nothing_is_undone_under_a_running_milepost(demo: Running, spot: Spot) -> None:
    for more in ((), ("--force",)):
        told = spot.refusal("db", "rollback", *more, "--data", demo.data)
        assert told == f"milepost: Milepost runs on {demo.data}, at {demo.url}: stop it first"


def test_nothing_is_undone_while_somebody_serves_from_elsewhere(data: Path, spot: Spot) -> None:
    with embedded.using(data) as server, psycopg.connect(server.conninfo(roles.APP, "milepost")):
        told = spot.refusal("db", "rollback", "--force", "--data", data)
    assert told == "milepost: Milepost runs on this database: stop it first"


def test_rows_are_undone_only_when_that_is_said(data: Path, spot: Spot) -> None:
    before = spot.run("db", "status", "--data", data)
    told = spot.refusal("db", "rollback", "--steps", len(STEPS), "--data", data)
    assert told.startswith("milepost: This would lose what ")
    assert told.endswith(" more hold: make a backup, and repeat it with --force")
    assert spot.run("db", "status", "--data", data) == before
    assert spot.run("verify", "--data", data).startswith(f"{visits.JOURNEYS_OF_THE_DEMO} journeys")
    undone = spot.run("db", "rollback", "--steps", len(STEPS), "--force", "--data", data)
    assert undone.splitlines() == [f"Undone {name}" for name in STEPS[::-1]]


def test_a_backup_gives_back_every_table_byte_for_byte(
    first_start: FirstStart, demo: Running, spot: Spot, tmp_path: Path, start: Up
) -> None:
    beside, alone = tmp_path / "beside.backup", tmp_path / "alone.backup"
    assert spot.run("db", "backup", beside, "--data", demo.data) == f"Wrote {beside}\n"
    spot.run("db", "backup", alone, "--data", first_start.data)

    new = tmp_path / "new"
    assert spot.run("db", "restore", alone, "--data", new) == f"Restored {alone}\n"
    with embedded.using(new):
        found = visits.contents(visits.operator_address(new))
        refused = spot.refusal("db", "restore", beside, "--data", new)
        assert refused == (
            "milepost: The database is not empty: restore into an empty one,"
            " or replace it with --force"
        )
        assert visits.contents(visits.operator_address(new)) == found
        damaged = tmp_path / "damaged.backup"
        damaged.write_bytes(alone.read_bytes()[:5000])
        assert "damaged" in spot.refusal("db", "restore", damaged, "--force", "--data", new)
        wipe = "delete from journeys.field_outputs; delete from journeys.submissions"
        spot.run("db", "shell", "--data", new, "--", "-Xqc", wipe)
        assert visits.contents(visits.operator_address(new)) != found
        spot.run("db", "restore", alone, "--force", "--data", new)
        assert visits.contents(visits.operator_address(new)) == found
    with embedded.using(first_start.data):
        assert visits.contents(visits.operator_address(first_start.data)) == found
    assert sum(len(rows) for rows in found.values()) > 200
    assert len([name for name in found if name.startswith("sprint_")]) == 62

    running = start(new, "--demo")
    with visits.sign_in(running.url) as maya:
        journey = visits.journey_of(maya)
        assert visits.ask(maya, f"/journeys/{journey}/steps/stats")["completed"] == 15
    assert "0 stale values, 0 catalog faults" in spot.run("verify", "--data", new)
    assert running.stop() == 0


def test_what_can_not_be_saved_or_restored_is_said(demo: Running, spot: Spot) -> None:
    nowhere = spot.folder / "nowhere" / "file"
    where = ("--data", demo.data)
    assert f"Can't write {nowhere}" in spot.refusal("db", "backup", nowhere, *where)
    assert f"There is no backup at {nowhere}" in spot.refusal("db", "restore", nowhere, *where)
