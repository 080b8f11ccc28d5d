"""The embedded server: PostgreSQL's own binaries, run as a child of this process.

A cluster lives in `<data folder>/postgres`. The server listens on a socket in a short private
folder, ends with its parent however that ends, and leaves nothing behind that a next start minds.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg.conninfo import make_conninfo

from milepost.platform.db import binaries, cluster, datafolder, lifeline
from milepost.platform.db.cluster import SUPERUSER
from milepost.platform.db.datafolder import (
    CLUSTER,
    InUseError,
    ServerError,
    SystemUser,
    claim,
    role_password,
    secret_key,
)

__all__ = ["EmbeddedServer", "ServerError", "claim", "find_running", "secret_key", "start", "using"]

# A small server: what a pilot needs within 400 MB for everything.
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "port": "5432",
        "max_connections": "60",
        "shared_buffers": "64MB",
        "huge_pages": "off",
        "maintenance_work_mem": "32MB",
        "effective_cache_size": "512MB",
        "random_page_cost": "1.1",
        # Every tool is a partition of two tables: one statement may lock hundreds of relations.
        "max_locks_per_transaction": "256",
        "jit": "off",
        "io_method": "sync",
        "max_worker_processes": "4",
        "max_parallel_workers": "2",
        "max_parallel_workers_per_gather": "1",
        "max_parallel_maintenance_workers": "1",
        "max_logical_replication_workers": "0",
        "autovacuum_worker_slots": "2",
        "autovacuum_max_workers": "2",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "min_wal_size": "32MB",
        "max_wal_size": "256MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %u@%d ",
        # Details of an error quote the row, and a log is no place for people's data.
        "log_error_verbosity": "terse",
    }
)

_LOG = "postgres.log"
_STATE = "server.json"
_POLL = 0.01
_START_SECONDS = 300.0
_SOCKET_PATH_BYTES = 100
_SHORT_TEMP = Path(os.sep, "tmp")
_LEAVE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server: ours when `process` is there, else one that another process started."""

    data_dir: Path
    socket_dir: Path
    port: int
    pid: int
    secret: bytes = field(repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)
    watch: lifeline.Watch | None = field(default=None, repr=False, compare=False)

    def conninfo(self, role: str, dbname: str) -> str:
        """How to connect as a role, its derived password included."""
        return make_conninfo(
            host=str(self.socket_dir),
            port=self.port,
            user=role,
            password=role_password(self.secret, role),
            dbname=dbname,
        )

    def alive(self) -> bool:
        """Whether the server still takes connections."""
        if self.process is not None and self.process.poll() is not None:
            return False
        recorded = cluster.recorded_pid(self.data_dir / CLUSTER)
        return recorded == self.pid and _answers(self.socket_dir, self.port)

    def stop(self, timeout: float = 30.0) -> None:
        """End sessions and shut down cleanly; one that takes too long recovers at its next start.

        The data folder keeps all that was committed either way.
        """
        for number, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, 10.0)):
            self._signal(number)
            if self._left(patience):
                break
        if self.watch is not None:
            self.watch.cancel()
        (self.data_dir / _STATE).unlink(missing_ok=True)
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        # A pid whose process is gone may be someone else's by now: both ways look first.
        if self.process is not None:
            self.process.send_signal(number)
        elif cluster.recorded_pid(self.data_dir / CLUSTER) == self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _left(self, patience: float) -> bool:
        if self.process is not None:
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                return False
            return True
        deadline = time.monotonic() + patience
        while cluster.recorded_pid(self.data_dir / CLUSTER) == self.pid:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True


def is_new(data_dir: Path) -> bool:
    """Tell whether starting in this folder means making its cluster first."""
    try:
        return not (data_dir.expanduser() / CLUSTER / "PG_VERSION").exists()
    except OSError as error:
        raise datafolder.folder_error(data_dir, error) from error


def start(
    data_dir: Path, *, secret: bytes, settings: Mapping[str, str] = MappingProxyType({})
) -> EmbeddedServer:
    """Start the server of a data folder, making its cluster at the first start.

    The caller holds the folder (`claim`) for as long as the server runs.
    """
    folder = datafolder.prepare(data_dir)
    user = datafolder.server_user(folder)
    password = role_password(secret, SUPERUSER)
    try:
        home = binaries.home_for(user)
        lifeline.await_departure(
            folder / CLUSTER, hasten=datafolder.is_claimed(folder), seconds=_LEAVE_SECONDS
        )
        if is_new(folder):
            cluster.initialize(folder, home, user, password)
        cluster.check(folder, user)
        chosen = {**SETTINGS, **settings}
        server = _launch(folder, home, user, secret, chosen)
        if not _accepts_password(server):
            server.stop()
            cluster.reset_password(folder, home, user, password)
            server = _launch(folder, home, user, secret, chosen)
        state = {"pid": server.pid, "port": server.port, "socket_dir": str(server.socket_dir)}
        datafolder.write_private(folder, _STATE, json.dumps(state) + "\n")
    except OSError as error:
        raise datafolder.folder_error(folder, error) from error
    return server


def find_running(data_dir: Path, *, secret: bytes | None = None) -> EmbeddedServer | None:
    """The server that some process runs on this data folder now, if any."""
    folder = data_dir.expanduser().absolute()
    try:
        folder = folder.resolve()
        state = json.loads((folder / _STATE).read_text("utf-8"))
        server = EmbeddedServer(
            data_dir=folder,
            socket_dir=Path(state["socket_dir"]),
            port=int(state["port"]),
            pid=int(state["pid"]),
            secret=secret_key(folder) if secret is None else secret,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return server if server.alive() else None


@contextlib.contextmanager
def using(
    data_dir: Path, *, secret: bytes | None = None, wait_seconds: float = 5.0
) -> Generator[EmbeddedServer]:
    """The server that already runs, or one of our own for as long as the block lasts."""
    deadline = time.monotonic() + wait_seconds
    with contextlib.ExitStack() as stack:
        while (server := find_running(data_dir, secret=secret)) is None:
            try:
                folder = stack.enter_context(claim(data_dir))
            except InUseError:
                # Whoever holds the folder may be about to have its server ready.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
                continue
            key = secret_key(folder) if secret is None else secret
            server = start(folder, secret=key)
            stack.callback(server.stop)
            break
        yield server


def _launch(
    folder: Path,
    home: Path,
    user: SystemUser | None,
    secret: bytes,
    settings: Mapping[str, str],
) -> EmbeddedServer:
    port = int(settings["port"])
    sockets = _socket_dir(folder, user)
    log = datafolder.open_log(folder, _LOG)
    log_start = os.fstat(log).st_size
    options = [f"--{name}={value}" for name, value in settings.items()]
    try:
        with cluster.path_for(folder / CLUSTER, user) as (path, descriptors):
            process, watch = lifeline.spawn(
                [str(home / "bin" / "postgres"), "-D", path, "-k", str(sockets), *options],
                log=log,
                pass_fds=descriptors,
                user=user,
            )
    except subprocess.SubprocessError as error:
        raise ServerError(
            f"Milepost can't run PostgreSQL as the system user {user and user.uid}: "
            "start Milepost as an ordinary user"
        ) from error
    finally:
        os.close(log)
    server = EmbeddedServer(
        data_dir=folder,
        socket_dir=sockets,
        port=port,
        pid=process.pid,
        secret=secret,
        process=process,
        watch=watch,
    )
    try:
        _await_ready(server, process, log_start)
    except BaseException:
        server.stop()
        raise
    return server


def _await_ready(server: EmbeddedServer, process: subprocess.Popen[bytes], log_start: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while cluster.status(server.data_dir / CLUSTER, server.pid) != "ready":
        if process.poll() is not None:
            reason = _last_complaint(server.data_dir / _LOG, log_start)
            raise ServerError(
                f"PostgreSQL could not start: {reason} (see {server.data_dir / _LOG})"
            )
        if time.monotonic() > deadline:
            raise ServerError(
                f"PostgreSQL is not ready after {_START_SECONDS:.0f} s: "
                f"see {server.data_dir / _LOG}"
            )
        time.sleep(_POLL)


def _last_complaint(log: Path, start: int) -> str:
    with log.open("rb") as stream:
        stream.seek(start)
        lines = stream.read().decode("utf-8", "replace").splitlines()
    fatal = [line.split("FATAL:", 1)[1].strip() for line in lines if "FATAL:" in line]
    return (fatal or lines or ["it said nothing"])[-1]


def _accepts_password(server: EmbeddedServer) -> bool:
    try:
        psycopg.connect(server.conninfo(SUPERUSER, SUPERUSER), connect_timeout=30).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            return False
        server.stop()
        raise ServerError(f"PostgreSQL does not answer: {_one_line(error)}") from error
    return True


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _answers(socket_dir: Path, port: int) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(str(socket_dir / f".s.PGSQL.{port}"))
        except OSError:
            return False
    return True


def _socket_dir(folder: Path, user: SystemUser | None) -> Path:
    """A fresh private folder with a path short enough for a socket."""
    owner = user.uid if user else os.geteuid()
    name = f"milepost-{owner}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]}"
    for shelf in (Path(tempfile.gettempdir()).resolve(), _SHORT_TEMP.resolve()):
        place = shelf / name
        too_long = len(os.fsencode(place)) + len(".s.PGSQL.65535.lock") > _SOCKET_PATH_BYTES
        if too_long or (user is not None and not _open_to_all(shelf)):
            continue
        # Of an earlier server only its socket and its lock file can be left.
        shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700)
            if user is not None:
                os.chown(place, user.uid, user.gid)
            return place
    raise ServerError(
        f"No place for the server's socket: {tempfile.gettempdir()} and {_SHORT_TEMP} are closed "
        f"to the system user {owner}, or {name} there belongs to someone else"
    )


def _open_to_all(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))
