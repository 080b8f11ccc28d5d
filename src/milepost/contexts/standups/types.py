"""Values of a standup: what may be meant, what was understood, what is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What an action does once it is confirmed."""

    COMPLETE_TASK = "complete_task"
    COMPLETE_STEP = "complete_step"
    START_STEP = "start_step"
    NOTE_BLOCKER = "note_blocker"
    LIFT_BLOCKER = "lift_blocker"


class ActionState(StrEnum):
    """What became of an action."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A task or a step that a message may mean. `id` is a task's id, or the step's name.

    `state` is the step's. `aliases` are other ways to call it.
    """

    kind: str
    id: str
    title: str
    step_slug: str
    step_title: str
    state: str
    aliases: tuple[str, ...] = ()

    @property
    def is_task(self) -> bool:
        """Whether it is a task, not a step."""
        return self.kind == "task"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that could be done. `sure`: proposed outright, not one of several to choose from.

    `target` is a task's id, or a step's name. `said` is the clause that it follows from; `whole`:
    that says plainly that all of it is meant. `begins` names the step that it would begin besides.
    """

    kind: Kind
    target: str
    label: str
    confidence: float
    sure: bool = True
    said: str = ""
    whole: bool = False
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood and leads to nothing, as it was said.

    `skips` names the steps that somebody wants to skip: empty where none could be told.
    """

    planned: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    thanks: bool = False


# What was said, and the titles nearest to it in meaning, best first, each with its likeness: 1 as
# if the same was said twice, 0 nothing in common.
Senses = Mapping[str, Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message told: clauses as said, what could be done, and whether it was read at all.

    `lifts` is what of it says that something is out of the way; `unplaced_…` is what of it nothing
    could be proposed about; `heard` what leads to nothing. `note` says in words why a model was to
    read it and another engine did.
    """

    done: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    lifts: tuple[str, ...] = ()
    unplaced_done: tuple[str, ...] = ()
    unplaced_blocked: tuple[str, ...] = ()
    heard: Heard = Heard()
    foreign: bool = False
    engine: str = "offline"
    note: str = ""

    @property
    def sure(self) -> tuple[Proposal, ...]:
        """What is proposed outright."""
        return tuple(proposal for proposal in self.proposals if proposal.sure)

    @property
    def options(self) -> tuple[Proposal, ...]:
        """What the bot asks back about."""
        return tuple(proposal for proposal in self.proposals if not proposal.sure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One person's talk with the bot about one journey, on one day."""

    id: UUID
    subject_id: UUID
    journey_id: UUID
    user_id: UUID
    day: date
    last_seq: int
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said, by a person or by the bot. `seq` counts within a person's journey."""

    id: UUID
    session_id: UUID
    journey_id: UUID
    user_id: UUID
    seq: int
    speaker: str
    text: str
    extracted: Mapping[str, Any]
    client_key: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something proposed, and what became of it. `seq` says when that was decided."""

    id: UUID
    message_id: UUID
    journey_id: UUID
    user_id: UUID
    place: int
    kind: str
    target: str
    step_slug: str
    label: str
    said: str
    confidence: float
    sure: bool
    state: str
    outcome: str
    decided_seq: int | None
    decided_at: datetime | None
    decided_by: UUID | None


@dataclass(frozen=True, slots=True)
class Question:
    """What the bot asked last. `numbered`: it has listed since what is open of it, by number."""

    message_id: UUID
    numbered: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot replied, to what, and what it proposes."""

    said: Message
    reply: Message
    actions: Sequence[Action]

    @property
    def seq(self) -> int:
        """Its number in the talk."""
        return self.reply.seq


@dataclass(frozen=True, slots=True)
class Decided:
    """An action that was confirmed or dismissed."""

    action: Action

    @property
    def seq(self) -> int:
        """Its number in the talk."""
        return self.action.decided_seq or 0


# What happens in a talk, in the order of its numbers.
Turn = Reply | Decided


@dataclass(frozen=True, slots=True)
class Talk:
    """A person's talk about a journey, as far as it has come; without a session it hasn't begun."""

    journey_id: UUID
    subject_id: UUID
    user_id: UUID
    session: Session | None

    @property
    def last_seq(self) -> int:
        """The number of what happened last; 0 before anything did."""
        return 0 if self.session is None else self.session.last_seq
