"""From handing in a tool to knowing what it unlocked: through HTTP, and against pgbench.

Sixteen kept-alive connections hand in tool after tool, each for people of its own, to a real
`milepost up`; the client is a process of its own on the same machine. Then pgbench runs the
statements of such requests, recorded from the product, with the same role, policies and settings,
on the same server, with as many connections. What a person waits is promised with room left: all
sixteen connections ask, in turns, at half of the rate that the server can carry. The closed loop,
in which they never rest, finds that rate; there a request mostly waits for the fifteen others, so
its wait is shown for information, beside what pgbench's own statements wait in such a loop.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2

from benchmarks import load, population, replay, report, serving, world
from milepost.main import create_app
from milepost.platform import logs
from milepost.platform.db import Database
from milepost.platform.db.connect import DatabaseAccess, open_database
from milepost.settings import Settings

CONNECTIONS = 16
WARM_UP, SECONDS = 3.0, 10.0
PGBENCH_SECONDS = 12
RECORDED = 8
MILLISECONDS, SHARE = 15.0, 0.25


def main() -> None:
    """Measure with one server process and with two, then replay."""
    parser = world.arguments(__doc__ or "", people=3000)
    given = parser.parse_args()
    with world.folder(given.data, people=given.people) as data:
        asked = _Requests(given.people)
        best, best_workers = 0.0, 0
        waits: dict[str, float] = {}
        for workers in (1, 2):
            with serving.up(data, "--workers", str(workers)) as running:
                rate = _closed(running.port, asked, workers)
                if rate[0] > best:
                    best, best_workers = rate[0], workers
                    waits["closed"] = rate[1]
                    waits["half"] = _paced(running.port, asked, rate[0] / 2)
                if workers == 2:
                    with open_database(data_dir=data, url=None) as access:
                        bench, floor = _replayed(access, data, given.people)
    print(
        f"never resting, for information: p50 {waits['closed']:.1f} ms through HTTP;"
        f" the statements alone, in pgbench: mean {floor:.1f} ms"
    )
    print(f"best with {best_workers} server processes")
    report.finish(
        [
            report.Promise(
                "p50 at 16 connections, at half of the full rate",
                waits["half"],
                MILLISECONDS,
                "ms",
            ),
            report.Promise("rate, as a share of pgbench's", best / bench, SHARE, "", True),
        ]
    )


class _Requests:
    """Hands out requests: every person goes on from where they stand, one tool after the other."""

    def __init__(self, people: int) -> None:
        steps = world.fast_track().topological
        answers = world.demo_answers()
        self._bodies = [
            (step.slug, json.dumps({"data": answers[step.slug]}).encode()) for step in steps
        ]
        self._people = iter(range(1, people + 1))

    def of(self, number: int) -> list[bytes]:
        """List what a person hands in next."""
        depth = world.HALF_WAY[number % world.HISTORIES % len(world.HALF_WAY)]
        token, journey = str(population.token(number)), population.journey_id(number)
        return [
            load.request(
                "POST",
                f"/api/v1/journeys/{journey}/steps/{slug}/submissions",
                token=token,
                body=body,
            )
            for slug, body in self._bodies[depth:]
        ]

    def take(self, count: int) -> list[list[bytes]]:
        """Give every connection about `count` requests, of people nobody had yet."""
        found: list[list[bytes]] = [[] for _ in range(CONNECTIONS)]
        for requests in found:
            while len(requests) < count:
                requests += self.of(next(self._people))
        return found


def _closed(port: int, asked: _Requests, workers: int) -> tuple[float, float]:
    outcome = load.ask(load.Plan(port, asked.take(450), WARM_UP, SECONDS))
    _require(outcome)
    half = report.middle(outcome.latencies) * 1000
    print(
        f"closed loop, {workers} server processes: {outcome.rate:6.0f} a second,"
        f" p50 {half:6.1f} ms, p95 {report.percentile(outcome.latencies, 95) * 1000:6.1f} ms"
    )
    return outcome.rate, half


def _paced(port: int, asked: _Requests, rate: float) -> float:
    outcome = load.ask(load.Plan(port, asked.take(250), WARM_UP, SECONDS, rate))
    _require(outcome)
    half = report.middle(outcome.latencies) * 1000
    print(
        f"paced at half of that: {outcome.rate:6.0f} a second, p50 {half:6.1f} ms,"
        f" p95 {report.percentile(outcome.latencies, 95) * 1000:6.1f} ms"
    )
    return half


def _require(outcome: load.Outcome) -> None:
    if set(outcome.statuses) != {201}:
        raise SystemExit(f"Not everything was handed in: {outcome.statuses}, {outcome.bodies[:2]}")
    opened = sum(bool(json.loads(body)["unlocked"]) for body in outcome.bodies)
    print(f"  ({opened} of the first {len(outcome.bodies)} answers tell of steps that opened)")


def _replayed(access: DatabaseAccess, data: Path, people: int) -> tuple[float, float]:
    scripts: list[Path] = []
    for place, (number, statements) in enumerate(asyncio.run(_recorded(access, people))):
        path = data / f"submit-{place}.sql"
        path.write_text(replay.script(statements, number), "utf-8")
        scripts.append(path)
    print(f"pgbench replays {len(scripts)} recorded requests of {len(statements)} statements")
    rate, latency = replay.run(
        access.roles.app,
        scripts,
        connections=CONNECTIONS,
        people=people,
        seconds=PGBENCH_SECONDS,
    )
    print(f"pgbench: {rate:6.0f} a second, mean {latency:.1f} ms")
    return rate, latency


async def _recorded(
    access: DatabaseAccess, people: int
) -> list[tuple[int, list[replay.Statement]]]:
    """Hand in for the last few people, noting statements; the first answers only warm up."""
    asked = _Requests(people)
    found: list[tuple[int, list[replay.Statement]]] = []
    logs.configure("warning")
    database = Database(access.roles.app, max_size=1)
    await database.open()
    app = create_app(Settings(data=Path("unused")), database, access.secret)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for number in range(people - RECORDED, people):
            first, second = (_parsed(raw) for raw in asked.of(number)[:2])
            (await client.post(**first)).raise_for_status()
            with replay.recording() as statements:
                (await client.post(**second)).raise_for_status()
            found.append((number, statements))
    await database.close()
    return found


def _parsed(raw: bytes) -> dict[str, Any]:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[2:])
    return {"url": lines[0].split()[1], "content": body, "headers": headers}


if __name__ == "__main__":
    main()
