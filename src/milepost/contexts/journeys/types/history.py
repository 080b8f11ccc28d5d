"""Values of a company's past that is brought in at once: what happened when, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from milepost.contexts.journeys.types.walks import State


class HistoryKind(StrEnum):
    """What an entry of a history says: about a step, about a task of it, or how it went."""

    STARTED = "started"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    REOPENED = "reopened"
    TICKED = "ticked"
    UNTICKED = "unticked"
    PLANNED = "planned"
    TOLD = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOutcome:
    """How a step went, as it was told then. `task_results` goes by the names of its tasks.

    Without a stage it is the phase that the company was in.
    """

    time_taken_days: int
    confidence_level: int
    share_anonymously: bool = False
    stage: str | None = None
    task_results: Mapping[str, str] | None = None
    notes: str = ""
    key_learnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened to a step.

    A task is named as the framework names it, or by its title. `member_id`: who ticked it, or
    was given it.
    """

    step_slug: str
    kind: HistoryKind
    at: datetime
    reason: str = ""
    task: str | None = None
    member_id: UUID | None = None
    due_on: date | None = None
    outcome: PastOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFact:
    """A fact as it is written down: its kind, when, and what it says beside that."""

    step_slug: str
    kind: str
    at: datetime
    task_id: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStep:
    """Where a step stands after all that happened, and since when."""

    state: State
    percent: int
    unlocked_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTick:
    """What the newest tick of a task says, and by whom."""

    task_id: UUID
    completed_at: datetime | None
    completed_by: UUID | None
