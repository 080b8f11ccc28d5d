"""What a newer version says of a step, beside what the company has: short parts and long ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from milepost.contexts.journeys.types import StepUpdate
from milepost.contexts.programs.types import Program, Step
from milepost.web.company.filters import DIFFICULTIES

# What a part of a step is called in a sentence.
PARTS: Mapping[str, str] = {
    "title": "title",
    "kind": "kind",
    "purpose": "purpose",
    "description": "description",
    "guidance": "how to do it well",
    "deliverables": "what exists afterwards",
    "criteria": "when it is done well",
    "tasks": "tasks",
    "phase": "phase",
    "domain": "domain",
    "after": "what it comes after",
    "difficulty": "difficulty",
    "days": "duration",
    "minutes": "duration",
    "skippable": "whether it may be skipped",
    "version": "revision",
}


@dataclass(frozen=True, slots=True)
class Short:
    """A part that fits in a line: as it is in the plan, and as the version has it."""

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
    """All that is told of what changes in a step.

    `short` are the parts that change when it is taken, `own` those that the company wrote itself
    and that stay; `long` is to be read of either. `rest` are parts that only their name is told of.
    """

    short: tuple[Short, ...] = ()
    own: tuple[Short, ...] = ()
    long: tuple[Long, ...] = ()
    rest: tuple[str, ...] = ()


_SHORT: Mapping[str, Callable[[Step, Program], str]] = {
    "title": lambda step, program: step.title,
    "phase": lambda step, program: program.phase(step.phase).title,
    "domain": lambda step, program: program.domain(step.domain).title,
    "difficulty": lambda step, program: DIFFICULTIES[step.difficulty],
    "days": lambda step, program: "1 day" if step.days == 1 else f"{step.days} days",
}
_LONG: Mapping[str, Callable[[str, Step], Long]] = {
    "purpose": lambda part, step: Long(part, text=step.purpose),
    "description": lambda part, step: Long(part, text=step.description),
    "guidance": lambda part, step: Long(part, text=step.guidance),
    "deliverables": lambda part, step: Long(part, lines=step.deliverables),
    "criteria": lambda part, step: Long(part, lines=step.criteria),
}


def compare(
    one: StepUpdate, plan: Program, newest: Program, titles: Mapping[str, str]
) -> Difference:
    """Tell what changes in a step: from what it is in the plan to what the version says."""
    now, then = plan.find_step(one.slug), newest.find_step(one.slug)
    if now is None or then is None:
        return Difference()
    short = [
        Short(part, said(now, plan), said(then, newest))
        for part, said in _SHORT.items()
        if part in one.parts
    ]
    if "after" in one.parts:
        short.append(Short("after", _listed(now.after, titles), _listed(one.after, titles)))
    told = [each for each in short if each.now != each.then]
    return Difference(
        short=tuple(each for each in told if each.part not in one.collides),
        own=tuple(each for each in told if each.part in one.collides),
        long=tuple(read(part, then) for part, read in _LONG.items() if part in one.parts),
        rest=tuple(
            part for part in one.parts if part not in {*_SHORT, *one.collides, "after", "tasks"}
        ),
    )


def _listed(slugs: tuple[str, ...], titles: Mapping[str, str]) -> str:
    return ", ".join(f"“{titles.get(slug, slug)}”" for slug in slugs) or "nothing"
