"""The tools of programs that lie beside those that are checked, and will stand in one database.

Only names are read: what else may be wrong there is told when they are checked themselves.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
)

from milepost.contexts.programs import names
from milepost.contexts.programs.types import StepKind


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool's name, the schema of its answers, and the program that has it."""

    program: str
    slug: str
    schema: str


def tools_beside(folders: Iterable[Path]) -> Iterator[Tool]:
    """Give the tools of the programs in the same places as these folders, but not in them."""
    checked = set(folders)
    found = {file.parent for path in checked for file in path.parent.glob("*/program.yaml")}
    for path in sorted(found - checked):
        for file in sorted((path / "steps").glob("*.yaml")):
            head = _head(file)
            slug = head.get("slug", "")
            if slug and head.get("kind") != StepKind.CHECKLIST:
                yield Tool(path.name, slug, names.tool_schema(path.name, slug))


def _head(file: Path) -> dict[str, str]:
    """Read a file up to its slug and kind; nothing of one that can't be read."""
    found: dict[str, str] = {}
    with suppress(YAMLError, UnicodeDecodeError, OSError), file.open(encoding="utf-8") as text:
        for key, value in _top(YAML(typ="safe", pure=True).parse(text)):
            if key in ("slug", "kind"):
                found[key] = value
            if len(found) == 2:
                break
    return found


def _top(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """Give the keys of the outermost mapping that have plain values."""
    depth = 0
    key: str | None = None
    for event in events:
        if isinstance(event, CollectionEndEvent):
            depth -= 1
        elif isinstance(event, NodeEvent) and depth == 1:
            value = event.value if isinstance(event, ScalarEvent) else ""
            if key is not None:
                yield key, value
            key = value if key is None else None
        if isinstance(event, CollectionStartEvent):
            depth += 1
