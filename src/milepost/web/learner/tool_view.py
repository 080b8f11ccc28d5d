"""What a tool's page shows: what flowed in, what became outdated, why it is locked, its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Desk, FieldValue, Missing, State, StepRow, Submission
from milepost.contexts.programs.types import Program, Step
from milepost.web.learner.answers import field_property, ordered_form


@dataclass(frozen=True, slots=True)
class Inflow:
    """A needed field: its value, where that came from, and why it matters here."""

    field: str
    title: str
    why: str
    prop: Mapping[str, Any]
    origin: Step
    value: FieldValue | None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that is missing, with the step that gives it."""

    title: str
    is_field: bool
    giver: Step
    state: State


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer."""

    name: str
    label: str
    prop: Mapping[str, Any]
    value: Any


@dataclass(frozen=True, slots=True)
class Part:
    """A section of answers."""

    title: str
    answers: tuple[Answered, ...]


def inflows(program: Program, step: Step, desk: Desk) -> list[Inflow]:
    """List what flowed in, in the order in which the step names it."""
    return [
        Inflow(
            field=need.field,
            title=program.give_of(need.field).title,
            why=need.why,
            prop=field_property(program, need.field),
            origin=program.producer_of(need.field),
            value=desk.inputs.get(need.field),
        )
        for need in step.needs
    ]


def obstacles(walk: Walk, missing: Sequence[Missing]) -> list[Obstacle]:
    """Say what is missing in words."""
    program = walk.program
    return [
        Obstacle(
            title=(
                program.give_of(item.name).title
                if item.kind == "field"
                else program.step(item.name).title
            ),
            is_field=item.kind == "field",
            giver=program.step(item.given_by),
            state=walk.standings[item.given_by].state,
        )
        for item in missing
    ]


def first_answers(step: Step, desk: Desk) -> dict[str, Any]:
    """Return what the form shows: the draft, else the newest answers, else what flows in."""
    basis = desk.draft or desk.latest
    if basis is not None:
        return dict(basis.data)
    return {
        name: desk.inputs[field].value
        for name, field in step.layout.get("prefill", {}).items()
        if field in desk.inputs
    }


def revision(basis: Submission | None) -> str:
    """Name what the person saw when the page was drawn; empty when there was nothing yet."""
    return basis.etag.strip('"') if basis else ""


def parts(step: Step, data: Mapping[str, Any]) -> list[Part]:
    """Show answers by section, in the form's order."""
    form = ordered_form(step)
    whole: list[dict[str, Any]] = [{"title": "", "fields": list(form["properties"])}]
    sections: list[dict[str, Any]] = step.layout.get("sections") or whole
    return [
        Part(
            title=section.get("title", ""),
            answers=tuple(
                Answered(name, prop.get("title", name), prop, data.get(name))
                for name in section["fields"]
                for prop in (form["properties"][name],)
            ),
        )
        for section in sections
    ]


def opened_by(
    walk: Walk, rows: Mapping[str, StepRow], step: Step, at: datetime | None
) -> list[Step]:
    """List the steps that handing in at this moment opened."""
    return [
        walk.program.step(slug)
        for slug in walk.program.dependents_of(step.slug)
        if at is not None and slug in rows and rows[slug].unlocked_at == at
    ]
