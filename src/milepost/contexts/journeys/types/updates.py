"""Values of an update: what a newer version of the framework would change for a company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from milepost.contexts.journeys.types.walks import State
from milepost.contexts.programs.changes import TaskChanges


class UpdateKind(StrEnum):
    """What a newer version does with a step."""

    NEW = "new"
    CHANGED = "changed"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpdate:
    """What would change in one step. `collides` names parts that the company wrote itself.

    A retired step has nothing to take: it stays as it is.
    """

    slug: str
    title: str
    kind: UpdateKind
    parts: tuple[str, ...] = ()
    tasks: TaskChanges = field(default_factory=TaskChanges)
    collides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a version would change, and which steps would then stand elsewhere than now.

    `plan_stamp` is that of the plan it was worked out for;
    `conflict` says why these steps can't be taken together, if they can't.
    """

    version_id: UUID
    number: int
    plan_stamp: UUID | None
    steps: tuple[StepUpdate, ...]
    moves: Mapping[str, tuple[State | None, State]]
    conflict: str | None = None

    @property
    def locks(self) -> tuple[str, ...]:
        """The steps that are open now and would be locked."""
        return tuple(
            slug
            for slug, (before, after) in self.moves.items()
            if before is State.UNLOCKED and after is State.LOCKED
        )

    @property
    def takeable(self) -> frozenset[str]:
        """The steps of which something can be taken."""
        return frozenset(step.slug for step in self.steps if step.kind is not UpdateKind.RETIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a version that isn't published yet would change for one company's journey."""

    journey_id: UUID
    company: str
    name: str
    update: Update
