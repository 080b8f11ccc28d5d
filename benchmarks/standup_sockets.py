"""A thousand people on the line with the standup bot, each saying something every ten seconds.

One server process with the embedded database, as `milepost up` runs it; five hundred companies of
two founders on the shipped startup journey. The client is a process of its own on the same
machine. Time counts from the moment at which a message should have been sent.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from uuid import UUID

import psycopg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks import report, serving, world
from milepost.cli.publishing import publish_shipped
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Member, System, Token
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import evaluation
from milepost.platform.db import Database, embedded, migrations, roles
from milepost.platform.db.cluster import SUPERUSER
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.datafolder import secret_key
from milepost.platform.http.server import run as run_loop
from milepost.settings import Settings, shipped, shipped_programs

PROGRAM = "startup-journey"
SOCKETS, EVERY = 1000, 10.0
# Everybody speaks twice before it counts: what a journey may be about is worked out once.
WARM_UP, SECONDS = 40.0, 60.0
MILLISECONDS, MEGABYTES = 250.0, 400.0
PER_COMPANY = 2


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token, and the journey they talk about."""

    token: str
    journey_id: str


@dataclass(slots=True)
class Outcome:
    """What came of it: seconds for each reply after the warm-up, and what else came back."""

    latencies: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    proposed: int = 0


def main() -> None:
    """Fill a folder, run the server on it, and talk to it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=SOCKETS, help="how many are on the line")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for how long, once warm")
    given = parser.parse_args()
    with world.temporary() as data:
        callers = _filled(data, given.sockets)
        with serving.up(data) as running:
            spawned = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=spawned) as pool:
                start = perf_counter() + WARM_UP / 2
                talking = pool.submit(_talk, running.port, callers, start, given.seconds)
                sleep(max(0.0, start + WARM_UP / 2 - perf_counter()))
                before = _spent(running.pid)
                sleep(max(0.0, start + WARM_UP / 2 + given.seconds - perf_counter()))
                spent = _spent(running.pid)
                outcome = talking.result()
                memory = _server_memory(running.pid)
    replies = len(outcome.latencies)
    print(
        f"{given.sockets} sockets: {replies} replies, {outcome.proposed} with a proposal,"
        f" p50 {report.middle(outcome.latencies) * 1000:.1f} ms; errors: {outcome.errors or 'none'}"
    )
    for what, seconds in spent.items():
        each = (seconds - before[what]) / max(replies, 1)
        print(f"CPU of {what}: {each * 1000:.2f} ms a message")
    if outcome.errors:
        raise SystemExit("Not everything was answered.")
    report.finish(
        [
            report.Promise(
                "p99 from message to reply",
                report.percentile(outcome.latencies, 99) * 1000,
                MILLISECONDS,
                "ms",
            ),
            report.Promise("resident memory of the server process", memory, MEGABYTES, "MB"),
        ]
    )


def _filled(data: Path, people: int) -> list[Caller]:
    """Make the folder's cluster with companies on their journeys, at rest again."""
    began = perf_counter()
    with embedded.claim(data) as place:
        secret = secret_key(place)
        server = embedded.start(place, secret=secret, settings=world.HASTY)
        try:
            made = roles.ensure_roles(server.conninfo(SUPERUSER, SUPERUSER), secret=secret)
            with psycopg.connect(made.owner, autocommit=True) as owner:
                migrations.migrate(owner, shipped("migrations"))
            asyncio.run(publish_shipped(DatabaseAccess(made, secret, None), shipped_programs()))
            callers = asyncio.run(_companies(made.app, people))
        finally:
            server.stop()
    print(f"Filled with {people} founders in {perf_counter() - began:.0f} s.")
    return callers


async def _companies(conninfo: str, people: int) -> list[Caller]:
    db = Database(conninfo, max_size=4)
    await db.open()
    try:
        now = datetime.now(UTC)
        async with db.transaction(System()) as tx:
            tenant = await identity.ensure_tenant(
                tx, slug=Settings().default_tenant, name="Lindwerk", now=now
            )
        callers: list[Caller] = []
        for number in range(0, people, PER_COMPANY):
            callers += await _company(db, tenant.id, number, now)
        return callers[:people]
    finally:
        await db.close()


async def _company(db: Database, tenant_id: UUID, number: int, now: datetime) -> list[Caller]:
    """Make a company of two founders, some way into their journey, and sign them in."""
    people: list[UUID] = []
    tokens: list[str] = []
    async with db.transaction(System(tenant_id)) as tx:
        company = await identity.ensure_organization(tx, name=f"Company {number}", now=now)
        for place in range(PER_COMPANY):
            user = await identity.add_user(
                tx,
                email=f"founder{number + place}@lindwerk.test",
                full_name=f"Founder {number + place}",
                organization_id=company.id,
                now=now,
            )
            token = Token.make(tenant_id)
            await identity.open_session(
                tx,
                user_id=user.id,
                token=token,
                kind="bearer",
                address="127.0.0.1",
                user_agent="benchmark",
                now=now,
            )
            people.append(user.id)
            tokens.append(str(token))
    async with db.transaction(Member(tenant_id, people[0], now)) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=PROGRAM, now=now)
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=now)
        for _ in range(4):
            walk = await journeys.get_walk(tx, journey_id=journey.id)
            step = walk.next_steps()[0]
            await journeys.complete(tx, journey_id=journey.id, step_slug=step.slug, now=now)
    return [Caller(token, str(journey.id)) for token in tokens]


def _talk(port: int, callers: list[Caller], begin: float, seconds: float) -> Outcome:
    return run_loop(_all(port, callers, begin, seconds))


async def _all(port: int, callers: list[Caller], begin: float, seconds: float) -> Outcome:
    outcome = Outcome()
    texts = [
        example.says
        for part in evaluation.PARTS
        for example in evaluation.load(part, shipped("programs") / PROGRAM)
    ]
    gate = asyncio.Semaphore(50)
    async with asyncio.TaskGroup() as group:
        for place, caller in enumerate(callers):
            due = begin + place * EVERY / len(callers)
            until = begin + WARM_UP / 2 + seconds
            group.create_task(
                _call(
                    port,
                    caller,
                    random.Random(place),
                    texts,
                    gate,
                    due,
                    (until - seconds, until),
                    outcome,
                )
            )
    return outcome


async def _call(
    port: int,
    caller: Caller,
    chance: random.Random,
    texts: list[str],
    gate: asyncio.Semaphore,
    due: float,
    counted: tuple[float, float],
    outcome: Outcome,
) -> None:
    async with gate:
        line = await connect(
            f"ws://127.0.0.1:{port}/ws/standup?journey={caller.journey_id}",
            subprotocols=[Subprotocol(f"bearer.{caller.token}"), Subprotocol("milepost.standup")],
            compression=None,
            open_timeout=60,
            proxy=None,
        )
    async with line:
        while due < counted[1]:
            await asyncio.sleep(max(0.0, due - perf_counter()))
            await _ask(line, chance.choice(texts), due, counted[0], outcome)
            due += EVERY


async def _ask(
    line: ClientConnection, text: str, due: float, since: float, outcome: Outcome
) -> None:
    await line.send(json.dumps({"type": "message", "text": text}))
    frame = json.loads(await line.recv())
    if frame["type"] != "reply":
        outcome.errors[frame["code"]] = outcome.errors.get(frame["code"], 0) + 1
    elif due >= since:
        outcome.latencies.append(perf_counter() - due)
        outcome.proposed += bool(frame["actions"])


def _spent(pid: int) -> dict[str, float]:
    """Seconds of processor time, so far, of our own processes and of PostgreSQL's."""
    spent = {"the server process": 0.0, "PostgreSQL": 0.0}
    for one in {pid, *serving.descendants(pid)}:
        postgres = "postgres" in serving.name(one)
        spent["PostgreSQL" if postgres else "the server process"] += _processor_seconds(one)
    return spent


def _processor_seconds(pid: int) -> float:
    """Seconds a process has run, with those of its children that have ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    # The name before it stands in brackets, and may hold anything.
    ticks = stat.rpartition(")")[2].split()[11:15]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _server_memory(pid: int) -> float:
    """Resident megabytes of the largest of our own processes: the one that serves."""
    ours = [one for one in {pid, *serving.descendants(pid)} if "postgres" not in serving.name(one)]
    pages = [int(Path(f"/proc/{one}/statm").read_text("utf-8").split()[1]) for one in ours]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1024**2


if __name__ == "__main__":
    main()
