"""A family of processes: a child that fails says why in one line, and nothing else goes wrong."""

import subprocess
import sys
import textwrap

import pytest

FAMILY = """
    import asyncio, os, signal, sys, time
    from milepost.cli.processes import ChildFailed, Family

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM})
    gone = []
    family = Family(on_end=gone.append)

    async def well(stop, ready):
        ready()
        await stop.wait()

    async def badly(stop, ready):
        BADLY

    family.start("server 1", well)
    family.start("server 2", badly)
    try:
        LIVES
    except ChildFailed as error:
        print(error)
    finally:
        family.stop()
    print(len(gone) == len(set(gone)), gone[-1] in {child.pid for child in family.children})
"""
STARTS = "family.wait_ready(2, seconds=20)"
WATCHES = "family.watch({signal.SIGTERM}, lambda: None)"


def ends(badly: str, lives: str) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(FAMILY).replace("BADLY", badly).replace("LIVES", lives)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("badly", "reason"),
    [
        ("raise RuntimeError('The disk\\nis full.')", ": The disk is full"),
        ("raise RuntimeError", ": RuntimeError"),
        ("raise SystemExit('not today')", ": not today"),
        ("raise RuntimeError('é' * 5000)", ": " + "é" * 190),
        ("os._exit(3)", ""),
        ("os.kill(os.getpid(), signal.SIGKILL)", ""),
    ],
)
def test_a_child_that_can_not_start_says_why_in_one_line(badly: str, reason: str) -> None:
    done = ends(badly, STARTS)
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"The server 2 process could not start{reason}")
    assert lines[1:] == ["True True"]
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_child_that_was_asked_after_already_is_gone_all_the_same() -> None:
    reaped = f"os.waitpid(family.children[1].pid, 0); {STARTS}"
    done = ends("raise RuntimeError('no')", reaped)
    assert done.stdout.splitlines()[0] == "The server 2 process could not start: no."
    assert done.stderr == ""


def test_a_child_that_keeps_ending_says_why() -> None:
    done = ends("raise RuntimeError('no room')", WATCHES)
    assert done.stdout.splitlines()[0] == "The server 2 process keeps ending: no room."
    assert (
        done.stderr.splitlines() == ["The server 2 process ended: no room; starting it again."] * 2
    )
