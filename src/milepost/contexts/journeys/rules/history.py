"""Walking a past again, in the order of time: whether it could have happened, and what follows.

It asks the same of every entry that doing it today would ask, and keeps the same times; only
that all of it is known at once, so that a journey of years is looked at in one pass.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys.rules.standing import resolve
from milepost.contexts.journeys.types import (
    Facts,
    HistoryEntry,
    HistoryKind,
    PastFact,
    PastStep,
    PastTick,
    Standing,
    State,
    Task,
)
from milepost.contexts.programs.types import Program, Step


class Impossible(Exception):
    """An entry that could not have happened when it says, and why."""

    def __init__(self, entry: HistoryEntry, why: str) -> None:
        super().__init__(why)
        self.entry = entry
        self.why = why


@dataclass(slots=True)
class Replay:
    """A journey while its past is walked; afterwards, where everything stands."""

    program: Program
    tasks: Mapping[str, Sequence[Task]]
    began: Mapping[str, datetime]
    started: dict[str, datetime] = field(default_factory=dict[str, datetime])
    completed: set[str] = field(default_factory=set[str])
    skipped: set[str] = field(default_factory=set[str])
    reopened: set[str] = field(default_factory=set[str])
    # When a step was first behind the company, which is what others waited for.
    passed: dict[str, datetime] = field(default_factory=dict[str, datetime])
    done_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    touched: dict[str, datetime] = field(default_factory=dict[str, datetime])
    ticks: dict[UUID, PastTick] = field(default_factory=dict[UUID, PastTick])
    written: list[PastFact] = field(default_factory=list[PastFact])

    def state(self, slug: str) -> State:
        """Where a step stands just now."""
        if slug in self.reopened:
            if slug in self.started or slug in self.completed:
                return State.IN_PROGRESS
        elif slug in self.completed:
            return State.COMPLETED
        elif slug in self.skipped:
            return State.SKIPPED
        elif slug in self.started:
            return State.IN_PROGRESS
        waits = any(before not in self.passed for before in self.program.step(slug).after)
        return State.LOCKED if waits else State.UNLOCKED

    def remember(self, fact: PastFact) -> None:
        """Take in a fact that is written down already."""
        match fact.kind:
            case "started":
                self._start(fact.step_slug, fact.at)
            case "completed":
                self._complete(fact.step_slug, fact.at)
            case "skipped":
                self._skip(fact.step_slug, fact.at)
            case "reopened":
                self._reopen(fact.step_slug, fact.at)
            case "ticked" | "unticked" if fact.task_id is not None:
                self._tick(fact, None)
            case _:
                return

    def happen(self, entry: HistoryEntry) -> None:
        """Let an entry happen, and note the facts of it. Raises Impossible."""
        step = self.program.step(entry.step_slug)
        if entry.kind is HistoryKind.PLANNED:
            return
        state = self.state(step.slug)
        if state is State.LOCKED:
            raise Impossible(entry, f"it was still locked, behind {self._waiting(step)}")
        match entry.kind:
            case HistoryKind.STARTED:
                if state is not State.UNLOCKED:
                    raise Impossible(entry, "it had begun before")
                self._note(entry, "started")
                self._start(step.slug, entry.at)
            case HistoryKind.COMPLETED:
                if state is State.COMPLETED:
                    raise Impossible(entry, "it was done before")
                self._begin(entry)
                self._note(entry, "completed")
                self._complete(step.slug, entry.at)
            case HistoryKind.SKIPPED:
                self._leave_out(entry, step, state)
            case HistoryKind.REOPENED:
                if not state.done:
                    raise Impossible(entry, "it was neither done nor left out")
                self._note(entry, "reopened")
                self._reopen(step.slug, entry.at)
            case HistoryKind.TICKED | HistoryKind.UNTICKED:
                self._tick_now(entry, state)
            case HistoryKind.TOLD:
                if not state.done:
                    raise Impossible(entry, "it was not behind you")

    def task(self, entry: HistoryEntry) -> Task:
        """The task that an entry names. Raises Impossible when its step has none such."""
        for task in self.tasks.get(entry.step_slug, ()):
            if entry.task is not None and entry.task in (task.slug, task.title):
                return task
        raise Impossible(entry, f"it has no task called {entry.task!r}")

    def phase(self) -> str:
        """The phase the company is in: that of the first step ahead, in the program's order."""
        order = {phase.slug: place for place, phase in enumerate(self.program.phases)}
        ahead = [
            step.phase
            for step in self.program.steps
            if step.slug not in self.done_at or step.slug in self.reopened
        ]
        if ahead:
            return min(ahead, key=lambda phase: order.get(phase, len(order)))
        return self.program.phases[-1].slug

    def facts(self) -> Facts:
        """All that the states follow from, as it is in the end."""
        return Facts(
            started=frozenset(self.started),
            completed=frozenset(self.completed),
            skipped=frozenset(self.skipped),
            reopened=frozenset(self.reopened),
        )

    def standings(self) -> dict[str, Standing]:
        """Where each step stands in the end, by the rule that everything else asks too."""
        return resolve(self.program, self.facts())

    def steps(self, standings: Mapping[str, Standing]) -> dict[str, PastStep]:
        """Give every step its state, with the times at which it first came there."""
        found: dict[str, PastStep] = {}
        for slug, standing in standings.items():
            opened = self._opened(slug, standing.state)
            found[slug] = PastStep(
                state=standing.state,
                percent=self._percent(slug, standing.state),
                unlocked_at=opened,
                started_at=self.started.get(slug),
                completed_at=self.done_at.get(slug) if standing.state.done else None,
                updated_at=max(
                    self.touched.get(slug, self.began[slug]), opened or self.began[slug]
                ),
            )
        return found

    def _opened(self, slug: str, state: State) -> datetime | None:
        if state is State.LOCKED:
            return None
        moments = [self.began[slug]]
        moments += [
            self.passed[before] for before in self.program.step(slug).after if before in self.passed
        ]
        return max(moments)

    def _percent(self, slug: str, state: State) -> int:
        if state is State.COMPLETED:
            return 100
        tasks = self.tasks.get(slug, ())
        if state is not State.IN_PROGRESS or not tasks:
            return 0
        done = sum(
            self.ticks[task.id].completed_at is not None
            if task.id in self.ticks
            else task.is_completed
            for task in tasks
        )
        return min(99, 100 * done // len(tasks))

    def _start(self, slug: str, at: datetime) -> None:
        self.started.setdefault(slug, at)
        self._touch(slug, at)

    def _complete(self, slug: str, at: datetime) -> None:
        if slug in self.skipped:
            # It was left out, and is done only now.
            self.done_at.pop(slug, None)
        self.completed.add(slug)
        self.skipped.discard(slug)
        self._pass(slug, at)

    def _skip(self, slug: str, at: datetime) -> None:
        self.skipped.add(slug)
        self.completed.discard(slug)
        self._pass(slug, at)

    def _pass(self, slug: str, at: datetime) -> None:
        self.reopened.discard(slug)
        self.passed.setdefault(slug, at)
        self.done_at.setdefault(slug, at)
        self._touch(slug, at)

    def _reopen(self, slug: str, at: datetime) -> None:
        self.reopened.add(slug)
        self.done_at.pop(slug, None)
        self._touch(slug, at)

    def _tick(self, fact: PastFact, member_id: UUID | None) -> None:
        if fact.task_id is None:
            return
        ticked = fact.kind == "ticked"
        self.ticks[fact.task_id] = PastTick(
            task_id=fact.task_id,
            completed_at=fact.at if ticked else None,
            completed_by=member_id if ticked else None,
        )
        self._touch(fact.step_slug, fact.at)

    def _tick_now(self, entry: HistoryEntry, state: State) -> None:
        task = self.task(entry)
        ticked = entry.kind is HistoryKind.TICKED
        known = self.ticks.get(task.id)
        if (known is not None and known.completed_at is not None) == ticked:
            raise Impossible(entry, "the task was so already")
        if ticked and state is State.UNLOCKED:
            self._begin(entry)
        fact = PastFact(
            step_slug=entry.step_slug, kind=str(entry.kind), at=entry.at, task_id=task.id
        )
        self.written.append(fact)
        self._tick(fact, entry.member_id)

    def _begin(self, entry: HistoryEntry) -> None:
        if entry.step_slug not in self.started:
            self._note(entry, "started")
            self._start(entry.step_slug, entry.at)

    def _leave_out(self, entry: HistoryEntry, step: Step, state: State) -> None:
        if state.done:
            raise Impossible(entry, "it was done or left out before")
        if not step.skippable:
            raise Impossible(entry, "it can't be left out: later steps rest on it")
        if not entry.reason.strip():
            raise Impossible(entry, "nobody says why it was left out")
        self.written.append(
            PastFact(
                step_slug=step.slug, kind="explained", at=entry.at, reason=entry.reason.strip()
            )
        )
        self._note(entry, "skipped")
        self._skip(step.slug, entry.at)

    def _note(self, entry: HistoryEntry, kind: str) -> None:
        self.written.append(PastFact(step_slug=entry.step_slug, kind=kind, at=entry.at))

    def _touch(self, slug: str, at: datetime) -> None:
        self.touched[slug] = max(at, self.touched.get(slug, at))

    def _waiting(self, step: Step) -> str:
        return " and ".join(
            self.program.step(slug).title for slug in step.after if slug not in self.passed
        )


def in_order(
    known: Iterable[PastFact], entries: Iterable[HistoryEntry]
) -> list[PastFact | HistoryEntry]:
    """Put what is written down and what is brought in into one order of time.

    Of one moment, what is written down comes first, and entries as they were given.
    """
    return sorted([*known, *entries], key=lambda item: item.at)
