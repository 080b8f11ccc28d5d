"""Values of insights: what is known when advice is made, and the advice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Priority(StrEnum):
    """How much a suggestion matters now."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TargetKind(StrEnum):
    """What accepting a suggestion does."""

    START_STEP = "start_step"
    ADD_TASK = "add_task"


class Topic(StrEnum):
    """What a suggestion is about, whoever words it; with its step, what a company can dismiss."""

    START = "start"
    REVISIT = "revisit"
    ASK = "ask"
    SPLIT = "split"
    REPLAN = "replan"
    FINISH = "finish"
    UNBLOCK = "unblock"
    CARRY = "carry"
    RISK = "risk"
    KEEP = "keep"
    SHARE = "share"
    CHECK = "check"
    PREPARE = "prepare"


class Feedback(StrEnum):
    """What a company said to a suggestion."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What accepting does: start (or take up again) a step, or add a task with a title to it.

    `also` are the titles of further tasks that are added together with it.
    """

    kind: TargetKind
    step_slug: str
    title: str
    also: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """The target as JSON."""
        document = {"kind": str(self.kind), "step_slug": self.step_slug, "title": self.title}
        return document | ({"also": list(self.also)} if self.also else {})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Target":
        """The target that `to_document` wrote."""
        return cls(
            kind=TargetKind(document["kind"]),
            step_slug=document["step_slug"],
            title=document["title"],
            also=tuple(document.get("also", ())),
        )


@dataclass(frozen=True, slots=True)
class Basis:
    """One thing a suggestion rests on: the outcome, a step, or the benchmark; `label` names it."""

    kind: str
    ref: str
    label: str

    def to_document(self) -> dict[str, str]:
        """The basis as JSON."""
        return {"kind": self.kind, "ref": self.ref, "label": self.label}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a suggestion says and does, whatever it is about: by this two of them are compared.

    `step_title` is how the step it aims at is called, where that is known.
    """

    kind: str
    step_slug: str
    title: str
    text: str
    fingerprint: str
    step_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A suggestion as an engine makes it, before anybody keeps it.

    `about` names what it is about where that is not the step it aims at: the step whose outcome it
    follows, and what of it. A task lands wherever people work next, and that changes.
    """

    topic: Topic
    priority: Priority
    text: str
    reasoning: str
    target: Target
    rests_on: tuple[Basis, ...]
    about: str = ""

    @property
    def fingerprint(self) -> str:
        """What it is about: a company that dismissed this is not told again."""
        return fingerprint(self.target.kind, self.target.step_slug, self.topic, self.about)

    @property
    def wording(self) -> Wording:
        """What it says and does."""
        return Wording(
            kind=self.target.kind,
            step_slug=self.target.step_slug,
            title=self.target.title,
            text=self.text,
            fingerprint=self.fingerprint,
        )


def fingerprint(kind: str, step_slug: str, topic: str, about: str = "") -> str:
    """Name what a suggestion is about, whoever words it."""
    return f"{topic}:{about}" if about else f"{kind}:{step_slug}:{topic}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """How others fared with a step: days by quartile, over this many companies."""

    companies: int
    days_lower: float
    days_median: float
    days_upper: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStep:
    """A step of a company's journey, as far as advice needs it.

    `waits_for` names the titles of what it still waits for; `ahead` is how many steps, directly or
    through others, come after it and are not done yet. `guidance` is how its guidance begins.
    """

    slug: str
    title: str
    domain: str
    state: str
    days: int = 0
    ahead: int = 0
    waits_for: tuple[str, ...] = ()
    confidence: int | None = None
    words: frozenset[str] = frozenset()
    criteria: tuple[str, ...] = ()
    guidance: str = ""

    @property
    def is_behind(self) -> bool:
        """Whether it is done or left out."""
        return self.state in ("completed", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that advice after an outcome is made of: plain values, read in one transaction.

    `ticked` is how many tasks of the step are, `open_tasks` name those that aren't. `earlier` are
    the steps this one came after, `opened` those open now that came after this one,
    `waiting` those that still wait on something else as well, `others` what else is open, in
    the order of the program; `excluded` are the fingerprints not to come back to, and `settled`
    what that was in words, the newest first: who words it anew may call it something else.

    Those are as many as a person would look at. Further away, and only of use where little else
    can be said, are `later`: what rests on this step besides, nearest first; `far`: what else is
    not done; `behind`: what else is, the most doubted first.
    """

    step: KnownStep
    criteria: Sequence[str]
    deliverables: Sequence[str]
    finished: bool
    time_taken_days: int
    confidence_level: int
    notes: str
    key_learnings: Sequence[str]
    results: Sequence[tuple[str, str]]
    reason: str
    open_tasks: Sequence[str]
    earlier: Sequence[KnownStep]
    opened: Sequence[KnownStep]
    waiting: Sequence[KnownStep]
    others: Sequence[KnownStep]
    outcome_id: UUID
    benchmark: Benchmark | None = None
    ticked: int = 0
    excluded: frozenset[str] = frozenset()
    repeated: frozenset[str] = field(default=frozenset())
    later: Sequence[KnownStep] = ()
    far: Sequence[KnownStep] = ()
    behind: Sequence[KnownStep] = ()
    settled: Sequence[Wording] = ()

    @property
    def ahead(self) -> tuple[KnownStep, ...]:
        """What lies ahead, nearest first: opened by this step, waiting on it, open besides."""
        return (*self.opened, *self.waiting, *self.others)

    def offered(self) -> dict[str, tuple[KnownStep, frozenset[TargetKind]]]:
        """Every step that is shown to whoever advises, and how advice may aim at it."""
        return self._ways((*self.ahead, self.step, *self.earlier))

    def within_reach(self) -> dict[str, tuple[KnownStep, frozenset[TargetKind]]]:
        """Every step advice may aim at at all, and how."""
        near = (*self.ahead, self.step, *self.earlier)
        return self._ways((*near, *self.later, *self.far, *self.behind))

    def _ways(
        self, steps: Sequence[KnownStep]
    ) -> dict[str, tuple[KnownStep, frozenset[TargetKind]]]:
        found: dict[str, tuple[KnownStep, frozenset[TargetKind]]] = {}
        for step in steps:
            kinds = {TargetKind.ADD_TASK}
            if step.is_behind:
                # A task in a step that nobody looks at any more would be lost.
                kinds = {TargetKind.START_STEP}
                if step is self.step and not self.ahead:
                    kinds.add(TargetKind.ADD_TASK)
            elif step.state == "unlocked":
                kinds.add(TargetKind.START_STEP)
            found.setdefault(step.slug, (step, frozenset(kinds)))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A kept suggestion, and what the company said to it.

    `lapsed` says in words why it can't be taken up any more; empty while it can, and once it was
    answered. It follows from where its step stands, and is not kept.
    """

    id: UUID
    subject_id: UUID
    journey_id: UUID
    outcome_id: UUID
    step_slug: str
    priority: str
    text: str
    reasoning: str
    rests_on: Sequence[Mapping[str, str]]
    engine: str
    target: Mapping[str, Any]
    fingerprint: str
    feedback: str | None
    feedback_note: str
    feedback_at: datetime | None
    feedback_by: UUID | None
    created_at: datetime
    shown_at: datetime | None
    lapsed: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.feedback is None and not self.lapsed

    @property
    def wording(self) -> Wording:
        """What it says and does."""
        return Wording(
            kind=self.target["kind"],
            step_slug=self.target["step_slug"],
            title=self.target["title"],
            text=self.text,
            fingerprint=self.fingerprint,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """That suggestions were asked for: whether they are there, who spoke, and why not another."""

    outcome_id: UUID
    state: str
    engine: str | None
    error: str
    asked_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Suggested:
    """The suggestions after an outcome. Without a run they are still to be asked for."""

    items: Sequence[Suggestion]
    run: Run | None

    @property
    def is_ready(self) -> bool:
        """Whether nothing more is to come."""
        return self.run is not None and self.run.state != "pending"


@dataclass(frozen=True, slots=True)
class Said:
    """What a company said before, by fingerprint: dismissed for good, taken, still open.

    `settled` is what was dismissed or taken, in words, the newest first.
    """

    dismissed: frozenset[str]
    accepted: frozenset[str]
    open: frozenset[str]
    settled: Sequence[Wording] = ()
