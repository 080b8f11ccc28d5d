"""The form of an outcome: as it is proposed, as it was typed, and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from uuid import UUID

from starlette.requests import Request

from milepost.contexts.journeys.errors import WrongOutcome
from milepost.contexts.journeys.service import OutcomeProposal
from milepost.contexts.journeys.types import UnsentForm
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
    """What stands in the form, as text. `seen` is the outcome its author knew as the newest."""

    results: Mapping[str, str]
    days: str
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

    def key(self, journey_id: UUID, step_slug: str) -> str:
        """Tell this very form from any other, so that sending it twice writes it once.

        Its author knew `seen` as the newest outcome: the same words said later are new ones.
        """
        said = {**asdict(self), "journey": str(journey_id), "step": step_slug}
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
    return Written(
        results={
            name.removeprefix(RESULT): text
            for name, text in sent.items()
            if name.startswith(RESULT) and text.strip()
        },
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
    field = f"{RESULT}{task_id}" if task_id else _FIELDS.get(str(error.data.get("field")), DAYS)
    return {field: error.message}
