"""Runs the `milepost` command as its users do: a process of its own, in a terminal's place.

Whatever is started here is ended by pid, with all that it started: `Running.end` leaves nothing.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Tests that are killed take what they started with them.
TIED = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()
COMMAND = (str(Path(sys.executable).with_name("milepost")),)
READY = re.compile(r"^Milepost is ready at (http://\S+)$", re.MULTILINE)
# Somebody who is not root and owns nothing.
NOBODY = 65534
# Generous: the machine may be busy with other tests.
START_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Spot:
    """How and where the command runs: as whom, with which environment, in which folder."""

    folder: Path
    command: Sequence[str] = COMMAND
    environment: Mapping[str, str] = field(default_factory=dict)
    user: int | None = None

    def start(self, *words: object) -> subprocess.Popen[str]:
        """Start the command, what it says going to `out` and `err` in the folder."""
        with (self.folder / "out").open("w") as out, (self.folder / "err").open("w") as err:
            return subprocess.Popen(
                [*TIED, *self.command, *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                text=True,
                cwd=self.folder,
                env=clean_environment(self.folder) | self.environment,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
                # A session as a terminal's: a group of its own, which Ctrl-C goes to.
                start_new_session=True,
            )

    def run(self, *words: object, code: int = 0, typed: str = "") -> str:
        """Run the command to its end; what it says, once it ended as it should."""
        done = self.finish(*words, typed=typed)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        # A refusal exits with 1 too, and would hide behind a finding that was expected.
        assert "milepost: " not in done.stderr, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    def refusal(self, *words: object) -> str:
        """The one line on stderr with which the command refuses, exit 1, and nothing else."""
        done = self.finish(*words)
        assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        lines = done.stderr.splitlines()
        assert len(lines) == 1, done.stderr
        return lines[0]

    def finish(self, *words: object, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *map(str, words)],
            input=typed,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=clean_environment(self.folder) | self.environment,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            timeout=START_SECONDS,
            check=False,
        )


@dataclass(slots=True)
class Running:
    """A Milepost that serves, and every process that belongs to it."""

    spot: Spot
    process: subprocess.Popen[str]
    data: Path
    url: str = ""
    family: dict[int, int] = field(default_factory=dict)

    @property
    def out(self) -> str:
        return (self.spot.folder / "out").read_text("utf-8")

    @property
    def err(self) -> str:
        return (self.spot.folder / "err").read_text("utf-8")

    def look(self) -> dict[int, int]:
        """The processes of this Milepost that live now; all ever seen are remembered."""
        found = family_of(self.process.pid)
        self.family |= found
        return found

    def left(self) -> list[int]:
        """Who of the family still lives."""
        return [pid for pid, born in self.family.items() if _born(pid) == born]

    def stop(self, seconds: float = 30.0) -> int:
        """Ask it to stop; its exit code."""
        self.look()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """End all of it at once, as a machine that fails does."""
        for pid in (self.process.pid, *self.look()):
            _kill(pid)
        self.process.wait(10)

    def end(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        if self.process.poll() is None:
            self.look()
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        if not within(5, lambda: not self.left()):
            for pid in self.left():
                _kill(pid)


def launch(spot: Spot, data: Path, *words: object, started: Callable[[Running], None]) -> Running:
    """Start Milepost on a free port.

    `started` is told of the process at once, so that it is ended even if it never gets ready.
    """
    given = () if "--port" in words else ("--port", free_port())
    running = Running(spot, spot.start("up", "--data", data, *given, *words), data)
    started(running)
    return running


def up(spot: Spot, data: Path, *words: object, started: Callable[[Running], None]) -> Running:
    """Start Milepost, and wait until it says that it is ready."""
    running = launch(spot, data, *words, started=started)
    assert within(
        START_SECONDS,
        lambda: running.process.poll() is not None or bool(READY.search(running.out)),
    )
    told = READY.search(running.out)
    assert told is not None, (running.process.poll(), running.out, running.err)
    running.url = told[1]
    running.look()
    return running


def family_of(pid: int) -> dict[int, int]:
    """A process and all its descendants, each with when it was born: pids are used again."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            parents[int(entry.name)] = int(stat[1])
    found: dict[int, int] = {}
    todo = [pid]
    while todo:
        one = todo.pop()
        if born := _born(one):
            found[one] = born
        todo += [child for child, parent in parents.items() if parent == one]
    return found


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    """Whether something happens in time."""
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(home: Path) -> dict[str, str]:
    """Our environment without what would point Milepost or PostgreSQL somewhere else."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MILEPOST_", "PG", "XDG_", "PYTEST", "COV_"))
    }
    return kept | {"HOME": str(home)}


def _stat(pid: int) -> list[str]:
    """State, parent and more of a process that lives; nothing of one that is gone or a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    found = text.rpartition(")")[2].split()
    return [] if found[0] in "ZX" else found


def _born(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[19]) if stat else 0


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
