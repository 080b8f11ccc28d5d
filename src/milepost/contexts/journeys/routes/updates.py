"""A newer version of the framework: what it would change for a company, and taking it."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import StepUpdate, Update
from milepost.platform import clock
from milepost.platform.http import json, problems
from milepost.platform.http.json import Body, StrictRoute

router = APIRouter(tags=["journeys"], route_class=StrictRoute)

_SLUGS: dict[str, Any] = {"max_length": 500}


class TaskUpdateOut(BaseModel):
    """What would become of the tasks of a step."""

    added: list[str] = Field(examples=[["Ask each of them who else to talk to"]])
    removed: list[str] = Field(examples=[[]])
    renamed: list[str] = Field(examples=[[]])


class StepUpdateOut(BaseModel):
    """What would change in one step. `collides`: parts that the company wrote itself."""

    slug: str = Field(examples=["first-ten-interviews"])
    title: str = Field(examples=["Interview the first ten people"])
    kind: str = Field(examples=["changed"], description="new, changed or retired")
    parts: list[str] = Field(examples=[["guidance", "tasks"]])
    collides: list[str] = Field(examples=[["title"]])
    tasks: TaskUpdateOut

    @classmethod
    def of(cls, step: StepUpdate) -> Self:
        """Show a step's update."""
        return cls(
            slug=step.slug,
            title=step.title,
            kind=str(step.kind),
            parts=list(step.parts),
            collides=list(step.collides),
            tasks=TaskUpdateOut(
                added=[task.title for task in step.tasks.added],
                removed=[task.title for task in step.tasks.removed],
                renamed=[task.after for task in step.tasks.renamed],
            ),
        )


class MoveOut(BaseModel):
    """A step that would stand elsewhere; `before` is null for one that is new."""

    slug: str = Field(examples=["pain-ranking"])
    before: str | None = Field(examples=["unlocked"])
    after: str = Field(examples=["locked"])


class UpdateOut(BaseModel):
    """What the newest version would change. No `version_id`: nothing, the journey has it all."""

    version_id: UUID | None
    number: int | None = Field(examples=[2])
    plan_stamp: UUID | None = Field(description="another one with each change of the plan")
    steps: list[StepUpdateOut]
    moves: list[MoveOut]
    locks: list[str] = Field(examples=[["pain-ranking"]], description="open now, locked then")
    conflict: str | None = Field(
        examples=[None], description="why these steps can't be taken without others"
    )

    @classmethod
    def of(cls, update: Update | None) -> Self:
        """Show an update."""
        if update is None:
            return cls(
                version_id=None,
                number=None,
                plan_stamp=None,
                steps=[],
                moves=[],
                locks=[],
                conflict=None,
            )
        return cls(
            version_id=update.version_id,
            number=update.number,
            plan_stamp=update.plan_stamp,
            steps=[StepUpdateOut.of(step) for step in update.steps],
            moves=[
                MoveOut(slug=slug, before=None if was is None else str(was), after=str(becomes))
                for slug, (was, becomes) in update.moves.items()
            ],
            locks=list(update.locks),
            conflict=update.conflict,
        )


class TakeUpdate(Body):
    """Which steps to take (all when left out), and where to give up one's own words."""

    version_id: json.Id
    plan_stamp: json.Id | None = Field(
        default=None, description="as it was shown: 409 when the plan changed since"
    )
    take: list[str] | None = Field(default=None, examples=[["first-ten-interviews"]], **_SLUGS)
    restore: list[str] = Field(default=[], examples=[[]], **_SLUGS)


@router.get(
    "/journeys/{journey_id}/update",
    operation_id="get_update",
    responses=problems.responses(403, 404),
)
async def get_update(
    journey_id: UUID,
    tx: Tx,
    take: Annotated[
        list[str] | None, Query(description="foretell only these steps", max_length=500)
    ] = None,
) -> UpdateOut:
    """Show what the newest version of the framework would change for a company."""
    return UpdateOut.of(
        await journeys.preview_update(
            tx, journey_id=journey_id, take=None if take is None else frozenset(take)
        )
    )


@router.post(
    "/journeys/{journey_id}/update",
    operation_id="take_update",
    response_model=UpdateOut,
    responses=problems.responses(403, 404, 409),
)
async def take_update(journey_id: UUID, body: TakeUpdate, request: Request, tx: Tx) -> Response:
    """Take steps of the newest version; answered with what is left to take."""

    async def work() -> UpdateOut:
        await journeys.take_update(
            tx,
            journey_id=journey_id,
            version_id=body.version_id,
            take=None if body.take is None else frozenset(body.take),
            restore=frozenset(body.restore),
            seen=body.plan_stamp,
            now=clock.now(),
        )
        return UpdateOut.of(await journeys.preview_update(tx, journey_id=journey_id))

    return await once(tx, request, 200, work)
