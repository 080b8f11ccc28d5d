"""What a company does best next, and why just that: begun things first, then what opens most."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from milepost.contexts.journeys.types import Available, Standing, State, TaskCount
from milepost.contexts.programs.types import Phase, Program, Step

_SOON = timedelta(days=3)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_BEGUN_BEFORE_OPEN = {State.IN_PROGRESS: 0, State.UNLOCKED: 1}
_NAMED = 2


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What waits for a step directly: for it alone, or for it and for others; in program order.

    `rests` counts the steps of the phase at hand that wait for it, directly or through others.
    """

    alone: tuple[Step, ...]
    with_others: tuple[Step, ...]
    rests: int

    @property
    def waiting(self) -> tuple[Step, ...]:
        return self.alone + self.with_others


def available(
    program: Program,
    standings: Mapping[str, Standing],
    counts: Mapping[str, TaskCount],
    *,
    today: date,
) -> list[Available]:
    """List what can be done now, the best to do first, each with the strongest reason for it.

    What is begun comes before what isn't, that on which more of the phase at hand rests before
    that on which less does, then that for which more steps of any phase wait directly; otherwise
    the program's order decides. A task that is due is a reason, and changes no order: it belongs
    to what is begun anyway, or will be done in a minute.
    """
    phase = phase_at_hand(program, standings)
    resting = _resting(program, standings, phase)
    waiting = _waiting(program, standings)
    found = [
        (step, _ahead(standings, step, waiting.get(step.slug, ()), resting[step.slug]))
        for step in program.steps
        if standings[step.slug].state in _BEGUN_BEFORE_OPEN
    ]
    found.sort(
        key=lambda pair: (
            _BEGUN_BEFORE_OPEN[standings[pair[0].slug].state],
            -pair[1].rests,
            -len(pair[1].waiting),
        )
    )
    made: list[Available] = []
    for step, ahead in found:
        kind, text = _reason(standings[step.slug].state, counts.get(step.slug), today) or (
            _of_those_ahead(program, standings, step, ahead, phase)
            if ahead.waiting
            else ("order", _of_its_place(program, standings, step, first=not made))
        )
        at_once = tuple(one.slug for one in ahead.alone)
        made.append(Available(step.slug, kind, text, len(ahead.waiting), at_once))
    return made


def phase_at_hand(program: Program, standings: Mapping[str, Standing]) -> Phase | None:
    """Name the first phase in which something is still to be done."""
    undone = {step.phase for step in program.steps if not standings[step.slug].state.done}
    return next((phase for phase in program.phases if phase.slug in undone), None)


def _resting(
    program: Program, standings: Mapping[str, Standing], phase: Phase | None
) -> Counter[str]:
    """Count for each step the locked ones of a phase whose way leads over it."""
    found: Counter[str] = Counter()
    for step in program.steps:
        if phase is not None and step.phase == phase.slug:
            found.update(standings[step.slug].way)
    return found


def _waiting(program: Program, standings: Mapping[str, Standing]) -> dict[str, list[Step]]:
    """List for each step those that wait for it directly."""
    found: dict[str, list[Step]] = {}
    for step in program.steps:
        for slug in {item.given_by for item in standings[step.slug].missing}:
            found.setdefault(slug, []).append(step)
    return found


def _ahead(
    standings: Mapping[str, Standing], step: Step, waiting: Sequence[Step], rests: int
) -> _Ahead:
    alone = [one for one in waiting if standings[one.slug].way == (step.slug,)]
    return _Ahead(tuple(alone), tuple(one for one in waiting if one not in alone), rests)


def _reason(state: State, count: TaskCount | None, today: date) -> tuple[str, str] | None:
    """Tell what speaks for a step by itself, if anything does: its kind, and in words."""
    due = None if count is None else count.next_due_on
    if due is not None and due <= today + _SOON:
        return "due", _due(due, today)
    if state is State.IN_PROGRESS:
        return "begun", _begun(count)
    return None


def _due(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return f"A task of it has been due since {_day(due)}."
    return {0: "A task of it is due today.", 1: "A task of it is due tomorrow."}.get(
        days, f"A task of it is due in {_number(days)} days."
    )


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _begun(count: TaskCount | None) -> str:
    if count is None or not count.completed:
        return "You have begun it."
    if count.completed == count.total:
        return "All of its tasks are done: say how it went."
    return f"You have begun it: {count.completed} of {count.total} tasks are done."


def _of_its_place(
    program: Program, standings: Mapping[str, Standing], step: Step, *, first: bool
) -> str:
    """Tell of a step that nothing waits for where it stands: only one can come next."""
    if first:
        return "It comes next, and nothing else waits for it."
    left = sum(
        one.phase == step.phase and not standings[one.slug].state.done for one in program.steps
    )
    title = program.phase(step.phase).title
    which = "the last one" if left == 1 else f"one of {_number(left)}"
    return f"No other step waits for it. It is {which} still to do in {title}."


def _of_those_ahead(
    program: Program,
    standings: Mapping[str, Standing],
    step: Step,
    ahead: _Ahead,
    phase: Phase | None,
) -> tuple[str, str]:
    """Tell what doing a step opens, what else waits for it, and what rests on it in the end."""
    said: list[str] = []
    if ahead.alone:
        said.append(f"Done, it opens {_listed(program, step, ahead.alone)}.")
    if ahead.with_others:
        said.append(_with_others(program, standings, step, ahead))
    if phase is not None and ahead.rests > sum(one.phase == phase.slug for one in ahead.waiting):
        steps = "step" if ahead.rests == 1 else "steps"
        rest = "rests" if ahead.rests == 1 else "rest"
        said.append(f"In all, {_number(ahead.rests)} {steps} of {phase.title} {rest} on it.")
    return "opens", " ".join(said)


def _with_others(
    program: Program, standings: Mapping[str, Standing], step: Step, ahead: _Ahead
) -> str:
    waiting = ahead.with_others
    also = " also" if ahead.alone else ""
    if len(waiting) == 1:
        others = len({item.given_by for item in standings[waiting[0].slug].missing}) - 1
        more = "one more step" if others == 1 else f"{_number(others)} more steps"
        return f"{_named(program, step, waiting[0])}{also} waits for it, and for {more}."
    kind = "more" if ahead.alone else "later"
    where = _where(program, step, waiting)
    return f"{_number(len(waiting)).capitalize()} {kind} steps wait for it{where}, and for others."


def _listed(program: Program, step: Step, steps: Sequence[Step]) -> str:
    named = [_named(program, step, one) for one in steps[:_NAMED]]
    rest = steps[_NAMED:]
    if rest:
        more = f"{_number(len(rest))} more"
        return f"{', '.join(named)} and {more}{_where(program, step, rest)}"
    return " and ".join(named)


def _named(program: Program, step: Step, other: Step) -> str:
    """Call another step by its title, and by its phase where that is another one."""
    if other.phase == step.phase:
        return f"“{other.title}”"
    return f"“{other.title}” of {program.phase(other.phase).title}"


def _where(program: Program, step: Step, others: Sequence[Step]) -> str:
    """Tell how many of these are of which other phase."""
    counts = Counter(one.phase for one in others)
    elsewhere = [one for one in program.phases if one.slug != step.phase and counts[one.slug]]
    if not elsewhere:
        return ""
    if counts[elsewhere[0].slug] == len(others):
        which = {1: "", 2: "both "}.get(len(others), "all ")
        return f", {which}in {elsewhere[0].title}"
    parts = [f"{_number(counts[one.slug])} in {one.title}" for one in elsewhere]
    first = parts[0].replace(" in ", " of them in ", 1)
    return f", {' and '.join([first, *parts[1:]])}"


def _number(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)
