"""Beginning a journey, and seeing where each step of it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import locked
from milepost.contexts.journeys.queries import walks as queries
from milepost.contexts.journeys.types import Facts, Journey, Standing, State, StepRow
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Step, Version
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Walk:
    """A journey with its program, the facts, and what follows from them."""

    journey: Journey
    program: Program
    facts: Facts
    standings: Mapping[str, Standing]

    def step(self, slug: str) -> Step:
        """Return a step of the program. Raises NotFound."""
        return _step(self.program, slug)

    def open_step(self, slug: str) -> Step:
        """Return a step that is not locked. Raises StepLocked, NotFound."""
        step = self.step(slug)
        standing = self.standings[slug]
        if standing.state is State.LOCKED:
            raise locked(self.program, standing)
        return step

    def next_steps(self) -> list[Step]:
        """List what can be done now: begun ones first, then what opened, in order."""
        rank = {State.IN_PROGRESS: 0, State.UNLOCKED: 1}
        open_now = [step for step in self.program.steps if self.standings[step.slug].state in rank]
        return sorted(open_now, key=lambda step: rank[self.standings[step.slug].state])


async def get_or_create(
    tx: Transaction, *, program_slug: str, now: datetime
) -> tuple[Journey, bool]:
    """Return the acting person's journey in a program, begun if need be, and whether it was.

    Raises NotFound for a program that isn't published.
    """
    version = await _latest(tx, program_slug)
    subject_id = tx.actor.user_id
    created = await queries.insert_journey(
        tx,
        subject_id=subject_id,
        program_id=version.program_id,
        version_id=version.id,
        now=now,
    )
    journey = await queries.find_journey(tx, subject_id=subject_id, program_id=version.program_id)
    if journey is None:
        raise NotFound("This journey has just been removed.")
    if created:
        standings = rules.resolve(version.program, Facts())
        await queries.insert_steps(
            tx,
            journey=journey,
            states={slug: str(standing.state) for slug, standing in standings.items()},
            now=now,
        )
    return journey, created


async def get_walk(tx: Transaction, *, journey_id: UUID) -> Walk:
    """Return a journey the actor sees, resolved. Raises NotFound."""
    return await _resolved(tx, await queries.get_journey(tx, journey_id=journey_id))


async def get_step(tx: Transaction, *, journey_id: UUID, step_slug: str) -> Step:
    """Return a step of a journey's program, wherever it stands. Raises NotFound."""
    journey = await queries.get_journey(tx, journey_id=journey_id)
    version = await programs.get_version(tx, version_id=journey.version_id)
    return _step(version.program, step_slug)


async def hold_walk(tx: Transaction, *, journey_id: UUID) -> Walk:
    """Return a journey the actor may write, held for this transaction, resolved.

    Raises NotFound when it isn't shown to the actor, Forbidden when it is but isn't theirs.
    """
    try:
        journey = await queries.lock_journey(tx, journey_id=journey_id)
    except NotFound:
        await queries.get_journey(tx, journey_id=journey_id)
        raise Forbidden("You may look at this journey, but not write in it.") from None
    return await _resolved(tx, journey)


async def find_walk(tx: Transaction, *, subject_id: UUID, program_slug: str) -> Walk | None:
    """Return a subject's journey in a program, resolved, if the actor sees one."""
    version = await _latest(tx, program_slug)
    journey = await queries.find_journey(tx, subject_id=subject_id, program_id=version.program_id)
    return None if journey is None else await _resolved(tx, journey)


async def list_journeys(tx: Transaction, *, subject_id: UUID) -> list[Journey]:
    """Return a subject's journeys, as far as the actor sees them."""
    return await queries.list_journeys(tx, subject_id=subject_id)


async def list_steps(tx: Transaction, *, journey_id: UUID) -> dict[str, StepRow]:
    """Return the times and percents of a journey's steps, by slug."""
    rows = await queries.list_steps(tx, journey_id=journey_id)
    return {row.step_slug: row for row in rows}


def _step(program: Program, slug: str) -> Step:
    step = program.find_step(slug)
    if step is None:
        raise NotFound("This program has no such step.")
    return step


async def _latest(tx: Transaction, program_slug: str) -> Version:
    version = await programs.find_latest(tx, slug=program_slug)
    if version is None:
        raise NotFound(f"There is no program called {program_slug!r}.")
    return version


async def _resolved(tx: Transaction, journey: Journey) -> Walk:
    version = await programs.get_version(tx, version_id=journey.version_id)
    facts = await queries.list_facts(tx, journey=journey)
    return Walk(journey, version.program, facts, rules.resolve(version.program, facts))
