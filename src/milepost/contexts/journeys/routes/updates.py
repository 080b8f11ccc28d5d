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
_STAMP = "5f0c1b8e6a2d4c7f9b3e1a0d8c6f4e2b"


class KeptTaskOut(BaseModel):
    """A task that stays as it is because the company worked on it."""

    title: str = Field(examples=["Ask ten bakers"], description="as the company has it")
    offered: str | None = Field(
        examples=["Ask ten people"], description="its new name; null: the framework gave it up"
    )


class TaskUpdateOut(BaseModel):
    """What would become of the tasks of a step."""

    added: list[str] = Field(examples=[["Ask each of them who else to talk to"]])
    removed: list[str] = Field(examples=[[]])
    renamed: list[str] = Field(examples=[[]])
    kept: list[KeptTaskOut] = Field(
        description="renamed, ticked, given to somebody, dated or with a result in an outcome:"
        " the framework changed these, and they stay as they are"
    )


class StepUpdateOut(BaseModel):
    """What would change in one step. `collides`: parts that the company wrote itself."""

    slug: str = Field(examples=["first-ten-interviews"])
    title: str = Field(
        examples=["Interview the first ten people"], description="as the company has it now"
    )
    kind: str = Field(examples=["changed"], description="new, changed or retired")
    parts: list[str] = Field(examples=[["guidance", "tasks"]])
    collides: list[str] = Field(
        examples=[["title"]], description="these stay as they are, unless the step is restored"
    )
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
                kept=[
                    KeptTaskOut(title=task.title, offered=task.offered) for task in step.tasks.kept
                ],
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
    plan_stamp: str | None = Field(
        examples=[_STAMP],
        description="of all that is told here: another one as soon as any of it, told again of"
        " the same choice, would be otherwise",
    )
    steps: list[StepUpdateOut]
    moves: list[MoveOut]
    locks: list[str] = Field(examples=[["pain-ranking"]], description="open now, locked then")
    opens: list[str] = Field(examples=[["offer"]], description="locked now, open then")
    conflict: str | None = Field(
        examples=[None], description="why these steps can't be taken, and what helps"
    )
    circle: list[str] = Field(
        examples=[[]], description="with a conflict: the steps that would wait for each other"
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
                opens=[],
                conflict=None,
                circle=[],
            )
        return cls(
            version_id=update.version_id,
            number=update.number,
            plan_stamp=update.stamp,
            steps=[StepUpdateOut.of(step) for step in update.steps],
            moves=[
                MoveOut(slug=slug, before=None if was is None else str(was), after=str(becomes))
                for slug, (was, becomes) in update.moves.items()
            ],
            locks=list(update.locks),
            opens=list(update.opens),
            conflict=None if update.conflict is None else update.conflict.message,
            circle=[] if update.conflict is None else list(update.conflict.circle),
        )


class TakeUpdate(Body):
    """Which steps to take (all when left out), and where to give up one's own words.

    Whoever takes none of them stays with what they have: nothing of this version is on offer any
    more, and the next one offers what both brought.
    """

    version_id: json.Id
    plan_stamp: str | None = Field(
        default=None,
        max_length=400,
        examples=[_STAMP],
        description="as it was shown, of whichever choice: 409 when anything of what was shown"
        " would be otherwise by now",
    )
    take: list[str] | None = Field(default=None, examples=[["first-ten-interviews"]], **_SLUGS)
    restore: list[str] = Field(
        default=[],
        examples=[[]],
        description="steps, of those taken, in which to give up one's own parts that collide",
        **_SLUGS,
    )


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
    restore: Annotated[
        list[str] | None,
        Query(description="with one's own words given up in these steps", max_length=500),
    ] = None,
    again: Annotated[
        bool, Query(description="also of a version that the company stayed away from")
    ] = False,
) -> UpdateOut:
    """Show what the newest version of the framework would change for a company."""
    return UpdateOut.of(
        await journeys.preview_update(
            tx,
            journey_id=journey_id,
            take=None if take is None else frozenset(take),
            restore=frozenset(restore or ()),
            again=again,
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
