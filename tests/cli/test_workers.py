"""Several server processes: both answer, and one that dies is started again."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.cli.commands import Running, within
from tests.cli.conftest import Up


def test_a_killed_server_process_is_started_again_and_the_service_goes_on(
    data: Path, start: Up
) -> None:
    running = start(data, "--demo", "--workers", 2)
    first, second, worker = children(running)
    for other in (first, second):
        with held(other):
            assert answer(running) == 200

    os.kill(first, signal.SIGKILL)
    assert [answer(running) for _ in range(10)] == [200] * 10
    assert within(10, lambda: len(children(running)) == 3 and first not in children(running))
    with held(second):
        # The only one left to answer is the new one.
        assert answer(running) == 200
    os.kill(worker, signal.SIGKILL)
    assert within(10, lambda: len(children(running)) == 3 and worker not in children(running))
    assert running.err.count("process ended; starting it again.") == 2
    assert running.process.poll() is None
    assert running.stop() == 0
    assert within(2, lambda: not running.left())


def children(running: Running) -> list[int]:
    """The server processes and the worker, in the order in which they were started."""
    found = running.look()
    command = Path(f"/proc/{running.process.pid}/cmdline").read_bytes()
    ours = [pid for pid in found if pid != running.process.pid and _runs(pid, command)]
    return sorted(ours, key=lambda pid: (found[pid], pid))


@contextmanager
def held(pid: int) -> Generator[None]:
    """A process that stands still for a while: others have to answer."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def answer(running: Running) -> int:
    with httpx2.Client(timeout=20, trust_env=False) as visitor:
        return visitor.get(f"{running.url}/readyz").status_code


def _runs(pid: int, command: bytes) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() == command
    except OSError:
        return False
