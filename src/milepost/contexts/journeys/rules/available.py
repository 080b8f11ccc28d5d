"""What a company does best next, and why just that: begun things first, then what opens most."""

from collections.abc import Mapping
from datetime import date, timedelta

from milepost.contexts.journeys.rules.standing import descendants
from milepost.contexts.journeys.types import Available, Standing, State, TaskCount
from milepost.contexts.programs.types import Phase, Program, Step

_SOON = timedelta(days=3)
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_BEGUN_BEFORE_OPEN = {State.IN_PROGRESS: 0, State.UNLOCKED: 1}


def available(
    program: Program,
    standings: Mapping[str, Standing],
    counts: Mapping[str, TaskCount],
    *,
    today: date,
) -> list[Available]:
    """List what can be done now, the best to do first, each with the strongest reason for it.

    What is begun comes before what isn't, what opens more of the phase at hand before what opens
    less, and otherwise the program's order decides. A task that is due is a reason, and changes no
    order: it belongs to what is begun anyway, or will be done in a minute.
    """
    phase = phase_at_hand(program, standings)
    found = [
        (step, _waiting(program, standings, step, phase))
        for step in program.steps
        if standings[step.slug].state in _BEGUN_BEFORE_OPEN
    ]
    found.sort(key=lambda pair: (_BEGUN_BEFORE_OPEN[standings[pair[0].slug].state], -pair[1]))
    return [
        _with_reason(step, opens, standings[step.slug].state, counts.get(step.slug), phase, today)
        for step, opens in found
    ]


def phase_at_hand(program: Program, standings: Mapping[str, Standing]) -> Phase | None:
    """Name the first phase in which something is still to be done."""
    undone = {step.phase for step in program.steps if not standings[step.slug].state.done}
    return next((phase for phase in program.phases if phase.slug in undone), None)


def _waiting(
    program: Program, standings: Mapping[str, Standing], step: Step, phase: Phase | None
) -> int:
    """Count the locked steps of a phase that wait for this one."""
    if phase is None:
        return 0
    return sum(
        standings[slug].state is State.LOCKED and program.step(slug).phase == phase.slug
        for slug in descendants(program, step.slug)
    )


def _with_reason(
    step: Step,
    opens: int,
    state: State,
    count: TaskCount | None,
    phase: Phase | None,
    today: date,
) -> Available:
    due = None if count is None else count.next_due_on
    if due is not None and due <= today + _SOON:
        return Available(step.slug, "due", _due(due, today), opens)
    if state is State.IN_PROGRESS:
        return Available(step.slug, "begun", _begun(count), opens)
    if opens and phase is not None:
        return Available(step.slug, "opens", _opens(opens, phase), opens)
    return Available(step.slug, "order", "It comes next, and nothing else waits for it.", opens)


def _due(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return f"A task of it has been due since {due.isoformat()}."
    return {0: "A task of it is due today.", 1: "A task of it is due tomorrow."}.get(
        days, f"A task of it is due in {_number(days)} days."
    )


def _begun(count: TaskCount | None) -> str:
    if count is None or not count.completed:
        return "You have begun it."
    if count.completed == count.total:
        return "All of its tasks are done: say how it went."
    return f"You have begun it: {count.completed} of {count.total} tasks are done."


def _opens(opens: int, phase: Phase) -> str:
    if opens == 1:
        return f"One later step of {phase.title} waits for it."
    return f"{_number(opens).capitalize()} later steps of {phase.title} wait for it."


def _number(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)
