"""A whole program, sound as soon as it exists, and the one spelling that its hash covers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from milepost.contexts.programs.types.graph import Graph
from milepost.contexts.programs.types.step import Give, Step, StepKind


class Walker(StrEnum):
    """Who walks a program: one journey belongs to one of these."""

    PERSON = "person"
    COMPANY = "company"


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
    summary: str = ""

    def to_document(self) -> dict[str, str]:
        """The domain as JSON; without a summary it is what it was before there were any."""
        document = {"slug": self.slug, "title": self.title}
        return document | {"summary": self.summary} if self.summary else document


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program. `steps` stand in the order of their numbers; `accent` is a hue (0-359).

    Cheap to make, so that one can be put together for a single journey: its lookups are worked out
    at once, its hash when somebody asks.
    """

    slug: str
    title: str
    summary: str
    accent: int
    vocabulary: Mapping[str, str]
    phases: tuple[Phase, ...]
    domains: tuple[Domain, ...]
    steps: tuple[Step, ...]
    walker: Walker = Walker.PERSON
    graph: Graph = field(init=False, repr=False, compare=False)
    _content_hash: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        # The class is frozen; what follows from its fields is worked out here, once.
        ordered = tuple(sorted(self.steps, key=lambda step: step.order))
        object.__setattr__(self, "steps", ordered)
        object.__setattr__(self, "graph", Graph.of(ordered))

    def __hash__(self) -> int:
        # Forms are dictionaries and cannot be hashed; their content can.
        return hash(self.content_hash)

    @property
    def content_hash(self) -> str:
        """The SHA-256 of the program's document: the same content, the same hash."""
        if not self._content_hash:
            canonical = canonical_json(self.to_document()).encode()
            object.__setattr__(self, "_content_hash", hashlib.sha256(canonical).hexdigest())
        return self._content_hash

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

    @property
    def active_steps(self) -> tuple[Step, ...]:
        """The steps that a journey which begins now gets: all but the retired ones."""
        return tuple(step for step in self.steps if step.active)

    @property
    def tools(self) -> tuple[Step, ...]:
        """The steps with a form, whose answers live in a schema of their own."""
        return tuple(step for step in self.steps if step.kind is StepKind.TOOL)

    @property
    def checklists(self) -> tuple[Step, ...]:
        """The steps with tasks to tick."""
        return tuple(step for step in self.steps if step.kind is StepKind.CHECKLIST)

    def phase(self, slug: str) -> Phase:
        """The phase of that name; KeyError if there is none."""
        for phase in self.phases:
            if phase.slug == slug:
                return phase
        raise KeyError(slug)

    def domain(self, slug: str) -> Domain:
        """The domain of that name; KeyError if there is none."""
        for domain in self.domains:
            if domain.slug == slug:
                return domain
        raise KeyError(slug)

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
        document: dict[str, Any] = {
            "slug": self.slug,
            "title": self.title,
            "summary": self.summary,
            "accent": self.accent,
            "vocabulary": dict(self.vocabulary),
            "phases": [
                {"slug": phase.slug, "title": phase.title, "summary": phase.summary}
                for phase in self.phases
            ],
            "domains": [domain.to_document() for domain in self.domains],
            "steps": [step.to_document() for step in self.steps],
        }
        # As in a step: what is not said leaves the hash of earlier versions alone.
        if self.walker is not Walker.PERSON:
            document["walker"] = str(self.walker)
        return document

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
                Domain(domain["slug"], domain["title"], domain.get("summary", ""))
                for domain in document["domains"]
            ),
            steps=tuple(Step.from_document(step) for step in document["steps"]),
            walker=Walker(document.get("walker", Walker.PERSON)),
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
