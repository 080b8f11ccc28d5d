"""Ties a server's life to ours: it ends when this process ends, even by `kill -9`.

On Linux the kernel does it (`setpriv --pdeathsig`); elsewhere a small shell waits for our end of a
pipe to close. The other half is the next start: waiting for a server that is still leaving.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from milepost.platform.db import binaries, cluster
from milepost.platform.db.datafolder import ServerError, SystemUser

_WATCH = 'read -r _; kill -INT "$1" 2>/dev/null'


@dataclass(frozen=True, slots=True)
class Watch:
    """The shell that waits for our end, and the end of the pipe that tells it."""

    process: subprocess.Popen[bytes]

    def cancel(self) -> None:
        """The server has ended by itself: nobody is left to be told."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


def spawn(
    command: Sequence[str], *, log: int, pass_fds: tuple[int, ...], user: SystemUser | None
) -> tuple[subprocess.Popen[bytes], Watch | None]:
    """Start a server that gets SIGINT (finish at once, cleanly) when this process is gone."""
    setpriv = _setpriv()
    prefix = [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []
    process = subprocess.Popen(
        [*prefix, *command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd="/",
        env=binaries.environment(),
        pass_fds=pass_fds,
        # Ctrl-C in a terminal is for us: the server goes last.
        start_new_session=True,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )
    return process, None if setpriv else _watch(process.pid)


def await_departure(place: Path, *, hasten: bool, seconds: float) -> None:
    """Wait until no earlier server uses the cluster, then drop what it left to show for itself.

    With `hasten` (the data folder is ours alone, so the server is an orphan) it is told to go.
    """
    deadline = time.monotonic() + seconds
    told = False
    while servers := _servers_of(place):
        recorded = cluster.recorded_pid(place)
        if hasten and not told and recorded in servers:
            with suppress(ProcessLookupError):
                os.kill(recorded, signal.SIGINT)
            told = True
        if time.monotonic() > deadline:
            raise ServerError(
                f"Another PostgreSQL server (pid {recorded or servers[0]}) still uses {place}: "
                "stop it and start again"
            )
        time.sleep(0.01)
    # No process is at work there, so the pid in this file is by now someone else's.
    (place / "postmaster.pid").unlink(missing_ok=True)


def _setpriv() -> str | None:
    """The program that asks the kernel to signal a child at our death, where it can be trusted to.

    The kernel counts the death of the *thread* that forked: only the main one lives as long as
    the process does. Busybox has a `setpriv` that can't do it.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    found = shutil.which("setpriv", path=binaries.environment()["PATH"])
    return found if found and Path(found).resolve().name != "busybox" else None


def _watch(pid: int) -> Watch:
    # The pipe's other end is ours alone (not inheritable), so it closes when we end.
    process = subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "watch", str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=binaries.environment(),
        start_new_session=True,
    )
    return Watch(process)


def _servers_of(place: Path) -> list[int]:
    """The processes at work in the cluster: a pid file alone may name a pid used again since."""
    if not place.exists():
        return []
    if Path("/proc/self/cwd").exists():
        return _working_in(place)
    recorded = cluster.recorded_pid(place)
    if recorded is None:
        return []
    listed = subprocess.run(
        ["/bin/ps", "-p", str(recorded), "-o", "comm="], capture_output=True, text=True, check=False
    )
    return [recorded] if "postgres" in listed.stdout else []


def _working_in(place: Path) -> list[int]:
    home = place.stat()
    found: list[int] = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        # Processes come and go, and other people's are closed to us: neither is ours.
        with suppress(OSError):
            where = os.stat(f"/proc/{entry}/cwd")
            if (where.st_dev, where.st_ino) != (home.st_dev, home.st_ino):
                continue
            if Path(f"/proc/{entry}/comm").read_text("utf-8").startswith("postgres"):
                found.append(int(entry))
    return found
