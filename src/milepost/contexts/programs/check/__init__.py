"""Everything that can be wrong in a program's files, found at once, with file and line.

Pure, `neighbours` aside: works on what `files.read` read. `shape` holds each file against the
published JSON Schema, `graph` looks at how steps hang together, `fields` at each form, `layouts` at
how it is shown, `checklists` at what a checklist asks for, `anywhere` at what of it could stand in
any step, `prose` at the Markdown, `phrases` at words that say nothing, leave open what is
meant or stand for a text to be written, `monotony` at what a step says twice, `repetition` and
`titles` at texts that say what another step says, `meanings` at those that say it in other words,
`demo` at the demo answers, `neighbours` at the names that programs beside these have taken.
"""

from collections.abc import Iterable, Iterator, Mapping, Set

from milepost.contexts.programs.check import (
    anywhere,
    checklists,
    demo,
    fields,
    graph,
    layouts,
    meanings,
    monotony,
    neighbours,
    phrases,
    prose,
    repetition,
    shape,
    titles,
)
from milepost.contexts.programs.check.outline import Outline, outline
from milepost.contexts.programs.files import Folder
from milepost.contexts.programs.types import Fault


def check_folder(folder: Folder, schemas: shape.Schemas) -> tuple[Fault, ...]:
    """Every fault of one program, by file and line."""
    return _sorted(_faults(folder, schemas))


def check_folders(
    folders: Iterable[Folder], schemas: shape.Schemas, nearest: meanings.Nearest | None = None
) -> tuple[Fault, ...]:
    """Every fault of programs that are to stand in one database, with those beside them.

    With `nearest`, meanings are compared as well as words.
    """
    folders = tuple(folders)
    found = [fault for folder in folders for fault in _faults(folder, schemas)]
    if nearest is not None:
        found += [
            fault for folder in folders for fault in meanings.check(_outlines(folder), nearest)
        ]
    return _sorted([*found, *_schemas_shared(folders)])


def can_compare_meanings(folders: Iterable[Folder]) -> bool:
    """Whether any of these programs has steps whose meanings could be compared."""
    return any(meanings.can_tell(_outlines(folder)) for folder in folders)


def _outlines(folder: Folder) -> list[Outline]:
    return [outline(folder.slug, source, sound=False) for source in folder.steps]


def _sorted(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(set(faults)))


def _faults(folder: Folder, schemas: shape.Schemas) -> Iterator[Fault]:
    for source in folder.sources:
        yield from source.faults
    yield from shape.check_program(folder, schemas)
    outlines: list[Outline] = []
    for source in folder.steps:
        shaped = list(shape.check_step(source, schemas))
        yield from shaped
        outlines.append(outline(folder.slug, source, sound=not shaped and not source.faults))
    yield from phrases.check_program(folder.program)
    yield from graph.check(folder, outlines)
    producers = graph.producers(outlines)
    needed = {need.name for step in outlines for need in step.needs}
    worded = [fault for step in outlines for fault in phrases.check(step)]
    yield from worded
    yield from anywhere.check(outlines, worded)
    for step in outlines:
        yield from prose.check(step)
        yield from monotony.check(step)
        yield from checklists.check(step)
        if step.sound and step.is_tool:
            yield from _tool_faults(folder, step, producers, needed)
    yield from repetition.check_program(folder.program)
    repeated = list(repetition.check(outlines))
    yield from repeated
    yield from titles.check(outlines, repeated)
    yield from demo.check_names(folder, outlines)


def _tool_faults(
    folder: Folder, step: Outline, producers: Mapping[str, Outline], needed: Set[str]
) -> Iterator[Fault]:
    in_form = list(fields.check(step, needed))
    yield from in_form
    yield from layouts.check(step, producers)
    # Answers can only be held against a form that is one.
    if not in_form:
        yield from demo.check(folder, step)


def _schemas_shared(folders: Iterable[Folder]) -> Iterator[Fault]:
    """Two programs whose steps would share one schema, or one name."""
    taken: dict[str, str] = {}
    named: dict[str, str] = {}
    for tool in neighbours.tools_beside([folder.path for folder in folders]):
        taken.setdefault(tool.schema, tool.program)
        named.setdefault(tool.slug, tool.program)
    for folder in folders:
        for source in folder.steps:
            step = outline(folder.slug, source, sound=False)
            schema, slug = step.tool_schema, step.slug
            if not schema or slug is None:
                continue
            if taken.setdefault(schema, folder.slug) != folder.slug:
                yield source.fault(
                    f"The database schema {schema} belongs to the program {taken[schema]}.", "slug"
                )
            elif named.setdefault(slug, folder.slug) != folder.slug:
                yield source.fault(
                    f"The program {named[slug]} has a tool called {slug} already.", "slug"
                )
