"""What can be told of a step even if its file has faults: enough to look at it among others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from milepost.contexts.programs import names
from milepost.contexts.programs.files import KeyPath, Source
from milepost.contexts.programs.types import StepKind


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in a step's file, and where it stands."""

    name: str
    path: KeyPath


@dataclass(frozen=True, slots=True)
class Words:
    """Something that a step says to people, and where it stands; `key` is what it is said under."""

    key: str
    path: KeyPath
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A step's names and references. `sound` tells that the file fits its schema."""

    source: Source
    sound: bool
    slug: str | None
    order: int | None
    kind: str | None
    active: bool
    tool_schema: str
    after: tuple[Reference, ...]
    needs: tuple[Reference, ...]
    gives: tuple[Reference, ...]
    tasks: tuple[Reference, ...]

    @property
    def content(self) -> Any:
        """The file's content; only for steps that are sound."""
        return self.source.content

    @property
    def properties(self) -> dict[str, Any]:
        """The form's fields; only for tools that are sound."""
        return self.source.content["form"]["properties"]

    def said(self) -> Iterator[Words]:
        """All that the step says to people, a form aside."""
        content: dict[str, Any] = self.source.content or {}
        for key in ("title", "purpose", "description", "guidance"):
            yield from _words(key, (key,), content.get(key))
        for key in ("deliverables", "criteria"):
            for index, text in enumerate(_list(content.get(key))):
                yield from _words(key, (key, index), text)
        for index, task in enumerate(_list(content.get("tasks"))):
            title = task.get("title") if isinstance(task, dict) else None
            yield from _words("tasks", ("tasks", index, "title"), title)

    def asked(self) -> Iterator[Words]:
        """What a form says to whoever fills it in, and why it is shown what it needs."""
        content: dict[str, Any] = self.source.content or {}
        yield from _in_form(content.get("form"), ("form",))
        for index, need in enumerate(_list(content.get("needs"))):
            if isinstance(need, dict):
                yield from _words("why", ("needs", index, "why"), need.get("why"))

    @property
    def is_tool(self) -> bool:
        """Whether it has a form, and a schema for its answers."""
        return self.kind == StepKind.TOOL

    @property
    def is_checklist(self) -> bool:
        """Whether it has tasks to tick."""
        return self.kind == StepKind.CHECKLIST


def outline(program: str, source: Source, *, sound: bool) -> Outline:
    """Take from a file what is there and has the right type."""
    content: dict[str, Any] = source.content or {}
    slug = content.get("slug")
    slug = slug if isinstance(slug, str) and slug else None
    order = content.get("order")
    kind = content.get("kind")
    # A kind that is misspelt may be meant as a tool; only a checklist keeps no answers for sure.
    keeps_answers = kind != StepKind.CHECKLIST
    return Outline(
        source=source,
        sound=sound,
        slug=slug,
        order=order if isinstance(order, int) and not isinstance(order, bool) else None,
        kind=kind if isinstance(kind, str) else None,
        active=content.get("active") is not False,
        tool_schema=names.tool_schema(program, slug) if slug and keeps_answers else "",
        after=tuple(
            Reference(name, ("after", index))
            for index, name in enumerate(_list(content.get("after")))
            if isinstance(name, str)
        ),
        needs=_named(content, "needs", "field"),
        gives=_named(content, "gives", "field"),
        tasks=_named(content, "tasks", "slug"),
    )


def said_by_program(source: Source) -> Iterator[Words]:
    """All that program.yaml says to people: of the program, its phases and its domains."""
    content: dict[str, Any] = source.content or {}
    for key in ("title", "summary"):
        yield from _words(key, (key,), content.get(key))
    for kind, key in (("phase", "phases"), ("domain", "domains")):
        for index, entry in enumerate(_list(content.get(key))):
            if isinstance(entry, dict):
                for part in ("title", "summary"):
                    named = f"{part} of the {kind} {entry.get('slug')}"
                    yield from _words(named, (key, index, part), entry.get(part))


def _named(content: dict[str, Any], key: str, name: str) -> tuple[Reference, ...]:
    return tuple(
        Reference(entry[name], (key, index, name))
        for index, entry in enumerate(_list(content.get(key)))
        if isinstance(entry, dict) and isinstance(entry.get(name), str)
    )


def _in_form(schema: Any, path: KeyPath) -> Iterator[Words]:
    if not isinstance(schema, dict):
        return
    for key in ("title", "description"):
        yield from _words(key, (*path, key), schema.get(key))
    fields = schema.get("properties")
    for name, field in fields.items() if isinstance(fields, dict) else ():
        yield from _in_form(field, (*path, "properties", name))
    yield from _in_form(schema.get("items"), (*path, "items"))


def _words(key: str, path: KeyPath, text: Any) -> Iterator[Words]:
    if isinstance(text, str):
        yield Words(key, path, text)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
