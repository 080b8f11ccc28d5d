"""Makers of companies that walk the startup journey, firms that invest in them, and grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Grant, Level, Organization, System
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey
from milepost.platform.db.partitions import ensure_partitions
from tests.factories.people import Place, Someone

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Venture:
    """A company with a founder and the journey it walks."""

    place: Place
    organization: Organization
    founder: Someone
    journey: Journey

    @property
    def id(self) -> UUID:
        return self.organization.id

    async def add(self, *slugs: str, at: datetime | None = None) -> None:
        """Take steps of the framework into the plan."""
        async with self.place.db.transaction(self.founder.actor) as tx:
            await journeys.add_framework_steps(
                tx, journey_id=self.journey.id, slugs=slugs, now=at or self.place.now
            )

    async def start(self, slug: str, *, at: datetime | None = None) -> None:
        async with self.place.db.transaction(self.founder.actor) as tx:
            await journeys.start(
                tx, journey_id=self.journey.id, step_slug=slug, now=at or self.place.now
            )

    async def finish(
        self,
        slug: str,
        *,
        at: datetime | None = None,
        days: int = 10,
        confidence: int = 4,
        notes: str = "",
    ) -> None:
        """Complete a step, and write down how it went."""
        at = at or self.place.now
        async with self.place.db.transaction(self.founder.actor) as tx:
            await journeys.start(
                tx, journey_id=self.journey.id, step_slug=slug, now=at - timedelta(days=days)
            )
            await journeys.complete(tx, journey_id=self.journey.id, step_slug=slug, now=at)
            await journeys.capture_outcome(
                tx,
                journey_id=self.journey.id,
                step_slug=slug,
                task_results={},
                time_taken_days=days,
                confidence_level=confidence,
                notes=notes,
                key_learnings=["Ask about last week."] if notes else [],
                share_anonymously=False,
                now=at,
            )

    async def let_in(self, audience: Organization | Someone, level: Level = Level.BASIC) -> Grant:
        """Let a firm, or a person, see the company as an investor."""
        named = (
            identity.Audience(organization_id=audience.id)
            if isinstance(audience, Organization)
            else identity.Audience(user_id=audience.id)
        )
        async with self.place.db.transaction(self.founder.actor) as tx:
            return await identity.make_grant(
                tx,
                subject_id=self.id,
                audience=named,
                level=level,
                capacity=Capacity.INVESTOR,
                now=self.place.now,
            )


async def make_organization(place: Place, name: str | None = None, *, kind: str) -> Organization:
    name = name or f"{'Fernhill Capital' if kind == 'investor' else 'Lindwerk'} {next(_numbers)}"
    async with place.db.transaction(place.system) as tx:
        return await identity.ensure_organization(tx, name=name, kind=kind, now=place.now)


async def make_member(
    place: Place, organization: Organization, name: str, *, role: str = "member"
) -> Someone:
    someone = await place.person(name)
    async with place.db.transaction(place.system) as tx:
        await identity.join(
            tx, user_id=someone.id, organization_id=organization.id, role=role, now=place.now
        )
    return someone


async def make_venture(
    place: Place, name: str | None = None, *, steps: Sequence[str] = (), founder: str = "Nora Lind"
) -> Venture:
    """Make a company whose founder began the startup journey with these steps."""
    began = place.now - timedelta(days=200)
    async with place.db.transaction(System()) as tx:
        for month in range(8):
            await ensure_partitions(tx, now=began + timedelta(days=28 * month))
    organization = await make_organization(place, name, kind="company")
    someone = await make_member(place, organization, founder, role="owner")
    async with place.db.transaction(someone.actor) as tx:
        journey, _ = await journeys.get_or_create(
            tx,
            program_slug="startup-journey",
            organization_id=organization.id,
            now=began,
        )
    made = Venture(place, organization, someone, journey)
    if steps:
        await made.add(*steps, at=began)
    return made
