"""A company's home and what it can do next, in the journey of the demo: 170 steps, 900 tasks.

The page is asked for over a kept-alive connection to a real `milepost up`, signed in as one of its
founders, and measured until the last byte is here. What can be done next is measured as the time
that its statements spend on the way to the database and back, in the application's role.
"""

import asyncio
import http.client
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg

from benchmarks import report, serving, world
from milepost.cli import demo
from milepost.contexts.identity.types import Member, Token
from milepost.contexts.journeys import service as journeys
from milepost.platform.db import Database
from milepost.platform.db.connect import DatabaseAccess, open_database

ROUNDS, WARM_UP = 40, 5
PAGE_MILLISECONDS, DATABASE_MILLISECONDS = 50.0, 5.0
STEPS, TASKS = 150, 700
FOUNDER = "founder@demo.milepost.test"


@dataclass(frozen=True, slots=True)
class _Founder:
    tenant_id: UUID
    user_id: UUID
    journey_id: UUID


def main() -> None:
    """Ask for the page, then for what is next."""
    given = world.arguments(__doc__ or "", people=1).parse_args()
    with world.temporary() as shelf:
        data = given.data or shelf / "demo"
        with serving.up(data, "--demo") as running:
            page = _page(running.port)
            with open_database(data_dir=data, url=None) as access:
                database = asyncio.run(_available(access, _founder(running.port)))
    report.finish(
        [
            report.Promise("company home, p50", report.middle(page), PAGE_MILLISECONDS, "ms"),
            report.Promise(
                "available steps, in the database, p50",
                report.middle(database),
                DATABASE_MILLISECONDS,
                "ms",
            ),
        ]
    )


def _page(port: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    cookie = _sign_in(connection)
    samples: list[float] = []
    size = 0
    for turn in range(WARM_UP + ROUNDS):
        started = perf_counter()
        connection.request("GET", "/company", headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise SystemExit(f"/company was answered {answer.status}")
        if turn >= WARM_UP:
            samples.append((perf_counter() - started) * 1000)
    connection.close()
    print(
        f"company home p50 {report.middle(samples):.1f} ms,"
        f" p95 {report.percentile(samples, 95):.1f} ms, {size / 1024:.1f} kB"
    )
    return samples


def _sign_in(connection: http.client.HTTPConnection) -> str:
    """Sign in as the page's form does; return the cookie."""
    form = f"email={FOUNDER}&password={demo.SIGN_IN_WITH}"
    origin = f"http://127.0.0.1:{connection.port}"
    connection.request(
        "POST",
        "/sign-in",
        body=form.encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": origin},
    )
    answer = connection.getresponse()
    answer.read()
    if answer.status != 303:
        raise SystemExit(f"Signing in was answered {answer.status}")
    cookies = [
        value.split(";", 1)[0] for name, value in answer.getheaders() if name == "set-cookie"
    ]
    return "; ".join(cookies)


def _founder(port: int) -> _Founder:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = json.dumps({"email": FOUNDER, "password": demo.SIGN_IN_WITH})
    connection.request(
        "POST", "/api/v1/sessions", body=body, headers={"Content-Type": "application/json"}
    )
    token = json.loads(connection.getresponse().read())["access_token"]
    me = _get(connection, "/api/v1/me", token)
    (journey, *_) = _get(connection, "/api/v1/journeys", token)["items"]
    steps = _get(connection, f"/api/v1/journeys/{journey['id']}/steps", token)["items"]
    tasks = sum(len(step["tasks"]) for step in steps)
    if len(steps) < STEPS or tasks < TASKS:
        raise SystemExit(f"The demo has {len(steps)} steps and {tasks} tasks")
    connection.close()
    return _Founder(Token.parse(token).tenant_id, UUID(me["id"]), UUID(journey["id"]))


def _get(connection: http.client.HTTPConnection, path: str, token: str) -> Any:
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    return json.loads(connection.getresponse().read())


async def _available(access: DatabaseAccess, founder: _Founder) -> list[float]:
    """Add up what the statements take, entering as the founder included."""
    spent = 0.0
    original = psycopg.AsyncCursor.execute

    async def timed(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        nonlocal spent
        started = perf_counter()
        try:
            return await original(self, query, params, **options)
        finally:
            spent += perf_counter() - started

    database = Database(access.roles.app, max_size=1)
    await database.open()
    samples: list[float] = []
    psycopg.AsyncCursor.execute = timed
    try:
        for turn in range(WARM_UP + ROUNDS):
            spent = 0.0
            now = datetime.now(UTC)
            async with database.transaction(Member(founder.tenant_id, founder.user_id, now)) as tx:
                walk = await journeys.get_walk(tx, journey_id=founder.journey_id)
                await journeys.list_available(tx, walk=walk, now=now)
            if turn >= WARM_UP:
                samples.append(spent * 1000)
    finally:
        psycopg.AsyncCursor.execute = original
        await database.close()
    return samples


if __name__ == "__main__":
    main()
