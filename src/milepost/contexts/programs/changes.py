"""What differs between two contents of a program, step by step: pure, so that what is foretold of
a new version and what then happens rest on the same comparison.

A step keeps its identity by its slug, and so does a task within it; one that is spelt another way
is another one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from milepost.contexts.programs.types import Program, Step, Task


class Part(StrEnum):
    """A part of a step that can change by itself."""

    TITLE = "title"
    KIND = "kind"
    PURPOSE = "purpose"
    DESCRIPTION = "description"
    GUIDANCE = "guidance"
    DELIVERABLES = "deliverables"
    CRITERIA = "criteria"
    TASKS = "tasks"
    FORM = "form"
    NEEDS = "needs"
    GIVES = "gives"
    PHASE = "phase"
    DOMAIN = "domain"
    ORDER = "order"
    AFTER = "after"
    DIFFICULTY = "difficulty"
    DAYS = "days"
    MINUTES = "minutes"
    SKIPPABLE = "skippable"
    REVISION = "version"


@dataclass(frozen=True, slots=True)
class Renamed:
    """A task that is still the same one under another title."""

    slug: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TaskChanges:
    """What became of a step's tasks. `reordered` is about those that were there and still are."""

    added: tuple[Task, ...] = ()
    removed: tuple[Task, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.renamed or self.reordered)


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that both contents have, and which parts of it are not the same; never none."""

    slug: str
    parts: tuple[Part, ...]
    tasks: TaskChanges = TaskChanges()


@dataclass(frozen=True, slots=True)
class ProgramChanges:
    """All that differs between two contents, each in program order.

    `added` are steps that a journey can get now and could not before, `restored` those of them
    that were there, but retired. `retired` are steps that a journey could get before and
    cannot now; `gone` are those that the new content does not have at all, retired ones that were
    kept until now among them. A retired step stays for those who have it.
    """

    added: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[StepChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.retired or self.gone or self.changed)

    def of(self, slug: str) -> StepChange | None:
        """What changed in a step that both contents have, if anything did."""
        return next((one for one in self.changed if one.slug == slug), None)


# What is held against what, in the order in which a person is told.
_PARTS: Mapping[Part, Callable[[Step], object]] = {
    Part.TITLE: lambda step: step.title,
    Part.KIND: lambda step: step.kind,
    Part.PURPOSE: lambda step: step.purpose,
    Part.DESCRIPTION: lambda step: step.description,
    Part.GUIDANCE: lambda step: step.guidance,
    Part.DELIVERABLES: lambda step: step.deliverables,
    Part.CRITERIA: lambda step: step.criteria,
    Part.TASKS: lambda step: step.tasks,
    Part.FORM: lambda step: (step.form, step.layout),
    Part.NEEDS: lambda step: step.needs,
    Part.GIVES: lambda step: step.gives,
    Part.PHASE: lambda step: step.phase,
    Part.DOMAIN: lambda step: step.domain,
    Part.ORDER: lambda step: step.order,
    # In which order an author lists the steps to wait for opens nothing sooner or later.
    Part.AFTER: lambda step: frozenset(step.after),
    Part.DIFFICULTY: lambda step: step.difficulty,
    Part.DAYS: lambda step: step.days,
    Part.MINUTES: lambda step: step.minutes,
    Part.SKIPPABLE: lambda step: step.skippable,
    Part.REVISION: lambda step: step.revision,
}


def compare(before: Program, after: Program) -> ProgramChanges:
    """What has to be done to the one content to have the other."""
    old = {step.slug: step for step in before.steps}
    new = {step.slug: step for step in after.steps}
    was = {slug for slug, step in old.items() if step.active}
    now = {slug for slug, step in new.items() if step.active}
    both = ((old[slug], step) for slug, step in new.items() if slug in old)
    return ProgramChanges(
        added=tuple(slug for slug in new if slug in now - was),
        restored=tuple(slug for slug in new if slug in now - was and slug in old),
        retired=tuple(slug for slug in old if slug in was - now),
        gone=tuple(slug for slug in old if slug not in new),
        changed=tuple(
            change for change in (compare_steps(one, other) for one, other in both) if change.parts
        ),
    )


def compare_steps(before: Step, after: Step) -> StepChange:
    """Which parts of one step differ; whether it is retired is the program's to tell."""
    return StepChange(
        slug=after.slug,
        parts=tuple(part for part, of in _PARTS.items() if of(before) != of(after)),
        tasks=_compare_tasks(before.tasks, after.tasks),
    )


def _compare_tasks(before: tuple[Task, ...], after: tuple[Task, ...]) -> TaskChanges:
    old = {task.slug: task for task in before}
    new = {task.slug: task for task in after}
    return TaskChanges(
        added=tuple(task for task in after if task.slug not in old),
        removed=tuple(task for task in before if task.slug not in new),
        renamed=tuple(
            Renamed(task.slug, old[task.slug].title, task.title)
            for task in after
            if task.slug in old and old[task.slug].title != task.title
        ),
        reordered=[slug for slug in old if slug in new] != [slug for slug in new if slug in old],
    )
