"""The values of a program: its steps, what they need and give, and how they hang together.

A `Program` that exists is sound: every need has exactly one giver, every step can be reached, and
its lookups are computed once. Files with faults never become a `Program`; see `check`.
"""

import hashlib
import heapq
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from milepost.contexts.programs.errors import UnsoundProgram


class StepKind(StrEnum):
    """What a person does in a step."""

    TOOL = "tool"


class Difficulty(StrEnum):
    """How much thought a step asks for."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the program; phases are walked in the order in which they are listed."""

    slug: str
    title: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Domain:
    """A field of work that steps belong to, whatever their phase."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Need:
    """A field of another step that opens this one and is shown in it, with the reason."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Give:
    """A field that a step produces, and the form property it is taken from."""

    field: str
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `form` is JSON Schema; `layout` says how it is shown, complete and in order."""

    slug: str
    title: str
    kind: StepKind
    order: int
    phase: str
    domain: str
    difficulty: Difficulty
    minutes: int
    skippable: bool
    after: tuple[str, ...]
    purpose: str
    guidance: str
    needs: tuple[Need, ...]
    gives: tuple[Give, ...]
    form: dict[str, Any]
    layout: dict[str, Any]
    tool_schema: str

    def to_document(self) -> dict[str, Any]:
        """The step as JSON: what a version stores."""
        return {
            "slug": self.slug,
            "title": self.title,
            "kind": str(self.kind),
            "order": self.order,
            "phase": self.phase,
            "domain": self.domain,
            "difficulty": str(self.difficulty),
            "minutes": self.minutes,
            "skippable": self.skippable,
            "after": list(self.after),
            "purpose": self.purpose,
            "guidance": self.guidance,
            "needs": [{"field": need.field, "why": need.why} for need in self.needs],
            "gives": [
                {"field": give.field, "from": give.source, "title": give.title}
                for give in self.gives
            ],
            "form": self.form,
            "layout": self.layout,
            "tool_schema": self.tool_schema,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The step that `to_document` wrote."""
        return cls(
            slug=document["slug"],
            title=document["title"],
            kind=StepKind(document["kind"]),
            order=document["order"],
            phase=document["phase"],
            domain=document["domain"],
            difficulty=Difficulty(document["difficulty"]),
            minutes=document["minutes"],
            skippable=document["skippable"],
            after=tuple(document["after"]),
            purpose=document["purpose"],
            guidance=document["guidance"],
            needs=tuple(Need(need["field"], need["why"]) for need in document["needs"]),
            gives=tuple(
                Give(give["field"], give["from"], give["title"]) for give in document["gives"]
            ),
            form=document["form"],
            layout=document["layout"],
            tool_schema=document["tool_schema"],
        )


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
        stuck = sorted(slug for slug, count in waiting.items() if count)
        raise UnsoundProgram(f"These steps wait for each other: {', '.join(stuck)}.")
    return tuple(result)


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program. `steps` stand in the order of their numbers; `accent` is a hue (0-359)."""

    slug: str
    title: str
    summary: str
    accent: int
    vocabulary: Mapping[str, str]
    phases: tuple[Phase, ...]
    domains: tuple[Domain, ...]
    steps: tuple[Step, ...]
    graph: Graph = field(init=False, repr=False, compare=False)
    content_hash: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The class is frozen; what follows from its fields is worked out here, once.
        ordered = tuple(sorted(self.steps, key=lambda step: step.order))
        object.__setattr__(self, "steps", ordered)
        object.__setattr__(self, "graph", Graph.of(ordered))
        canonical = canonical_json(self.to_document()).encode()
        object.__setattr__(self, "content_hash", hashlib.sha256(canonical).hexdigest())

    def __hash__(self) -> int:
        # Forms are dictionaries and cannot be hashed; their content can.
        return hash(self.content_hash)

    @property
    def topological(self) -> tuple[Step, ...]:
        """All steps, each after everything that it requires."""
        return self.graph.topological

    @property
    def fields(self) -> Mapping[str, Step]:
        """Every field id of the program, with the step that gives it."""
        return self.graph.producers

    def step(self, slug: str) -> Step:
        """The step of that name; KeyError if there is none."""
        return self.graph.steps[slug]

    def find_step(self, slug: str) -> Step | None:
        """The step of that name, or None."""
        return self.graph.steps.get(slug)

    def producer_of(self, field: str) -> Step:
        """The step that gives a field; KeyError if none does."""
        return self.graph.producers[field]

    def give_of(self, field: str) -> Give:
        """How that step gives it: its title, and the form property it comes from; KeyError."""
        return next(give for give in self.producer_of(field).gives if give.field == field)

    def consumers_of(self, field: str) -> tuple[str, ...]:
        """The slugs of the steps that need a field, in program order."""
        return self.graph.consumers[field]

    def requires(self, slug: str) -> frozenset[str]:
        """The steps that must be done before this one: `after`, and the givers of its needs."""
        return self.graph.requires[slug]

    def dependents_of(self, slug: str) -> tuple[str, ...]:
        """The steps that directly require this one, in program order."""
        return self.graph.dependents[slug]

    def to_document(self) -> dict[str, Any]:
        """The program as JSON: what a version stores and its hash covers."""
        return {
            "slug": self.slug,
            "title": self.title,
            "summary": self.summary,
            "accent": self.accent,
            "vocabulary": dict(self.vocabulary),
            "phases": [
                {"slug": phase.slug, "title": phase.title, "summary": phase.summary}
                for phase in self.phases
            ],
            "domains": [{"slug": domain.slug, "title": domain.title} for domain in self.domains],
            "steps": [step.to_document() for step in self.steps],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The program that `to_document` wrote."""
        return cls(
            slug=document["slug"],
            title=document["title"],
            summary=document["summary"],
            accent=document["accent"],
            vocabulary=document["vocabulary"],
            phases=tuple(
                Phase(phase["slug"], phase["title"], phase["summary"])
                for phase in document["phases"]
            ),
            domains=tuple(
                Domain(domain["slug"], domain["title"]) for domain in document["domains"]
            ),
            steps=tuple(Step.from_document(step) for step in document["steps"]),
        )


def canonical_json(value: object) -> str:
    """JSON with one spelling: sorted keys, no spaces, 1.0 written as 1 (to a form they are equal,
    and the database may hand back either)."""
    return json.dumps(
        _plain_numbers(value),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def _plain_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_numbers(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Version:
    """A published program, as it was and stays."""

    id: UUID
    program_id: UUID
    number: int
    content_hash: str
    published_at: datetime
    program: Program


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A row of `programs.versions`."""

    id: UUID
    program_id: UUID
    number: int
    content_hash: str
    document: dict[str, Any]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the version that now holds the content, and whether it is new."""

    version_id: UUID
    program_id: UUID
    number: int
    created: bool


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a program's files, where it stands, in words for its author."""

    file: str
    line: int
    message: str
