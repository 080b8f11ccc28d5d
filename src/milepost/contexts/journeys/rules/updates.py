"""What a newer version of the framework would change for a company that walks an older one.

What is foretold and what then happens are the same functions: taking an update writes the plan
that `updated_plan` makes, and the states that follow from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from milepost.contexts.journeys.rules.plans import compose
from milepost.contexts.journeys.rules.standing import resolve
from milepost.contexts.journeys.types import (
    Facts,
    PlanStep,
    Standing,
    StepUpdate,
    UpdateKind,
)
from milepost.contexts.programs import changes
from milepost.contexts.programs.types import Program


def step_updates(
    plan: Sequence[PlanStep],
    *,
    base: Program,
    latest: Program,
    versions: Mapping[UUID, Program],
) -> tuple[StepUpdate, ...]:
    """List what would change, step by step, in the latest version's order; own steps never do.

    `base` is the version that the company has settled on. New is what it did not offer, retired
    what it did and the latest doesn't: a step left out of an earlier plan is no news.
    """
    by_slug = {item.step_slug: item for item in plan}
    offered = {step.slug for step in base.steps if step.active}
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
        change = changes.compare_steps(taken, step)
        if taken.active and not step.active:
            if step.slug in offered:
                found.append(_retired(item, step.title))
        elif change.parts:
            parts = tuple(str(part) for part in change.parts)
            found.append(
                StepUpdate(
                    slug=step.slug,
                    title=item.title or step.title,
                    kind=UpdateKind.CHANGED,
                    parts=parts,
                    tasks=change.tasks,
                    collides=tuple(part for part in parts if part in item.edited),
                )
            )
    known = {step.slug for step in latest.steps}
    found += [
        _retired(item, versions[item.version_id].step(item.step_slug).title)
        for item in plan
        if item.version_id is not None
        and item.step_slug not in known
        and item.step_slug in {step.slug for step in base.steps}
    ]
    return tuple(found)


def _retired(item: PlanStep, title: str) -> StepUpdate:
    return StepUpdate(slug=item.step_slug, title=item.title or title, kind=UpdateKind.RETIRED)


def updated_plan(
    plan: Sequence[PlanStep],
    *,
    latest: Program,
    version_id: UUID,
    take: frozenset[str],
    restore: frozenset[str] = frozenset(),
) -> list[PlanStep]:
    """Make the plan that taking these steps of the latest version leads to.

    A company's own words stay, except in the steps to `restore`. A new step comes behind the
    nearest one that precedes it in the framework.
    """
    kept = [
        _moved_to(item, version_id, forget=item.step_slug in restore)
        if item.step_slug in take
        and item.version_id is not None
        and latest.find_step(item.step_slug) is not None
        else item
        for item in plan
    ]
    slugs = [item.step_slug for item in kept]
    by_slug = {item.step_slug: item for item in kept}
    last: str | None = None
    for step in latest.steps:
        if step.slug in by_slug:
            last = step.slug
        elif step.slug in take:
            slugs.insert(0 if last is None else slugs.index(last) + 1, step.slug)
            by_slug[step.slug] = _fresh(step.slug, version_id)
            last = step.slug
    return [replace(by_slug[slug], place=place) for place, slug in enumerate(slugs, start=1)]


def _moved_to(item: PlanStep, version_id: UUID, *, forget: bool) -> PlanStep:
    moved = replace(item, version_id=version_id)
    if not forget:
        return moved
    return replace(moved, **dict.fromkeys(item.edited))


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
