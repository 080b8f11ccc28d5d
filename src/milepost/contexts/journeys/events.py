"""What happened in a journey, in the past tense."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StepStarted:
    """Somebody began a step."""

    name: ClassVar[str] = "journeys.step_started"
    journey_id: UUID
    step_slug: str


@dataclass(frozen=True, slots=True)
class StepSubmitted:
    """A version was handed in."""

    name: ClassVar[str] = "journeys.step_submitted"
    journey_id: UUID
    step_slug: str
    version: int


@dataclass(frozen=True, slots=True)
class StepCompleted:
    """A step is done, for the first time."""

    name: ClassVar[str] = "journeys.step_completed"
    journey_id: UUID
    step_slug: str


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """A step was left out on purpose."""

    name: ClassVar[str] = "journeys.step_skipped"
    journey_id: UUID
    step_slug: str


@dataclass(frozen=True, slots=True)
class StepUnlocked:
    """A step opened."""

    name: ClassVar[str] = "journeys.step_unlocked"
    journey_id: UUID
    step_slug: str


@dataclass(frozen=True, slots=True)
class ReviewWritten:
    """A coach wrote about a version."""

    name: ClassVar[str] = "journeys.review_written"
    journey_id: UUID
    review_id: UUID
    step_slug: str
    version: int


@dataclass(frozen=True, slots=True)
class StepReopened:
    """A step that was done or left out is at work again."""

    name: ClassVar[str] = "journeys.step_reopened"
    journey_id: UUID
    step_slug: str


@dataclass(frozen=True, slots=True)
class CompanyMoved:
    """How far a company is became another: a step is done, left out, or at work again.

    Beside what happened to the step, for those whom people's steps don't concern.
    """

    name: ClassVar[str] = "journeys.company_moved"
    journey_id: UUID


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """Steps were added, written anew, moved, taken from another version, or taken away."""

    name: ClassVar[str] = "journeys.plan_changed"
    journey_id: UUID
    step_slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskTicked:
    """A task was ticked, or the tick was taken back."""

    name: ClassVar[str] = "journeys.task_ticked"
    journey_id: UUID
    step_slug: str
    task_id: UUID
    is_completed: bool


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """A task was added, changed, moved or taken away."""

    name: ClassVar[str] = "journeys.task_changed"
    journey_id: UUID
    step_slug: str
    task_id: UUID


@dataclass(frozen=True, slots=True)
class OutcomeCaptured:
    """A company wrote down how a step went."""

    name: ClassVar[str] = "journeys.outcome_captured"
    journey_id: UUID
    step_slug: str
    outcome_id: UUID


@dataclass(frozen=True, slots=True)
class HistoryImported:
    """A company brought in what happened before: so many things at once."""

    name: ClassVar[str] = "journeys.history_imported"
    journey_id: UUID
    entries: int
