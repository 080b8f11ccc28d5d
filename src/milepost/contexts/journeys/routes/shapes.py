"""What the API shows of steps and fields, and how values of the engine become that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.answers import DraftOut, NamedStep
from milepost.contexts.journeys.routes.task_shapes import TaskOut
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import (
    Available,
    Desk,
    FieldValue,
    Outdated,
    PlanStep,
    State,
    StepRow,
    Task,
)
from milepost.contexts.programs.types import Program, Step, StepKind

# What the parts of a step that a company can write are called here, where not as in the engine.
PARTS = {"success_criteria": "criteria", "estimated_days": "days"}
_SHOWN = {part: name for name, part in PARTS.items()}


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
    version: str = Field(examples=["1.0"], description="of the step's own words")
    is_active: bool = Field(examples=[True], description="false: nobody new gets it any more")
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
    description: str = Field(
        examples=[""],
        description="of a checklist, in Markdown; this, deliverables and criteria are the"
        " framework's for whoever isn't shown the company's own",
    )
    deliverables: list[str] = Field(examples=[[]])
    success_criteria: list[str] = Field(examples=[[]])
    estimated_days: int = Field(examples=[0])
    is_custom_step: bool = Field(examples=[False], description="whether the company made it")
    edited: list[str] = Field(examples=[[]], description="parts that the company wrote itself")
    etag: str | None = Field(examples=[None], description="for If-Match with the next change")
    skip_reason: str | None = Field(examples=[None], description="why it was left out")
    tasks: list[TaskOut]


class BecauseOut(BaseModel):
    """Why just this step: what kind of reason, and in words."""

    kind: str = Field(examples=["opens"], description="due, begun, opens or order")
    text: str = Field(
        examples=["Three later steps wait for it, one of them in Launch, and for others."]
    )
    opens: int = Field(
        examples=[3], description="later steps, of any phase, that wait for it directly"
    )
    opens_at_once: list[str] = Field(
        examples=[["problem-interviews"]],
        description="those of them that wait for nothing else: done, it opens them",
    )


class AvailableStepOut(StepOut):
    """A step that can be done now."""

    because: BecauseOut


class OpenStepOut(StepOut):
    """An open step with what lies on it."""

    fields: list[FieldOut]
    draft: DraftOut | None
    latest_version: int | None = Field(examples=[1])
    outdated: list[OutdatedOut]


@dataclass(frozen=True, slots=True)
class Shown:
    """A walk, with what is kept of its steps as far as the caller sees it."""

    walk: Walk
    rows: Mapping[str, StepRow]
    plan: Mapping[str, PlanStep]
    tasks: Mapping[str, list[Task]]
    reasons: Mapping[str, str]

    def values(self, step: Step) -> dict[str, Any]:
        """Gather what StepOut shows."""
        standing = self.walk.standings[step.slug]
        is_open = standing.state is not State.LOCKED
        is_tool = step.kind is StepKind.TOOL
        row = self.rows.get(step.slug)
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
            "version": step.revision,
            "is_active": step.active,
            "purpose": step.purpose,
            "state": standing.state,
            "why": journeys.explain(self.walk.program, standing),
            "percent": row.percent if row else 0,
            "unlocked_at": row.unlocked_at if row else None,
            "started_at": row.started_at if row else None,
            "completed_at": row.completed_at if row else None,
            "needs": [need.field for need in step.needs],
            "gives": [
                {"field": give.field, "from": give.source, "title": give.title}
                for give in step.gives
            ],
            "after": list(step.after),
            "form": step.form if is_open and is_tool else None,
            "layout": step.layout if is_open and is_tool else None,
            "guidance": step.guidance if is_open else None,
            **self._of_checklist(step),
        }

    def _of_checklist(self, step: Step) -> dict[str, Any]:
        item = self.plan.get(step.slug)
        skipped = self.walk.standings[step.slug].state is State.SKIPPED
        return {
            "description": step.description,
            "deliverables": list(step.deliverables),
            "success_criteria": list(step.criteria),
            "estimated_days": step.days,
            "is_custom_step": item is not None and item.is_own,
            "edited": [_SHOWN.get(part, part) for part in item.edited] if item else [],
            "etag": (item.etag or None) if item else None,
            "skip_reason": self.reasons.get(step.slug) if skipped else None,
            "tasks": [TaskOut.of(task) for task in self.tasks.get(step.slug, ())],
        }

    def step(self, step: Step) -> StepOut:
        """Show a step in a list."""
        return StepOut.model_validate(self.values(step))

    def available(self, step: Step, reason: Available) -> AvailableStepOut:
        """Show a step that can be done now, and why just this one."""
        because = BecauseOut(
            kind=reason.kind,
            text=reason.text,
            opens=reason.opens,
            opens_at_once=list(reason.opens_at_once),
        )
        return AvailableStepOut.model_validate({**self.values(step), "because": because})

    def desk(self, step: Step, desk: Desk | None) -> OpenStepOut:
        """Show a step with what lies on it; on a checklist, nothing but its tasks."""
        program = self.walk.program
        inputs = desk.inputs.values() if desk else ()
        outdated = desk.outdated if desk else ()
        return OpenStepOut.model_validate(
            {
                **self.values(step),
                "fields": [FieldOut.of(program, value) for value in inputs],
                "draft": DraftOut.of(desk.draft) if desk and desk.draft else None,
                "latest_version": desk.latest.version if desk and desk.latest else None,
                "outdated": [OutdatedOut.of(program, item) for item in outdated],
            }
        )
