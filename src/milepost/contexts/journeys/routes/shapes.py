"""What the API of journeys takes and gives, and how values of the engine become that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import (
    Choice,
    Desk,
    FieldValue,
    Outdated,
    PersonProgress,
    Review,
    State,
    StepRow,
    Submission,
    Verdict,
)
from milepost.contexts.programs.types import Program, Step


class Body(BaseModel):
    """What a caller sends: exactly these names, exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Begin(Body):
    """Which program to begin, or to come back to."""

    program: str = Field(examples=["fast-track"], min_length=1, max_length=100)


class Answers(Body):
    """The answers to a step's form."""

    data: dict[str, Any] = Field(
        examples=[
            {
                "wish": "Launch a successful business",
                "outcome": "Revenue of $100k in first year",
                "obstacle": "Limited marketing budget",
                "plan": "Focus on organic social media growth",
            }
        ]
    )


class Decision(BaseModel):
    """What to do about a value that changed after it was used."""

    model_config = ConfigDict(extra="forbid")

    choice: Choice = Field(examples=["take"])


class WrittenReview(BaseModel):
    """A review as its author sends it."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        min_length=1, max_length=5000, examples=["The obstacle is honest. Make the plan smaller."]
    )
    verdict: Verdict = Field(default=Verdict.COMMENT, examples=["strong"])


class JourneyOut(BaseModel):
    """A journey and how far it is."""

    id: UUID
    program: str = Field(examples=["fast-track"])
    title: str
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
    locked: int
    unlocked: int
    in_progress: int
    completed: int
    skipped: int
    percent: int = Field(ge=0, le=100)

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


class NamedStep(BaseModel):
    """A step by slug and title."""

    slug: str
    title: str


class Why(BaseModel):
    """Why a step is locked: what is missing, and the steps that open it, in order."""

    missing: list[Reason]
    way: list[NamedStep]


class GiveOut(BaseModel):
    """A field a step gives, and the form property it comes from."""

    model_config = ConfigDict(populate_by_name=True)

    field: str = Field(examples=["vision.statement"])
    source: str = Field(alias="from", examples=["vision_statement"])
    title: str


class FieldOut(BaseModel):
    """A field's value with the step, version and time it came from."""

    field: str = Field(examples=["woop.wish"])
    title: str
    value: Any
    step: str = Field(examples=["sprint-0-woop"])
    step_title: str
    version: int
    at: datetime

    @classmethod
    def of(cls, program: Program, value: FieldValue) -> Self:
        """Show a field's value."""
        step = program.producer_of(value.field_id)
        return cls(
            field=value.field_id,
            title=field_title(program, value.field_id),
            value=value.value,
            step=step.slug,
            step_title=step.title,
            version=value.version,
            at=value.at,
        )


def field_title(program: Program, field_id: str) -> str:
    """Tell what people call a field."""
    gives = program.producer_of(field_id).gives
    return next(give.title for give in gives if give.field == field_id)


class OutdatedOut(BaseModel):
    """A value that was used, and what it is now."""

    step: str
    version: int
    field: str
    title: str
    used: Any
    used_version: int
    current: Any
    current_version: int
    changed_at: datetime

    @classmethod
    def of(cls, program: Program, item: Outdated) -> Self:
        """Show an outdated value."""
        return cls(
            step=item.step_slug,
            version=item.version,
            field=item.field_id,
            title=field_title(program, item.field_id),
            used=item.used,
            used_version=item.used_version,
            current=item.current,
            current_version=item.current_version,
            changed_at=item.changed_at,
        )


class DraftOut(BaseModel):
    """Answers being written. `etag` goes into If-Match with the next save."""

    data: dict[str, Any]
    version: int
    revision: int
    etag: str
    saved_at: datetime

    @classmethod
    def of(cls, draft: Submission) -> Self:
        """Show a draft."""
        return cls(
            data=draft.data,
            version=draft.version,
            revision=draft.revision,
            etag=draft.etag,
            saved_at=draft.updated_at,
        )


class StepOut(BaseModel):
    """A step: what it is, where it stands and why. A locked one shows no form."""

    slug: str = Field(examples=["sprint-2-vision"])
    title: str = Field(examples=["Vision"])
    kind: str
    order: int
    phase: str
    domain: str
    difficulty: str
    minutes: int
    skippable: bool
    purpose: str
    state: State
    why: Why | None
    percent: int
    unlocked_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    needs: list[str] = Field(examples=[["identity.personal_dream"]])
    gives: list[GiveOut]
    after: list[str]
    form: dict[str, Any] | None
    layout: dict[str, Any] | None
    guidance: str | None


class OpenStepOut(StepOut):
    """An open step with what lies on it."""

    fields: list[FieldOut]
    draft: DraftOut | None
    latest_version: int | None
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


class SubmissionOut(BaseModel):
    """One version handed in, with the values that had flowed into it."""

    id: UUID
    step: str
    version: int
    status: str = Field(examples=["completed"])
    data: dict[str, Any]
    inputs: dict[str, Any]
    submitted_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, submission: Submission) -> Self:
        """Show a submission."""
        return cls.model_validate(
            {
                "id": submission.id,
                "step": submission.step_slug,
                "version": submission.version,
                "status": submission.status,
                "data": submission.data,
                "inputs": submission.inputs,
                "submitted_at": submission.submitted_at,
                "completed_at": submission.completed_at,
            }
        )


class HandedInOut(SubmissionOut):
    """A version just handed in, and the steps it opened."""

    unlocked: list[NamedStep]


class ReviewOut(BaseModel):
    """What a coach wrote."""

    id: UUID
    step: str
    version: int
    author_id: UUID
    author_name: str | None
    text: str
    verdict: Verdict
    created_at: datetime

    @classmethod
    def of(cls, review: Review) -> Self:
        """Show a review."""
        return cls(
            id=review.id,
            step=review.step_slug,
            version=review.version,
            author_id=review.author_id,
            author_name=review.author_name,
            text=review.text,
            verdict=Verdict(review.verdict),
            created_at=review.created_at,
        )


class PersonOut(BaseModel):
    """One line of the team matrix."""

    user_id: UUID
    full_name: str
    email: str
    organization_id: UUID | None
    journey_id: UUID | None
    updated_at: datetime | None
    states: dict[str, str] = Field(examples=[{"sprint-0-woop": "completed"}])
    stats: Stats

    @classmethod
    def of(cls, person: PersonProgress) -> Self:
        """Show one person's progress."""
        return cls(
            user_id=person.user_id,
            full_name=person.full_name,
            email=person.email,
            organization_id=person.organization_id,
            journey_id=person.journey_id,
            updated_at=person.updated_at,
            states=dict(person.states),
            stats=Stats(**count_states(person.states.values())),
        )


class TeamOut(BaseModel):
    """People × steps."""

    program: str
    steps: list[NamedStep]
    items: list[PersonOut]
    next_cursor: str | None
