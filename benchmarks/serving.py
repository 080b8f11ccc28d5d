"""Runs `milepost up` on a data folder as a user would, and looks at its processes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

START_SECONDS = 120
STOP_SECONDS = 30
_READY = re.compile(r"ready at http://[^:]+:(\d+)")


@dataclass(frozen=True, slots=True)
class Running:
    """A Milepost that is ready: where, after how long, and which process began it all."""

    port: int
    seconds: float
    pid: int


@contextmanager
def up(data: Path, *options: str) -> Generator[Running]:
    """Start it on a free port, wait for the line that says it is ready, stop it at the end."""
    command = [
        str(Path(sys.executable).parent / "milepost"),
        "up",
        "--data",
        str(data),
        "--port",
        "0",
    ]
    started = perf_counter()
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        port = _await_ready(process)
        yield Running(port, perf_counter() - started, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def _await_ready(process: subprocess.Popen[str]) -> int:
    if process.stdout is None:
        raise SystemExit("Milepost has no output to read.")
    for line in process.stdout:
        found = _READY.search(line)
        if found:
            return int(found[1])
    raise SystemExit("Milepost ended before it was ready: start it by hand to see why.")


def memory(pid: int) -> dict[str, float]:
    """Megabytes of each process below `pid` and of itself: each shared page is counted once."""
    return {
        f"{name(one)} {one}": _pss_kilobytes(one) / 1024 for one in sorted({pid, *descendants(pid)})
    }


def descendants(pid: int) -> set[int]:
    """Find every process that `pid` started, or one that it started did."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parent = _parent(int(entry.name))
            if parent is not None:
                children.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def name(pid: int) -> str:
    """Tell what a process calls itself."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return "gone"
    return os.path.basename(words[0].decode()).strip() or "?"


def _parent(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name before it stands in brackets, and may hold anything.
    return int(stat.rpartition(")")[2].split()[1])


def _pss_kilobytes(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0
