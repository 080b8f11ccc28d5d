"""Demo answers: each belongs to a step and could be handed in as it is."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from milepost.contexts.programs import forms
from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.files import Folder, KeyPath, Source
from milepost.contexts.programs.types import Fault


def check(folder: Folder, step: Outline) -> Iterator[Fault]:
    """What is wrong with the answers to a step whose form is sound."""
    source = folder.demos.get(_stem(step.source))
    if source is None or source.faults:
        return
    for error in forms.validate(step.content["form"], source.content):
        yield source.fault(f"{error.path}: {error.message}", *keys(error.path))


def check_names(folder: Folder, outlines: Iterable[Outline]) -> Iterator[Fault]:
    """Answers that belong to no step, or to one that asks for none."""
    steps = {_stem(step.source): step for step in outlines}
    for stem, source in folder.demos.items():
        if stem not in steps:
            yield source.fault(f"There is no steps/{stem}.yaml that these answers belong to.")
        elif steps[stem].is_checklist:
            yield source.fault(f"steps/{stem}.yaml is a checklist, which takes no answers.")


def _stem(source: Source) -> str:
    return PurePosixPath(source.file).stem


def keys(path: str) -> KeyPath:
    """The keys that a field error's path names."""
    return tuple(int(key) if key.isdecimal() else key for key in path.split("/") if key)
