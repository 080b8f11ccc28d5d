"""Where the browser tests take place: the demo's people, new ones, their sessions and work."""

import asyncio
import email
import email.policy
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Role, System, Token
from milepost.contexts.insights.jobs import MAKE_SUGGESTIONS
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey, Outcome
from milepost.platform import clock, jobs
from tests.factories.people import PASSWORD, Place, Someone
from tests.factories.programs import demo_answers

ADMIN, GURU, LEARNER, MAYA = (
    f"{name}@demo.milepost.test" for name in ("admin", "guru", "learner", "maya")
)
FOUNDER = "founder@demo.milepost.test"
INVESTOR = "investor@demo.milepost.test"
# Companies of the demo that INVESTOR sees everything of, and the least.
OPEN, CLOSED = "ferment-lab", "tidewright"
# A company of the tests' own, for looking: three steps behind it, one at work.
PIA, TOM = (f"{name}@harbour.milepost.test" for name in ("pia", "tom"))
MAIL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Town:
    """A running Milepost with the demo in it."""

    url: str
    outbox: Path
    place: Place
    people: Mapping[str, Someone]
    # What stands in addresses, by what it is.
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def admin(self) -> Someone:
        return self.people[ADMIN]

    @property
    def guru(self) -> Someone:
        return self.people[GURU]

    @property
    def learner(self) -> Someone:
        return self.people[LEARNER]

    @property
    def maya(self) -> Someone:
        return self.people[MAYA]

    async def newcomer(self, name: str, *, role: Role = Role.USER) -> Someone:
        """Make a person of a test's own, whose password is PASSWORD."""
        return await self.place.person(name, role=role, password=PASSWORD)

    async def session_of(self, someone: Someone) -> str:
        """Open a session, without the second that typing a password takes the server."""
        async with self.place.db.transaction(System(self.place.tenant_id)) as tx:
            signed_in = await identity.open_session(
                tx,
                user_id=someone.id,
                token=Token.make(self.place.tenant_id),
                kind="cookie",
                address="127.0.0.1",
                user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0",
                now=clock.now(),
            )
        return str(signed_in.token)

    async def hand_in(
        self, someone: Someone, *slugs: str, minutes: int = 0, **changed: Any
    ) -> Journey:
        """Hand in the demo's answers, by the engine itself."""
        async with self.place.db.transaction(someone.actor) as tx:
            journey, _ = await journeys.get_or_create(
                tx, program_slug="fast-track", now=someone.actor.now
            )
            for slug in slugs:
                await journeys.submit(
                    tx,
                    journey_id=journey.id,
                    step_slug=slug,
                    data={**demo_answers()[slug], **changed},
                    seen=None,
                    now=someone.actor.now + timedelta(minutes=minutes),
                )
        return journey

    async def company(self, name: str, **people: str) -> list[Someone]:
        """Found a company, and make those who act for it: `pia="Pia Roth"`."""
        company = await self.place.organization(name)
        return [
            await self.place.person(
                full_name,
                email=f"{one}-{company.slug}@people.milepost.test",
                organization=company,
                password=PASSWORD,
            )
            for one, full_name in people.items()
        ]

    async def walk_together(self, someone: Someone, *done: str, name: str = "") -> Journey:
        """Begin a company's journey with every step, and complete some, by the engine itself."""
        now = someone.actor.now
        async with self.place.db.transaction(someone.actor) as tx:
            journey, _ = await journeys.get_or_create(
                tx, program_slug="startup-journey", name=name or None, now=now
            )
            await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=now)
            for slug in done:
                await journeys.complete(tx, journey_id=journey.id, step_slug=slug, now=now)
        return journey

    async def tell(self, someone: Someone, step_slug: str) -> Outcome:
        """Write how a step of a company went, by the engine itself."""
        async with self.place.db.transaction(someone.actor) as tx:
            (journey,) = await journeys.list_my_journeys(tx)
            outcome = await journeys.capture_outcome(
                tx,
                journey_id=journey.id,
                step_slug=step_slug,
                task_results={},
                time_taken_days=12,
                confidence_level=2,
                notes="Two of us wrote it, a week apart.",
                key_learnings=["Write it before the first customer does"],
                share_anonymously=True,
                now=clock.now(),
            )
            # As the server has it done, which listens to what happened.
            await jobs.defer(
                tx,
                MAKE_SUGGESTIONS,
                key=str(outcome.id),
                tenant_id=self.place.tenant_id,
                outcome_id=outcome.id,
            )
        return outcome

    async def mail_to(self, address: str) -> EmailMessage:
        """Wait for a mail in the outbox, which the worker writes."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for file in self.outbox.glob("*.eml"):
                mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                if mail["To"] == address:
                    return mail
            await asyncio.sleep(0.1)
        raise AssertionError(f"no mail to {address} in {MAIL_SECONDS:.0f} seconds")
