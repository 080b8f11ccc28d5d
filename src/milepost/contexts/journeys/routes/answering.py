"""Answering a tool: draft, submission, review, and decisions about later values."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx, once
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.answers import (
    Answers,
    Decision,
    DraftOut,
    HandedInOut,
    NamedStep,
    ReviewOut,
    SubmissionOut,
    WrittenReview,
)
from milepost.contexts.journeys.routes.conflicts import ETAG, step_responses
from milepost.contexts.journeys.routes.showing import note_read
from milepost.contexts.journeys.types import HandedIn
from milepost.platform import clock
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["steps"], route_class=StrictRoute)
STEP = "/journeys/{journey_id}/steps/{step_slug}"
IfMatch = Annotated[
    str | None,
    Header(description="the etag of what was worked on; 409 when that is not the newest any more"),
]


@router.get(STEP + "/draft", operation_id="get_draft", responses=step_responses() | ETAG)
async def get_draft(journey_id: UUID, step_slug: str, response: Response, tx: Tx) -> DraftOut:
    """Show what is being written, with its ETag."""
    draft = await journeys.get_draft(tx, journey_id=journey_id, step_slug=step_slug)
    await identity.record_read(tx, subject_id=draft.subject_id, what=step_slug, now=clock.now())
    response.headers["ETag"] = draft.etag
    return DraftOut.of(draft)


@router.put(
    STEP + "/draft", operation_id="save_draft", responses=step_responses(overtaken=True) | ETAG
)
async def put_draft(
    journey_id: UUID,
    step_slug: str,
    body: Answers,
    request: Request,
    response: Response,
    tx: Tx,
    if_match: IfMatch = None,
) -> DraftOut:
    """Save unfinished answers: wrong types are refused, what is missing is not."""
    draft = await journeys.save_draft(
        tx,
        journey_id=journey_id,
        step_slug=step_slug,
        data=body.data,
        seen=if_match,
        now=clock.now(),
        asked=request.state.asked,
    )
    response.headers["ETag"] = draft.etag
    return DraftOut.of(draft)


@router.post(
    STEP + "/submissions",
    operation_id="submit_step",
    responses=step_responses(overtaken=True),
    status_code=201,
    response_model=HandedInOut,
)
async def submit(
    journey_id: UUID,
    step_slug: str,
    body: Answers,
    request: Request,
    tx: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Hand in answers as a new version, and say what that opened."""

    async def work() -> HandedInOut:
        handed_in = await journeys.submit(
            tx,
            journey_id=journey_id,
            step_slug=step_slug,
            data=body.data,
            seen=if_match,
            now=clock.now(),
            asked=request.state.asked,
        )
        return _show(handed_in)

    return await once(tx, request, 201, work)


@router.get(STEP + "/submissions", operation_id="list_submissions", responses=step_responses())
async def list_submissions(journey_id: UUID, step_slug: str, tx: Tx) -> Page[SubmissionOut]:
    """List the versions handed in, the newest first."""
    found = await journeys.list_submissions(tx, journey_id=journey_id, step_slug=step_slug)
    await note_read(tx, await journeys.get_journey(tx, journey_id=journey_id), step_slug)
    items = [SubmissionOut.of(submission) for submission in found]
    return Page[SubmissionOut](items=items, next_cursor=None)


@router.get(
    STEP + "/submissions/{version}", operation_id="get_submission", responses=step_responses()
)
async def get_submission(journey_id: UUID, step_slug: str, version: int, tx: Tx) -> SubmissionOut:
    """Show one version."""
    submission = await journeys.get_submission(
        tx, journey_id=journey_id, step_slug=step_slug, version=version
    )
    await identity.record_read(
        tx, subject_id=submission.subject_id, what=step_slug, now=clock.now()
    )
    return SubmissionOut.of(submission)


@router.post(
    STEP + "/submissions/{version}/review",
    operation_id="review_submission",
    responses=step_responses(),
    status_code=201,
    response_model=ReviewOut,
)
async def review(
    journey_id: UUID, step_slug: str, version: int, body: WrittenReview, request: Request, tx: Tx
) -> Response:
    """Write a review, as a coach whom the owner lets see everything."""

    async def work() -> ReviewOut:
        written = await journeys.write_review(
            tx,
            journey_id=journey_id,
            step_slug=step_slug,
            version=version,
            text=body.text,
            verdict=body.verdict,
            now=clock.now(),
        )
        return ReviewOut.of(written)

    return await once(tx, request, 201, work)


@router.get(STEP + "/reviews", operation_id="list_reviews", responses=step_responses())
async def list_reviews(journey_id: UUID, step_slug: str, tx: Tx) -> Page[ReviewOut]:
    """List what coaches wrote about a step, the newest first."""
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    walk.open_step(step_slug)
    await note_read(tx, walk.journey, step_slug)
    found = await journeys.list_reviews(tx, journey_id=journey_id, step_slug=step_slug)
    return Page[ReviewOut](items=[ReviewOut.of(item) for item in found], next_cursor=None)


@router.post(
    STEP + "/inputs/{field_id}",
    operation_id="decide_input",
    responses=step_responses(),
    response_model=SubmissionOut | DraftOut,
)
async def decide_input(
    journey_id: UUID, step_slug: str, field_id: str, body: Decision, request: Request, tx: Tx
) -> Response:
    """Keep the value an answer used though it changed later, or take the new one."""

    async def work() -> SubmissionOut | DraftOut:
        result = await journeys.decide_input(
            tx,
            journey_id=journey_id,
            step_slug=step_slug,
            field_id=field_id,
            choice=body.choice,
            now=clock.now(),
        )
        if result.submitted_at is None:
            return DraftOut.of(result)
        return SubmissionOut.of(result)

    return await once(tx, request, 200, work)


def _show(handed_in: HandedIn) -> HandedInOut:
    shown = SubmissionOut.of(handed_in.submission).model_dump()
    unlocked = [NamedStep(slug=step.slug, title=step.title) for step in handed_in.opened]
    return HandedInOut.model_validate({**shown, "unlocked": unlocked})
