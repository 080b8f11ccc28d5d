"""The processes of `milepost up`: forked from a parent that has imported everything already.

Forking after the imports makes starting quick and shares the memory of the code. Each
child holds the reading end of a pipe whose writing end only the parent has: when the
parent is gone, however it went, the pipe ends and the child stops. A child that fails tells
its parent why by another pipe: what is said to people is one line, and the parent's.
"""

import asyncio
import os
import select
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from milepost.platform.http.server import run

# A child gets this long to finish what it is doing; uvicorn allows requests ten seconds.
GRACE_SECONDS = 15.0
# When the parent is gone nobody ends those that don't finish, and its database is gone too.
ORPHAN_SECONDS = 1.0
# One that dies sooner than this after its start is not started a fourth time.
EARLY_SECONDS = 5.0
EARLY_DEATHS = 3
# Shorter than what any system's pipe takes as one piece: reasons never mix.
REASON_BYTES = 400

Serve = Callable[[asyncio.Event, Callable[[], None]], Awaitable[None]]


class ChildFailed(Exception):
    """A process could not be kept running."""


@dataclass(slots=True)
class Child:
    """One process, what it runs, and when it was started."""

    name: str
    serve: Serve
    pid: int = 0
    gone: bool = True
    started: float = 0.0
    early_deaths: int = 0


@dataclass(slots=True)
class Family:
    """All the children of one parent; `on_end` is told the pid of each that is gone."""

    on_end: Callable[[int], None] | None = None
    children: list[Child] = field(default_factory=list[Child])
    _reasons: dict[int, str] = field(default_factory=dict[int, str])
    _alive_read: int = -1
    _alive_write: int = -1
    _ready_read: int = -1
    _ready_write: int = -1
    _reason_read: int = -1
    _reason_write: int = -1

    def __post_init__(self) -> None:
        self._alive_read, self._alive_write = os.pipe()
        self._ready_read, self._ready_write = os.pipe()
        self._reason_read, self._reason_write = os.pipe()
        os.set_blocking(self._ready_read, False)
        os.set_blocking(self._reason_read, False)

    def start(self, name: str, serve: Serve) -> None:
        """Fork a child that runs `serve(stop, ready)` until it is told to stop."""
        child = Child(name, serve)
        self.children.append(child)
        self._fork(child)

    def wait_ready(self, count: int, *, seconds: float) -> None:
        """Wait until `count` children are ready. Raises ChildFailed when one ends instead."""
        deadline = time.monotonic() + seconds
        ready = 0
        while ready < count:
            if time.monotonic() > deadline:
                raise ChildFailed("The server did not become ready in time.")
            select.select([self._ready_read], [], [], 0.05)
            try:
                ready += len(os.read(self._ready_read, count))
            except BlockingIOError:
                self._require_alive()

    def watch(self, stop_signals: set[signal.Signals], require: Callable[[], None]) -> None:
        """Wait for a stop signal, starting again what dies. Raises ChildFailed.

        `require` is asked each second whether what all of them need is still there. The
        signals are blocked, so that none is lost between two looks.
        """
        signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
        while True:
            got = signal.sigwait({*stop_signals, signal.SIGCHLD, signal.SIGALRM})
            if got in stop_signals:
                return
            require()
            self._revive()

    def stop(self) -> None:
        """Ask every child to finish, and end those that don't."""
        living = [child for child in self.children if not child.gone]
        for child in living:
            _kill(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while living and time.monotonic() < deadline:
            living = [child for child in living if not self._ended(child)]
            time.sleep(0.01)
        for child in living:
            _kill(child.pid, signal.SIGKILL)
            self._ended(child, wait=True)

    def _fork(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.started = time.monotonic()
        child.gone = False
        child.pid = os.fork()
        if child.pid == 0:
            os._exit(self._run(child))

    def _run(self, child: Child) -> int:
        """Be the child. A terminal's Ctrl-C reaches the parent only: it stops us in order."""
        os.setpgrp()
        os.close(self._alive_write)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            run(self._live(child))
        except BaseException as error:
            # Whatever it is: the parent's code is not to go on in here.
            self._tell(error)
            return 1
        return 0

    async def _live(self, child: Child) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.add_reader(self._alive_read, _orphaned, loop, self._alive_read, stop)
        await child.serve(stop, self._say_ready)

    def _say_ready(self) -> None:
        os.write(self._ready_write, b".")

    def _tell(self, error: BaseException) -> None:
        """Hand the parent the reason for our end, in one line."""
        reason = " ".join(str(error).split()) or type(error).__name__
        line = f"{os.getpid()} {reason}".encode()[:REASON_BYTES]
        os.write(self._reason_write, line + b"\n")

    def _reason(self, child: Child) -> str:
        """Why a child has ended, with a colon before it; nothing where it didn't say."""
        with suppress(BlockingIOError):
            while told := os.read(self._reason_read, 65536):
                for line in told.decode("utf-8", "replace").splitlines():
                    pid, _, reason = line.partition(" ")
                    self._reasons[int(pid)] = reason
        reason = self._reasons.pop(child.pid, "").rstrip(".")
        return f": {reason}" if reason else ""

    def _require_alive(self) -> None:
        for child in self.children:
            if self._ended(child):
                raise ChildFailed(f"The {child.name} process could not start{self._reason(child)}.")

    def _revive(self) -> None:
        for child in self.children:
            if not self._ended(child):
                continue
            early = time.monotonic() - child.started < EARLY_SECONDS
            child.early_deaths = child.early_deaths + 1 if early else 0
            reason = self._reason(child)
            if child.early_deaths >= EARLY_DEATHS:
                raise ChildFailed(f"The {child.name} process keeps ending{reason}.")
            print(f"The {child.name} process ended{reason}; starting it again.", file=sys.stderr)
            self._fork(child)

    def _ended(self, child: Child, *, wait: bool = False) -> bool:
        if child.gone:
            return True
        try:
            child.gone = os.waitpid(child.pid, 0 if wait else os.WNOHANG)[0] != 0
        except ChildProcessError:
            # Somebody has asked after it already.
            child.gone = True
        if child.gone and self.on_end is not None:
            self.on_end(child.pid)
        return child.gone


def _orphaned(loop: asyncio.AbstractEventLoop, alive: int, stop: asyncio.Event) -> None:
    loop.remove_reader(alive)
    stop.set()
    loop.call_later(ORPHAN_SECONDS, os._exit, 1)


def _kill(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
