"""Taking a step out of a company's plan again: one of its own, or one that nobody worked on."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys.errors import WorkedOn
from milepost.contexts.journeys.queries import plans as plan_queries
from milepost.contexts.journeys.queries import removals as queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.rules import removals as rules
from milepost.contexts.journeys.rules.removals import Work
from milepost.contexts.journeys.service.plans import get_item, hold_plan, replan
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import State
from milepost.contexts.programs import service as programs
from milepost.platform.db import Transaction


async def remove_step(tx: Transaction, *, journey_id: UUID, step_slug: str, now: datetime) -> Walk:
    """Take a step away that nobody worked on; what came after it comes after what it came after.

    One of the framework can be taken again. Raises WorkedOn, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    step = walk.step(step_slug)
    work = await find_work(tx, journey_id=journey_id, step_slug=step_slug)
    if work is not None:
        ways = [f"{step.title} can't be taken away, because {work.why}.", work.undo]
        # A locked step can't be skipped, nor can one that the framework asks of everybody.
        if step.skippable and walk.standings[step_slug].state in (
            State.UNLOCKED,
            State.IN_PROGRESS,
        ):
            ways.append("Skip it instead, saying why: then nothing is lost.")
        raise WorkedOn(" ".join(filter(None, ways)))
    await plan_queries.update_waiting(
        tx, journey_id=journey_id, gone=step_slug, instead=step.after, now=now
    )
    await queries.delete_tasks(tx, journey_id=journey_id, step_slug=step_slug)
    await queries.delete_standing(tx, journey_id=journey_id, step_slug=step_slug)
    await plan_queries.delete_step(tx, journey_id=journey_id, step_slug=step_slug)
    return await replan(tx, walk, changed=[step_slug], now=now)


async def find_work(tx: Transaction, *, journey_id: UUID, step_slug: str) -> Work | None:
    """Say what would be lost with a step; None where nobody worked on it. Raises NotFound."""
    item = await get_item(tx, journey_id=journey_id, step_slug=step_slug)
    framework = None
    if item.version_id is not None:
        version = await programs.get_version(tx, version_id=item.version_id)
        framework = version.program.step(step_slug)
    return rules.work_in(
        item,
        framework=framework,
        tasks=await task_queries.list_tasks(tx, journey_id=journey_id, step_slug=step_slug),
        has_happened=await queries.has_happened(tx, journey_id=journey_id, step_slug=step_slug),
    )
