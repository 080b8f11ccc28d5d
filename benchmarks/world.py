"""A world to measure in: a data folder with an embedded server and people half way through.

Filling happens once, in a hurry; measuring happens on the server as it ships.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks import histories, population
from milepost.cli.publishing import publish_shipped
from milepost.contexts.programs import files
from milepost.contexts.programs.types import Program
from milepost.platform.db import embedded, migrations, roles
from milepost.platform.db.cluster import SUPERUSER
from milepost.platform.db.connect import DatabaseAccess, open_database
from milepost.platform.db.datafolder import secret_key
from milepost.settings import shipped, shipped_programs

PROGRAM = "fast-track"
HISTORIES = 24
HALF_WAY = range(12, 19)
# Filling needs to survive nothing.
HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "work_mem": "64MB",
}
_FILLED = "benchmark.json"
Filler = Callable[[psycopg.Connection, int], None]


def arguments(about: str, *, people: int) -> argparse.ArgumentParser:
    """Make the arguments that benchmarks share."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--people", type=int, default=people, help="how many walk the program")
    parser.add_argument("--data", type=Path, help="keep the filled folder here, or use it again")
    return parser


@contextmanager
def folder(data: Path | None, *, people: int, fill: Filler | None = None) -> Generator[Path]:
    """A data folder with that many people, at rest; a temporary one unless named.

    `fill` makes others than people half way through Fast Track.
    """
    if data is not None:
        if not (data / _FILLED).exists():
            build(data, people=people, fill=fill)
        filled = json.loads((data / _FILLED).read_text("utf-8"))["people"]
        if filled != people:
            raise SystemExit(f"{data} was filled with {filled} people, not {people}.")
        yield data
        return
    with temporary() as place:
        build(place, people=people, fill=fill)
        yield place


@contextmanager
def temporary() -> Generator[Path]:
    """An empty data folder that goes away."""
    place = Path(tempfile.mkdtemp(prefix="milepost-benchmark-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def opened(data: Path) -> Generator[DatabaseAccess]:
    """The folder's server, as it ships, for as long as the block lasts."""
    with open_database(data_dir=data, url=None, exclusive=True) as access:
        yield access


def build(data: Path, *, people: int, fill: Filler | None = None) -> None:
    """Make the folder's cluster, and fill it."""
    started = perf_counter()
    with embedded.claim(data) as place:
        secret = secret_key(place)
        server = embedded.start(place, secret=secret, settings=HASTY)
        try:
            superuser = server.conninfo(SUPERUSER, SUPERUSER)
            made = roles.ensure_roles(superuser, secret=secret)
            with psycopg.connect(made.owner, autocommit=True) as owner:
                migrations.migrate(owner, shipped("migrations"))
            asyncio.run(publish_shipped(DatabaseAccess(made, secret, None), shipped_programs()))
            with psycopg.connect(made.operator, autocommit=True) as operator:
                (fill or half_way)(operator, people)
            _settle(superuser, made.owner)
        finally:
            server.stop()
    (data / _FILLED).write_text(json.dumps({"people": people}), "utf-8")
    print(f"Filled with {people:,} people in {perf_counter() - started:.0f} s.")


def half_way(operator: psycopg.Connection, people: int) -> None:
    """Make people half way through Fast Track."""
    told = histories.invent(fast_track(), demo_answers(), count=HISTORIES, depths=HALF_WAY)
    population.fill(operator, people=people, histories=told, program_slug=PROGRAM)


def fast_track() -> Program:
    """Read the program that ships."""
    return files.load(shipped("programs") / PROGRAM)


def demo_answers() -> dict[str, dict[str, object]]:
    """Read the answers that ship with it."""
    return files.load_demo(shipped("programs") / PROGRAM)


def _settle(superuser: str, owner: str) -> None:
    """Let statistics and visibility be what time would have made them."""
    database = conninfo_to_dict(owner)["dbname"]
    with psycopg.connect(superuser, dbname=database, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")
