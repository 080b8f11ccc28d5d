"""Values of a company's journey: its plan, its tasks, how far it is, how steps really went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """A step as a company takes it. What is None is as the framework says.

    Without a `version_id` it is the company's own. To whom its words aren't shown it is as the
    framework says, too, and has no `revision`.
    """

    step_slug: str
    version_id: UUID | None
    place: int
    title: str | None
    description: str | None
    deliverables: Sequence[str] | None
    criteria: Sequence[str] | None
    phase: str | None
    domain: str | None
    after: Sequence[str] | None
    days: int | None
    revision: int | None

    @property
    def is_own(self) -> bool:
        """Whether the company made this step itself."""
        return self.version_id is None

    @property
    def edited(self) -> tuple[str, ...]:
        """The parts in which the company says otherwise than the framework, where that is told."""
        if self.revision is None:
            return ()
        return tuple(name for name in EDITABLE if getattr(self, name) is not None)

    @property
    def etag(self) -> str:
        """What a client has seen of it; nothing where it may not have seen all."""
        return "" if self.revision is None else f'"{self.revision}"'


EDITABLE = ("title", "description", "deliverables", "criteria", "phase", "domain", "after", "days")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEdit:
    """What a company writes about a step; None leaves a part as it is.

    `restore` names parts that go back to what the framework says.
    """

    title: str | None = None
    description: str | None = None
    deliverables: Sequence[str] | None = None
    criteria: Sequence[str] | None = None
    phase: str | None = None
    domain: str | None = None
    after: Sequence[str] | None = None
    days: int | None = None
    restore: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do in a step. `slug` is the framework's name for it, None for an own task."""

    id: UUID
    journey_id: UUID
    step_slug: str
    slug: str | None
    title: str
    place: int
    assignee_id: UUID | None
    assignee_name: str | None
    due_on: date | None
    completed_at: datetime | None
    completed_by: UUID | None

    @property
    def is_completed(self) -> bool:
        """Whether it is ticked."""
        return self.completed_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCount:
    """How many tasks of a step are ticked, and when the next open one is due."""

    step_slug: str
    total: int
    completed: int
    next_due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many steps of one phase and domain stand where: what a `basic` grant shows."""

    phase: str
    domain: str
    total: int
    in_progress: int
    completed: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a step went. What was written stays; only the consent to share it may change.

    Who wrote it, and that consent, are None for whoever is not of the company.
    """

    id: UUID
    subject_id: UUID
    journey_id: UUID
    program_id: UUID
    step_slug: str
    author_id: UUID | None
    finished: bool
    time_taken_days: int
    confidence_level: int
    share_anonymously: bool | None
    industry: str
    stage: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeNotes:
    """The words of an outcome: what came of each task, notes, what was learnt."""

    outcome_id: UUID
    task_results: Mapping[str, str]
    notes: str
    key_learnings: Sequence[str]
    # What each task was called when this was written; of old outcomes that isn't known.
    task_titles: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """What came of a task. Of one that is gone the title may be unknown: it is empty then."""

    title: str
    text: str
    is_gone: bool = False
