"""A company's plan: which program its steps make together, and how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from milepost.contexts.journeys.types import PlanStep, Standing, State, Tally, Task
from milepost.contexts.programs.types import (
    Checklist,
    Difficulty,
    Domain,
    Phase,
    Program,
    Step,
    StepKind,
)


def compose(
    plan: Sequence[PlanStep],
    *,
    base: Program,
    versions: Mapping[UUID, Program],
    retired: frozenset[str] = frozenset(),
) -> Program:
    """Make the program that a company's own choice of steps is.

    Each step is as the version says that it was taken from, with the company's own words in the
    place of the framework's. A step that would wait for one the company didn't take waits for
    what comes before that one instead. `retired` are those that nobody new gets any more.

    Raises UnsoundProgram where steps of different versions wait for each other.
    """
    chosen = {item.step_slug for item in plan}
    steps = [
        _own(item, chosen)
        if item.version_id is None
        else _taken(item, versions[item.version_id], chosen, retired)
        for item in plan
    ]
    return replace(
        base,
        steps=tuple(steps),
        phases=_every_phase(base, versions),
        domains=_every_domain(base, versions),
    )


def _taken(item: PlanStep, framework: Program, chosen: set[str], retired: frozenset[str]) -> Step:
    step = framework.step(item.step_slug)
    before = step.after if item.after is None else tuple(item.after)
    return replace(
        step,
        order=item.place,
        title=item.title or step.title,
        phase=item.phase or step.phase,
        domain=item.domain or step.domain,
        days=step.days if item.days is None else item.days,
        after=bridged(before, framework, chosen - {item.step_slug}),
        checklist=_written(item, step.checklist),
        active=step.active and step.slug not in retired,
    )


def _written(item: PlanStep, said: Checklist | None) -> Checklist:
    basis = said or Checklist(description="", deliverables=(), criteria=(), tasks=())
    return replace(
        basis,
        description=basis.description if item.description is None else item.description,
        deliverables=(
            basis.deliverables if item.deliverables is None else tuple(item.deliverables)
        ),
        criteria=basis.criteria if item.criteria is None else tuple(item.criteria),
    )


def _own(item: PlanStep, chosen: set[str]) -> Step:
    return Step(
        slug=item.step_slug,
        title=item.title or item.step_slug,
        kind=StepKind.CHECKLIST,
        order=item.place,
        phase=item.phase or "",
        domain=item.domain or "",
        difficulty=Difficulty.MEDIUM,
        minutes=0,
        days=item.days or 0,
        skippable=True,
        after=tuple(slug for slug in item.after or () if slug in chosen and slug != item.step_slug),
        purpose="",
        guidance="",
        needs=(),
        gives=(),
        form={},
        layout={},
        tool_schema="",
        checklist=_written(item, None),
    )


def bridged(before: Sequence[str], framework: Program, chosen: set[str]) -> tuple[str, ...]:
    """Name what is waited for, with steps that weren't taken replaced by what precedes them."""
    found: dict[str, None] = {}
    waiting = list(before)
    passed: set[str] = set()
    while waiting:
        slug = waiting.pop(0)
        if slug in passed:
            continue
        passed.add(slug)
        if slug in chosen:
            found[slug] = None
        elif (step := framework.find_step(slug)) is not None:
            waiting.extend(step.after)
    return tuple(found)


def _every_phase(base: Program, versions: Mapping[UUID, Program]) -> tuple[Phase, ...]:
    """Name the phases of the newest version, then those that only older steps still have."""
    found = {phase.slug: phase for phase in base.phases}
    for version in versions.values():
        for phase in version.phases:
            found.setdefault(phase.slug, phase)
    return tuple(found.values())


def _every_domain(base: Program, versions: Mapping[UUID, Program]) -> tuple[Domain, ...]:
    found = {domain.slug: domain for domain in base.domains}
    for version in versions.values():
        for domain in version.domains:
            found.setdefault(domain.slug, domain)
    return tuple(found.values())


def tally(program: Program, standings: Mapping[str, Standing]) -> list[Tally]:
    """Count where the steps of each phase and domain stand, in the program's order."""
    counts: dict[tuple[str, str], dict[State, int]] = {}
    for step in program.steps:
        cell = counts.setdefault((step.phase, step.domain), dict.fromkeys(State, 0))
        cell[standings[step.slug].state] += 1
    return [
        Tally(
            phase=phase,
            domain=domain,
            total=sum(cell.values()),
            in_progress=cell[State.IN_PROGRESS],
            completed=cell[State.COMPLETED],
            skipped=cell[State.SKIPPED],
        )
        for (phase, domain), cell in counts.items()
    ]


def moved(slugs: Sequence[str], *, slug: str, after: str | None) -> list[str]:
    """Put one name behind another, or (None) at the beginning. Raises ValueError, unknown."""
    rest = [other for other in slugs if other != slug]
    if len(rest) == len(slugs):
        raise ValueError(slug)
    place = 0 if after is None else rest.index(after) + 1
    return [*rest[:place], slug, *rest[place:]]


def checklist_percent(state: State, tasks: Sequence[Task]) -> int:
    """Tell how far a step in this state is, by its tasks."""
    if state is State.COMPLETED:
        return 100
    return ticked_percent(tasks) if state is State.IN_PROGRESS else 0


def ticked_percent(tasks: Sequence[Task]) -> int:
    """Tell how much of a step at work is ticked: 0 to 99, 100 is for what is completed."""
    if not tasks:
        return 0
    return min(99, 100 * sum(task.is_completed for task in tasks) // len(tasks))
