"""One company of a portfolio as values: what each level shows of it, and nothing besides.

What a level doesn't show is empty here because the database left it out (see
`journeys.shown_journeys` and its sisters), not because somebody thought of it on the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from milepost.contexts.insights.portfolio import Company, Count
from milepost.contexts.programs.types import Domain, Phase

# The last of a hundred is for what is completed.
_ALL_TICKED = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task, as `full` shows it."""

    title: str
    is_completed: bool
    due_on: date | None


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What came of a task, as `full` shows it; of one that is gone the title may be unknown."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """What a company wrote about a step in the place of the framework's words; None: nothing.

    `edited` names every part in which it says otherwise, also those that `detailed` shows.
    """

    edited: Sequence[str]
    description: str | None
    deliverables: Sequence[str] | None
    criteria: Sequence[str] | None

    @property
    def any(self) -> bool:
        """Whether there is something to read."""
        return bool(self.description or self.deliverables or self.criteria)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step of a company, as `detailed` shows it; what comes with `full` is empty before.

    `after` holds the titles of the steps it waits for.
    """

    slug: str
    title: str
    phase: str
    domain: str
    state: str
    days: int
    percent: int
    is_own: bool
    after: Sequence[str]
    unlocked_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    stalled: bool
    own_words: OwnWords | None = None
    tasks: Sequence[TaskLine] = ()
    reason: str | None = None

    @property
    def is_all_ticked(self) -> bool:
        """Whether nothing is left of it but to say that it is completed.

        Where tasks aren't shown, the share tells.
        """
        if self.state != "in_progress":
            return False
        if self.tasks:
            return all(task.is_completed for task in self.tasks)
        return self.percent >= _ALL_TICKED


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLine:
    """How a step went; the words are only for `full`.

    `industry` and `stage` are the company's as they were when this was written.
    """

    step_slug: str
    title: str
    finished: bool
    time_taken_days: int
    confidence_level: int
    industry: str
    stage: str
    created_at: datetime
    community_days: float | None
    results: Sequence[ResultLine] = ()
    notes: str | None = None
    key_learnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A journey of a company: its name comes with `detailed`, the rest with `basic`."""

    id: UUID
    name: str
    program: str
    version: int
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView:
    """All that a company shows a holder of one journey, at its level."""

    company: Company
    accent: int | None
    phases: Sequence[Phase]
    domains: Sequence[Domain]
    cells: Mapping[tuple[str, str], Count]
    journeys: Sequence[Walked]
    steps: Sequence[StepLine] = ()
    outcomes: Sequence[OutcomeLine] = ()

    @property
    def walked(self) -> Walked | None:
        """The journey that is shown."""
        shown = self.company.holding.journey_id
        return next((one for one in self.journeys if one.id == shown), None)
