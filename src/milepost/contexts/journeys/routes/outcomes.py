"""How steps went: written down, read, and shared with the community or not."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Outcome, OutcomeNotes
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.http import problems
from milepost.platform.http.json import Body, StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["outcomes"], route_class=StrictRoute)

_TASK_ID = "0198c0de-7a3b-7c5d-8e9f-000000000001"
_Result = Annotated[str, Field(max_length=2000)]
_Learning = Annotated[str, Field(max_length=500)]


class Capture(Body):
    """How a step went. `task_results` says by task id what came of each task."""

    task_results: dict[str, _Result] = Field(
        default_factory=dict[str, str],
        max_length=100,
        examples=[{_TASK_ID: "Nine of ten said they had the problem last month."}],
    )
    time_taken_days: int = Field(ge=0, le=3650, examples=[12])
    confidence_level: int = Field(ge=1, le=5, examples=[4])
    notes: str = Field(default="", max_length=10_000, examples=["The second week was slow."])
    key_learnings: list[_Learning] = Field(
        default_factory=list[str], max_length=20, examples=[["Ask about Tuesday, not usually."]]
    )
    share_anonymously: bool = Field(
        default=False,
        description="whether your company is counted in this step's benchmark from now on: holds"
        " for all that it wrote about the step; not for a step of its own",
        examples=[False],
    )


class Consent(Body):
    """Whether your company is counted in benchmarks of this step from now on."""

    share_anonymously: bool = Field(examples=[True])


class CapturedOut(BaseModel):
    """The outcome that was written."""

    id: UUID


class NotesOut(BaseModel):
    """The words of an outcome."""

    task_results: dict[str, str] = Field(
        examples=[{_TASK_ID: "Nine of ten said they had the problem last month."}]
    )
    task_titles: dict[str, str] = Field(
        description="what each of these tasks was called then; it may be gone by now, and of"
        " what was written long ago this may not be known",
        examples=[{_TASK_ID: "Book the first five conversations"}],
    )
    notes: str = Field(examples=["The second week was slow."])
    key_learnings: list[str] = Field(examples=[["Ask about Tuesday, not usually."]])


class OutcomeOut(BaseModel):
    """How a step went; `words` is null for whoever isn't shown them."""

    id: UUID
    journey_id: UUID
    step_slug: str = Field(examples=["first-interviews"])
    finished: bool = Field(description="false: the step was left out", examples=[True])
    time_taken_days: int = Field(examples=[12])
    confidence_level: int = Field(ge=1, le=5, examples=[4])
    share_anonymously: bool | None = Field(
        description="null for whoever is not of the company", examples=[False]
    )
    industry: str = Field(examples=["software"])
    stage: str = Field(examples=["validation"])
    author_id: UUID | None = Field(description="null for whoever is not of the company")
    created_at: datetime
    words: NotesOut | None

    @classmethod
    def of(cls, outcome: Outcome, notes: OutcomeNotes | None) -> Self:
        """Show an outcome."""
        return cls(
            id=outcome.id,
            journey_id=outcome.journey_id,
            step_slug=outcome.step_slug,
            finished=outcome.finished,
            time_taken_days=outcome.time_taken_days,
            confidence_level=outcome.confidence_level,
            share_anonymously=outcome.share_anonymously,
            industry=outcome.industry,
            stage=outcome.stage,
            author_id=outcome.author_id,
            created_at=outcome.created_at,
            words=None
            if notes is None
            else NotesOut(
                task_results=dict(notes.task_results),
                task_titles=dict(notes.task_titles),
                notes=notes.notes,
                key_learnings=list(notes.key_learnings),
            ),
        )


class ProposedTask(BaseModel):
    """A task to say a result of."""

    id: UUID
    title: str = Field(examples=["Book the first five conversations"])
    is_completed: bool = Field(examples=[True])


class ProposalOut(BaseModel):
    """What stands in the form at first, and what was written before."""

    finished: bool = Field(examples=[True])
    time_taken_days: int = Field(description="from start to completion", examples=[12])
    tasks: list[ProposedTask]
    share_anonymously: bool = Field(
        description="as your company chose for this step, or else last; off at first",
        examples=[False],
    )
    newest: OutcomeOut | None


@router.post(
    "/journeys/{journey_id}/steps/{step_slug}/outcome",
    status_code=201,
    response_model=CapturedOut,
    operation_id="capture_outcome",
    responses=problems.responses(403, 404, 409),
)
async def capture(
    journey_id: UUID, step_slug: str, body: Capture, request: Request, tx: Tx
) -> Response:
    """Write down how a step went that is done or left out; suggestions follow."""

    async def work() -> CapturedOut:
        outcome = await journeys.capture_outcome(
            tx,
            journey_id=journey_id,
            step_slug=step_slug,
            task_results=body.task_results,
            time_taken_days=body.time_taken_days,
            confidence_level=body.confidence_level,
            notes=body.notes,
            key_learnings=body.key_learnings,
            share_anonymously=body.share_anonymously,
            now=clock.now(),
        )
        return CapturedOut(id=outcome.id)

    return await once(tx, request, 201, work)


@router.get(
    "/journeys/{journey_id}/steps/{step_slug}/outcome",
    operation_id="propose_outcome",
    responses=problems.responses(403, 404, 409),
)
async def propose(journey_id: UUID, step_slug: str, tx: Tx) -> ProposalOut:
    """Propose what to write about a step, to whom it is to write: days taken, tasks, sharing."""
    proposal = await journeys.propose_outcome(tx, journey_id=journey_id, step_slug=step_slug)
    return ProposalOut(
        finished=proposal.finished,
        time_taken_days=proposal.time_taken_days,
        tasks=[
            ProposedTask(id=task.id, title=task.title, is_completed=task.is_completed)
            for task in proposal.tasks
        ],
        share_anonymously=proposal.share_anonymously,
        newest=None if proposal.newest is None else await _shown(tx, proposal.newest),
    )


@router.get(
    "/journeys/{journey_id}/outcomes",
    operation_id="list_outcomes",
    responses=problems.responses(403, 404),
)
async def list_outcomes(
    journey_id: UUID,
    tx: Tx,
    step_slug: Annotated[str | None, Query(max_length=120, description="only of this step")] = None,
) -> Page[OutcomeOut]:
    """List how the steps of a journey went, the newest first.

    Whoever is not of the company is shown what was written last of each step.
    """
    outcomes = await journeys.list_outcomes(tx, journey_id=journey_id, step_slug=step_slug)
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    await _note_read(tx, journey.subject_id)
    notes = await journeys.list_outcome_notes(tx, outcome_ids=[item.id for item in outcomes])
    items = [OutcomeOut.of(outcome, notes.get(outcome.id)) for outcome in outcomes]
    return Page[OutcomeOut](items=items, next_cursor=None)


@router.get(
    "/outcomes/{outcome_id}", operation_id="get_outcome", responses=problems.responses(403, 404)
)
async def get_outcome(outcome_id: UUID, tx: Tx) -> OutcomeOut:
    """Show how a step went."""
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    await _note_read(tx, outcome.subject_id)
    return await _shown(tx, outcome)


@router.patch(
    "/outcomes/{outcome_id}",
    operation_id="share_outcome",
    responses=problems.responses(403, 404),
)
async def share(outcome_id: UUID, body: Consent, tx: Tx) -> OutcomeOut:
    """Agree to be counted in benchmarks of an outcome's step, or take that back.

    Holds for all that your company wrote about that step.
    """
    await journeys.set_sharing(
        tx, outcome_id=outcome_id, share=body.share_anonymously, now=clock.now()
    )
    return await _shown(tx, await journeys.get_outcome(tx, outcome_id=outcome_id))


async def _shown(tx: Transaction, outcome: Outcome) -> OutcomeOut:
    return OutcomeOut.of(outcome, await journeys.find_outcome_notes(tx, outcome_id=outcome.id))


async def _note_read(tx: Transaction, subject_id: UUID) -> None:
    await identity.record_read(tx, subject_id=subject_id, what="outcomes", now=clock.now())
