"""Who may run Milepost: an ordinary user and root, from open folders and from closed ones."""

import os
from pathlib import Path

import httpx2

from tests.cli import visits
from tests.cli.conftest import Up
from tests.cli.places import closed_spot, ordinary_spot


def test_an_ordinary_user_runs_it(open_folder: Path, start: Up) -> None:
    spot = ordinary_spot(open_folder)
    data = open_folder / "data"
    running = start(data, "--demo", spot=spot)
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in running.look()}
    assert owners == {os.geteuid() or 65534}
    assert data.stat().st_uid == (os.geteuid() or 65534)
    with visits.sign_in(running.url) as maya:
        assert visits.ask(maya, "/me")["email"] == visits.MAYA
    told = spot.run(
        "db", "shell", "--data", data, "--", "-XAtc", "select count(*) from shared.users"
    )
    assert told == f"{visits.PEOPLE_OF_THE_DEMO}\n"
    assert running.stop() == 0
    assert not running.left()

    closed = open_folder / "closed"
    closed.mkdir(mode=0o555)
    told = spot.refusal("up", "--data", closed / "data", "--port", 0)
    assert told == (
        f"milepost: Milepost can't write to the data folder {closed / 'data'} (Permission denied):"
        " choose another one with --data"
    )


def test_data_and_programs_in_a_closed_folder(tmp_path: Path, start: Up) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    spot = closed_spot(closed)
    running = start(closed / "data", spot=spot)
    assert httpx2.get(f"{running.url}/readyz", trust_env=False).status_code == 200
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "data").stat().st_mode & 0o777 == 0o700
    commands = [Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0] for pid in running.look()]
    (postgres,) = {command for command in commands if command.endswith("/postgres")}
    # Root's server runs as somebody else, whom the closed folder keeps out.
    assert postgres.startswith(str(closed)) == (os.geteuid() != 0)
    told = spot.run("db", "status", "--data", closed / "data", "--json")
    assert '"pending": []' in told
    assert running.stop() == 0
