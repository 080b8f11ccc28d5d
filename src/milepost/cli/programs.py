"""`milepost programs`: check, publish, extend and export the files that programs are."""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from milepost.cli.options import AsJson, DataOption, UrlOption
from milepost.contexts.programs import export as exports
from milepost.contexts.programs import files, scaffold
from milepost.contexts.programs.check import can_compare_meanings, check_folders
from milepost.contexts.programs.check.shape import load_schemas
from milepost.contexts.programs.errors import CannotAdd, FaultyFiles
from milepost.contexts.programs.types import Fault, Program, Published
from milepost.platform.embeddings import Unusable, embeddings_of
from milepost.settings import Settings, shipped, shipped_programs

app = typer.Typer(no_args_is_help=True, help="Check, publish, extend and export programs.")

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Folders of programs; all that ship with Milepost if none is named."),
]
ProgramName = Annotated[
    str, typer.Argument(metavar="PROGRAM", help="A program that ships, or the path of a folder.")
]

_MODELS = {"local": "the model on this machine", "endpoint": "the endpoint of the settings"}

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


@app.command()
def check(
    paths: Paths = None,
    meaning: Annotated[
        bool,
        typer.Option(
            help="Look for steps that repeat another in other words too, where a model is set up:"
            " some seconds for a hundred steps."
        ),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Report every fault in programs' files, with file and line."""
    folders = _read(paths)
    faults, compared = _all_faults(folders, meaning=meaning)
    faults = _as_seen_from_here(faults, folders)
    if as_json:
        _print_json(
            {
                "programs": [folder.slug for folder in folders],
                "meanings": compared or None,
                "faults": [
                    {"file": fault.file, "line": fault.line, "message": fault.message}
                    for fault in faults
                ],
            }
        )
    else:
        _print_faults(faults, _out)
        if not faults:
            steps = sum(len(folder.steps) for folder in folders)
            names = ", ".join(folder.slug for folder in folders)
            counted = "1 step" if steps == 1 else f"{steps} steps"
            _out.print(f"No faults in {names}: {counted}.", style="green", markup=False)
        if compared:
            _out.print(f"Meanings: {compared}.", markup=False, soft_wrap=True)
    if faults:
        raise typer.Exit(1)


@app.command()
def publish(
    paths: Paths = None,
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Publish programs as immutable versions; the same content makes no new version."""
    programs = _load_checked(paths)
    done = asyncio.run(_publish(programs, data=data, url=url))
    if as_json:
        _print_json(
            [
                {"program": program.slug, "version": published.number, "created": published.created}
                for program, published in zip(programs, done, strict=True)
            ]
        )
        return
    for program, published in zip(programs, done, strict=True):
        what = "published as" if published.created else "unchanged:"
        _out.print(f"{program.title} {what} version {published.number}.", markup=False)


@app.command()
def plan(
    program: ProgramName,
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what publishing these files would offer to the companies that walk the program."""
    # The other commands need no database, and start sooner without what this loads.
    from milepost.cli import foresight

    (loaded,) = _load_checked([_folder(program)])
    found = asyncio.run(foresight.foresee(loaded, data=data, url=url))
    if as_json:
        _print_json(found.as_json())
    else:
        foresight.show(found, _out)


@app.command("new-tool")
def new_tool(
    program: ProgramName,
    order: Annotated[int, typer.Argument(min=0, help="Its number in the program.")],
    slug: Annotated[str, typer.Argument(help="Its name; the step becomes sprint-ORDER-SLUG.")],
) -> None:
    """Write the file of a new tool: valid at once, with notes on what to write."""
    _add(scaffold.new_tool, program, order, slug)


@app.command("new-step")
def new_step(
    program: ProgramName,
    order: Annotated[int, typer.Argument(min=0, help="Its number in the program.")],
    slug: Annotated[str, typer.Argument(help="Its name.")],
) -> None:
    """Write the file of a new checklist step: valid at once, with notes on what to write."""
    _add(scaffold.new_step, program, order, slug)


@app.command()
def export(
    program: ProgramName,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path(),
) -> None:
    """Write config/dependencies.json and tool-registry.json, for other systems."""
    loaded = _load_checked([_folder(program)])[0]
    for name, content in (
        ("config/dependencies.json", exports.dependencies(loaded)),
        ("tool-registry.json", exports.tool_registry(loaded)),
    ):
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
        _out.print(f"Wrote {_short(path)}", markup=False, soft_wrap=True)


def _add(write: Callable[[Path, int, str], Path], program: str, order: int, slug: str) -> None:
    folder = _folder(program)
    try:
        path = write(folder, order, slug)
    except CannotAdd as error:
        raise _failure(str(error)) from error
    except FaultyFiles as error:
        _print_faults(error.faults, _err)
        raise _failure("Put these right first.") from error
    _out.print(f"Wrote {_short(path)}", markup=False, soft_wrap=True)
    _out.print(f"Next: milepost programs check {_short(folder)}", markup=False, soft_wrap=True)


async def _publish(
    programs: Sequence[Program], *, data: Path | None, url: str | None
) -> list[Published]:
    # The other commands need no database, and start sooner without what this loads.
    from milepost.cli.database import opened
    from milepost.cli.publishing import publish as publish_all

    with opened(data=data, url=url) as access:
        return await publish_all(access, programs)


def _load_checked(paths: Sequence[Path] | None) -> list[Program]:
    """The programs, if they have no fault; otherwise the faults, and exit 1."""
    folders = _read(paths)
    faults = check_folders(folders, load_schemas(shipped("programs") / "schemas"))
    if faults:
        _print_faults(_as_seen_from_here(faults, folders), _err)
        raise typer.Exit(1)
    return [files.build(folder) for folder in folders]


def _read(paths: Sequence[Path] | None) -> list[files.Folder]:
    chosen = [_folder(str(path)) for path in paths] if paths else shipped_programs()
    return [files.read(path) for path in chosen]


def _folder(program: str) -> Path:
    """The folder that a name or a path means."""
    for path in (Path(program), shipped("programs") / program):
        if path.is_dir():
            return path.resolve()
    raise _failure(f"There is no program {program}, neither a folder nor one that ships.")


def _all_faults(folders: Sequence[files.Folder], *, meaning: bool) -> tuple[tuple[Fault, ...], str]:
    """The faults, and whether meanings were compared; empty where there are none to compare."""
    schemas = load_schemas(shipped("programs") / "schemas")
    if not can_compare_meanings(folders):
        return check_folders(folders, schemas), ""
    if not meaning:
        return check_folders(folders, schemas), "not compared, as you asked"
    embeddings = embeddings_of(Settings())
    if not embeddings.is_there:
        why = "not compared, as no model is set up here; see requirements-embeddings.lock"
        return check_folders(folders, schemas), why

    def nearest(texts: Sequence[str]) -> Mapping[str, Sequence[tuple[str, float]]]:
        return embeddings.nearest_now(texts, texts)

    try:
        with _err.status("Comparing what the steps mean …"):
            found = check_folders(folders, schemas, nearest)
    except Unusable as error:
        return check_folders(folders, schemas), f"not compared, as {error}"
    return found, f"compared, with {_MODELS.get(embeddings.name, embeddings.name)}"


def _as_seen_from_here(
    faults: Iterable[Fault], folders: Iterable[files.Folder]
) -> tuple[Fault, ...]:
    """The faults with paths that a terminal or an editor can open, those in messages too."""
    seen = {
        source.file: _short(folder.path.parent / source.file)
        for folder in folders
        for source in folder.sources
    }
    named = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, seen))})(?=:\d)")
    return tuple(
        Fault(
            seen[fault.file],
            fault.line,
            named.sub(lambda found: seen[found[0]], fault.message),
        )
        for fault in faults
    )


def _short(path: Path) -> str:
    absolute = path.resolve()
    here = Path.cwd()
    return os.path.relpath(absolute, here) if absolute.is_relative_to(here) else str(absolute)


def _print_faults(faults: Sequence[Fault], console: Console) -> None:
    for number, (_, group) in enumerate(groupby(faults, key=lambda fault: fault.file)):
        if number:
            console.print()
        for fault in group:
            place = (f"{fault.file}:{fault.line}", "bold")
            console.print(Text.assemble(place, f": {fault.message}"), soft_wrap=True)
    if faults:
        count = len(faults)
        console.print(f"{count} {'fault' if count == 1 else 'faults'}.", style="red")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _failure(message: str) -> typer.Exit:
    """Say what is wrong; the caller raises the exit."""
    _err.print(message, style="red", markup=False, soft_wrap=True)
    return typer.Exit(1)
