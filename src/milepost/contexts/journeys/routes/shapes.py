"""What the API shows of journeys, steps and fields, and how values of the engine become that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.answers import DraftOut, NamedStep
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import (
    Desk,
    FieldValue,
    Outdated,
    State,
    StepRow,
)
from milepost.contexts.programs.types import Program, Step
from milepost.platform.http.json import Body


class Begin(Body):
    """Which program to begin, or to come back to."""

    program: str = Field(examples=["fast-track"], min_length=1, max_length=100)


class JourneyOut(BaseModel):
    """A journey and how far it is."""

    id: UUID
    program: str = Field(examples=["fast-track"])
    title: str = Field(examples=["Fast Track"])
    subject_id: UUID
    version_id: UUID
    created_at: datetime
    updated_at: datetime
    stats: "Stats"

    @classmethod
    def of(cls, walk: Walk) -> Self:
        """Show a walk."""
        return cls(
            id=walk.journey.id,
            program=walk.program.slug,
            title=walk.program.title,
            subject_id=walk.journey.subject_id,
            version_id=walk.journey.version_id,
            created_at=walk.journey.created_at,
            updated_at=walk.journey.updated_at,
            stats=Stats.of(walk),
        )


class Stats(BaseModel):
    """Steps by status; `percent` of them are behind the walker."""

    total: int = Field(examples=[31])
    locked: int = Field(examples=[20])
    unlocked: int = Field(examples=[2])
    in_progress: int = Field(examples=[1])
    completed: int = Field(examples=[8])
    skipped: int = Field(examples=[0])
    percent: int = Field(ge=0, le=100, examples=[25])

    @classmethod
    def of(cls, walk: Walk) -> Self:
        """Count a walk's steps."""
        return cls(**count_states(standing.state for standing in walk.standings.values()))


def count_states(states: Any) -> dict[str, int]:
    """Count states by name, with the total and the percent done."""
    counts = {str(state): 0 for state in State}
    for state in states:
        counts[str(state)] += 1
    total = sum(counts.values())
    done = counts["completed"] + counts["skipped"]
    return {"total": total, "percent": 100 * done // total if total else 0, **counts}


class Reason(BaseModel):
    """One thing that keeps a step locked."""

    kind: str = Field(examples=["field"])
    name: str = Field(examples=["identity.personal_dream"])
    title: str = Field(examples=["Personal dream"])
    given_by: str = Field(examples=["sprint-1-identity"])
    given_by_title: str = Field(examples=["Identity"])


class Why(BaseModel):
    """Why a step is locked: what is missing, and the steps that open it, in order."""

    missing: list[Reason]
    way: list[NamedStep]


class GiveOut(BaseModel):
    """A field a step gives, and the form property it comes from."""

    model_config = ConfigDict(populate_by_name=True)

    field: str = Field(examples=["vision.statement"])
    source: str = Field(alias="from", examples=["vision_statement"])
    title: str = Field(examples=["Vision"])


class FieldOut(BaseModel):
    """A field's value with the step, version and time it came from."""

    field: str = Field(examples=["woop.wish"])
    title: str = Field(examples=["Wish"])
    value: Any = Field(examples=["Launch a successful business"])
    step: str = Field(examples=["sprint-0-woop"])
    step_title: str = Field(examples=["WOOP"])
    version: int = Field(examples=[1])
    at: datetime

    @classmethod
    def of(cls, program: Program, value: FieldValue) -> Self:
        """Show a field's value."""
        step = program.producer_of(value.field_id)
        return cls(
            field=value.field_id,
            title=program.give_of(value.field_id).title,
            value=value.value,
            step=step.slug,
            step_title=step.title,
            version=value.version,
            at=value.at,
        )


class OutdatedOut(BaseModel):
    """A value that was used, and what it is now."""

    step: str = Field(examples=["sprint-1-identity"])
    version: int = Field(examples=[1])
    field: str = Field(examples=["woop.wish"])
    title: str = Field(examples=["Wish"])
    used: Any = Field(examples=["Launch a business"])
    used_version: int = Field(examples=[1])
    current: Any = Field(examples=["Launch a successful business"])
    current_version: int = Field(examples=[2])
    changed_at: datetime

    @classmethod
    def of(cls, program: Program, item: Outdated) -> Self:
        """Show an outdated value."""
        return cls(
            step=item.step_slug,
            version=item.version,
            field=item.field_id,
            title=program.give_of(item.field_id).title,
            used=item.used,
            used_version=item.used_version,
            current=item.current,
            current_version=item.current_version,
            changed_at=item.changed_at,
        )


class StepOut(BaseModel):
    """A step: what it is, where it stands and why. A locked one shows no form."""

    slug: str = Field(examples=["sprint-2-vision"])
    title: str = Field(examples=["Vision"])
    kind: str = Field(examples=["tool"])
    order: int = Field(examples=[2])
    phase: str = Field(examples=["foundation"])
    domain: str = Field(examples=["leadership"])
    difficulty: str = Field(examples=["medium"])
    minutes: int = Field(examples=[45])
    skippable: bool = Field(examples=[False])
    purpose: str = Field(examples=["A picture of the company that people can walk towards."])
    state: State = Field(examples=["in_progress"])
    why: Why | None = Field(examples=[None], description="only of a locked step")
    percent: int = Field(examples=[50])
    unlocked_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None = Field(examples=[None])
    needs: list[str] = Field(examples=[["identity.personal_dream"]])
    gives: list[GiveOut]
    after: list[str] = Field(examples=[["sprint-1-identity"]])
    form: dict[str, Any] | None = Field(
        description="the JSON Schema of the answers; each field has examples",
        examples=[
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["vision_statement"],
                "properties": {
                    "vision_statement": {
                        "type": "string",
                        "title": "Vision",
                        "minLength": 1,
                        "examples": ["Every kitchen in the region runs on our care."],
                    }
                },
            }
        ],
    )
    layout: dict[str, Any] | None = Field(
        description="how a page shows the form",
        examples=[{"order": ["vision_statement"], "long": ["vision_statement"]}],
    )
    guidance: str | None = Field(examples=["Write what one could see in five years."])


class OpenStepOut(StepOut):
    """An open step with what lies on it."""

    fields: list[FieldOut]
    draft: DraftOut | None
    latest_version: int | None = Field(examples=[1])
    outdated: list[OutdatedOut]


def step_values(walk: Walk, step: Step, row: StepRow | None) -> dict[str, Any]:
    """Gather what StepOut shows."""
    standing = walk.standings[step.slug]
    is_open = standing.state is not State.LOCKED
    return {
        "slug": step.slug,
        "title": step.title,
        "kind": str(step.kind),
        "order": step.order,
        "phase": step.phase,
        "domain": step.domain,
        "difficulty": str(step.difficulty),
        "minutes": step.minutes,
        "skippable": step.skippable,
        "purpose": step.purpose,
        "state": standing.state,
        "why": journeys.explain(walk.program, standing),
        "percent": row.percent if row else 0,
        "unlocked_at": row.unlocked_at if row else None,
        "started_at": row.started_at if row else None,
        "completed_at": row.completed_at if row else None,
        "needs": [need.field for need in step.needs],
        "gives": [
            {"field": give.field, "from": give.source, "title": give.title} for give in step.gives
        ],
        "after": list(step.after),
        "form": step.form if is_open else None,
        "layout": step.layout if is_open else None,
        "guidance": step.guidance if is_open else None,
    }


def show_step(walk: Walk, step: Step, rows: Mapping[str, StepRow]) -> StepOut:
    """Show a step in a list."""
    return StepOut.model_validate(step_values(walk, step, rows.get(step.slug)))


def show_desk(walk: Walk, step: Step, rows: Mapping[str, StepRow], desk: Desk) -> OpenStepOut:
    """Show an open step with what lies on it."""
    program = walk.program
    return OpenStepOut.model_validate(
        {
            **step_values(walk, step, rows.get(step.slug)),
            "fields": [FieldOut.of(program, value) for value in desk.inputs.values()],
            "draft": DraftOut.of(desk.draft) if desk.draft else None,
            "latest_version": desk.latest.version if desk.latest else None,
            "outdated": [OutdatedOut.of(program, item) for item in desk.outdated],
        }
    )
