"""Taking a newer version of the framework, in part or whole, or staying away from it.

Nothing moves by itself: a company sees what would change, and that is what is written then.
"""

from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys.errors import PlanConflict
from milepost.contexts.journeys.queries import plans as queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import updates as update_queries
from milepost.contexts.journeys.service.foretelling import (
    Forecast,
    Offer,
    find_newest,
    foretell,
    holds,
    look,
)
from milepost.contexts.journeys.service.plans import hold_plan, replan
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import StepEdit, UpdateKind
from milepost.contexts.programs.types import Program
from milepost.platform.db import Transaction


async def take_update(
    tx: Transaction,
    *,
    journey_id: UUID,
    version_id: UUID,
    now: datetime,
    take: frozenset[str] | None = None,
    restore: frozenset[str] = frozenset(),
    seen: str | None = None,
) -> Walk:
    """Take steps of the newest version, all for None; give up one's own words in `restore`.

    Only words that collide with what is new are given up. Steps not taken stay as they are, and
    on offer. Who takes an empty set stays away from this version: nothing of it is on offer any
    more, and the next one offers what both brought. Taken twice, it changes nothing the second
    time. `seen` is the stamp of what was shown, of whichever choice.

    Raises PlanConflict when anything of what was shown would be otherwise by now, when another
    version came out meanwhile, or when these steps would wait for each other; WrongPlan for steps
    that are not on offer, NotFound, Forbidden, NotACompany.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    latest = await find_newest(tx, walk)
    if latest.version_id != version_id:
        raise PlanConflict(
            "Another version came out meanwhile. Look at what it would change, then take it.",
            version_id=str(latest.version_id),
        )
    offer = await look(tx, walk, latest)
    if seen is not None and not holds(offer, seen):
        raise PlanConflict(
            "Somebody changed the plan meanwhile, or worked on it, so that this would do something"
            " else than you were shown. Look at what the newer version would change now, then"
            " take it."
        )
    forecast = foretell(offer, take=take, restore=restore)
    if forecast is None:
        return walk
    if take is not None and not take:
        return await replan(tx, walk, changed=[], version_id=latest.version_id, now=now)
    if forecast.update.conflict is not None:
        raise PlanConflict(forecast.update.conflict.message)
    if not forecast.taken and not forecast.whole:
        return walk
    await _write(tx, offer, forecast, restore, now=now)
    await _write_tasks(tx, walk, latest.program, forecast, now=now)
    return await replan(
        tx,
        walk,
        changed=[step.slug for step in forecast.taken],
        # Taken in part, the rest is on offer, even of a version that was stayed away from.
        version_id=latest.version_id if forecast.whole else offer.base,
        now=now,
    )


async def _write(
    tx: Transaction,
    offer: Offer,
    forecast: Forecast,
    restore: frozenset[str],
    *,
    now: datetime,
) -> None:
    journey_id, version_id = offer.walk.journey.id, offer.latest.version_id
    before = {item.step_slug: item.version_id for item in offer.plan}
    changed = [step for step in forecast.taken if step.kind is UpdateKind.CHANGED]
    await queries.insert_framework_steps(
        tx,
        journey=offer.walk.journey,
        version_id=version_id,
        slugs=[step.slug for step in forecast.taken if step.kind is UpdateKind.NEW],
        first_place=len(before) + 1,
        now=now,
    )
    await queries.update_versions(
        tx,
        journey_id=journey_id,
        version_id=version_id,
        slugs=[step.slug for step in changed],
        now=now,
    )
    await update_queries.settle_versions(
        tx,
        journey_id=journey_id,
        version_id=version_id,
        slugs=[
            item.step_slug
            for item in forecast.after
            if item.step_slug in before and item.version_id != before[item.step_slug]
        ],
    )
    for step in changed:
        if step.slug in restore and step.collides:
            await queries.update_step(
                tx,
                journey_id=journey_id,
                step_slug=step.slug,
                edit=StepEdit(restore=frozenset(step.collides)),
                now=now,
            )
    await queries.update_places(
        tx, journey_id=journey_id, slugs=[item.step_slug for item in forecast.after]
    )


async def _write_tasks(
    tx: Transaction, walk: Walk, latest: Program, forecast: Forecast, *, now: datetime
) -> None:
    """Add, rename and take away the tasks that were told of."""
    added = [
        (step.slug, task.slug, task.title)
        for step in forecast.taken
        for task in (
            latest.step(step.slug).tasks if step.kind is UpdateKind.NEW else step.tasks.added
        )
    ]
    await task_queries.insert_framework_tasks(tx, journey=walk.journey, tasks=added, now=now)
    await update_queries.rename_tasks(
        tx,
        journey_id=walk.journey.id,
        tasks=[
            (step.slug, renamed.slug, renamed.after)
            for step in forecast.taken
            for renamed in step.tasks.renamed
        ],
        now=now,
    )
    await update_queries.delete_tasks(
        tx,
        journey_id=walk.journey.id,
        tasks=[(step.slug, task.slug) for step in forecast.taken for task in step.tasks.removed],
    )
