"""Beginning a journey, and seeing where each step of it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import NotACompany, WhichCompany, WrongPlan, archived, locked
from milepost.contexts.journeys.queries import walks as queries
from milepost.contexts.journeys.service.composition import program_of
from milepost.contexts.journeys.service.lines import one_line
from milepost.contexts.journeys.types import Facts, Journey, Standing, State, StepRow
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Step, Version, Walker
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden, NotFound

FIRST_NAME = "Our first journey"
# Each of them is a plan of hundreds of rows, and a journey is never removed.
JOURNEYS = 100


@dataclass(frozen=True, slots=True)
class Walk:
    """A journey with its program, the facts, and what follows from them."""

    journey: Journey
    program: Program
    facts: Facts
    standings: Mapping[str, Standing]

    @property
    def is_company(self) -> bool:
        """Whether a company walks, with a plan and tasks."""
        return self.program.walker is Walker.COMPANY

    @property
    def level(self) -> str:
        """From which level on others see where each step stands."""
        return "detailed" if self.is_company else "basic"

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
    tx: Transaction,
    *,
    program_slug: str,
    now: datetime,
    organization_id: UUID | None = None,
    name: str | None = None,
    number: int | None = None,
) -> tuple[Journey, bool]:
    """Return the journey in a program, begun if need be, and whether it was.

    A person walks for themselves. A program for companies is walked by the one that the actor
    acts for, or by `organization_id`; without a name the company's first journey is meant. A new
    one begins with the newest version of the program, or with the one of that `number`.

    Raises NotFound for a program that isn't published, NotACompany, WhichCompany, WrongPlan.
    """
    version = await _published(tx, program_slug, number)
    subject_id = await _walker(tx, version.program, organization_id)
    company = version.program.walker is Walker.COMPANY
    if name is not None and not company:
        raise WrongPlan("Only a company's journey has a name.", field="name")
    wanted = "" if name is None else one_line(name, what="name")
    if company and not wanted:
        first = await queries.find_journey(tx, subject_id=subject_id, program_id=version.program_id)
        if first is not None:
            return first, False
    if company:
        await _check_room(tx, subject_id, version.program, wanted)
    created = await queries.insert_journey(
        tx,
        subject_id=subject_id,
        program_id=version.program_id,
        version_id=version.id,
        name=wanted or (FIRST_NAME if company else ""),
        now=now,
    )
    journey = await queries.find_journey(
        tx,
        subject_id=subject_id,
        program_id=version.program_id,
        name=wanted or (FIRST_NAME if company else ""),
    )
    if journey is None:
        raise NotFound("This journey has just been removed.")
    if created and not company:
        standings = rules.resolve(version.program, Facts())
        await queries.insert_steps(
            tx,
            journey=journey,
            states={slug: str(standing.state) for slug, standing in standings.items()},
            now=now,
        )
    return journey, created


async def _check_room(tx: Transaction, subject_id: UUID, program: Program, name: str) -> None:
    """Make sure that a company may begin another journey. Raises WrongPlan."""
    there = await queries.list_journeys(tx, subject_ids=[subject_id])
    if len(there) >= JOURNEYS and name not in {journey.name for journey in there}:
        raise WrongPlan(
            f"A company begins at most {JOURNEYS} journeys: take up one of those again,"
            " and call it what you like.",
            field="name",
        )


async def _walker(tx: Transaction, program: Program, organization_id: UUID | None) -> UUID:
    if program.walker is not Walker.COMPANY:
        if organization_id is not None:
            raise NotACompany(f"{program.title} is walked by a person, not by a company.")
        return tx.actor.user_id
    joined = await identity.list_joined(tx, kind="company")
    if organization_id is not None:
        joined = [company for company in joined if company.id == organization_id]
        if not joined:
            raise NotFound("You act for no such company.")
    if not joined:
        raise NotACompany(
            f"{program.title} is walked by companies, and you act for none."
            " Ask your administrator to add you to yours."
        )
    if len(joined) > 1:
        raise WhichCompany(
            "You act for several companies: say which one.",
            companies=[{"id": str(company.id), "name": company.name} for company in joined],
        )
    return joined[0].id


async def get_walk(tx: Transaction, *, journey_id: UUID) -> Walk:
    """Return a journey the actor sees, resolved. Raises NotFound."""
    return await _resolved(tx, await queries.get_journey(tx, journey_id=journey_id))


async def get_journey(tx: Transaction, *, journey_id: UUID) -> Journey:
    """Return a journey the actor knows of, at whatever level. Raises NotFound."""
    return await queries.get_journey(tx, journey_id=journey_id)


async def shows_steps(tx: Transaction, *, journey: Journey) -> bool:
    """Tell whether the actor sees the steps of a journey, or only how far it is."""
    try:
        await program_of(tx, journey=journey)
    except NotFound:
        return False
    return True


async def get_step(tx: Transaction, *, journey_id: UUID, step_slug: str) -> Step:
    """Return a step of a journey's program, wherever it stands. Raises NotFound."""
    journey = await queries.get_journey(tx, journey_id=journey_id)
    return _step(await program_of(tx, journey=journey), step_slug)


async def hold_walk(tx: Transaction, *, journey_id: UUID, even_archived: bool = False) -> Walk:
    """Return a journey the actor may write, held for this transaction, resolved.

    Raises NotFound when it isn't shown to the actor, Forbidden when it is but isn't theirs,
    JourneyArchived when it was put away.
    """
    try:
        journey = await queries.lock_journey(tx, journey_id=journey_id)
    except NotFound:
        await queries.get_journey(tx, journey_id=journey_id)
        raise Forbidden("You may look at this journey, but not write in it.") from None
    if journey.is_archived and not even_archived:
        raise archived(journey)
    return await _resolved(tx, journey)


async def find_walk(tx: Transaction, *, subject_id: UUID, program_slug: str) -> Walk | None:
    """Return a subject's journey in a program, resolved, if the actor sees one."""
    version = await _published(tx, program_slug, None)
    journey = await queries.find_journey(tx, subject_id=subject_id, program_id=version.program_id)
    return None if journey is None else await _resolved(tx, journey)


async def list_journeys(tx: Transaction, *, subject_id: UUID) -> list[Journey]:
    """Return a subject's journeys, as far as the actor sees them."""
    return await queries.list_journeys(tx, subject_ids=[subject_id])


async def list_my_journeys(tx: Transaction) -> list[Journey]:
    """Return the actor's own journeys and those of the companies they act for."""
    companies = await identity.list_joined(tx, kind="company")
    return await queries.list_journeys(
        tx, subject_ids=[tx.actor.user_id, *(company.id for company in companies)]
    )


async def list_steps(tx: Transaction, *, journey_id: UUID) -> dict[str, StepRow]:
    """Return the times and percents of a journey's steps, by slug."""
    rows = await queries.list_steps(tx, journey_id=journey_id)
    return {row.step_slug: row for row in rows}


def _step(program: Program, slug: str) -> Step:
    step = program.find_step(slug)
    if step is None:
        raise NotFound("This program has no such step.")
    return step


async def _published(tx: Transaction, program_slug: str, number: int | None) -> Version:
    if number is None:
        version = await programs.find_latest(tx, slug=program_slug)
    else:
        version = await programs.find_version(tx, slug=program_slug, number=number)
    if version is None:
        raise NotFound(f"There is no program called {program_slug!r}.")
    return version


async def _resolved(tx: Transaction, journey: Journey) -> Walk:
    program = await program_of(tx, journey=journey)
    facts = await queries.list_facts(tx, journey=journey)
    return Walk(journey, program, facts, rules.resolve(program, facts))
