"""What can be told of a step even if its file has faults: enough to look at it among others."""

from dataclasses import dataclass
from typing import Any

from milepost.contexts.programs import names
from milepost.contexts.programs.files import KeyPath, Source


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in a step's file, and where it stands."""

    name: str
    path: KeyPath


@dataclass(frozen=True, slots=True)
class Outline:
    """A step's names and references. `sound` tells that the file fits its schema."""

    source: Source
    sound: bool
    slug: str | None
    order: int | None
    tool_schema: str
    after: tuple[Reference, ...]
    needs: tuple[Reference, ...]
    gives: tuple[Reference, ...]

    @property
    def content(self) -> Any:
        """The file's content; only for steps that are sound."""
        return self.source.content

    @property
    def properties(self) -> dict[str, Any]:
        """The form's fields; only for steps that are sound."""
        return self.source.content["form"]["properties"]


def outline(program: str, source: Source, *, sound: bool) -> Outline:
    """Take from a file what is there and has the right type."""
    content: dict[str, Any] = source.content or {}
    slug = content.get("slug")
    slug = slug if isinstance(slug, str) and slug else None
    order = content.get("order")
    return Outline(
        source=source,
        sound=sound,
        slug=slug,
        order=order if isinstance(order, int) and not isinstance(order, bool) else None,
        tool_schema=names.tool_schema(program, slug) if slug else "",
        after=tuple(
            Reference(name, ("after", index))
            for index, name in enumerate(_list(content.get("after")))
            if isinstance(name, str)
        ),
        needs=_fields(content, "needs"),
        gives=_fields(content, "gives"),
    )


def _fields(content: dict[str, Any], key: str) -> tuple[Reference, ...]:
    return tuple(
        Reference(entry["field"], (key, index, "field"))
        for index, entry in enumerate(_list(content.get(key)))
        if isinstance(entry, dict) and isinstance(entry.get("field"), str)
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
