"""How Milepost ends: asked to, by Ctrl-C, with its parent killed, with everything killed."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.frames import CloseCode
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.cli import visits
from tests.cli.commands import Running, within
from tests.cli.conftest import Up

NEXT = "sprint-15-value-proposition"


def by_sigterm(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)


def by_ctrl_c_in_the_terminal(running: Running) -> None:
    os.killpg(running.process.pid, signal.SIGINT)


@pytest.mark.parametrize("ask", [by_sigterm, by_ctrl_c_in_the_terminal])
def test_a_running_request_is_finished_and_then_all_end(
    ask: Callable[[Running], None], data: Path, start: Up
) -> None:
    running = start(data, "--demo")
    answers: list[httpx2.Response] = []
    with visits.sign_in(running.url) as maya, visits.as_operator(data) as operator:
        journey = visits.journey_of(maya)
        operator.execute("select id from journeys.journeys for update")
        request = threading.Thread(target=lambda: answers.append(submit(maya, journey)))
        request.start()
        assert within(10, lambda: waits(data))
        ask(running)
        time.sleep(0.5)
        assert running.process.poll() is None
        assert answers == []
        operator.rollback()
        request.join(10)
    assert [answer.status_code for answer in answers] == [201]
    assert running.process.wait(20) == 0
    assert within(2, lambda: not running.left())
    assert len(running.family) > 5
    assert "Traceback" not in running.err
    assert not (data / "server.json").exists()
    assert "database system is shut down" in (data / "postgres.log").read_text().splitlines()[-1]


def test_who_listens_does_not_hold_up_the_end(data: Path, start: Up) -> None:
    """A page that shows what happens, and a standup, stay open for as long as somebody looks."""
    running = start(data, "--demo")
    with visits.sign_in(running.url, visits.FOUNDER) as founder:
        journey = visits.journey_of(founder)
        token = founder.headers["authorization"].removeprefix("Bearer ")
        talk = connect(
            f"{running.url.replace('http', 'ws', 1)}/ws/standup?journey={journey}",
            subprotocols=[Subprotocol(f"bearer.{token}")],
        )
        with talk, founder.stream("GET", f"/journeys/{journey}/events") as told:
            assert told.status_code == 200
            by_ctrl_c_in_the_terminal(running)
            assert running.process.wait(10) == 0
            # Told, not cut off.
            assert all(talk)
            assert talk.close_code == CloseCode.GOING_AWAY
    assert within(2, lambda: not running.left())
    assert "Traceback" not in running.err


def test_however_it_is_killed_the_next_start_has_what_was_committed(data: Path, start: Up) -> None:
    running = start(data, "--demo", "--workers", 2)
    assert len(running.look()) > 8
    running.process.kill()
    running.process.wait()
    assert within(2, lambda: not running.left()), running.left()

    running = start(data, "--demo")
    with visits.sign_in(running.url) as maya:
        journey = visits.journey_of(maya)
        handed_in = submit(maya, journey)
        assert handed_in.status_code == 201, handed_in.text
        running.kill()
    assert within(2, lambda: not running.left())
    assert (data / "postgres" / "postmaster.pid").exists()

    running = start(data, "--demo")
    with visits.sign_in(running.url) as maya:
        versions = visits.ask(maya, f"/journeys/{journey}/steps/{NEXT}/submissions")["items"]
        stats = visits.ask(maya, f"/journeys/{journey}/steps/stats")
    assert [version["version"] for version in versions] == [1]
    assert stats["completed"] == 16
    assert "not properly shut down" in (data / "postgres.log").read_text()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0
    assert within(2, lambda: not running.left())


def test_killed_while_its_files_are_made_it_leaves_nobody(tmp_path: Path, start: Up) -> None:
    """Those who read the programs meanwhile would hold the port, deaf to all but the worst."""
    running = start(tmp_path / "new", "--demo", wait=False)
    # Itself, two who read, and PostgreSQL's maker.
    assert within(10, lambda: len(running.look()) > 3)
    running.process.kill()
    running.process.wait()
    assert within(15, lambda: not running.left()), running.left()


def submit(maya: httpx2.Client, journey: str) -> httpx2.Response:
    """Hand in Maya's next tool with its examples as answers."""
    path = f"/journeys/{journey}/steps/{NEXT}"
    return maya.post(f"{path}/submissions", json={"data": examples(visits.ask(maya, path)["form"])})


def examples(form: dict[str, Any]) -> dict[str, Any]:
    return {name: field["examples"][0] for name, field in form["properties"].items()}


def waits(data: Path) -> bool:
    """Whether a transaction of the application waits for a lock."""
    with visits.as_operator(data) as operator:
        found = operator.execute(
            """
            select count(*)
            from pg_locks
            where not granted
            """
        ).fetchone()
    return bool(found and found[0])


def test_without_its_database_it_ends_and_says_so(data: Path, start: Up) -> None:
    running = start(data, "--demo")
    server = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    assert running.process.wait(30) == 1
    assert "PostgreSQL has ended" in running.err
    assert "Traceback" not in running.err
    assert within(2, lambda: not running.left())
