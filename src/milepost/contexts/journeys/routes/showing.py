"""Reads what an answer shows of a journey or a step, noting for its owner that it was read."""

from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.answers import NamedStep
from milepost.contexts.journeys.routes.journey_shapes import JourneyOut, ProgressOut, Stats
from milepost.contexts.journeys.routes.shapes import OpenStepOut, Shown
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Journey, Task
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import StepKind, Walker
from milepost.platform import clock
from milepost.platform.db import Transaction


async def seen_walk(tx: Transaction, journey_id: UUID) -> Walk:
    """Return a walk whose steps the caller sees. Raises NotFound."""
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    await note_read(tx, walk.journey, "progress")
    return walk


async def note_read(tx: Transaction, journey: Journey, what: str) -> None:
    """Note for the owner of a journey that something of it was read."""
    await identity.record_read(tx, subject_id=journey.subject_id, what=what, now=clock.now())


async def show_journey(tx: Transaction, journey: Journey) -> JourneyOut:
    """Show a journey, or to whoever sees no steps of it, how far it is."""
    version = await programs.get_version(tx, version_id=journey.version_id)
    organization, tallies = None, []
    if version.program.walker is Walker.COMPANY:
        company = await identity.get_organization(tx, organization_id=journey.subject_id)
        organization = company.name
        tallies = await journeys.list_tallies(tx, journey_id=journey.id)
    if await journeys.shows_steps(tx, journey=journey):
        stats = Stats.of(await journeys.get_walk(tx, journey_id=journey.id))
    else:
        stats = Stats.of_tallies(tallies)
    return JourneyOut(
        id=journey.id,
        program=version.program.slug,
        title=version.program.title,
        subject_id=journey.subject_id,
        organization=organization,
        # A company's journey always has a name: without one it isn't shown.
        name=None if organization is not None and not journey.name else journey.name,
        status=journey.status,
        version_id=journey.version_id,
        created_at=journey.created_at,
        updated_at=journey.updated_at,
        stats=stats,
        progress=[ProgressOut.of(tally) for tally in tallies],
    )


async def gather(tx: Transaction, walk: Walk, *, step_slug: str | None = None) -> Shown:
    """Read what is shown of a walk's steps; with a slug, of that step's tasks alone."""
    journey_id = walk.journey.id
    rows = await journeys.list_steps(tx, journey_id=journey_id)
    if not walk.is_company:
        reasons = await journeys.list_reasons(tx, journey_id=journey_id)
        return Shown(walk, rows, {}, {}, reasons)
    by_step: dict[str, list[Task]] = {}
    for task in await journeys.list_tasks(tx, journey_id=journey_id, step_slug=step_slug):
        by_step.setdefault(task.step_slug, []).append(task)
    plan = await journeys.list_plan(tx, journey_id=journey_id)
    return Shown(
        walk,
        rows,
        {item.step_slug: item for item in plan},
        by_step,
        await journeys.list_reasons(tx, journey_id=journey_id),
    )


async def show_open_step(tx: Transaction, journey_id: UUID, step_slug: str) -> OpenStepOut:
    """Show a step with what lies on it. A tool must be open, a checklist can be read before."""
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    step = walk.step(step_slug)
    desk = (
        await journeys.open_desk(tx, walk=walk, step_slug=step_slug)
        if step.kind is StepKind.TOOL
        else None
    )
    await note_read(tx, walk.journey, step_slug)
    shown = await gather(tx, walk, step_slug=step_slug)
    return shown.desk(step, desk)


def named(walk: Walk, slugs: tuple[str, ...]) -> list[NamedStep]:
    """Show steps by slug and title."""
    return [NamedStep(slug=slug, title=walk.program.step(slug).title) for slug in slugs]
