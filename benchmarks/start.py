"""How long until Milepost is ready, and how much memory all of it takes.

The first start makes the cluster, the schema, the published program and the demo. Memory is
PSS, summed over every process from `milepost up` down, PostgreSQL's included: after the start,
and again after a person's ordinary requests.
"""

import http.client
import json
import shutil
from pathlib import Path
from time import sleep
from typing import Any

from benchmarks import report, serving, world
from milepost.cli import demo

FIRST_SECONDS, LATER_SECONDS, MEGABYTES = 6.0, 2.0, 400.0
FIRST_STARTS, LATER_STARTS = 3, 5
REQUESTS = 50
SETTLED_SECONDS = 2.0


def main() -> None:
    """Start over and over, then look at one that runs."""
    first: list[float] = []
    later: list[float] = []
    with world.temporary() as shelf:
        for turn in range(FIRST_STARTS):
            data = shelf / str(turn)
            with serving.up(data, "--demo") as running:
                first.append(running.seconds)
            if turn < FIRST_STARTS - 1:
                shutil.rmtree(data)
        print("first starts  " + _seconds(first))
        for _ in range(LATER_STARTS):
            with serving.up(data, "--demo") as running:
                later.append(running.seconds)
        print("later starts  " + _seconds(later))
        idle, used = _memory(data)
    report.finish(
        [
            report.Promise(
                "first start, demo included (median)", report.middle(first), FIRST_SECONDS, "s"
            ),
            report.Promise("later start (median)", report.middle(later), LATER_SECONDS, "s"),
            report.Promise("memory of everything after the start", idle, MEGABYTES, "MB"),
            report.Promise(f"memory after {REQUESTS} requests", used, MEGABYTES, "MB"),
        ]
    )


def _seconds(samples: list[float]) -> str:
    return " ".join(f"{sample:.2f} s" for sample in samples)


def _memory(data: Path) -> tuple[float, float]:
    with serving.up(data, "--demo") as running:
        sleep(SETTLED_SECONDS)
        idle = sum(serving.memory(running.pid).values())
        _walk_about(running.port)
        sleep(SETTLED_SECONDS)
        found = serving.memory(running.pid)
        for name, megabytes in found.items():
            print(f"  {name:28} {megabytes:6.1f} MB")
        return idle, sum(found.values())


def _walk_about(port: int) -> None:
    """Sign in as the demo's walker, and read what the pages of an ordinary visit read."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    words = {"email": demo.MAYA.email, "password": demo.SIGN_IN_WITH}
    token = _ask(connection, "POST", "/api/v1/sessions", body=words)["access_token"]
    journeys = _ask(connection, "GET", "/api/v1/journeys", token=token)["items"]
    journey = f"/api/v1/journeys/{journeys[0]['id']}"
    paths = [journey, f"{journey}/steps", f"{journey}/fields", f"{journey}/steps/sprint-8-goals"]
    for turn in range(REQUESTS):
        _ask(connection, "GET", paths[turn % len(paths)], token=token)
    connection.close()


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    *,
    token: str | None = None,
    body: dict[str, str] | None = None,
) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path} was answered {answer.status}: {text[:300]!r}")
    return json.loads(text)


if __name__ == "__main__":
    main()
