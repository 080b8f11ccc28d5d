"""Program files: a folder of YAML read into plain values, with the line of every key kept.

`read` never fails on bad content: what cannot be read becomes a fault, and the rest is still there
to be checked. `build` makes a `Program` of a folder that `check` found sound; `load` does both for
folders that are known to be good.
"""

import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from milepost.contexts.programs import layout, names
from milepost.contexts.programs.errors import FaultyFiles
from milepost.contexts.programs.types import (
    FIRST_REVISION,
    Checklist,
    Difficulty,
    Domain,
    Fault,
    Give,
    Need,
    Phase,
    Program,
    Step,
    StepKind,
    Task,
    Walker,
)

# Beyond this a file is not a step, and reading it would only cost time.
LARGEST_FILE = 1_000_000

NO_STEPS = "There are no files in steps/."

_TAG = "tag:yaml.org,2002:"

KeyPath = tuple[str | int, ...]
# What PostgreSQL can't hold: NUL, and halves of a character.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(slots=True)
class Source:
    """One file: its text, its plain content, and where each key of it stands."""

    file: str
    text: str = ""
    content: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict[KeyPath, int])
    faults: list[Fault] = field(default_factory=list[Fault])

    def line(self, *path: str | int) -> int:
        """The line of a key or item; of the nearest one around it if it is not there."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def written(self, *path: str | int) -> str:
        """The lines from a key to the next one, as they stand in the file."""
        first = self.line(*path)
        after = min((line for line in self.lines.values() if line > first), default=None)
        lines = self.text.splitlines(keepends=True)
        return "".join(lines[first - 1 : None if after is None else after - 1])

    def fault(self, message: str, *path: str | int) -> Fault:
        """A fault at a key of this file."""
        return Fault(self.file, self.line(*path), message)


@dataclass(frozen=True, slots=True)
class Folder:
    """A program's files as they were read. `demos` are keyed by the stem of the step's file."""

    path: Path
    program: Source
    steps: tuple[Source, ...]
    demos: Mapping[str, Source]

    @property
    def slug(self) -> str:
        """A program is named after its folder."""
        return self.path.name

    @property
    def sources(self) -> Iterator[Source]:
        """Every file that was read."""
        yield self.program
        yield from self.steps
        yield from self.demos.values()


def read(path: Path, *, demos: bool = True) -> Folder:
    """Read a program's folder. File names in faults are relative to the folder's parent."""
    path = path.resolve()
    found = sorted((path / "demo").glob("*.yaml")) if demos else []
    folder = Folder(
        path=path,
        program=_read_file(path, path / "program.yaml"),
        steps=tuple(_read_file(path, file) for file in sorted((path / "steps").glob("*.yaml"))),
        demos={file.stem: _read_file(path, file) for file in found},
    )
    if not folder.steps:
        folder.program.faults.append(folder.program.fault(NO_STEPS))
    return folder


def load(path: Path) -> Program:
    """The program in a folder of files that were checked before; FaultyFiles if unreadable."""
    folder = read(path, demos=False)
    faults = tuple(fault for source in folder.sources for fault in source.faults)
    if faults:
        raise FaultyFiles(faults)
    return build(folder)


def load_demo(path: Path) -> dict[str, dict[str, Any]]:
    """The demo company's answers by step slug, for a folder that was checked before."""
    found = {step.slug: load_answers(path, step) for step in load(path).steps}
    return {slug: answers for slug, answers in found.items() if answers}


def load_answers(path: Path, step: Step) -> dict[str, Any]:
    """The demo company's answers to one step; none in a program without them."""
    for file in (path / "demo").glob(f"{step.order:02}-*.yaml"):
        answers = _read_file(path, file)
        if answers.faults:
            raise FaultyFiles(tuple(answers.faults))
        return answers.content
    return {}


def build(folder: Folder) -> Program:
    """The program of a folder without faults."""
    content = folder.program.content
    return Program(
        slug=folder.slug,
        title=content["title"],
        summary=content.get("summary", "").strip(),
        accent=content["accent"],
        vocabulary=dict(content.get("vocabulary", {})),
        phases=tuple(
            Phase(phase["slug"], phase["title"], phase.get("summary", "").strip())
            for phase in content["phases"]
        ),
        domains=tuple(
            Domain(domain["slug"], domain["title"], domain.get("summary", "").strip())
            for domain in content["domains"]
        ),
        steps=tuple(build_step(folder.slug, source.content) for source in folder.steps),
        walker=Walker(content.get("walker", Walker.PERSON)),
    )


def build_step(program: str, content: Mapping[str, Any]) -> Step:
    """The step that a sound file describes."""
    kind = StepKind(content["kind"])
    is_tool = kind is StepKind.TOOL
    return Step(
        slug=content["slug"],
        title=content["title"],
        kind=kind,
        order=content["order"],
        phase=content["phase"],
        domain=content["domain"],
        difficulty=Difficulty(content["difficulty"]),
        minutes=content.get("minutes", 0),
        # Later tools build on what a tool gives; a checklist is a company's own to leave out.
        skippable=content.get("skippable", not is_tool),
        after=tuple(content.get("after", ())),
        purpose=content["purpose"].strip(),
        guidance=content["guidance"].strip(),
        needs=tuple(Need(need["field"], need["why"]) for need in content.get("needs", ())),
        gives=tuple(
            Give(give["field"], give["from"], give["title"]) for give in content.get("gives", ())
        ),
        form=content["form"] if is_tool else {},
        layout=layout.complete(content["form"], content.get("layout", {})) if is_tool else {},
        tool_schema=names.tool_schema(program, content["slug"]) if is_tool else "",
        days=content.get("days", 0),
        active=content.get("active", True),
        revision=content.get("version", FIRST_REVISION),
        checklist=None if is_tool else _checklist(content),
    )


def _checklist(content: Mapping[str, Any]) -> Checklist:
    return Checklist(
        description=content["description"].strip(),
        deliverables=tuple(text.strip() for text in content["deliverables"]),
        criteria=tuple(text.strip() for text in content["criteria"]),
        tasks=tuple(Task(task["slug"], task["title"].strip()) for task in content["tasks"]),
    )


def _read_file(folder: Path, file: Path) -> Source:
    source = Source(file.relative_to(folder.parent).as_posix())
    try:
        raw = file.read_bytes()
        if len(raw) > LARGEST_FILE:
            source.faults.append(source.fault(f"The file is larger than {LARGEST_FILE:,} bytes."))
            return source
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        source.faults.append(Fault(source.file, line, "This is not UTF-8 text."))
        return source
    except OSError as error:
        source.faults.append(source.fault(f"Cannot read this file: {error.strerror}."))
        return source
    read_text(source, text)
    return source


def read_text(source: Source, text: str) -> None:
    """Fill a source from YAML text: an object of plain values, or faults."""
    source.text = text
    try:
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = error.problem or error.context or "unreadable"
        source.faults.append(Fault(source.file, line, f"YAML: {problem}."))
        return
    except (YAMLError, RecursionError) as error:
        problem = str(error).splitlines()[0] if str(error) else "unreadable"
        source.faults.append(Fault(source.file, 1, f"YAML: {problem}."))
        return
    if not isinstance(node, MappingNode):
        source.faults.append(Fault(source.file, 1, "The file must hold keys and values."))
        return
    source.content = _Reading(source).value(node, ())


class _Reading:
    """One walk over a file's nodes: plain values on the way out, lines noted on the way in."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.seen: set[int] = set()
        self.scalars = YAML(typ="safe", pure=True).constructor

    def value(self, node: Node, path: KeyPath) -> Any:
        # A node that is met twice is an alias: readers would have to jump, and a few lines could
        # stand for gigabytes.
        if id(node) in self.seen:
            return self.refuse(node, "Write it out: anchors and aliases are not read here.")
        self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                self.source.lines[*path, index] = item.start_mark.line + 1
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.tag != f"{_TAG}str":
                self.refuse(key, "A key must be text; put it in quotes.")
            elif key.value in result:
                self.refuse(key, f"The key {key.value} is written twice.")
            else:
                here = (*path, key.value)
                self.source.lines[here] = key.start_mark.line + 1
                result[key.value] = self.value(value, here)
        return result

    def scalar(self, node: Node) -> Any:
        try:
            return self.plain(node)
        except ValueError:
            return self.refuse(node, "This is not what its tag says it is.")

    def plain(self, node: Node) -> Any:
        match str(node.tag).removeprefix(_TAG):
            # YAML reads 2026-03-02 as a date; a form's dates are text in that spelling.
            case "str" | "timestamp":
                text = str(node.value)
                if _UNSTORABLE.search(text):
                    return self.refuse(node, "This text holds a character that cannot be stored.")
                return text
            case "null":
                return None
            case "bool":
                return self.scalars.construct_yaml_bool(node)
            case "int":
                return self.scalars.construct_yaml_int(node)
            case "float":
                number = self.scalars.construct_yaml_float(node)
                if not math.isfinite(number):
                    return self.refuse(node, "This is not a number that can be written down.")
                return number
            case other:
                return self.refuse(node, f"The tag {other} is not read here.")

    def refuse(self, node: Node, message: str) -> None:
        self.source.faults.append(Fault(self.source.file, node.start_mark.line + 1, message))
