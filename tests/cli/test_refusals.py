"""What `milepost up` can't start with: one clear line each, exit 1, no traceback."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from milepost.platform.db import binaries
from tests.cli.commands import NOBODY, Running, Spot, free_port, within


def test_a_data_folder_in_use(demo: Running, spot: Spot) -> None:
    pid = demo.process.pid
    port = demo.url.rpartition(":")[2]
    # With its own port, and with the port that the other one has.
    for asked in (free_port(), port):
        told = spot.refusal("up", "--data", demo.data, "--port", asked)
        assert told == (
            f"milepost: {demo.data} is in use by another Milepost (pid {pid}): stop it, "
            "or choose another folder with --data"
        )
    assert demo.process.poll() is None


def test_a_port_in_use(spot: Spot, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = spot.refusal("up", "--data", tmp_path / "own", "--port", port)
    assert told == (
        f"milepost: Can't listen on 127.0.0.1:{port} (Address already in use):"
        " choose another with --port or --host."
    )
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("up", "--host", "nowhere.invalid"), "Can't listen on nowhere.invalid:"),
        (("up", "--url", "postgres//ann:wr0ng@127.0.0.1"), "is not an address of PostgreSQL"),
        (("db", "status", "--url", "postgresql://ann:wr0ng@127.0.0.1:1/x"), "Connection refused"),
        (
            ("db", "migrate", "--data", "/proc/nowhere/x"),
            "can't write to the data folder /proc/now",
        ),
        (("db", "migrate", "--data", "/dev/null/data"), "/dev/null/data is not a folder"),
    ],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], complaint: str, tmp_path: Path) -> None:
    given = {"MILEPOST_DATA": str(tmp_path / "own"), "MILEPOST_PORT": str(free_port())}
    told = Spot(tmp_path, environment=given).refusal(*words)
    assert complaint in told
    assert "wr0ng" not in told


def test_a_setting_that_can_not_be_is_named_and_what_it_holds_is_not(spot: Spot) -> None:
    given = Spot(spot.folder, environment={"MILEPOST_MAIL__PORT": "wr0ng"})
    told = given.refusal("db", "status", "--data", spot.folder / "own")
    assert told.startswith("milepost: MILEPOST_MAIL__PORT: Input should be a valid integer")
    assert "wr0ng" not in told


def test_what_a_process_would_stumble_over_is_said_before_it_starts(spot: Spot) -> None:
    given = Spot(spot.folder, environment={"MILEPOST_LOG_LEVEL": "loud"})
    own = spot.folder / "own"
    assert given.refusal("up", "--data", own, "--port", free_port()) == (
        "milepost: MILEPOST_LOG_LEVEL: write one of debug, info, warning, error and critical"
    )
    assert not own.exists()


def test_a_refusal_does_not_wait_for_who_reads_ahead(spot: Spot) -> None:
    """Programs are read by processes of their own while a first start fails at its folder."""
    taken = spot.folder / "own" / "postgres"
    taken.mkdir(parents=True)
    (taken / "notes").touch()
    started = time.monotonic()
    told = spot.refusal("up", "--data", taken.parent, "--port", free_port())
    assert "holds no PostgreSQL cluster" in told
    assert time.monotonic() - started < 20


def test_settings_that_are_no_json_are_named(spot: Spot) -> None:
    for name, complaint in (("OIDC", "write a JSON list of providers"), ("MAIL", "not JSON")):
        given = Spot(spot.folder, environment={f"MILEPOST_{name}": "wr0ng"})
        told = given.refusal("verify", "--data", spot.folder / "own")
        assert told.startswith(f"milepost: MILEPOST_{name}: ")
        assert complaint in told
        assert "wr0ng" not in told


def test_a_server_of_an_older_version(older_server: str, spot: Spot) -> None:
    own = spot.folder / "own"
    by_environment = Spot(spot.folder, environment={"MILEPOST_DATABASE_URL": older_server})
    told = by_environment.refusal("up", "--data", own, "--port", free_port())
    assert told == "milepost: The database server is PostgreSQL 16; Milepost needs 18"
    wrong = older_server.replace("s3cret", "wr0ng")
    told = spot.refusal("db", "status", "--data", own, "--url", wrong)
    assert "password authentication failed" in told
    assert "wr0ng" not in told


@pytest.fixture
def older_server(open_folder: Path) -> Iterator[str]:
    """PostgreSQL 16, which comes in the same wheel, with a password, on a port of its own."""
    folder = open_folder
    programs = _programs(folder)
    user = NOBODY if os.geteuid() == 0 else None
    run_as = {"user": user, "group": user, "extra_groups": None if user is None else []}
    cluster, port = folder / "cluster", free_port()
    cluster.mkdir()
    (folder / "password").write_text("s3cret\n")
    if user is not None:
        os.chown(cluster, user, user)
    subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={cluster}",
            "--username=ann",
            f"--pwfile={folder / 'password'}",
            "--auth=scram-sha-256",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd="/",
        **run_as,
    )
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [
                programs / "postgres",
                "-D",
                cluster,
                "-p",
                str(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
            ],
            stdout=log,
            stderr=log,
            cwd="/",
            **run_as,
        )
    try:
        assert within(30, lambda: "ready to accept" in (folder / "log").read_text())
        yield f"postgresql://ann:s3cret@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait(30)


def _programs(folder: Path) -> Path:
    """The wheel's PostgreSQL 16; a copy for a user who may not reach the wheel."""
    installed = binaries.installation().parent
    copy = folder / installed.name
    shutil.copytree(installed / "pginstall", copy / "pginstall", symlinks=True)
    libraries = installed.with_name(f"{installed.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return copy / "pginstall" / "bin"
