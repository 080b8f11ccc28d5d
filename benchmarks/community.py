"""Community benchmarks over a million shared outcomes: all cells of a program, and one cell.

Six thousand companies of one tenant wrote how each step of the startup journey went. The refresh
that counts them for the first time reads every outcome, once; each one after that reads only what
is new. Measured are the first, one without news, and one of a busy day: a thousand companies wrote
down five steps each for the first time, and five hundred outcomes were withdrawn. A cell is read
as the page and the API read it, with its filters and one's own outcome.
"""

import argparse
import asyncio
import gc
import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks import report, world
from milepost.cli.garbage import collect_seldom
from milepost.cli.publishing import publish_shipped
from milepost.contexts.identity.types import Member
from milepost.contexts.insights import service as insights
from milepost.contexts.programs import files
from milepost.platform.db import Database, embedded, migrations, roles
from milepost.platform.db.cluster import SUPERUSER
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.datafolder import secret_key
from milepost.settings import shipped

PROGRAM = "startup-journey"
COMPANIES = 6000
NEWS, NEW_STEPS, WITHDRAWN = 1000, 5, 500
READS = 200
REFRESH_SECONDS, CELL_MILLISECONDS = 10.0, 20.0
TENANT = UUID("01900000-0000-7000-8000-000000000002")
READER = UUID("01900000-0002-7000-8000-000000000001")
INDUSTRIES = {
    "software": 30, "health": 16, "finance": 12, "commerce": 8, "climate": 6, "education": 6,
    "food": 5, "hardware": 5, "media": 4, "mobility": 4, "other": 4,
}  # fmt: skip
STAGES = {"ideation": 25, "validation": 35, "launch": 20, "growth": 14, "scale": 6}
NOW = datetime.now(UTC)


def main() -> None:
    """Fill, refresh three times, read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    companies: int = parser.parse_args().companies
    # Here and below as `milepost up` does.
    collect_seldom()
    with world.temporary() as data, embedded.claim(data) as place:
        secret = secret_key(place)
        server = embedded.start(place, secret=secret, settings=world.HASTY)
        try:
            made = _build(server, secret, companies)
        finally:
            server.stop()
        # What filling left to write would be written while others are measured.
        os.sync()
        server = embedded.start(place, secret=secret)
        gc.freeze()
        try:
            promises = asyncio.run(_measure(made, secret))
        finally:
            server.stop()
    report.finish(promises)


def _build(server: embedded.EmbeddedServer, secret: bytes, companies: int) -> roles.Roles:
    started = perf_counter()
    superuser = server.conninfo(SUPERUSER, SUPERUSER)
    made = roles.ensure_roles(superuser, secret=secret)
    with psycopg.connect(made.owner, autocommit=True) as owner:
        migrations.migrate(owner, shipped("migrations"))
    folder = shipped("programs") / PROGRAM
    asyncio.run(publish_shipped(DatabaseAccess(made, secret, None), [folder]))
    steps = [step.slug for step in files.load(folder).steps]
    database = conninfo_to_dict(made.owner)["dbname"]
    with psycopg.connect(superuser, dbname=database) as connection:
        # Everything refers to what is made here: looking each up would take most of the time.
        connection.execute("set session_replication_role = replica")
        count = _fill(connection, steps, companies)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")
    print(f"Filled with {count:,} shared outcomes in {perf_counter() - started:.0f} s.")
    return made


def _fill(connection: psycopg.Connection, steps: Sequence[str], companies: int) -> int:
    chance = random.Random(7)
    (version,) = connection.execute("select v.program_id, v.id from programs.versions v").fetchall()
    program_id, version_id = version
    connection.execute(
        """
        insert into identity.tenants (id, slug, name, created_at)
        values (%s, 'main', 'Everybody', %s)
        """,
        [TENANT, NOW],
    )
    connection.execute(
        """
        insert into identity.subjects (tenant_id, id, kind) values (%s, %s, 'person')
        """,
        [TENANT, READER],
    )
    connection.execute(
        """
        insert into identity.users (
          tenant_id, id, account_id, email, full_name, created_at, updated_at
        )
        values (%s, %s, gen_random_uuid(), 'reader@people.milepost.test', 'A reader', %s, %s)
        """,
        [TENANT, READER, NOW, NOW],
    )
    with connection.cursor() as cursor:
        numbers = range(companies + NEWS)
        with cursor.copy("copy identity.subjects (tenant_id, id, kind) from stdin") as copy:
            for number in numbers:
                copy.write_row((TENANT, _company(number), "organization"))
        with cursor.copy(
            "copy journeys.journeys (tenant_id, id, subject_id, program_id, version_id, name,"
            " created_at, updated_at) from stdin"
        ) as copy:
            for number in numbers:
                copy.write_row(
                    (TENANT, _company(number), _company(number), program_id, version_id, "",
                     NOW, NOW)
                )  # fmt: skip
        rows = [(number, step, True) for step in steps for number in range(companies)] + [
            (number, step, False)
            for number in range(companies, companies + NEWS)
            for step in chance.sample(list(steps), min(NEW_STEPS, len(steps)))
        ]
        # As they would have come in: not one step after the other.
        chance.shuffle(rows)
        kinds = [
            (
                chance.choices(list(INDUSTRIES), list(INDUSTRIES.values()))[0],
                chance.choices(list(STAGES), list(STAGES.values()))[0],
            )
            for _ in numbers
        ]
        written = (NOW - timedelta(days=30)).isoformat()
        with cursor.copy(
            "copy journeys.outcomes (tenant_id, subject_id, journey_id, program_id, step_slug,"
            " author_id, finished, time_taken_days, confidence_level, share_anonymously, industry,"
            " stage, created_at, updated_at) from stdin"
        ) as copy:
            tenant, program, reader = str(TENANT), str(program_id), str(READER)
            for number, step, shared in rows:
                company = str(_company(number))
                days = max(1, round(chance.lognormvariate(2.5, 0.8)))
                confidence = chance.choices((1, 2, 3, 4, 5), (4, 10, 26, 40, 20))[0]
                copy.write_row(
                    (tenant, company, company, program, step, reader, chance.random() < 0.85,
                     days, confidence, shared, *kinds[number], written, written)
                )  # fmt: skip
    return companies * len(steps)


def _company(number: int) -> UUID:
    return UUID(f"01900000-0004-7000-8000-{number:012d}")


async def _measure(made: roles.Roles, secret: bytes) -> list[report.Promise]:
    db = Database(made.app)
    await db.open()
    try:
        first = await _refresh(db, secret, "the first, which counts everybody")
        # What a server does between one night and the next.
        with psycopg.connect(made.owner, autocommit=True) as owner:
            owner.execute("vacuum (analyze) insights.benchmark_blocks, insights.benchmark_cells")
        quiet = await _refresh(db, secret, "without news")
        with psycopg.connect(made.operator, autocommit=True) as operator:
            _go_on(operator)
        busy = await _refresh(db, secret, "after a busy day")
        reads = await _read(db)
    finally:
        await db.close()
    p50, p99 = report.middle(reads), report.percentile(reads, 99)
    print(f"a cell: p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    return [
        report.Promise("all cells counted for the first time", first, REFRESH_SECONDS, "s"),
        report.Promise("all cells refreshed, without news", quiet, REFRESH_SECONDS, "s"),
        report.Promise("all cells refreshed, after a busy day", busy, REFRESH_SECONDS, "s"),
        report.Promise("a cell read, p99", p99, CELL_MILLISECONDS, "ms"),
    ]


def _go_on(operator: psycopg.Connection) -> None:
    """Newcomers agree to share, and some of those who did take it back."""
    operator.execute(
        """
        update journeys.outcomes
           set share_anonymously = not share_anonymously
         where not share_anonymously
            or id in (
              select o.id from journeys.outcomes o where o.share_anonymously order by o.id limit %s
            )
        """,
        [WITHDRAWN],
    )


async def _refresh(db: Database, secret: bytes, which: str) -> float:
    started = perf_counter()
    (done,) = await insights.refresh_all(
        db, secret=secret, settle=timedelta(days=3), now=datetime.now(UTC)
    )
    took = perf_counter() - started
    print(
        f"refresh {which}: {took:.1f} s; {done.changed} of {done.steps} steps changed,"
        f" {done.made:,} blocks made, {done.gone:,} companies gone"
    )
    return took


async def _read(db: Database) -> list[float]:
    chance = random.Random(8)
    samples: list[float] = []
    slugs: list[str] = []
    for turn in range(READS + 20):
        started = perf_counter()
        async with db.transaction(Member(TENANT, READER, NOW)) as tx:
            if turn == 0:
                told = await insights.list_typical(
                    tx, program_id=await tx.value("select v.program_id from programs.versions v")
                )
                slugs = sorted(told)
            found = await insights.get_benchmark(
                tx,
                program_slug=PROGRAM,
                step_slug=chance.choice(slugs),
                industry=chance.choice((None, "software", "health")),
                stage=chance.choice((None, "validation", "launch")),
            )
        if found.cell is None:
            raise SystemExit(f"nothing is told of {found.step_slug} in {found.place}")
        if turn >= 20:
            samples.append((perf_counter() - started) * 1000)
    return samples


if __name__ == "__main__":
    main()
