"""What the companies' files tell, and the entries of a history that it comes to.

Days are counted back from today, so that the demo is always a recent one.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from milepost.contexts.journeys.types import HistoryEntry, HistoryKind, PastOutcome, StepEdit
from milepost.contexts.programs.types import Program

FOLDER = Path(__file__).parent / "histories"

_MORNING, _NOON, _AFTERNOON, _EVENING = time(9, 10), time(12, 40), time(16, 20), time(18, 5)


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step that a company made itself, and its tasks."""

    content: StepEdit
    tasks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Days:
    """From when to when a step took, in days before today, and whose it was."""

    began: int
    ended: int
    by: str


@dataclass(frozen=True, slots=True)
class Past:
    """A company's file. `edition` is the version it began with; None: the newest."""

    name: str
    industry: str
    stage: str
    journey: str
    began: int
    edition: int | None
    members: Sequence[str]
    own_steps: Sequence[OwnStep]
    edits: Sequence[tuple[str, StepEdit]]
    left_out: Mapping[str, Mapping[str, Any]]
    walked: Sequence[Mapping[str, Any]]
    under_way: Sequence[Mapping[str, Any]]
    told: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Make it of what a file says."""
        return cls(
            name=said["name"],
            industry=said["industry"],
            stage=said["stage"],
            journey=said["journey"],
            began=said["began"],
            edition=said.get("edition"),
            members=said["members"],
            own_steps=[_own_step(own) for own in said.get("own_steps", ())],
            edits=[_edit(edit) for edit in said.get("edits", ())],
            left_out=said.get("left_out", {}),
            walked=said["walked"],
            under_way=said["under_way"],
            told=said["told"],
        )


def load() -> list[Past]:
    """Read the files of all companies."""
    return [Past.of(tomllib.loads(file.read_text("utf-8"))) for file in sorted(_files())]


def entries(
    past: Past, program: Program, *, members: Mapping[str, UUID], today: datetime
) -> dict[str, list[HistoryEntry]]:
    """Make the entries that each member brings in: the first all that happened, and each of them
    what they tell themselves."""
    days = _days(past, program)
    found: dict[str, list[HistoryEntry]] = {member: [] for member in past.members}
    common = found[past.members[0]]
    own_tasks = {own.content.title: own.tasks for own in past.own_steps}
    for slug, span in days.items():
        step = program.step(slug)
        tasks = own_tasks.get(step.title) or [task.slug for task in step.tasks]
        common += _walked(slug, span, tasks, members[span.by], today.date())
    for slug, skip in past.left_out.items():
        at = _at(today.date(), skip["on"], _NOON)
        common.append(
            HistoryEntry(step_slug=slug, kind=HistoryKind.SKIPPED, at=at, reason=skip["why"])
        )
    for begun in past.under_way:
        common += _under_way(begun, members, today.date())
    for told in past.told:
        found[told["by"]].append(_told(told, days[told["step"]], today.date()))
    return found


def _files() -> list[Path]:
    return list(FOLDER.glob("*.toml"))


def _own_step(said: Mapping[str, Any]) -> OwnStep:
    words = {key: value for key, value in said.items() if key != "tasks"}
    return OwnStep(StepEdit(**words), said["tasks"])


def _edit(said: Mapping[str, Any]) -> tuple[str, StepEdit]:
    return said["step"], StepEdit(**{key: said[key] for key in said if key != "step"})


def _days(past: Past, program: Program) -> dict[str, Days]:
    """Spread each stretch over its steps, by the days that the framework gives them.

    One after the other; the next begins on the day after the last was done.
    """
    found: dict[str, Days] = {}
    for stretch in past.walked:
        slugs = _slugs(stretch, program)
        weights = [max(program.step(slug).days, 1) for slug in slugs]
        first, last, so_far = stretch["from"], stretch["to"], 0
        begins = first
        for slug, weight in zip(slugs, weights, strict=True):
            so_far += weight
            planned = round(first - (first - last) * so_far / sum(weights))
            ends = min(begins, planned)
            found[slug] = Days(begins, ends, stretch["by"])
            begins = ends - 1
    return found


def _slugs(stretch: Mapping[str, Any], program: Program) -> list[str]:
    if "phase" not in stretch:
        return str(stretch["steps"]).split()
    return [
        step.slug
        for step in program.steps
        if step.phase == stretch["phase"] and step.slug not in stretch["but"]
    ]


def _walked(
    slug: str, days: Days, tasks: Sequence[str], member: UUID, today: date
) -> list[HistoryEntry]:
    began, ended = _at(today, days.began, _MORNING), _at(today, days.ended, _AFTERNOON)
    pause = (ended - began) / (len(tasks) + 1)
    return [
        HistoryEntry(step_slug=slug, kind=HistoryKind.STARTED, at=began),
        *(
            HistoryEntry(
                step_slug=slug,
                kind=HistoryKind.TICKED,
                at=began + pause * place,
                task=task,
                member_id=member,
            )
            for place, task in enumerate(tasks, start=1)
        ),
        HistoryEntry(step_slug=slug, kind=HistoryKind.COMPLETED, at=ended),
    ]


def _under_way(
    begun: Mapping[str, Any], members: Mapping[str, UUID], today: date
) -> list[HistoryEntry]:
    slug, since = begun["step"], begun["since"]
    began = _at(today, since, _MORNING)
    ticked: Sequence[str] = begun["ticked"]
    # Within the first half: what is left has been waiting since.
    pause = timedelta(days=since) / (2 * (len(ticked) + 1))
    happened = [HistoryEntry(step_slug=slug, kind=HistoryKind.STARTED, at=began)]
    happened += [
        HistoryEntry(
            step_slug=slug,
            kind=HistoryKind.TICKED,
            at=began + pause * place,
            task=task,
            member_id=members[begun["by"]],
        )
        for place, task in enumerate(ticked, start=1)
    ]
    happened += [
        HistoryEntry(
            step_slug=slug,
            kind=HistoryKind.PLANNED,
            at=began,
            task=given["task"],
            member_id=members[given["to"]],
            due_on=today + timedelta(days=given["due"]),
        )
        for given in begun["given"]
    ]
    return happened


def _told(told: Mapping[str, Any], days: Days, today: date) -> HistoryEntry:
    took = _at(today, days.ended, _AFTERNOON) - _at(today, days.began, _MORNING)
    return HistoryEntry(
        step_slug=told["step"],
        kind=HistoryKind.TOLD,
        at=_at(today, days.ended, _EVENING),
        outcome=PastOutcome(
            time_taken_days=max(1, math.ceil(took / timedelta(days=1))),
            confidence_level=told["confidence"],
            share_anonymously=told["shared"],
            task_results=told["results"],
            notes=_paragraphs(told["notes"]),
            key_learnings=told["learnt"],
        ),
    )


def _paragraphs(text: str) -> str:
    """Lines of a file are broken for its reader; those of a note at paragraphs only."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _at(today: date, days: int, hour: time) -> datetime:
    return datetime.combine(today - timedelta(days=days), hour, UTC)
