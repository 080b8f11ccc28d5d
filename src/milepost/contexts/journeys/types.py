"""Values of a journey: states and their reasons, submissions, fields, reviews."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from milepost.contexts.programs.types import Step


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


class Verdict(StrEnum):
    """What a review says besides its text."""

    COMMENT = "comment"
    STRONG = "strong"
    REVISE = "revise"


class Choice(StrEnum):
    """What a person does about a later value: keep what they used, or take the new one."""

    KEEP = "keep"
    TAKE = "take"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a step's state follows from. Names of steps; ids of fields ever given a value."""

    started: frozenset[str] = frozenset()
    completed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
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
    """One subject's walk. `held_fields`: every field it ever gave a value."""

    id: UUID
    subject_id: UUID
    program_id: UUID
    version_id: UUID
    held_fields: list[str]
    created_at: datetime
    updated_at: datetime


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
class Submission:
    """One version of an answer; `draft` and `in_progress` are not handed in yet."""

    id: UUID
    subject_id: UUID
    journey_id: UUID
    step_slug: str
    user_id: UUID
    data: dict[str, Any]
    inputs: dict[str, Any]
    status: str
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    completed_at: datetime | None

    @property
    def etag(self) -> str:
        """What a client has seen of it."""
        return f'"{self.version}.{self.revision}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """What a field is now, and where it came from."""

    field_id: str
    tool: str
    version: int
    value: Any
    at: datetime

    def as_input(self) -> dict[str, Any]:
        """As a submission remembers it."""
        return {
            "tool": self.tool,
            "version": self.version,
            "at": self.at.isoformat(),
            "value": self.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A field that a handed-in answer used, and that has another value by now."""

    step_slug: str
    version: int
    field_id: str
    used: Any
    used_version: int
    current: Any
    current_version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a coach wrote about one version."""

    id: UUID
    subject_id: UUID
    journey_id: UUID
    step_slug: str
    version: int
    author_id: UUID
    author_name: str | None
    text: str
    verdict: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A step as its walker finds it: inputs with their origin, the draft, what was handed in."""

    standing: Standing
    inputs: Mapping[str, FieldValue]
    draft: Submission | None
    latest: Submission | None
    outdated: tuple[Outdated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What handing in did: the version made, and the steps it opened."""

    submission: Submission
    opened: tuple[Step, ...]

    @property
    def unlocked(self) -> tuple[str, ...]:
        """The slugs of the steps it opened."""
        return tuple(step.slug for step in self.opened)


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
