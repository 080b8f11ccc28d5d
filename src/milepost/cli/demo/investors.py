"""The firms of the demo, what companies let them see, and what one of them still asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from milepost.cli.demo.people import (
    ANALYST,
    CATARINA,
    ELIN,
    FOUNDER,
    INVESTOR,
    RUTH,
    SCOUT,
    DemoPerson,
)
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Grant, Level, Member
from milepost.contexts.insights import service as insights
from milepost.platform.db import Database


@dataclass(frozen=True, slots=True)
class Shown:
    """What a company lets a firm see since so many days: asked for by one, agreed by the other."""

    company: str
    agreed_by: DemoPerson
    asked_by: DemoPerson
    level: Level
    days: int


SHOWN = (
    Shown("Ferment Lab", FOUNDER, INVESTOR, Level.FULL, 120),
    Shown("Kadera", RUTH, INVESTOR, Level.DETAILED, 84),
    Shown("Tidewright", CATARINA, INVESTOR, Level.BASIC, 51),
    Shown("Tidewright", CATARINA, SCOUT, Level.FULL, 66),
    Shown("Stitchback", ELIN, SCOUT, Level.BASIC, 20),
)
# What was read of Ferment Lab, by whom, how many days ago, and at what time.
READ = ((INVESTOR, 34, time(8, 47)), (ANALYST, 12, time(16, 5)), (INVESTOR, 3, time(10, 22)))
ASKED_DAYS_AGO = 2


async def are_there(
    db: Database, tenant_id: UUID, known: Mapping[str, UUID], now: datetime
) -> bool:
    """Tell whether the last thing is there that the demo of the companies makes."""
    async with db.transaction(Member(tenant_id, known[FOUNDER.email], now)) as tx:
        given = await identity.list_given(tx)
    asked = [grant for grant in given.items if grant.capacity == Capacity.INVESTOR]
    return len(asked) > sum(shown.agreed_by is FOUNDER for shown in SHOWN)


async def fill(
    db: Database,
    tenant_id: UUID,
    known: Mapping[str, UUID],
    companies: Mapping[str, UUID],
    now: datetime,
) -> None:
    """Make what is missing of the grants; the open question is the last."""

    def as_of(person: DemoPerson, days: int) -> Member:
        return Member(tenant_id, known[person.email], now - timedelta(days=days))

    for shown in SHOWN:
        asker = as_of(shown.asked_by, shown.days)
        grant = await _ask(db, asker, companies[shown.company], shown.level)
        async with db.transaction(as_of(shown.agreed_by, shown.days - 1)) as tx:
            if grant.state == "pending":
                await identity.accept(tx, grant_id=grant.id, now=now - timedelta(shown.days - 1))
    for person, days, at in READ:
        read_at = datetime.combine((now - timedelta(days=days)).date(), at, UTC)
        async with db.transaction(Member(tenant_id, known[person.email], read_at)) as tx:
            await identity.record_read(
                tx, subject_id=companies["Ferment Lab"], what=insights.READ, now=read_at
            )
    await _ask(db, as_of(SCOUT, ASKED_DAYS_AGO), companies["Ferment Lab"], Level.DETAILED)


async def _ask(db: Database, asker: Member, company_id: UUID, level: Level) -> Grant:
    async with db.transaction(asker) as tx:
        (firm,) = await identity.list_joined(tx, kind="investor")
        return await identity.make_grant(
            tx,
            subject_id=company_id,
            audience=identity.Audience(organization_id=firm.id),
            level=level,
            capacity=Capacity.INVESTOR,
            now=asker.now,
        )
