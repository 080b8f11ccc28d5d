"""What a newer version of the framework would change for a company that walks an older one.

What is foretold and what then happens are the same functions: taking an update writes the plan
that `updated_plan` makes, the tasks that `step_updates` tells of, and the states that follow.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from milepost.contexts.journeys.rules.placing import placed
from milepost.contexts.journeys.rules.plans import bridged, compose
from milepost.contexts.journeys.rules.standing import resolve
from milepost.contexts.journeys.rules.task_updates import task_updates
from milepost.contexts.journeys.types import (
    Facts,
    PlanStep,
    Standing,
    StepUpdate,
    Task,
    UpdateKind,
)
from milepost.contexts.programs import changes
from milepost.contexts.programs.types import Program, Step, Version

# A plan's order is the company's own: it doesn't follow the framework's, so that isn't news.
_NO_NEWS = frozenset({changes.Part.ORDER})


def settled_base(
    plan: Sequence[PlanStep], *, settled: Version, versions: Mapping[UUID, Version]
) -> Version:
    """Find the version against which something is new or retired: the oldest that is walked.

    Taking all of a version brings every step there. Who stayed away from one (`settled` is the
    last that was answered) still walks the one before it, and the next offers what both brought.
    """
    offered = {step.slug for step in settled.program.active_steps}
    walked = [
        versions[item.version_id]
        for item in plan
        if item.version_id is not None and item.step_slug in offered
    ]
    return min([settled, *walked], key=lambda version: version.number)


def step_updates(
    plan: Sequence[PlanStep],
    *,
    base: Program,
    latest: Program,
    versions: Mapping[UUID, Program],
    tasks: Collection[Task] = (),
    written: Collection[UUID] = (),
) -> tuple[StepUpdate, ...]:
    """List what would change, step by step, in the latest version's order; own steps never do.

    New is what `base` did not offer, retired what it did and the latest doesn't: a step left out
    of an earlier plan is no news. `tasks` are the company's, `written` the ids of those about
    which its outcomes say something.
    """
    by_slug = {item.step_slug: item for item in plan}
    offered = {step.slug for step in base.active_steps}
    found: list[StepUpdate] = []
    for step in latest.steps:
        item = by_slug.get(step.slug)
        if item is None:
            if step.active and step.slug not in offered:
                found.append(StepUpdate(slug=step.slug, title=step.title, kind=UpdateKind.NEW))
            continue
        if item.version_id is None:
            continue
        taken = versions[item.version_id].step(step.slug)
        if taken.active and not step.active:
            if step.slug in offered:
                found.append(_retired(item, taken))
            continue
        mine = {
            task.slug: task
            for task in tasks
            if task.step_slug == step.slug and task.slug is not None
        }
        changed = _changed(item, taken, step, mine, written)
        if changed is not None:
            found.append(changed)
    known = {step.slug for step in latest.steps}
    found += [
        _retired(item, versions[item.version_id].step(item.step_slug))
        for item in plan
        if item.version_id is not None
        and item.step_slug not in known
        and base.find_step(item.step_slug) is not None
    ]
    chosen = {*by_slug, *(step.slug for step in found)}
    return tuple(_told_of_waiting(step, latest, chosen) for step in found)


def _changed(
    item: PlanStep,
    taken: Step,
    step: Step,
    mine: Mapping[str, Task],
    written: Collection[UUID],
) -> StepUpdate | None:
    change = changes.compare_steps(taken, step)
    tasks = task_updates(change.tasks, mine, written=written)
    parts = tuple(
        str(part)
        for part in change.parts
        if part not in _NO_NEWS and (part is not changes.Part.TASKS or tasks)
    )
    if not parts:
        return None
    return StepUpdate(
        slug=step.slug,
        title=item.title or taken.title,
        kind=UpdateKind.CHANGED,
        parts=parts,
        tasks=tasks,
        collides=tuple(part for part in parts if part in item.edited),
    )


def _retired(item: PlanStep, taken: Step) -> StepUpdate:
    return StepUpdate(slug=item.step_slug, title=item.title or taken.title, kind=UpdateKind.RETIRED)


def _told_of_waiting(step: StepUpdate, latest: Program, chosen: set[str]) -> StepUpdate:
    said = latest.find_step(step.slug)
    if said is None or step.kind is UpdateKind.RETIRED:
        return step
    return replace(step, after=bridged(said.after, latest, chosen - {step.slug}))


def updated_plan(
    plan: Sequence[PlanStep],
    *,
    latest: Program,
    version_id: UUID,
    taken: Collection[StepUpdate],
    restore: Collection[str] = (),
    whole: bool = False,
) -> list[PlanStep]:
    """Make the plan that taking these updates leads to, or (`whole`) all that can be taken.

    A company's own words stay, except in the steps to `restore`: there it gives up those that
    collide. A new step comes behind the nearest one that precedes it in the framework, and so does
    one that goes to another phase. Nothing else changes its place.
    """
    choice = {step.slug: step for step in taken}
    # With all of a version taken, the steps that are the same in it are its own from then on.
    same = {step.slug for step in latest.active_steps} if whole else set[str]()
    kept = {
        item.step_slug: (
            _moved_to(item, version_id, choice[item.step_slug], restore)
            if item.step_slug in choice
            else replace(item, version_id=version_id)
            if item.step_slug in same and not item.is_own
            else item
        )
        for item in plan
    }
    # Who gives up a phase of their own for the one that is new may have it there already.
    going = {
        item.step_slug
        for item in plan
        if item.step_slug in choice
        and "phase" in choice[item.step_slug].parts
        and kept[item.step_slug].phase is None
        and item.phase != latest.step(item.step_slug).phase
    }
    fresh = {slug for slug, step in choice.items() if step.kind is UpdateKind.NEW}
    order = placed(
        [slug for slug in kept if slug not in going],
        framework=[step.slug for step in latest.steps],
        fresh=fresh | going,
    )
    by_slug = kept | {slug: _fresh(slug, version_id) for slug in fresh}
    return [replace(by_slug[slug], place=place) for place, slug in enumerate(order, start=1)]


def _moved_to(
    item: PlanStep, version_id: UUID, step: StepUpdate, restore: Collection[str]
) -> PlanStep:
    moved = replace(item, version_id=version_id)
    if item.step_slug not in restore:
        return moved
    return replace(moved, **dict.fromkeys(step.collides))


def _fresh(slug: str, version_id: UUID) -> PlanStep:
    return PlanStep(
        step_slug=slug,
        version_id=version_id,
        place=0,
        title=None,
        description=None,
        deliverables=None,
        criteria=None,
        phase=None,
        domain=None,
        after=None,
        days=None,
        revision=1,
    )


def standings_after(
    plan: Sequence[PlanStep],
    *,
    latest: Program,
    version_id: UUID,
    versions: Mapping[UUID, Program],
    facts: Facts,
) -> dict[str, Standing]:
    """Tell where every step of an updated plan would stand. Raises UnsoundProgram, as compose."""
    return resolve(compose(plan, base=latest, versions={**versions, version_id: latest}), facts)
