"""The form of an outcome: as it is proposed, as it was typed, and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any
from uuid import UUID

from starlette.requests import Request

from milepost.contexts.journeys.errors import WrongOutcome
from milepost.contexts.journeys.service import OutcomeProposal
from milepost.contexts.journeys.types import Task, UnsentForm
from milepost.web import pages
from milepost.web.form_values import Unreadable, normalised, number, printable

CONFIDENCE: Sequence[tuple[str, str]] = (
    ("1", "A guess"),
    ("2", "Doubtful"),
    ("3", "Fairly sure"),
    ("4", "Sure"),
    ("5", "Certain"),
)

RESULT = "result-"
# What the task of a result is called: it may be gone when the form arrives.
TITLE = "title-"
DAYS, SURE, NOTES, LEARNINGS = "days", "confidence", "notes", "learnings"

# Which field of ours the engine means.
_FIELDS: Mapping[str, str] = {
    "time_taken_days": DAYS,
    "confidence_level": SURE,
    "notes": NOTES,
    "key_learnings": LEARNINGS,
}
_NO_DAYS = "Write a whole number of days: 12, or 0 for less than a day."
_NO_CONFIDENCE = "Choose how sure you are of the result."


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form, as text. `seen` is the outcome its author knew as the newest.

    `titles` are those of the tasks that there is a result of, by id, as its author saw them.
    """

    results: Mapping[str, str]
    days: str
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    confidence: str = ""
    notes: str = ""
    learnings: str = ""
    share: bool = False
    seen: str = ""

    @property
    def key_learnings(self) -> list[str]:
        """The key learnings: one a line."""
        return [pages.line(one) for one in self.learnings.splitlines() if one.strip()]

    @property
    def data(self) -> dict[str, Any]:
        """What is kept of it until it is sent."""
        return {name: value for name, value in asdict(self).items() if name != "seen"}

    @property
    def gone_tasks(self) -> dict[str, str]:
        """What the tasks were called that somebody may have taken away meanwhile."""
        return {task_id: self.titles.get(task_id, "") for task_id in self.results}

    def gone(self, tasks: Sequence[Task]) -> list[tuple[str, str, str]]:
        """List what was written of tasks that are gone: id, title, result."""
        there = {str(task.id) for task in tasks}
        return [
            (task_id, self.titles.get(task_id, ""), text)
            for task_id, text in self.results.items()
            if task_id not in there
        ]

    def key(self, journey_id: UUID, step_slug: str) -> str:
        """Tell this very form from any other, so that sending it twice writes it once.

        Its author knew `seen` as the newest outcome: the same words said later are new ones.
        """
        said = {**asdict(self), "journey": str(journey_id), "step": step_slug}
        # A task that was renamed meanwhile makes no other outcome of it.
        del said["titles"]
        return f"outcome {json.dumps(said, sort_keys=True)}"


def proposed(proposal: OutcomeProposal) -> Written:
    """Fill the form for somebody who hasn't written anything."""
    return Written(
        results={},
        days=str(proposal.time_taken_days),
        share=proposal.share_anonymously,
        seen=str(proposal.newest.id) if proposal.newest else "",
    )


def restored(begun: UnsentForm) -> Written:
    """Fill the form with what its author wrote in it before."""
    known = {one.name for one in fields(Written)} & begun.data.keys()
    return replace(
        Written(results={}, days=""),
        **{name: begun.data[name] for name in known},
        seen=begun.based_on,
    )


async def read(request: Request) -> Written:
    """Read the form that was sent."""
    form = await request.form()
    sent = {
        name: printable(normalised(value)) for name, value in form.items() if isinstance(value, str)
    }
    results = {
        name.removeprefix(RESULT): text
        for name, text in sent.items()
        if name.startswith(RESULT) and text.strip()
    }
    titles = {task_id: pages.line(sent.get(TITLE + task_id, "")) for task_id in results}
    return Written(
        results=results,
        titles={task_id: title for task_id, title in titles.items() if title},
        days=sent.get(DAYS, "").strip(),
        confidence=sent.get(SURE, ""),
        notes=sent.get(NOTES, ""),
        learnings=sent.get(LEARNINGS, ""),
        share=sent.get("share") == "yes",
        seen=sent.get("seen", ""),
    )


def figures(written: Written) -> tuple[int, int, dict[str, str]]:
    """Read the days and the confidence; say beside which field what can't be read."""
    problems: dict[str, str] = {}
    days = confidence = 0
    try:
        days = int(number(written.days, whole=True)) if written.days else -1
    except Unreadable:
        days = -1
    if days < 0:
        problems[DAYS] = _NO_DAYS
    if written.confidence in {value for value, _ in CONFIDENCE}:
        confidence = int(written.confidence)
    else:
        problems[SURE] = _NO_CONFIDENCE
    return days, confidence, problems


def refusal(error: WrongOutcome) -> dict[str, str]:
    """Put what the engine refused beside its field."""
    task_id = error.data.get("task_id")
    place = f"{RESULT}{task_id}" if task_id else _FIELDS.get(str(error.data.get("field")), DAYS)
    return {place: error.message}
