"""Makers of companies on a journey: a small framework, founders, and steps done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Outcome
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.platform.db import Database, Transaction
from tests.factories.frameworks import make_checklist, make_framework
from tests.factories.people import Place, Someone


def small_framework(slug: str | None = None) -> Program:
    """Talks open a ranking and a sketch; prices wait for all three; a name waits for nothing."""
    return make_framework(
        slug or f"framework-{uuid4().hex[:8]}",
        (
            make_checklist("first-talks", order=1, days=5),
            make_checklist("pain-ranking", order=2, after=("first-talks",), days=8),
            make_checklist("market-sketch", order=3, days=4),
            make_checklist(
                "price-test",
                order=4,
                after=("first-talks", "pain-ranking", "market-sketch"),
                days=6,
            ),
            make_checklist("working-name", order=5, days=2),
        ),
    )


async def publish(
    owner: psycopg.AsyncConnection[object], program: Program, *, now: datetime
) -> Program:
    """Publish a program, as the one who may."""
    async with owner.transaction():
        await programs.publish(Transaction(owner, None), program=program, now=now)
    return program


@dataclass(frozen=True, slots=True)
class Company:
    """A company of two founders on a journey."""

    db: Database
    place: Place
    id: UUID
    founder: Someone
    cofounder: Someone
    journey_id: UUID
    program: Program

    async def do(self, step_slug: str, *, days: float, until: datetime) -> None:
        """Start a step, tick its tasks, and complete it so many days later."""
        async with self.db.transaction(self.founder.actor) as tx:
            begun = until - timedelta(days=days)
            await journeys.start(tx, journey_id=self.journey_id, step_slug=step_slug, now=begun)
            for task in await journeys.list_tasks(
                tx, journey_id=self.journey_id, step_slug=step_slug
            ):
                await journeys.tick(
                    tx, journey_id=self.journey_id, task_id=task.id, is_completed=True, now=until
                )
            await journeys.complete(tx, journey_id=self.journey_id, step_slug=step_slug, now=until)

    async def tell(
        self,
        step_slug: str,
        *,
        days: int = 4,
        confidence: int = 4,
        notes: str = "",
        learnings: tuple[str, ...] = (),
        share: bool = False,
        by: Someone | None = None,
    ) -> Outcome:
        """Write how a step went."""
        async with self.db.transaction((by or self.founder).actor) as tx:
            return await journeys.capture_outcome(
                tx,
                journey_id=self.journey_id,
                step_slug=step_slug,
                task_results={},
                time_taken_days=days,
                confidence_level=confidence,
                notes=notes,
                key_learnings=list(learnings),
                share_anonymously=share,
                now=self.place.now,
            )

    async def investor(self, level: Level) -> Someone:
        """Somebody of a firm that asked to see the company, and was let in."""
        firm = await self.place.organization()
        partner = await self.place.person("Ines Vest", organization=firm)
        async with self.db.transaction(partner.actor) as tx:
            asked = await identity.make_grant(
                tx,
                audience=identity.Audience(organization_id=firm.id),
                subject_id=self.id,
                level=level,
                capacity=Capacity.INVESTOR,
                now=self.place.now,
            )
        async with self.db.transaction(self.founder.actor) as tx:
            await identity.accept(tx, grant_id=asked.id, now=self.place.now)
        return partner


async def make_company(place: Place, program: Program) -> Company:
    """Make a company that has taken all steps of a published program."""
    organization = await place.organization()
    founder = await place.person("Nora Lind", organization=organization)
    cofounder = await place.person("Sam Ode", organization=organization)
    async with place.db.transaction(founder.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=program.slug, now=place.now)
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=place.now)
    return Company(place.db, place, organization.id, founder, cofounder, journey.id, program)
