"""The companies of the demo: four told of in files, those of earlier cohorts, and two firms."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from milepost.cli.demo import alumni, investors, pasts, traces
from milepost.cli.demo.pasts import Past
from milepost.cli.demo.people import FOUNDER, OTHERS, PEOPLE, short
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Member
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey
from milepost.platform.db import Database, Transaction

PROGRAM = "startup-journey"
_EARLY = time(8)


async def fill(db: Database, tenant_id: UUID, known: Mapping[str, UUID], now: datetime) -> None:
    """Make what is missing of all companies; the firms come last, and with them all is there."""
    if await investors.are_there(db, tenant_id, known, now):
        return
    members = {short(person): known[person.email] for person in (*PEOPLE, *OTHERS)}
    await alumni.fill(db, tenant_id, known, now, program_slug=PROGRAM)
    found = {past.name: await _bring_in(db, tenant_id, past, members, now) for past in pasts.load()}
    await traces.leave(db, tenant_id, known, found[FOUNDER.works_at or ""].id, now)
    places = {name: journey.subject_id for name, journey in found.items()}
    await investors.fill(db, tenant_id, known, places, now)


async def _bring_in(
    db: Database, tenant_id: UUID, past: Past, members: Mapping[str, UUID], now: datetime
) -> Journey:
    """Let the members of a company make its plan, and bring in what each of them has to tell."""
    first, *rest = past.members
    # Early in the day: the first step was begun on the same.
    began = datetime.combine(now.date() - timedelta(days=past.began), _EARLY, UTC)
    async with db.transaction(Member(tenant_id, members[first], now)) as tx:
        journey, created = await journeys.get_or_create(
            tx, program_slug=PROGRAM, now=began, name=past.journey, number=past.edition
        )
        if created:
            await _plan(tx, journey, past)
        # The day the demo was first filled: filling it again tells of the same days.
        today = journey.created_at + timedelta(days=past.began)
        program = (await journeys.get_walk(tx, journey_id=journey.id)).program
        entries = pasts.entries(past, program, members=members, today=today)
        await journeys.import_history(tx, journey_id=journey.id, entries=entries[first], now=now)
    for member in rest:
        async with db.transaction(Member(tenant_id, members[member], now)) as tx:
            await journeys.import_history(
                tx, journey_id=journey.id, entries=entries[member], now=now
            )
    return journey


async def _plan(tx: Transaction, journey: Journey, past: Past) -> None:
    at = journey.created_at
    await identity.describe_organization(
        tx,
        organization_id=journey.subject_id,
        settings={"industry": past.industry, "stage": past.stage},
        now=at,
    )
    await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=at)
    for own in past.own_steps:
        await journeys.add_own_step(
            tx,
            journey_id=journey.id,
            content=own.content,
            tasks=own.tasks,
            now=at,
            # What came of it names it.
            is_fresh=True,
        )
    for slug, edit in past.edits:
        await journeys.edit_step(
            tx, journey_id=journey.id, step_slug=slug, edit=edit, seen=None, now=at
        )
