"""How the steps of a program hang together."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from milepost.contexts.programs.errors import UnsoundProgram, WaitingInCircle
from milepost.contexts.programs.types.cycles import cycles
from milepost.contexts.programs.types.step import Step


@dataclass(frozen=True, slots=True)
class Graph:
    """How steps hang together, worked out once: all lookups are dictionary reads."""

    steps: Mapping[str, Step]
    producers: Mapping[str, Step]
    consumers: Mapping[str, tuple[str, ...]]
    requires: Mapping[str, frozenset[str]]
    dependents: Mapping[str, tuple[str, ...]]
    topological: tuple[Step, ...]

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """The graph of sound steps; raises UnsoundProgram for any other."""
        ordered = sorted(steps, key=lambda step: step.order)
        by_slug = {step.slug: step for step in ordered}
        if len(by_slug) != len(ordered) or len({step.order for step in ordered}) != len(ordered):
            raise UnsoundProgram("A slug or an order is used twice.")
        producers = _producers(ordered)
        requires = {step.slug: _requires(step, by_slug, producers) for step in ordered}
        dependents: dict[str, list[str]] = {slug: [] for slug in by_slug}
        consumers: dict[str, list[str]] = {name: [] for name in producers}
        for step in ordered:
            for slug in requires[step.slug]:
                dependents[slug].append(step.slug)
            for need in step.needs:
                consumers[need.field].append(step.slug)
        return cls(
            steps=by_slug,
            producers=producers,
            consumers={name: tuple(slugs) for name, slugs in consumers.items()},
            requires=requires,
            dependents={slug: tuple(slugs) for slug, slugs in dependents.items()},
            topological=_topological(ordered, requires, dependents),
        )


def _producers(steps: Iterable[Step]) -> dict[str, Step]:
    producers: dict[str, Step] = {}
    for step in steps:
        for give in step.gives:
            if give.field in producers:
                raise UnsoundProgram(f"Two steps give {give.field}.")
            producers[give.field] = step
    return producers


def _requires(
    step: Step, by_slug: Mapping[str, Step], producers: Mapping[str, Step]
) -> frozenset[str]:
    for slug in step.after:
        if slug not in by_slug:
            raise UnsoundProgram(f"{step.slug} comes after {slug}, which does not exist.")
    for need in step.needs:
        if need.field not in producers:
            raise UnsoundProgram(f"{step.slug} needs {need.field}, which no step gives.")
    return frozenset(step.after) | {producers[need.field].slug for need in step.needs}


def _topological(
    steps: Iterable[Step],
    requires: Mapping[str, frozenset[str]],
    dependents: Mapping[str, Iterable[str]],
) -> tuple[Step, ...]:
    """Every step after all that it requires; among equals, the lower order first."""
    by_slug = {step.slug: step for step in steps}
    waiting = {slug: len(required) for slug, required in requires.items()}
    ready = [(by_slug[slug].order, slug) for slug, count in waiting.items() if not count]
    heapq.heapify(ready)
    result: list[Step] = []
    while ready:
        _, slug = heapq.heappop(ready)
        result.append(by_slug[slug])
        for dependent in dependents[slug]:
            waiting[dependent] -= 1
            if not waiting[dependent]:
                heapq.heappush(ready, (by_slug[dependent].order, dependent))
    if len(result) != len(by_slug):
        raise WaitingInCircle(_circle([step for step in steps if waiting[step.slug]], requires))
    return tuple(result)


def _circle(stuck: Sequence[Step], requires: Mapping[str, frozenset[str]]) -> tuple[Step, ...]:
    """Find steps that wait for each other among those that wait for them or are among them."""
    by_slug = {step.slug: step for step in stuck}
    for step in stuck:
        if step.slug in requires[step.slug]:
            return (step,)
    # In the order of the steps, so that the same ones are named each time.
    waits = {slug: [one for one in by_slug if one in requires[slug]] for slug in by_slug}
    return tuple(by_slug[slug] for slug in cycles(waits)[0][:-1])
