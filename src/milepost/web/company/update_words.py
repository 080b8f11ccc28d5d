"""What a newer version says of a step, beside what the company has: short parts and long ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from milepost.contexts.journeys.types import StepUpdate
from milepost.contexts.programs.types import Program, Step
from milepost.web.company.filters import DIFFICULTIES


@dataclass(frozen=True, slots=True)
class Short:
    """A part that fits in a line: as it is in the plan, and as it would be."""

    part: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Long:
    """A part to be read: a text, or lines."""

    part: str
    text: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """All that is told of what changes in a step."""

    short: tuple[Short, ...]
    long: tuple[Long, ...]


_SHORT: Mapping[str, Callable[[Step, Program], str]] = {
    "title": lambda step, program: step.title,
    "phase": lambda step, program: program.phase(step.phase).title,
    "domain": lambda step, program: program.domain(step.domain).title,
    "difficulty": lambda step, program: DIFFICULTIES[step.difficulty],
    "days": lambda step, program: "1 day" if step.days == 1 else f"{step.days} days",
    "after": lambda step, program: _after(step, program),
}
_LONG: Mapping[str, Callable[[str, Step], Long]] = {
    "purpose": lambda part, step: Long(part, text=step.purpose),
    "description": lambda part, step: Long(part, text=step.description),
    "guidance": lambda part, step: Long(part, text=step.guidance),
    "deliverables": lambda part, step: Long(part, lines=step.deliverables),
    "criteria": lambda part, step: Long(part, lines=step.criteria),
}


def compare(one: StepUpdate, plan: Program, newest: Program) -> Difference:
    """Tell what changes in a step: from what it is in the plan to what the version says."""
    now, then = plan.find_step(one.slug), newest.find_step(one.slug)
    if now is None or then is None:
        return Difference((), ())
    short = tuple(
        Short(part, said(now, plan), said(then, newest))
        for part, said in _SHORT.items()
        if part in one.parts
    )
    return Difference(
        tuple(each for each in short if each.now != each.then),
        tuple(read(part, then) for part, read in _LONG.items() if part in one.parts),
    )


def _after(step: Step, program: Program) -> str:
    before = [program.find_step(slug) for slug in step.after]
    return ", ".join(f"“{one.title}”" for one in before if one) or "nothing"
