"""Invents how people walk Fast Track: a handful of histories that many people then share.

A history is worked out with the engine's own rules, so that what is cached of it agrees
with its facts; only the moments are left open, as time since the journey began.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.types import Facts, State
from milepost.contexts.programs import forms
from milepost.contexts.programs.types import Program, Step

Answers = Mapping[str, Mapping[str, Any]]
Offset = timedelta

DAYS_BETWEEN_TOOLS = 3
WRITING = timedelta(minutes=50)
# How many versions of a tool somebody hands in: most are content with the first.
VERSIONS = (1, 1, 1, 2, 2, 3)
REVISED = " Revised after the quarter's numbers came in."


@dataclass(frozen=True, slots=True)
class Given:
    """A field's value, from which version of which tool, and when."""

    tool: str
    version: int
    value: Any
    at: Offset


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a tool: handed in, or (without a time of that) still a draft."""

    step: Step
    number: int
    status: str
    data: Mapping[str, Any]
    inputs: Mapping[str, Given]
    begun: Offset
    handed_in: Offset | None


@dataclass(frozen=True, slots=True)
class Cached:
    """What the engine keeps of one step."""

    state: State
    percent: int
    unlocked: Offset | None
    started: Offset | None
    done: Offset | None


@dataclass(slots=True)
class History:
    """One way to walk the program, up to some step."""

    facts: list[tuple[str, str, Offset]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    steps: dict[str, Cached] = field(default_factory=dict)
    held_fields: list[str] = field(default_factory=list)


def invent(program: Program, answers: Answers, *, count: int, depths: range) -> list[History]:
    """Invent `count` histories in which the first tools, as many as `depths` say, are done."""
    return [
        _walk(program, answers, depths[number % len(depths)], random.Random(number))
        for number in range(count)
    ]


def _walk(program: Program, answers: Answers, depth: int, dice: random.Random) -> History:
    history = History()
    current: dict[str, Given] = {}
    first_given: dict[str, Offset] = {}

    def hand_in(step: Step, number: int, data: Mapping[str, Any], begun: Offset) -> Offset:
        done = begun + WRITING
        inputs = {need.field: current[need.field] for need in step.needs}
        history.versions.append(Version(step, number, "completed", data, inputs, begun, done))
        for name, value in rules.outputs(step, data).items():
            current[name] = Given(step.tool_schema, number, value, done)
            first_given.setdefault(name, done)
        return done

    for place, step in enumerate(program.topological[:depth]):
        begun = timedelta(days=DAYS_BETWEEN_TOOLS * place)
        done = hand_in(step, 1, answers[step.slug], begun)
        history.facts += [(step.slug, "started", begun), (step.slug, "completed", done)]
    later = timedelta(days=DAYS_BETWEEN_TOOLS * depth)
    for step in program.topological[:depth]:
        for number in range(2, dice.choice(VERSIONS) + 1):
            later += timedelta(hours=2)
            hand_in(step, number, _revised(step, answers[step.slug], number), later)
    _begin_next(history, program, answers, depth, current, later + timedelta(days=1))
    _conclude(history, program, first_given)
    return history


def _revised(step: Step, answers: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """Change the first text that a later tool reads, where the form has room for it."""
    for give in step.gives:
        before = answers.get(give.source)
        if isinstance(before, str):
            changed = {**answers, give.source: before + REVISED * (number - 1)}
            if not forms.validate(step.form, changed):
                return changed
    return answers


def _begin_next(
    history: History,
    program: Program,
    answers: Answers,
    depth: int,
    current: Mapping[str, Given],
    begun: Offset,
) -> None:
    if not 0 < depth < len(program.topological):
        return
    step = program.topological[depth]
    written = dict(list(answers[step.slug].items())[:2])
    inputs = {need.field: current[need.field] for need in step.needs}
    history.versions.append(Version(step, 1, "in_progress", written, inputs, begun, None))
    history.facts.append((step.slug, "started", begun))


def _conclude(history: History, program: Program, first_given: Mapping[str, Offset]) -> None:
    times = {(slug, kind): at for slug, kind, at in history.facts}
    facts = Facts(
        started=frozenset(slug for slug, kind in times if kind == "started"),
        completed=frozenset(slug for slug, kind in times if kind == "completed"),
        fields=frozenset(first_given),
    )
    drafts = {v.step.slug: v.data for v in history.versions if v.handed_in is None}
    history.held_fields = sorted(first_given)
    for slug, standing in rules.resolve(program, facts).items():
        step = program.step(slug)
        waits = [first_given[need.field] for need in step.needs if need.field in first_given]
        waits += [times[before, "completed"] for before in step.after if before in facts.completed]
        percent = 100 if standing.state is State.COMPLETED else 0
        if standing.state is State.IN_PROGRESS:
            percent = rules.percent(step.form, drafts[slug])
        history.steps[slug] = Cached(
            state=standing.state,
            percent=percent,
            unlocked=None if standing.missing else max(waits, default=timedelta()),
            started=times.get((slug, "started")),
            done=times.get((slug, "completed")),
        )
