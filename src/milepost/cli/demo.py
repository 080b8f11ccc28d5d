"""The demo: one company, four people who can sign in, and months of believable history.

Filling goes through the same functions as real use, with times in the past, and may be
interrupted and repeated: whatever is there already stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from milepost.cli.database import database_of
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level, Member, Role, System
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State, Verdict
from milepost.platform import clock, events
from milepost.platform.db import Database
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.datafolder import ServerError
from milepost.settings import shipped

TENANT = "demo"
SIGN_IN_WITH = "milepost-demo"
PROGRAM = "fast-track"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in to the demo."""

    email: str
    full_name: str
    role: Role
    what: str
    works_at_kestrel: bool


ADMIN = DemoPerson(
    "admin@demo.milepost.test", "Iris de Groot", Role.ADMIN, "administers the program", False
)
GURU = DemoPerson(
    "guru@demo.milepost.test", "Daniel Osei", Role.GURU, "coaches Maya, asks Lotte", False
)
LEARNER = DemoPerson(
    "learner@demo.milepost.test", "Lotte Brouwer", Role.USER, "has not started", True
)
MAYA = DemoPerson("maya@demo.milepost.test", "Maya Verbeek", Role.USER, "is half way through", True)
PEOPLE = (ADMIN, GURU, LEARNER, MAYA)

# Days before today on which Maya handed in her tools, the first tool first: the pace of
# somebody with a company to run.
HANDED_IN = (68, 67, 63, 61, 56, 54, 50, 45, 43, 38, 33, 30, 21, 17, 11)
BEGUN = 3
# Then the bank asked for more, and the cash target of the seventh tool changed.
CASH_TOOL = 6
CASH_CHANGED = 5
REVIEWS = (
    (
        0,
        66,
        Verdict.STRONG,
        "You named yourself as the obstacle, and not the market. That is rare in a first WOOP."
        " Bring the if-then plan to our next call: I want to hear which meeting you left.",
    ),
    (
        8,
        40,
        Verdict.REVISE,
        "The goal is clear and the number is yours. Three of the quarterly steps have your own"
        " name on them, though. Which two can Joost and Amina own before the summer?",
    ),
)


async def fill(access: DatabaseAccess) -> None:
    """Make the demo, or what is missing of it. Raises ServerError for a folder in real use."""
    database = database_of(access.roles.app)
    await database.open()
    try:
        await _fill(database, clock.now())
    finally:
        await database.close()


async def _fill(db: Database, now: datetime) -> None:
    start = now - timedelta(days=HANDED_IN[0] + 2)
    async with db.transaction(System()) as tx:
        others = [tenant for tenant in await identity.list_tenants(tx) if tenant.slug != TENANT]
        if others:
            raise ServerError(
                "This data folder holds something else than the demo:"
                " choose an empty one with --data, or leave out --demo."
            )
        tenant = await identity.ensure_tenant(tx, slug=TENANT, name="Kestrel", now=start)
        for month in range(3):
            await events.ensure_partitions(tx, now=start + timedelta(days=30 * month))
    people = await _people(db, tenant.id, start)
    await _walk(db, tenant.id, people, now)


async def _people(db: Database, tenant_id: UUID, start: datetime) -> Mapping[str, UUID]:
    found: dict[str, UUID] = {}
    password_hash = ""
    async with db.transaction(System(tenant_id)) as tx:
        for person in PEOPLE:
            user = await identity.find_user_by_email(tx, email=person.email)
            if user is not None:
                found[person.email] = user.id
    if len(found) == len(PEOPLE):
        return found
    password_hash = await identity.hash_password(SIGN_IN_WITH, email=ADMIN.email)
    async with db.transaction(System(tenant_id)) as tx:
        kestrel = await identity.ensure_organization(tx, name="Kestrel Cargo Bikes", now=start)
        for person in PEOPLE:
            if person.email not in found:
                user = await identity.add_user(
                    tx,
                    email=person.email,
                    full_name=person.full_name,
                    now=start,
                    role=person.role,
                    organization_id=kestrel.id if person.works_at_kestrel else None,
                    time_zone="Europe/Amsterdam",
                    password_hash=password_hash,
                )
                found[person.email] = user.id
    return found


async def _walk(db: Database, tenant_id: UUID, people: Mapping[str, UUID], now: datetime) -> None:
    maya, guru, learner = people[MAYA.email], people[GURU.email], people[LEARNER.email]

    def as_of(user_id: UUID, days: int) -> Member:
        return Member(tenant_id, user_id, now - timedelta(days=days))

    async with db.transaction(as_of(maya, HANDED_IN[0])) as tx:
        at = now - timedelta(days=HANDED_IN[0], hours=3)
        journey, created = await journeys.get_or_create(tx, program_slug=PROGRAM, now=at)
        if created:
            await identity.make_grant(
                tx,
                level=Level.FULL,
                capacity=Capacity.COACH,
                audience=identity.Audience(user_id=guru),
                now=at,
            )
    async with db.transaction(as_of(guru, 0)) as tx:
        asked = await identity.list_received(tx)
    # What is filled last: with it there, all is, and what people made of it since stays.
    if any(grant.subject_id == learner for grant in asked.items):
        return
    async with db.transaction(as_of(maya, 0)) as tx:
        steps = (await journeys.get_walk(tx, journey_id=journey.id)).program.steps
    # A later start, which fills nothing, needs no YAML reader.
    from milepost.contexts.programs import files

    folder = shipped("programs") / PROGRAM
    slugs = [step.slug for step in steps]
    # As far as she came: reading all the files takes longer than everything else here.
    answers = {step.slug: files.load_answers(folder, step) for step in steps[: len(HANDED_IN) + 1]}
    for place, days in enumerate(HANDED_IN):
        await _hand_in(db, as_of(maya, days), journey.id, slugs[place], answers[slugs[place]])
    for place, days, verdict, text in REVIEWS:
        await _review(db, as_of(guru, days), journey.id, slugs[place], verdict, text)
    changed = {**answers[slugs[CASH_TOOL]], "target_days": 55}
    cash = slugs[CASH_TOOL]
    await _hand_in(db, as_of(maya, CASH_CHANGED), journey.id, cash, changed, version=2)
    await _begin(db, as_of(maya, BEGUN), journey.id, slugs[len(HANDED_IN)], answers)
    async with db.transaction(as_of(guru, 1)) as tx:
        await identity.make_grant(
            tx,
            level=Level.FULL,
            capacity=Capacity.COACH,
            subject_id=learner,
            now=now - timedelta(days=1),
        )


async def _hand_in(
    db: Database,
    actor: Member,
    journey_id: UUID,
    slug: str,
    data: Mapping[str, Any],
    *,
    version: int = 1,
) -> None:
    """Start a tool and hand it in, unless that version is there from an interrupted filling."""
    async with db.transaction(actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        if walk.standings[slug].state is State.UNLOCKED:
            began = actor.now - timedelta(minutes=50)
            await journeys.start(tx, journey_id=journey_id, step_slug=slug, now=began)
        elif version <= len(
            await journeys.list_submissions(tx, journey_id=journey_id, step_slug=slug)
        ):
            return
        await journeys.submit(
            tx, journey_id=journey_id, step_slug=slug, data=data, seen=None, now=actor.now
        )


async def _review(
    db: Database, actor: Member, journey_id: UUID, slug: str, verdict: Verdict, text: str
) -> None:
    async with db.transaction(actor) as tx:
        if not await journeys.list_reviews(tx, journey_id=journey_id, step_slug=slug):
            await journeys.write_review(
                tx,
                journey_id=journey_id,
                step_slug=slug,
                version=1,
                text=text,
                verdict=verdict,
                now=actor.now,
            )


async def _begin(
    db: Database,
    actor: Member,
    journey_id: UUID,
    slug: str,
    answers: Mapping[str, Mapping[str, Any]],
) -> None:
    """Leave a tool half written: the first answers are there, the hard ones are not."""
    written = dict(list(answers[slug].items())[:2])
    async with db.transaction(actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        if walk.standings[slug].state is State.UNLOCKED:
            await journeys.save_draft(
                tx, journey_id=journey_id, step_slug=slug, data=written, seen=None, now=actor.now
            )
