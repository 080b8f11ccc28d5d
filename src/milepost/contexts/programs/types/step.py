"""One step: what a person does in it, what it needs and gives, and how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class StepKind(StrEnum):
    """What a person does in a step."""

    TOOL = "tool"
    CHECKLIST = "checklist"


class Difficulty(StrEnum):
    """How much thought a step asks for."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


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
class Task:
    """One thing to do within a step; its slug is what a tick refers to, whatever the title says."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a step without a form asks for: what to do, what exists afterwards, how that is told."""

    description: str
    deliverables: tuple[str, ...]
    criteria: tuple[str, ...]
    tasks: tuple[Task, ...]

    def task(self, slug: str) -> Task:
        """The task of that name; KeyError if there is none."""
        found = self.find_task(slug)
        if found is None:
            raise KeyError(slug)
        return found

    def find_task(self, slug: str) -> Task | None:
        """The task of that name, or None."""
        return next((task for task in self.tasks if task.slug == slug), None)

    def to_document(self) -> dict[str, Any]:
        """The checklist as JSON."""
        return {
            "description": self.description,
            "deliverables": list(self.deliverables),
            "criteria": list(self.criteria),
            "tasks": [{"slug": task.slug, "title": task.title} for task in self.tasks],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The checklist that `to_document` wrote."""
        return cls(
            description=document["description"],
            deliverables=tuple(document["deliverables"]),
            criteria=tuple(document["criteria"]),
            tasks=tuple(Task(task["slug"], task["title"]) for task in document["tasks"]),
        )


FIRST_REVISION = "1.0"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. A tool has `minutes`, a `form` (JSON Schema) with the `layout` that shows it, and a
    schema for its answers; a checklist has `days` and a `checklist`, and those are empty.

    A step that is not `active` is retired: who has it keeps it, nobody new gets it.
    """

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
    days: int = 0
    active: bool = True
    revision: str = FIRST_REVISION
    checklist: Checklist | None = None

    @property
    def description(self) -> str:
        """What to do and why now; empty for a tool, whose form says it."""
        return self.checklist.description if self.checklist else ""

    @property
    def deliverables(self) -> tuple[str, ...]:
        """What exists once the step is done; none for a tool."""
        return self.checklist.deliverables if self.checklist else ()

    @property
    def criteria(self) -> tuple[str, ...]:
        """By what somebody else can tell that it is done; none for a tool."""
        return self.checklist.criteria if self.checklist else ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What to do, in order; none for a tool."""
        return self.checklist.tasks if self.checklist else ()

    def to_document(self) -> dict[str, Any]:
        """The step as JSON: what a version stores."""
        document: dict[str, Any] = {
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
        # Published versions are known by the hash of their document: what came later is written
        # only where it says something, so that theirs stays what it was.
        if self.days:
            document["days"] = self.days
        if not self.active:
            document["active"] = False
        if self.revision != FIRST_REVISION:
            document["revision"] = self.revision
        if self.checklist is not None:
            document["checklist"] = self.checklist.to_document()
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The step that `to_document` wrote, now or before there were checklists."""
        checklist = document.get("checklist")
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
            days=document.get("days", 0),
            active=document.get("active", True),
            revision=document.get("revision", FIRST_REVISION),
            checklist=None if checklist is None else Checklist.from_document(checklist),
        )
