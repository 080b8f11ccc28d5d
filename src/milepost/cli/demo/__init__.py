"""The demo: people who can sign in, a person half way through Fast Track, companies with a past.

Filling goes through the same functions as real use, with times in the past, and may be
interrupted and repeated: whatever is there already stays.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from milepost.cli.demo import companies, fast_track, first_edition, people
from milepost.cli.demo.people import (
    ADMIN,
    ANALYST,
    COFOUNDER,
    FOUNDER,
    GURU,
    INVESTOR,
    LEARNER,
    MAYA,
    PEOPLE,
    SIGN_IN_WITH,
    DemoPerson,
)
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.programs.types import Program
from milepost.platform import clock
from milepost.platform.db import Database
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.datafolder import ServerError
from milepost.platform.db.partitions import ensure_partitions
from milepost.settings import shipped

__all__ = [
    "ADMIN",
    "ANALYST",
    "COFOUNDER",
    "FOUNDER",
    "GURU",
    "INVESTOR",
    "LEARNER",
    "MAYA",
    "PEOPLE",
    "SIGN_IN_WITH",
    "TENANT",
    "DemoPerson",
    "begin",
    "fill",
]

TENANT = "demo"
# Before anything that the demo tells of.
OLDEST = timedelta(days=440)
# What grows for ever has a partition a month; each call makes three of them.
_THREE_MONTHS = timedelta(days=85)


async def begin(access: DatabaseAccess, ahead: Mapping[str, Program]) -> None:
    """Publish what was there before what ships; `ahead` holds the programs read already."""
    folder = shipped("programs") / companies.PROGRAM
    await first_edition.publish(access, folder, ahead=ahead, now=clock.now() - OLDEST)


async def fill(access: DatabaseAccess) -> None:
    """Make the demo, or what is missing of it. Raises ServerError for a folder in real use."""
    # Fast Track and two lots of companies are filled side by side.
    database = Database(access.roles.app, max_size=3)
    await database.open()
    try:
        await _fill(database, clock.now())
    finally:
        await database.close()


async def _fill(db: Database, now: datetime) -> None:
    start = now - OLDEST
    async with db.transaction(System()) as tx:
        others = [tenant for tenant in await identity.list_tenants(tx) if tenant.slug != TENANT]
        if others:
            raise ServerError(
                "This data folder holds something else than the demo:"
                " choose an empty one with --data, or leave out --demo."
            )
        tenant = await identity.ensure_tenant(tx, slug=TENANT, name="Kestrel", now=start)
        month = start
        while month < now:
            # Who talked did so lately.
            lately = now - month < timedelta(days=150)
            await ensure_partitions(tx, now=month, tables=None if lately else ("events.log",))
            month += _THREE_MONTHS
    known = await people.ensure(db, tenant.id, start=start)
    # Nothing of the one rests on anything of the other: the database has two processors at least.
    await asyncio.gather(
        fast_track.walk(db, tenant.id, known, now),
        companies.fill(db, tenant.id, known, now),
    )
