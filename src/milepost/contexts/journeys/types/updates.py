"""Values of an update: what a newer version of the framework would change for a company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from milepost.contexts.journeys.types.walks import State
from milepost.contexts.programs import types as programs
from milepost.contexts.programs.changes import Renamed


class UpdateKind(StrEnum):
    """What a newer version does with a step."""

    NEW = "new"
    CHANGED = "changed"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class KeptTask:
    """A task that the framework changes and the company keeps, having worked on it.

    `title` is as the company has it; `offered` what the framework calls it now, None where it
    gave the task up.
    """

    slug: str
    title: str
    offered: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdates:
    """What would become of a company's tasks of a step."""

    added: tuple[programs.Task, ...] = ()
    removed: tuple[programs.Task, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    kept: tuple[KeptTask, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.renamed or self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpdate:
    """What would change in one step. `collides` names parts that the company wrote itself.

    `title` is as the company has it now. `after` is what the step would come after, by slug, once
    all that is new is taken. A retired step has nothing to take: it stays as it is.
    """

    slug: str
    title: str
    kind: UpdateKind
    parts: tuple[str, ...] = ()
    tasks: TaskUpdates = field(default_factory=TaskUpdates)
    collides: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collision:
    """Why steps can't be taken as chosen: `circle` would wait for each other, in this order.

    `own` are those of them that come after the next one because the company said so.
    """

    message: str
    circle: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a version would change, and which steps would then stand elsewhere than now.

    `stamp` is another one as soon as any of this, told again of the same choice, would be told
    otherwise; `conflict` says why these steps can't be taken, if they can't. `titles` are those
    of every step that is or would be in the plan, as the company calls it.
    """

    version_id: UUID
    number: int
    steps: tuple[StepUpdate, ...]
    moves: Mapping[str, tuple[State | None, State]]
    titles: Mapping[str, str]
    conflict: Collision | None = None
    stamp: str = ""

    @property
    def locks(self) -> tuple[str, ...]:
        """The steps that are open now and would be locked."""
        return self._moving(State.UNLOCKED, State.LOCKED)

    @property
    def opens(self) -> tuple[str, ...]:
        """The steps that are locked now and would be open."""
        return self._moving(State.LOCKED, State.UNLOCKED)

    def _moving(self, since: State, to: State) -> tuple[str, ...]:
        return tuple(slug for slug, move in self.moves.items() if move == (since, to))

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
