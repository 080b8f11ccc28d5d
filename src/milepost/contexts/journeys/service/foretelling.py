"""What a newer version of the framework would change for a company: told, before it is taken."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import PlanConflict, WrongPlan
from milepost.contexts.journeys.queries import plans as queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import updates as update_queries
from milepost.contexts.journeys.service import walks
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import (
    Collision,
    Foreseen,
    PlanStep,
    State,
    StepUpdate,
    Update,
    UpdateKind,
)
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.errors import UnsoundProgram, WaitingInCircle
from milepost.contexts.programs.types import Program, Version
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound

# Names a version that is not published yet.
UNPUBLISHED = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Newer:
    """A version, or content that is to become one."""

    version_id: UUID
    number: int
    program: Program


@dataclass(frozen=True, slots=True)
class Offer:
    """What a company has, and what a newer version has for it: all that a forecast rests on.

    `base` is the version walked now, `versions` are those that its steps were taken from.
    """

    walk: Walk
    latest: Newer
    plan: list[PlanStep]
    versions: Mapping[UUID, Program]
    base: UUID
    steps: tuple[StepUpdate, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would happen, and the plan that it would lead to."""

    update: Update
    taken: tuple[StepUpdate, ...]
    after: list[PlanStep]
    whole: bool


async def preview_update(
    tx: Transaction,
    *,
    journey_id: UUID,
    take: frozenset[str] | None = None,
    restore: frozenset[str] = frozenset(),
    again: bool = False,
    seen: str | None = None,
) -> Update | None:
    """Return what the newest version would change for a company, or None when nothing would.

    The moves are those of taking these steps, or (None) everything, and of giving up one's own
    words in `restore`. A version that the company stayed away from is told of only `again`.
    It speaks of what a company wrote itself: that is for those who act for it. `seen` is the stamp
    of what was shown before, of whichever choice.

    Raises PlanConflict when anything of what was shown would be otherwise by now, WrongPlan for
    steps that are not on offer, NotFound.
    """
    walk = await walks.get_walk(tx, journey_id=journey_id)
    await identity.require_acting(tx, subject_id=walk.journey.subject_id)
    latest = await find_newest(tx, walk)
    if walk.journey.version_id == latest.version_id and not again:
        return None
    # What is foretold is of the same look at the plan as what vouches for it.
    offer = await look(tx, walk, latest)
    if seen is not None and not holds(offer, seen):
        raise PlanConflict("Something of this page is otherwise by now.")
    forecast = foretell(offer, take=take, restore=restore)
    return None if forecast is None else forecast.update


async def foresee(tx: Transaction, *, program: Program) -> AsyncIterator[Foreseen]:
    """Tell for every company of the tenant what publishing this content would offer it."""
    latest = await programs.find_latest(tx, slug=program.slug)
    newer = Newer(UNPUBLISHED, 0, program)
    if latest is not None and latest.content_hash == program.content_hash:
        # The same content makes no new version: who answered that one is offered nothing.
        newer = _newer(latest)
    for row in await update_queries.list_company_journeys(tx, program_slug=program.slug):
        walk = await walks.get_walk(tx, journey_id=row.journey_id)
        if walk.journey.version_id == newer.version_id:
            continue
        forecast = foretell(await look(tx, walk, newer), take=None, restore=frozenset())
        if forecast is not None:
            yield Foreseen(
                journey_id=row.journey_id,
                company=row.company,
                name=row.name,
                update=forecast.update,
            )


async def find_newest(tx: Transaction, walk: Walk) -> Newer:
    """Return the newest version of what a company walks. Raises NotFound."""
    latest = await programs.find_latest(tx, slug=walk.program.slug)
    if latest is None:
        raise NotFound("This program is not published any more.")
    return _newer(latest)


async def look(tx: Transaction, walk: Walk, latest: Newer) -> Offer:
    """Gather what a newer version has for a company."""
    plan = await queries.list_plan(tx, journey_id=walk.journey.id)
    versions = {
        version_id: await programs.get_version(tx, version_id=version_id)
        for version_id in {item.version_id for item in plan if item.version_id is not None}
    }
    settled = await programs.get_version(tx, version_id=walk.journey.version_id)
    base = rules.settled_base(plan, settled=settled, versions=versions)
    contents = {version.id: version.program for version in versions.values()}
    steps = rules.step_updates(
        plan,
        base=base.program,
        latest=latest.program,
        versions=contents,
        tasks=await task_queries.list_tasks(tx, journey_id=walk.journey.id),
        written=frozenset(await update_queries.list_written(tx, journey_id=walk.journey.id)),
    )
    return Offer(walk, latest, plan, contents, base.id, steps)


def holds(offer: Offer, seen: str) -> bool:
    """Tell whether this stamp is that of what would be foretold of the same choice now."""
    whole = foretell(offer, take=None, restore=frozenset())
    if whole is None:
        return False
    try:
        take, restore = rules.stamps.shown_choice(seen, whole.update)
        again = foretell(offer, take=take, restore=restore)
    except (ValueError, WrongPlan):
        return False
    return again is not None and again.update.stamp == seen


def foretell(
    offer: Offer, *, take: frozenset[str] | None, restore: frozenset[str]
) -> Forecast | None:
    """Work out what taking these steps (all for None) leads to; None when nothing is on offer.

    Raises WrongPlan for steps that are not on offer.
    """
    walk, latest, plan, steps = offer.walk, offer.latest, offer.plan, offer.steps
    _require_known(latest.program, plan, steps, take, restore)
    if not steps:
        return None
    takeable = tuple(step for step in steps if step.kind is not UpdateKind.RETIRED)
    taken = tuple(step for step in takeable if take is None or step.slug in take)
    # Of a version that only retires steps there is nothing to take but notice.
    whole = taken == takeable and (take is None or bool(taken))
    after = rules.updated_plan(
        plan,
        latest=latest.program,
        version_id=latest.version_id,
        taken=taken,
        restore=restore,
        whole=whole,
    )
    moves: Mapping[str, tuple[State | None, State]] = {}
    conflict = None
    try:
        standings = rules.standings_after(
            after,
            latest=latest.program,
            version_id=latest.version_id,
            versions=offer.versions,
            facts=walk.facts,
        )
    except WaitingInCircle as error:
        left = [step for step in takeable if step not in taken]
        conflict = rules.circles.explain(error, plan=plan, taken=taken, left=left, restore=restore)
    except UnsoundProgram as error:
        conflict = Collision(f"These steps can't be taken without others. {error}")
    else:
        moves = {
            slug: (before, standing.state)
            for slug, standing in standings.items()
            if (before := _state(walk, slug)) is not standing.state
        }
    update = Update(
        version_id=latest.version_id,
        number=latest.number,
        steps=steps,
        moves=moves,
        titles={step.slug: step.title for step in (*steps, *walk.program.steps)},
        conflict=conflict,
    )
    stamp = rules.stamps.stamp(
        update,
        settled=walk.journey.version_id,
        plan=plan,
        program=walk.program,
        take=take,
        restore=restore,
    )
    return Forecast(replace(update, stamp=stamp), taken, after, whole)


def _require_known(
    latest: Program,
    plan: Collection[PlanStep],
    steps: Collection[StepUpdate],
    take: frozenset[str] | None,
    restore: frozenset[str],
) -> None:
    """Refuse what can't be taken; what has been taken already may be named again."""
    known = {item.step_slug for item in plan if not item.is_own} & {
        step.slug for step in latest.active_steps
    }
    known |= {step.slug for step in steps}
    known -= {step.slug for step in steps if step.kind is UpdateKind.RETIRED}
    for slug in sorted((take or frozenset()) | restore):
        if slug not in known:
            raise WrongPlan(
                f"Nothing of a step {slug!r} is on offer: look at the update for those that are.",
                field="take" if take and slug in take else "restore",
            )
    if take is not None and not restore <= take:
        named = ", ".join(repr(slug) for slug in sorted(restore - take))
        raise WrongPlan(
            f"To give up your own words in {named}, take what is new there as well.",
            field="restore",
        )


def _state(walk: Walk, slug: str) -> State | None:
    standing = walk.standings.get(slug)
    return None if standing is None else standing.state


def _newer(version: Version) -> Newer:
    return Newer(version.id, version.number, version.program)
