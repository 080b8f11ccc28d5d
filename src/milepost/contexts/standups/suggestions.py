"""What a model is asked about a standup message: plain values in, a validated reading out.

It may only point at what is on offer, and bring no link or address of its own into what it quotes;
what it answers otherwise is refused, and rules answer.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from milepost.contexts.standups.rules import LIKELY, SURE, Index
from milepost.contexts.standups.types import Candidate, Kind, Proposal, Understood
from milepost.contexts.standups.types import Heard as Understanding
from milepost.platform import ai

_INSTRUCTIONS = """\
You read what a member of a start-up says in a standup: what was done, what is next, what is in the
way. You are given the open steps and tasks of their journey, one a line: id, kind, state of the
step, title, step. Name the actions that the message clearly calls for:
complete_task for a task said to be done; complete_step for a step said to be done as a whole;
start_step for a step whose state is unlocked that they say they begin, today and not later;
note_blocker for a step that something keeps them from. What is planned, partly done, doubted,
asked or denied is not done. What is said to be blocked without a name is what the sentence before
spoke of.
Give a confidence from 0 to 1; where two are equally likely, name both with less than 0.5. Quote in
done, next and blocked the clauses as they were said. An empty list is a good answer."""

# A model reads slower than rules; what isn't among so many is hardly what was meant.
_MOST_OFFERED = 250


class Meant(BaseModel):
    """One action that a message calls for."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["complete_task", "complete_step", "start_step", "note_blocker"]
    id: str = Field(description="of the task for complete_task, or else of the step, as offered")
    confidence: float = Field(ge=0, le=1)
    said: str = Field(default="", max_length=1000, description="the clause that says so")


class Heard(BaseModel):
    """What a message tells."""

    model_config = ConfigDict(extra="forbid")

    done: list[str] = Field(default_factory=list, max_length=60)
    next: list[str] = Field(default_factory=list, max_length=60)
    blocked: list[str] = Field(default_factory=list, max_length=60)
    actions: list[Meant] = Field(default_factory=list, max_length=20)


async def understand(means: ai.Means, text: str, index: Index) -> Understood | ai.Failed:
    """Have a model read a message; Failed if it doesn't answer well, and rules are to."""
    offered = {f"c{n}": one for n, one in enumerate(index.candidates[:_MOST_OFFERED], start=1)}
    question = ai.Question(
        purpose="standup",
        instructions=_INSTRUCTIONS,
        parts=(
            ai.Part("open steps and tasks", _lines(offered), by_people=True),
            ai.Part("message", text, by_people=True),
        ),
    )
    found = await ai.ask(means, question, Heard, check=_checked(offered, text))
    if isinstance(found, ai.Failed):
        return found
    return _understood(found.value, offered)


def _lines(offered: dict[str, Candidate]) -> str:
    return "\n".join(
        f"{key} {one.kind} {one.state} {one.title} ({one.step_title})"
        for key, one in offered.items()
    )


def _checked(offered: dict[str, Candidate], text: str) -> Callable[[Heard], str | None]:
    message = _plain(text)

    def check(heard: Heard) -> str | None:
        wrong = [meant.id for meant in heard.actions if not _fits(meant, offered.get(meant.id))]
        if wrong:
            return f"These ids are not on offer for these kinds: {', '.join(wrong)}"
        quotes = (*heard.done, *heard.next, *heard.blocked, *(one.said for one in heard.actions))
        # The bot shows them as what somebody said.
        if any(ai.leads_away(one) and _plain(one) not in message for one in quotes):
            return "Quote what was said, and nothing else."
        return None

    return check


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _fits(meant: Meant, candidate: Candidate | None) -> bool:
    if candidate is None:
        return False
    if meant.kind == Kind.START_STEP and candidate.state != "unlocked":
        return False
    return candidate.is_task == (meant.kind == Kind.COMPLETE_TASK)


def _understood(heard: Heard, offered: dict[str, Candidate]) -> Understood:
    proposals = _proposals(heard.actions, offered)
    # What it quotes needn't be what it names actions for: only where there are none is it certain.
    blockers = [one for one in proposals if one.kind is Kind.NOTE_BLOCKER]
    return Understood(
        done=tuple(heard.done),
        next=tuple(heard.next),
        blocked=tuple(heard.blocked),
        proposals=tuple(proposals),
        unplaced_done=() if proposals else tuple(heard.done),
        unplaced_blocked=() if blockers else tuple(heard.blocked),
        heard=Understanding(planned=() if proposals else tuple(heard.next)),
        engine=str(ai.Engine.LLM),
    )


def _proposals(actions: Sequence[Meant], offered: dict[str, Candidate]) -> list[Proposal]:
    made: dict[tuple[str, str], Proposal] = {}
    for meant in actions:
        candidate = offered[meant.id]
        if meant.confidence >= LIKELY:
            made.setdefault(
                (meant.kind, candidate.id),
                Proposal(
                    Kind(meant.kind),
                    candidate.id,
                    candidate.title,
                    round(meant.confidence, 2),
                    meant.confidence >= SURE,
                    meant.said,
                ),
            )
    return list(made.values())
