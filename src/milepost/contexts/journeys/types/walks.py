"""Values of a walk: the journey, what happened in it, where each step stands and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


def percent_done(done: int, total: int) -> int:
    """How far a walk is, in percent; only all of it is 100, only nothing of it is 0.

    One rule for all pages and answers: a journey is nowhere a percent further than elsewhere.
    """
    if not total:
        return 0
    shown = round(100 * done / total)
    if done < total:
        shown = min(shown, 99)
    return max(shown, 1) if done else shown


class State(StrEnum):
    """Where a step stands: locked → unlocked → in_progress → completed, or skipped."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    SKIPPED = "skipped"

    @property
    def done(self) -> bool:
        """Whether the step is behind the walker."""
        return self in (State.COMPLETED, State.SKIPPED)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a step's state follows from. Names of steps; ids of fields ever given a value.

    A step was passed as it was last: `completed` or `skipped`, never both. `reopened` names those
    of which even that was taken back since.
    """

    started: frozenset[str] = frozenset()
    completed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    reopened: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a step locked: a field not given, or a step not done."""

    kind: str
    name: str
    given_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A step's state and why: what is missing, and the steps to do, in order, to open it."""

    slug: str
    state: State
    missing: tuple[Missing, ...] = ()
    way: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One subject's walk. `held_fields`: every field it ever gave a value.

    `plan_stamp` is another one with each change of a company's plan. A person's journey has
    no plan, and no name. A company's has neither name nor `updated_at` for whoever sees only how
    far it is.
    """

    id: UUID
    subject_id: UUID
    program_id: UUID
    version_id: UUID
    name: str
    status: str
    plan_stamp: UUID | None
    held_fields: list[str]
    created_at: datetime
    updated_at: datetime | None

    @property
    def changed_at(self) -> datetime:
        """When it was last changed, as far as that is shown."""
        return self.updated_at or self.created_at

    @property
    def is_archived(self) -> bool:
        """Whether the company put it away."""
        return self.status == "archived"


@dataclass(frozen=True, slots=True)
class Available:
    """A step that can be done now, and why just this one: the reason's kind, and in words.

    `opens`: how many locked steps of whatever phase wait for it directly; `opens_at_once` names
    those of them that wait for nothing else.
    """

    slug: str
    kind: str
    text: str
    opens: int
    opens_at_once: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """The cached state of one step, with its times."""

    step_slug: str
    state: str
    percent: int
    unlocked_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProgress:
    """One line of the team matrix: a person and the states of their steps."""

    user_id: UUID
    full_name: str
    email: str
    organization_id: UUID | None
    journey_id: UUID | None
    updated_at: datetime | None
    states: Mapping[str, str]
