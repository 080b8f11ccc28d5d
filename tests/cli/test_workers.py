"""Several server processes: both answer, and one that dies is started again."""

import os
import re
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


def test_any_process_tells_what_all_of_them_counted(data: Path, start: Up) -> None:
    left = data / "metrics"
    left.mkdir()
    (left / "counter_1.db").write_bytes(b"of a start that was cut short")
    running = start(data, "--demo", "--workers", 3)
    servers = children(running)[:3]
    sent, seen = 0, 0
    for one in servers:
        # The others stand still: it is this one that counts.
        with held(*(pid for pid in servers if pid != one)):
            sent += ask(running, "/healthz", times=4)
            for _ in range(3):
                found = counted(running, "/healthz")
                assert seen <= found <= sent
                seen = found
    assert within(10, lambda: counted(running, "/healthz") == sent)

    os.kill(servers[0], signal.SIGKILL)
    assert within(10, lambda: len(children(running)) == 4 and servers[0] not in children(running))
    assert within(10, lambda: answer(running) == 200)
    assert [counted(running, "/healthz") for _ in range(9)] == [sent] * 9
    assert not list(left.glob(f"gauge_*_{servers[0]}.db"))
    assert running.stop() == 0
    assert not left.exists()


def test_static_files_have_a_route_of_their_own(demo: Running) -> None:
    before = counted(demo, "static", 404)
    ask(demo, "/static/nothing/here.css", times=2)
    assert within(10, lambda: counted(demo, "static", 404) == before + 2)


def ask(running: Running, path: str, *, times: int) -> int:
    """Ask on connections of their own; how often."""
    for _ in range(times):
        httpx2.get(f"{running.url}{path}", trust_env=False, timeout=20)
    return times


def counted(running: Running, route: str, status: int = 200) -> int:
    """How often a route was asked for, as one scrape tells it."""
    text = httpx2.get(f"{running.url}/metrics", trust_env=False, timeout=20).text
    line = f'milepost_http_requests_total{{method="GET",route="{route}",status="{status}"}}'
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    return int(float(found[1])) if found else 0


def children(running: Running) -> list[int]:
    """The server processes and the worker, in the order in which they were started."""
    found = running.look()
    command = Path(f"/proc/{running.process.pid}/cmdline").read_bytes()
    ours = [pid for pid in found if pid != running.process.pid and _runs(pid, command)]
    return sorted(ours, key=lambda pid: (found[pid], pid))


@contextmanager
def held(*pids: int) -> Generator[None]:
    """Processes that stand still for a while: others have to answer."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def answer(running: Running) -> int:
    with httpx2.Client(timeout=20, trust_env=False) as visitor:
        return visitor.get(f"{running.url}/readyz").status_code


def _runs(pid: int, command: bytes) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() == command
    except OSError:
        return False
