"""Errors of journeys."""

from typing import Any

from milepost.contexts.journeys.types import Journey, Standing
from milepost.contexts.programs.types import Program
from milepost.platform.errors import AppError, Conflict, Invalid, Kind


class StepLocked(Conflict):
    """The step is not open yet; `data` says what is missing and how to open it."""

    code = "step_locked"


class AlreadyDone(Conflict):
    """The step is past the point where this could be done."""

    code = "already_done"


class JourneyArchived(AppError):
    """The company put the journey away: it is read, and nothing in it is changed.

    No Conflict of the kind that a caller may read as "overtaken, so leave it": nothing happened
    meanwhile, and what was asked for can be done once the journey is taken up again.
    """

    kind = Kind.CONFLICT
    code = "journey_archived"


class VersionConflict(Conflict):
    """Somebody handed in, or saved, meanwhile; `data` holds what is there now."""

    code = "version_conflict"


class FormOvertaken(Conflict):
    """Another device of the same person wrote in the same form; `data` has its etag."""

    code = "form_overtaken"


class NotACompany(Conflict):
    """The program is walked by another kind of subject than the caller is."""

    code = "not_a_company"


class WhichCompany(Invalid):
    """The caller acts for several companies; `data["companies"]` names them."""

    code = "which_company"


class PlanConflict(Conflict):
    """The plan changed meanwhile, or would not hold together; `data` says what is there."""

    code = "plan_conflict"


class TaskOvertaken(Conflict):
    """Somebody else changed the same of a task meanwhile; `data["fields"]` says what."""

    code = "task_overtaken"


class WorkedOn(Conflict):
    """Something was done in the step already: it can be skipped, not taken away."""

    code = "step_worked_on"


class WrongPlan(Invalid):
    """What was said about a step or a task can't be; the message says what to do."""

    code = "wrong_plan"


class NotBehind(Conflict):
    """The step is neither done nor left out: nobody can tell yet how it went."""

    code = "step_not_behind"


class WrongOutcome(Invalid):
    """What was written about how a step went can't be; `data["field"]` says where."""

    code = "wrong_outcome"


class WrongAnswers(Invalid):
    """The answers don't fit the form; `data["errors"]` lists each field and why."""

    code = "wrong_answers"


def locked(program: Program, standing: Standing) -> StepLocked:
    """Make the error that says why a step is locked and how to open it."""
    why = explain(program, standing)
    step = program.step(standing.slug)
    first = program.step(standing.way[0]).title if standing.way else ""
    return StepLocked(
        f"{step.title} is still locked. It opens after {_names(program, standing.way)};"
        f" start with {first}.",
        state=str(standing.state),
        why=why,
    )


def archived(journey: Journey) -> JourneyArchived:
    """Make the error that says that a journey is put away, and how to take it up again."""
    return JourneyArchived(
        f"“{journey.name}” is archived, so nothing in it changes. Take it out of the archive first:"
        " press “Take it up again” in its plan, or set its status to active."
    )


def explain(program: Program, standing: Standing) -> dict[str, Any] | None:
    """Put the reasons of a locked step as data; None when it is open."""
    if not standing.missing:
        return None
    return {
        "missing": [
            {
                "kind": item.kind,
                "name": item.name,
                "title": _title(program, item.kind, item.name),
                "given_by": item.given_by,
                "given_by_title": program.step(item.given_by).title,
            }
            for item in standing.missing
        ],
        "way": [{"slug": slug, "title": program.step(slug).title} for slug in standing.way],
    }


def _title(program: Program, kind: str, name: str) -> str:
    if kind == "step":
        return program.step(name).title
    return program.give_of(name).title


def _names(program: Program, slugs: tuple[str, ...]) -> str:
    titles = [program.step(slug).title for slug in slugs]
    return titles[0] if len(titles) == 1 else ", ".join(titles[:-1]) + " and " + titles[-1]
