"""What the company's home shows: the path by phase, what is next and due, the board, the map."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Available, State, Task
from milepost.contexts.programs.types import Domain, Phase, Step
from milepost.web.company.blocked import Blocker, Blockers
from milepost.web.company.filters import Filters

NOTHING_BLOCKS: Blockers = {}
NEXT = 3
DUE_WITHIN = timedelta(days=14)
MOST_DUE = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase as a stretch of the path; `here` is the first with something left to do."""

    phase: Phase
    total: int
    done: int
    in_progress: int
    here: bool


@dataclass(frozen=True, slots=True)
class Ticks:
    """How many tasks of a step are ticked, and when the next open one is due."""

    done: int = 0
    total: int = 0
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step to do now, with the reason for it, and what keeps the company from it.

    `opens` names what it opens at once, unless the reason says so.
    """

    step: Step
    state: State
    because: str
    opens: tuple[Step, ...]
    ticks: Ticks
    blocked: tuple[Blocker, ...] = ()


@dataclass(frozen=True, slots=True)
class DueTask:
    """An open task that is somebody's business soon."""

    task: Task
    step: Step
    late: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A step on the board, with what blocks it; a locked one with the steps it waits for."""

    step: Step
    phase: str
    domain: str
    ticks: Ticks
    waits_for: tuple[Step, ...]
    blocked: tuple[Blocker, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the map: the steps of one phase in one domain."""

    phase: Phase
    stations: tuple[tuple[Step, State], ...]
    done: int


def path(walk: Walk) -> list[Stretch]:
    """Show how far the company is, phase by phase."""
    counts: dict[str, Counter[State]] = {phase.slug: Counter() for phase in walk.program.phases}
    for step in walk.program.steps:
        counts[step.phase][walk.standings[step.slug].state] += 1
    stretches: list[Stretch] = []
    found = False
    for phase in walk.program.phases:
        states = counts[phase.slug]
        total = sum(states.values())
        done = states[State.COMPLETED] + states[State.SKIPPED]
        here = not found and done < total
        found = found or here
        stretches.append(Stretch(phase, total, done, states[State.IN_PROGRESS], here))
    return [stretch for stretch in stretches if stretch.total]


def ticks(tasks: Sequence[Task]) -> dict[str, Ticks]:
    """Count the tasks of each step."""
    by_step: dict[str, list[Task]] = {}
    for task in tasks:
        by_step.setdefault(task.step_slug, []).append(task)
    return {slug: _ticks(mine) for slug, mine in by_step.items()}


def _ticks(tasks: Sequence[Task]) -> Ticks:
    waiting = [task.due_on for task in tasks if task.due_on and not task.is_completed]
    return Ticks(
        done=sum(task.is_completed for task in tasks),
        total=len(tasks),
        due_on=min(waiting, default=None),
    )


def next_steps(
    walk: Walk,
    available: Sequence[Available],
    ticked: Mapping[str, Ticks],
    blockers: Blockers = NOTHING_BLOCKS,
) -> list[NextStep]:
    """Show the best things to do now."""
    return [
        NextStep(
            step=walk.program.step(item.slug),
            state=walk.standings[item.slug].state,
            because=_because(item, ticked.get(item.slug, Ticks())),
            opens=opens_besides(walk, item),
            ticks=ticked.get(item.slug, Ticks()),
            blocked=tuple(blockers.get(item.slug, ())),
        )
        for item in available[:NEXT]
    ]


def _because(item: Available, ticked: Ticks) -> str:
    if item.kind != "begun" or ticked.done or not ticked.total:
        return item.text
    return f"You have begun it: none of its {ticked.total} tasks is done yet."


def opens_besides(walk: Walk, item: Available) -> tuple[Step, ...]:
    """Name the steps that this one opens at once, where the reason for it doesn't say so."""
    if item.kind == "opens":
        return ()
    return tuple(walk.program.step(slug) for slug in item.opens_at_once)


def due_tasks(walk: Walk, tasks: Sequence[Task], *, me: UUID, today: date) -> list[DueTask]:
    """List open tasks of open steps that are due soon, or mine: the soonest first."""
    found = [
        DueTask(
            task=task,
            step=walk.program.step(task.step_slug),
            late=task.due_on is not None and task.due_on < today,
            mine=task.assignee_id == me,
        )
        for task in tasks
        if not task.is_completed
        and (task.assignee_id == me or (task.due_on and task.due_on <= today + DUE_WITHIN))
        and walk.program.find_step(task.step_slug) is not None
        and walk.standings[task.step_slug].state in (State.UNLOCKED, State.IN_PROGRESS)
    ]
    found.sort(key=lambda one: (one.task.due_on or date.max, not one.mine, one.step.order))
    return found


def columns(
    walk: Walk,
    filters: Filters,
    ticked: Mapping[str, Ticks],
    blockers: Blockers = NOTHING_BLOCKS,
) -> dict[State, list[Card]]:
    """Put the steps that the filters let through under their state, in the plan's order."""
    program = walk.program
    phases = {phase.slug: phase.title for phase in program.phases}
    domains = {domain.slug: domain.title for domain in program.domains}
    found: dict[State, list[Card]] = {state: [] for state in State}
    for step in program.steps:
        standing = walk.standings[step.slug]
        if not filters.let_through(step, standing.state):
            continue
        found[standing.state].append(
            Card(
                step=step,
                phase=phases[step.phase],
                domain=domains[step.domain],
                ticks=ticked.get(step.slug, Ticks()),
                waits_for=tuple(program.step(item.given_by) for item in standing.missing),
                blocked=tuple(blockers.get(step.slug, ())),
            )
        )
    return found


def grid(walk: Walk) -> list[tuple[Domain, list[Cell]]]:
    """Lay the steps out as domains by phases, without the domains that nothing is in."""
    cells: dict[tuple[str, str], list[tuple[Step, State]]] = {}
    for step in walk.program.steps:
        state = walk.standings[step.slug].state
        cells.setdefault((step.domain, step.phase), []).append((step, state))
    phases = [stretch.phase for stretch in path(walk)]
    rows: list[tuple[Domain, list[Cell]]] = []
    for domain in walk.program.domains:
        row = [_cell(phase, cells.get((domain.slug, phase.slug), [])) for phase in phases]
        if any(cell.stations for cell in row):
            rows.append((domain, row))
    return rows


def _cell(phase: Phase, stations: Sequence[tuple[Step, State]]) -> Cell:
    return Cell(phase, tuple(stations), sum(state.done for _, state in stations))
