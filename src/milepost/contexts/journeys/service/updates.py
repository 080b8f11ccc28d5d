"""A newer version of the framework: what it would change for a company, and taking it.

Nothing moves by itself: a company sees what would change and takes it, in part or whole, or stays.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import PlanConflict
from milepost.contexts.journeys.queries import plans as queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import updates as update_queries
from milepost.contexts.journeys.service import walks
from milepost.contexts.journeys.service.plans import hold_plan, replan
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import (
    Foreseen,
    PlanStep,
    State,
    StepUpdate,
    Update,
    UpdateKind,
)
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.errors import UnsoundProgram
from milepost.contexts.programs.types import Program, Version
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound

# Names a version that is not published yet.
UNPUBLISHED = UUID(int=0)


async def preview_update(
    tx: Transaction, *, journey_id: UUID, take: frozenset[str] | None = None
) -> Update | None:
    """Return what the newest version would change for a company, or None when nothing would.

    The moves are those of taking these steps, or (None) everything. Raises NotFound.
    """
    walk = await walks.get_walk(tx, journey_id=journey_id)
    latest = await _newest(tx, walk)
    return await _update(tx, walk, latest.program, latest.id, latest.number, take)


async def take_update(
    tx: Transaction,
    *,
    journey_id: UUID,
    version_id: UUID,
    now: datetime,
    take: frozenset[str] | None = None,
    restore: frozenset[str] = frozenset(),
    seen: UUID | None = None,
) -> Walk:
    """Take steps of the newest version, all for None; give up one's own words in `restore`.

    Steps not taken stay as they are, and on offer. Who takes none settles on what there is: it is
    no news any more. Taken twice, it changes nothing the second time. `seen` is the plan's stamp
    when it was foretold what would change.

    Raises PlanConflict when the plan changed since or another version came out meanwhile, or when
    these steps can't be taken without others; NotFound, Forbidden, NotACompany.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    if seen is not None and seen != walk.journey.plan_stamp:
        raise PlanConflict(
            "Somebody changed the plan meanwhile. Look at what the newer version would change now,"
            " then take it."
        )
    latest = await _newest(tx, walk)
    if latest.id != version_id:
        raise PlanConflict(
            "Another version came out meanwhile. Look at what it would change, then take it.",
            version_id=str(latest.id),
        )
    update = await _update(tx, walk, latest.program, latest.id, latest.number, take)
    if update is None:
        return walk
    if update.conflict is not None:
        raise PlanConflict(update.conflict)
    wanted = update.takeable if take is None else update.takeable & take
    plan = await queries.list_plan(tx, journey_id=journey_id)
    after = rules.updated_plan(
        plan, latest=latest.program, version_id=latest.id, take=wanted, restore=restore
    )
    taken = [step for step in update.steps if step.slug in wanted]
    settled = wanted == update.takeable or not wanted
    await _write(tx, walk, plan, after, latest.id, taken, restore, now=now)
    await _write_tasks(tx, walk, latest.program, taken, now=now)
    return await replan(
        tx,
        walk,
        changed=[step.slug for step in taken],
        version_id=latest.id if settled else walk.journey.version_id,
        now=now,
    )


async def foresee(tx: Transaction, *, program: Program) -> AsyncIterator[Foreseen]:
    """Tell for every company of the tenant what publishing this content would offer it."""
    for row in await update_queries.list_company_journeys(tx, program_slug=program.slug):
        walk = await walks.get_walk(tx, journey_id=row.journey_id)
        update = await _update(tx, walk, program, UNPUBLISHED, 0, None)
        if update is not None:
            yield Foreseen(
                journey_id=row.journey_id, company=row.company, name=row.name, update=update
            )


async def _newest(tx: Transaction, walk: Walk) -> Version:
    latest = await programs.find_latest(tx, slug=walk.program.slug)
    if latest is None:
        raise NotFound("This program is not published any more.")
    return latest


async def _update(
    tx: Transaction,
    walk: Walk,
    latest: Program,
    version_id: UUID,
    number: int,
    take: frozenset[str] | None,
) -> Update | None:
    plan = await queries.list_plan(tx, journey_id=walk.journey.id)
    versions = await _versions(tx, plan)
    base = await programs.get_version(tx, version_id=walk.journey.version_id)
    steps = rules.step_updates(plan, base=base.program, latest=latest, versions=versions)
    if not steps:
        return None
    takeable = frozenset(step.slug for step in steps if step.kind is not UpdateKind.RETIRED)
    after = rules.updated_plan(
        plan,
        latest=latest,
        version_id=version_id,
        take=takeable if take is None else takeable & take,
    )
    moves: dict[str, tuple[State | None, State]] = {}
    conflict = None
    try:
        standings = rules.standings_after(
            after, latest=latest, version_id=version_id, versions=versions, facts=walk.facts
        )
    except UnsoundProgram as error:
        conflict = f"These steps can't be taken without others. {error}"
    else:
        for slug, standing in standings.items():
            before = walk.standings[slug].state if slug in walk.standings else None
            if before is not standing.state:
                moves[slug] = (before, standing.state)
    return Update(
        version_id=version_id,
        number=number,
        plan_stamp=walk.journey.plan_stamp,
        steps=steps,
        moves=moves,
        conflict=conflict,
    )


async def _versions(tx: Transaction, plan: list[PlanStep]) -> Mapping[UUID, Program]:
    ids = {item.version_id for item in plan if item.version_id is not None}
    return {
        version_id: (await programs.get_version(tx, version_id=version_id)).program
        for version_id in ids
    }


async def _write(
    tx: Transaction,
    walk: Walk,
    before: list[PlanStep],
    after: list[PlanStep],
    version_id: UUID,
    taken: list[StepUpdate],
    restore: frozenset[str],
    *,
    now: datetime,
) -> None:
    journey_id = walk.journey.id
    await queries.insert_framework_steps(
        tx,
        journey=walk.journey,
        version_id=version_id,
        slugs=[step.slug for step in taken if step.kind is UpdateKind.NEW],
        first_place=len(before) + 1,
        now=now,
    )
    changed = [step.slug for step in taken if step.kind is UpdateKind.CHANGED]
    await queries.update_versions(
        tx, journey_id=journey_id, version_id=version_id, slugs=changed, now=now
    )
    await update_queries.forget_edits(
        tx, journey_id=journey_id, slugs=sorted(restore & set(changed)), now=now
    )
    await queries.update_places(tx, journey_id=journey_id, slugs=[item.step_slug for item in after])


async def _write_tasks(
    tx: Transaction,
    walk: Walk,
    latest: Program,
    taken: list[StepUpdate],
    *,
    now: datetime,
) -> None:
    """Add and rename tasks as the framework does; one that it gave up goes if nobody touched it."""
    added = [
        (step.slug, task.slug, task.title)
        for step in taken
        for task in (
            latest.step(step.slug).tasks if step.kind is UpdateKind.NEW else step.tasks.added
        )
    ]
    await task_queries.insert_framework_tasks(tx, journey=walk.journey, tasks=added, now=now)
    for step in taken:
        for renamed in step.tasks.renamed:
            await update_queries.rename_task(
                tx,
                journey_id=walk.journey.id,
                step_slug=step.slug,
                slug=renamed.slug,
                before=renamed.before,
                after=renamed.after,
                now=now,
            )
        for task in step.tasks.removed:
            await update_queries.delete_untouched_task(
                tx, journey_id=walk.journey.id, step_slug=step.slug, slug=task.slug
            )
