"""A PostgreSQL 18 of somebody else's, by its address: with a superuser, and without one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import psycopg
import pytest

from milepost.platform.db import datafolder, embedded
from milepost.platform.db.cluster import SUPERUSER
from tests.cli import visits
from tests.cli.commands import Spot, free_port
from tests.cli.conftest import Up

ADMIN = "create role ann superuser login password 's3cret'"
# May make roles and databases, and owns one that has the extension; grants nobody bypassrls.
KEEPER = "create role ann createrole createdb login password 's3cret'"
Serve = Callable[[str], str]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A server on a port of its own; the address of the role that it is given."""
    with ExitStack() as stack:

        def begin(role: str) -> str:
            settings = {"listen_addresses": "127.0.0.1", "port": str(free_port())}
            folder = stack.enter_context(embedded.claim(tmp_path / "theirs"))
            server = embedded.start(folder, secret=bytes(32), settings=settings)
            stack.callback(server.stop)
            superuser = server.conninfo(SUPERUSER, "postgres")
            with psycopg.connect(superuser, autocommit=True) as admin:
                admin.execute(role.encode())
                admin.execute("create database theirs owner ann")
            if role == KEEPER:
                with psycopg.connect(superuser, dbname="theirs", autocommit=True) as admin:
                    admin.execute("create extension vector")
            return f"postgresql://ann:s3cret@127.0.0.1:{settings['port']}/theirs"

        yield begin


@pytest.mark.parametrize(("role", "bypasses"), [(ADMIN, True), (KEEPER, False)])
def test_it_runs_on_a_server_of_somebody_else(
    role: str, bypasses: bool, serve: Serve, spot: Spot, tmp_path: Path, start: Up
) -> None:
    url = serve(role)
    own = tmp_path / "own"
    by_environment = Spot(tmp_path, environment={"MILEPOST_DATABASE_URL": url})
    running = start(own, "--demo", spot=by_environment)
    assert not (own / "postgres").exists()
    with visits.sign_in(running.url) as maya:
        journey = visits.journey_of(maya)
        assert visits.ask(maya, f"/journeys/{journey}/steps/stats")["completed"] == 15
    assert running.stop() == 0
    assert not running.left()

    again = start(own, "--demo", "--url", url)
    assert httpx2.get(f"{again.url}/readyz", trust_env=False).status_code == 200
    assert as_operator(by_environment, own) == expected(bypasses)
    assert "0 stale values, 0 catalog faults" in spot.run("verify", "--data", own, "--url", url)
    assert again.stop() == 0

    if not bypasses:
        _check_backup_and_restore(spot, url, own)
        assert as_operator(by_environment, own) == expected(bypasses)


def _check_backup_and_restore(spot: Spot, url: str, own: Path) -> None:
    before = visits.contents(operator_address(url, own))
    file = spot.folder / "saved"
    spot.run("db", "backup", file, "--data", own, "--url", url)
    spot.run("db", "restore", file, "--force", "--data", own, "--url", url)
    assert visits.contents(operator_address(url, own)) == before


def as_operator(spot: Spot, own: Path) -> str:
    """What the operator is, and sees, through psql."""
    query = """
        select
            rolname,
            rolbypassrls,
            (select count(*) from identity.users),
            (select count(*) from journeys.submissions),
            exists (select from pg_policy where polname = 'operator')
        from pg_roles
        where rolname = current_user
    """
    return spot.run("db", "shell", "--data", own, "--", "-XAtc", query).strip()


def expected(bypasses: bool) -> str:
    people = visits.PEOPLE_OF_THE_DEMO
    return f"milepost_operator|{'t' if bypasses else 'f'}|{people}|17|{'f' if bypasses else 't'}"


def operator_address(url: str, own: Path) -> str:
    password = datafolder.role_password(embedded.secret_key(own), visits.OPERATOR)
    return psycopg.conninfo.make_conninfo(url, user=visits.OPERATOR, password=password)
