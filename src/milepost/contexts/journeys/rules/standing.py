"""Which step stands where and why.

`resolve` is the one place that says what is locked; pages, API and writes all ask it.
"""

from collections.abc import Mapping

from milepost.contexts.journeys.types import Facts, Missing, Standing, State
from milepost.contexts.programs.types import Program, Step


def resolve(program: Program, facts: Facts) -> dict[str, Standing]:
    """Give every step its state and the reason for it, in the program's order."""
    found: dict[str, Standing] = {}
    for step in program.topological:
        found[step.slug] = _standing(program, facts, step, found)
    return {step.slug: found[step.slug] for step in program.steps}


def resolve_after(
    program: Program, facts: Facts, before: Mapping[str, Standing], changed: str
) -> dict[str, Standing]:
    """Resolve again after facts about `changed` came in, looking only where it can matter.

    Gives what `resolve` would: a step depends on its own facts and on those of the
    steps before it, and on no others.
    """
    touched = descendants(program, changed) | {changed}
    found = dict(before)
    for step in program.topological:
        if step.slug in touched:
            found[step.slug] = _standing(program, facts, step, found)
    return found


def descendants(program: Program, slug: str) -> set[str]:
    """Name every step that requires `slug`, directly or through others."""
    found: set[str] = set()
    waiting = [slug]
    while waiting:
        for dependent in program.dependents_of(waiting.pop()):
            if dependent not in found:
                found.add(dependent)
                waiting.append(dependent)
    return found


def _standing(
    program: Program, facts: Facts, step: Step, found: Mapping[str, Standing]
) -> Standing:
    state = _passed(facts, step.slug)
    if state is not None:
        return Standing(step.slug, state)
    missing = _missing(program, facts, step)
    if not missing:
        return Standing(step.slug, State.UNLOCKED)
    needed: set[str] = set()
    for item in missing:
        needed.add(item.given_by)
        needed.update(found[item.given_by].way)
    way = tuple([other.slug for other in program.topological if other.slug in needed])
    return Standing(step.slug, State.LOCKED, missing, way)


def _passed(facts: Facts, slug: str) -> State | None:
    """Whatever was begun stays open: nothing locks again, and what was reopened is at work."""
    if slug in facts.reopened:
        begun = slug in facts.started or slug in facts.completed
        return State.IN_PROGRESS if begun else None
    if slug in facts.completed:
        return State.COMPLETED
    if slug in facts.skipped:
        return State.SKIPPED
    if slug in facts.started:
        return State.IN_PROGRESS
    return None


def _missing(program: Program, facts: Facts, step: Step) -> tuple[Missing, ...]:
    steps = [
        Missing("step", slug, slug)
        for slug in step.after
        if slug not in facts.completed and slug not in facts.skipped
    ]
    fields = [
        Missing("field", need.field, program.producer_of(need.field).slug)
        for need in step.needs
        if need.field not in facts.fields
    ]
    return (*steps, *fields)


def newly_open(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> tuple[str, ...]:
    """Name the steps that were locked and are not any more."""
    return tuple(
        slug
        for slug, standing in after.items()
        if standing.state is not State.LOCKED and before[slug].state is State.LOCKED
    )
