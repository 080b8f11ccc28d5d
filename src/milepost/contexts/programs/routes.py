"""The JSON API of programs: the catalog. A step's form is shown by a journey that opened it."""

from typing import Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from milepost.contexts.identity.http import Tx
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Step, Version
from milepost.platform.errors import NotFound
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["programs"], route_class=StrictRoute)


class ProgramSummary(BaseModel):
    """A program in the catalog."""

    slug: str = Field(examples=["fast-track"])
    title: str = Field(examples=["Fast Track"])
    summary: str = Field(examples=["A growth program for the leader of a company."])
    version: int = Field(examples=[1])
    step_count: int = Field(examples=[31], description="How many steps who begins now gets.")
    walker: str = Field(examples=["person"], description="Who walks it: a person or a company.")


class CatalogTask(BaseModel):
    """A task of a checklist."""

    slug: str = Field(examples=["book-the-first-five"])
    title: str = Field(examples=["Book the first five conversations for the coming week"])


class CatalogStep(BaseModel):
    """A step as anybody may know it. A tool has `minutes`, and shows its guidance and form once a
    journey opened it; a checklist has `estimated_days`, and all that it asks for is here."""

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
    after: list[str] = Field(examples=[["sprint-1-identity"]])
    needs: list[str] = Field(examples=[["identity.personal_dream"]])
    gives: list[str] = Field(examples=[["vision.statement"]])
    version: str = Field(examples=["1.0"], description="Which writing of the step this is.")
    is_active: bool = Field(
        examples=[True], description="Whether a journey that begins now gets the step."
    )
    estimated_days: int | None = Field(examples=[10], description="Of a checklist.")
    description: str | None = Field(
        examples=["Ten conversations come before any more sketches."],
        description="Of a checklist: what to do and why now, in Markdown.",
    )
    guidance_notes: str | None = Field(
        examples=["Ask about the last time, never about the next."],
        description="Of a checklist: how an expert goes about it, in Markdown.",
    )
    deliverables: list[str] = Field(examples=[["Notes of ten conversations"]])
    success_criteria: list[str] = Field(
        examples=[["At least eight of the ten fit the customer profile"]]
    )
    tasks: list[CatalogTask]

    @classmethod
    def of(cls, step: Step) -> Self:
        """Show a step."""
        is_checklist = step.checklist is not None
        return cls(
            slug=step.slug,
            title=step.title,
            kind=str(step.kind),
            order=step.order,
            phase=step.phase,
            domain=step.domain,
            difficulty=str(step.difficulty),
            minutes=step.minutes,
            skippable=step.skippable,
            purpose=step.purpose,
            after=list(step.after),
            needs=[need.field for need in step.needs],
            gives=[give.field for give in step.gives],
            version=step.revision,
            is_active=step.active,
            estimated_days=step.days if is_checklist else None,
            description=step.description if is_checklist else None,
            guidance_notes=step.guidance if is_checklist else None,
            deliverables=list(step.deliverables),
            success_criteria=list(step.criteria),
            tasks=[CatalogTask(slug=task.slug, title=task.title) for task in step.tasks],
        )


class ProgramOut(ProgramSummary):
    """A program with its phases, domains and steps."""

    accent: int = Field(examples=[210])
    vocabulary: dict[str, str] = Field(examples=[{"step": "tool"}])
    phases: list[dict[str, Any]] = Field(examples=[[{"slug": "foundation", "title": "Foundation"}]])
    domains: list[dict[str, Any]] = Field(
        examples=[[{"slug": "leadership", "title": "Leadership"}]]
    )
    steps: list[CatalogStep]

    @classmethod
    def of(cls, version: Version) -> Self:
        """Show a version."""
        program = version.program
        document = program.to_document()
        return cls(
            slug=program.slug,
            title=program.title,
            summary=program.summary,
            version=version.number,
            step_count=len(program.active_steps),
            accent=program.accent,
            walker=str(program.walker),
            vocabulary=dict(program.vocabulary),
            phases=document["phases"],
            domains=document["domains"],
            steps=[CatalogStep.of(step) for step in program.steps],
        )


@router.get("/programs", operation_id="list_programs", responses=problems.responses(403))
async def list_programs(tx: Tx) -> Page[ProgramSummary]:
    """List the programs that can be begun."""
    items = [
        ProgramSummary(
            slug=version.program.slug,
            title=version.program.title,
            summary=version.program.summary,
            version=version.number,
            step_count=len(version.program.active_steps),
            walker=str(version.program.walker),
        )
        for version in await programs.list_programs(tx)
    ]
    return Page[ProgramSummary](items=items, next_cursor=None)


@router.get("/programs/{slug}", operation_id="get_program", responses=problems.responses(403, 404))
async def get_program(slug: str, tx: Tx) -> ProgramOut:
    """Show a program's newest version."""
    version = await programs.find_latest(tx, slug=slug)
    if version is None:
        raise NotFound(f"There is no program called {slug!r}.")
    return ProgramOut.of(version)
