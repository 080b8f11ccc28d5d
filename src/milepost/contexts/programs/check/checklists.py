"""Checklists: a description that says enough, tasks that are told apart. How many there may be of
everything is a matter of the files' schema, what an entry is about one of `anywhere`."""

import re
from collections.abc import Iterator

from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.types import Fault

# Fewer cannot tell a beginner both what to do and why now.
FEWEST_WORDS = 50

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def check(step: Outline) -> Iterator[Fault]:
    """What is wrong with a step's checklist."""
    if not step.is_checklist:
        return
    content = step.source.content
    description = content.get("description")
    if isinstance(description, str) and description.strip():
        count = len(_WORD.findall(description))
        if count < FEWEST_WORDS:
            yield step.source.fault(
                f"description has {count} {'word' if count == 1 else 'words'}: write at least"
                f" {FEWEST_WORDS}, on what to do and why now.",
                "description",
            )
    yield from _used_twice(step)


def _used_twice(step: Outline) -> Iterator[Fault]:
    seen: set[str] = set()
    for task in step.tasks:
        if task.name in seen:
            yield step.source.fault(
                f"The task {task.name} is here twice; a tick could mean either.", *task.path
            )
        seen.add(task.name)
