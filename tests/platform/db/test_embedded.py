"""The embedded server, run for real: starts, crashes, locks, users, closed folders."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from milepost.platform.db import binaries, embedded
from milepost.platform.db.datafolder import role_password
from milepost.platform.db.embedded import EmbeddedServer, ServerError, claim, find_running, start

SECRET = bytes(range(32))

SERVE = """
    import sys, time
    from pathlib import Path
    from milepost.platform.db import embedded
    with embedded.claim(Path(sys.argv[1])) as folder:
        server = embedded.start(folder, secret=bytes(range(32)))
        print(server.pid, flush=True)
        time.sleep(600)
"""

AS_ORDINARY_USER = """
    import os, sys
    from pathlib import Path
    import psycopg
    from milepost.platform.db import binaries, embedded
    from milepost.platform.db.datafolder import SystemUser
    if os.geteuid() == 0:
        home = binaries.home_for(SystemUser(65534, 65534))
        binaries.installation = lambda: home
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        with embedded.using(Path(sys.argv[1])) as server:
            with psycopg.connect(server.conninfo("postgres", "postgres")) as conn:
                print(conn.execute("show data_directory").fetchone()[0])
    except embedded.ServerError as error:
        print("refused:", error)
"""


def python(code: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, args)],
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    """All that a process prints until it ends."""
    with process:
        return process.communicate(timeout=60)[0].strip()


@contextmanager
def serving(data_dir: Path) -> Generator[tuple[subprocess.Popen[str], int]]:
    """Another Python process that runs the server of a folder, and the server's pid."""
    process = python(SERVE, data_dir)
    with process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        try:
            yield process, pid
        finally:
            process.kill()
            process.wait()
            assert within(10, lambda: gone(pid))
            if (note := data_dir / "server.json").exists():
                shutil.rmtree(json.loads(note.read_text())["socket_dir"], ignore_errors=True)


@contextmanager
def running(data_dir: Path, secret: bytes = SECRET) -> Generator[EmbeddedServer]:
    with claim(data_dir) as folder:
        server = start(folder, secret=secret)
        try:
            yield server
        finally:
            server.stop()


def ask(server: EmbeddedServer, query: str) -> object:
    with psycopg.connect(server.conninfo("postgres", "postgres")) as conn:
        row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None


def run(server: EmbeddedServer, statement: str) -> None:
    with psycopg.connect(server.conninfo("postgres", "postgres")) as conn:
        conn.execute(statement.encode())


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.01)
    return False


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cluster that was started once, to copy from."""
    data_dir = tmp_path_factory.mktemp("made") / "data"
    with running(data_dir) as server:
        run(server, "create table public.kept (value text)")
        run(server, "insert into public.kept values ('before')")
    return data_dir


@pytest.fixture
def data_dir(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    subprocess.run(["cp", "-a", str(made), str(copy)], check=True)
    return copy


def test_first_and_later_starts_are_quick(tmp_path: Path) -> None:
    spent = []
    for _ in range(2):
        with claim(tmp_path / "new") as folder:
            began = time.monotonic()
            server = start(folder, secret=SECRET)
            spent.append(time.monotonic() - began)
            assert server.alive()
            assert str(ask(server, "show server_version")).startswith("18.")
            server.stop()
            assert not server.alive()
            assert not server.socket_dir.exists()
    assert spent[0] < 6
    assert spent[1] < 2


def test_cluster_is_utf8_with_the_builtin_locale_and_asks_for_passwords(data_dir: Path) -> None:
    with running(data_dir) as server:
        assert ask(server, "show server_encoding") == "UTF8"
        locale = ask(
            server,
            "select datlocprovider::text || datlocale from pg_database where datname = 'postgres'",
        )
        assert locale == "bC.UTF-8"
        right = server.conninfo("postgres", "postgres")
        wrong = right.replace(role_password(SECRET, "postgres"), "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        assert ask(server, "show listen_addresses") == ""
        assert ask(server, "show fsync") == "on"


def test_server_listens_on_tcp_when_asked(data_dir: Path) -> None:
    with claim(data_dir) as folder:
        settings = {"listen_addresses": "127.0.0.1", "port": str(_free_port())}
        server = start(folder, secret=SECRET, settings=settings)
        try:
            conninfo = server.conninfo("postgres", "postgres")
            with psycopg.connect(conninfo, host="127.0.0.1") as conn:
                assert conn.info.host == "127.0.0.1"
                assert conn.info.port == int(settings["port"])
        finally:
            server.stop()


def test_server_ends_cleanly_with_its_killed_parent_and_data_is_kept(data_dir: Path) -> None:
    with serving(data_dir) as (process, pid):
        server = find_running(data_dir, secret=SECRET)
        assert server is not None
        run(server, "insert into public.kept values ('after')")
        process.kill()
        assert within(10, lambda: gone(pid))
    assert "database system is shut down" in (data_dir / "postgres.log").read_text()
    assert find_running(data_dir, secret=SECRET) is None
    with running(data_dir) as server:
        assert ask(server, "select string_agg(value, ' ') from public.kept") == "before after"


def test_start_recovers_after_everything_was_killed(data_dir: Path) -> None:
    with serving(data_dir) as (process, pid):
        server = find_running(data_dir, secret=SECRET)
        assert server is not None
        run(server, "insert into public.kept values ('after')")
        os.kill(pid, signal.SIGKILL)
        process.kill()
    with running(data_dir) as server:
        assert ask(server, "select string_agg(value, ' ') from public.kept") == "before after"


def test_server_started_in_a_thread_outlives_it_and_ends_with_the_process(data_dir: Path) -> None:
    code = """
        import sys, threading, time
        from pathlib import Path
        from milepost.platform.db import embedded
        with embedded.claim(Path(sys.argv[1])) as folder:
            def begin():
                print(embedded.start(folder, secret=bytes(range(32))).pid, flush=True)
            thread = threading.Thread(target=begin)
            thread.start()
            thread.join()
            time.sleep(600)
    """
    with python(code, data_dir) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert not within(0.3, lambda: gone(pid))
        process.kill()
        assert within(10, lambda: gone(pid))
    with running(data_dir) as server:
        assert ask(server, "select value from public.kept") == "before"


def test_stop_from_a_thread_leaves_no_watch(data_dir: Path) -> None:
    stopped: list[bool] = []

    def begin() -> None:
        with running(data_dir) as server:
            assert server.watch is not None
            watch = server.watch.process
        stopped.append(watch.poll() is not None)

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    assert stopped == [True]


def test_a_pid_file_that_names_another_process_is_stale(data_dir: Path) -> None:
    pid_file = data_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n/gone\n1\n5432\n/tmp\n\n0 0\nready\n")
    if os.geteuid() == 0:
        shutil.chown(pid_file, "nobody")
    with running(data_dir) as server:
        assert ask(server, "select value from public.kept") == "before"


def test_a_server_without_a_parent_is_told_to_go(data_dir: Path) -> None:
    folder = data_dir.resolve()
    with claim(folder):
        orphan = start(folder, secret=SECRET)
    with running(folder) as server:
        assert server.pid != orphan.pid
        assert orphan.process is not None
        assert orphan.process.wait(10) == 0
        assert ask(server, "select value from public.kept") == "before"


def test_a_first_start_that_was_cut_short_begins_again(tmp_path: Path) -> None:
    draft = tmp_path / "data" / "postgres.new"
    (draft / "base").mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with running(tmp_path / "data") as server:
        assert ask(server, "select 1") == 1
    assert not draft.exists()


def test_a_changed_secret_is_taken_up(data_dir: Path) -> None:
    with running(data_dir, secret=b"another secret of more than 32 bytes") as server:
        assert ask(server, "select value from public.kept") == "before"


def test_a_folder_has_one_milepost(data_dir: Path) -> None:
    with serving(data_dir) as (process, pid):
        holder = rf"in use by another Milepost \(pid {process.pid}\)"
        with pytest.raises(ServerError, match=holder), claim(data_dir):
            pass
        with embedded.using(data_dir, secret=SECRET) as server:
            assert server.pid == pid
            assert ask(server, "select value from public.kept") == "before"
        assert not gone(pid)


def test_using_starts_a_server_and_takes_it_away(data_dir: Path) -> None:
    with embedded.using(data_dir, secret=SECRET) as server:
        state = json.loads((data_dir / "server.json").read_text())
        assert state["pid"] == server.pid
        found = find_running(data_dir, secret=SECRET)
        assert found == server
    assert gone(server.pid)
    assert not (data_dir / "server.json").exists()


def test_find_running_does_not_believe_an_old_note(data_dir: Path) -> None:
    note = {"pid": os.getpid(), "port": 5432, "socket_dir": str(data_dir)}
    (data_dir / "server.json").write_text(json.dumps(note))
    assert find_running(data_dir, secret=SECRET) is None
    (data_dir / "server.json").write_text("{")
    assert find_running(data_dir, secret=SECRET) is None


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = embedded.secret_key(tmp_path)
    assert len(first) == 32
    assert embedded.secret_key(tmp_path) == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "secret.key"]
    (tmp_path / "secret.key").write_text("not hex")
    with pytest.raises(ServerError, match="does not hold a key"):
        embedded.secret_key(tmp_path)


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerError, match="not a folder"), claim(tmp_path / "file" / "data"):
        pass


def test_another_version_s_cluster_is_refused(data_dir: Path) -> None:
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with claim(data_dir), pytest.raises(ServerError, match="made by PostgreSQL 17"):
        start(data_dir, secret=SECRET)


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "letter.txt").write_text("mine")
    with claim(tmp_path), pytest.raises(ServerError, match="holds no PostgreSQL cluster"):
        start(tmp_path, secret=SECRET)
    assert (tmp_path / "postgres" / "letter.txt").read_text() == "mine"


def test_a_setting_that_postgres_refuses_is_told_in_one_line(data_dir: Path) -> None:
    with claim(data_dir), pytest.raises(ServerError, match="could not start") as refusal:
        start(data_dir, secret=SECRET, settings={"shared_buffers": "nonsense"})
    assert "shared_buffers" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_ordinary_user_runs_it(open_folder: Path) -> None:
    told = said(python(AS_ORDINARY_USER, open_folder / "data"))
    assert told == str((open_folder / "data" / "postgres").resolve())


def test_an_ordinary_user_is_told_of_a_folder_it_may_not_write(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    told = said(python(AS_ORDINARY_USER, closed / "data"))
    assert told.startswith(f"refused: Milepost can't write to the data folder {closed / 'data'}")


def test_closed_parents_of_data_and_programs_stay_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    packages = closed / "packages"
    packages.mkdir(parents=True)
    installed = binaries.installation().parent
    for part in (installed / "pginstall18", installed.parent / f"{installed.name}.libs"):
        target = packages / part.relative_to(installed.parent)
        shutil.copytree(part, target, symlinks=True)
    (packages / installed.name / "__init__.py").write_text("raise SystemExit('imported')")
    closed.chmod(0o700)
    code = """
        import sys
        from pathlib import Path
        from milepost.platform.db import embedded
        sys.path.insert(0, sys.argv[2])
        with embedded.using(Path(sys.argv[1])) as server:
            command = Path(f"/proc/{server.pid}/cmdline").read_bytes().split(b"\\0")[0].decode()
            print(server.alive(), command)
    """
    alive, command = said(python(code, closed / "data", packages)).split()
    assert alive == "True"
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "data").stat().st_mode & 0o777 == 0o700
    within_reach = not command.startswith(str(closed))
    assert within_reach == (os.geteuid() == 0)


def test_programs_within_reach_are_not_copied() -> None:
    assert binaries.home_for(None) == binaries.installation()
    assert binaries.program("psql").is_file()


@pytest.fixture
def open_folder() -> Generator[Path]:
    """A folder of the ordinary user's own, in a place that this user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-test-"))
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    yield folder
    shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
