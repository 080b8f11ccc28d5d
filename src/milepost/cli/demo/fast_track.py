"""The demo of Fast Track: one person half way through, her coach, and somebody who hasn't begun."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from milepost.cli.demo.people import GURU, LEARNER, MAYA
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level, Member
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State, Verdict
from milepost.platform.db import Database
from milepost.settings import shipped

PROGRAM = "fast-track"

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
        2,
        Verdict.REVISE,
        "The goal is clear and the number is yours. Three of the quarterly steps have your own"
        " name on them, though. Which two can Joost and Amina own from Monday on?",
    ),
)


async def walk(db: Database, tenant_id: UUID, people: Mapping[str, UUID], now: datetime) -> None:
    """Let Maya walk as far as she came, and the coach read her; whatever is there stays."""
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
