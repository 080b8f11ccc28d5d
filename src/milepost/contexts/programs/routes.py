"""The JSON API of programs: the catalog. A step's form is shown by a journey that opened it."""

from typing import Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from milepost.contexts.identity.http import Tx
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Version
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
    step_count: int = Field(examples=[31])


class CatalogStep(BaseModel):
    """A step as anybody may know it."""

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
            step_count=len(program.steps),
            accent=program.accent,
            vocabulary=dict(program.vocabulary),
            phases=document["phases"],
            domains=document["domains"],
            steps=[
                CatalogStep(
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
                )
                for step in program.steps
            ],
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
            step_count=len(version.program.steps),
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
