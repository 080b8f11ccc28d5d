"""Suggestions after an outcome: asking for them, reading, taking up and dismissing them."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from milepost.contexts.identity.http import Tx, once
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.types import Feedback, Suggested, Suggestion
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import Body, StrictRoute
from milepost.platform.http.pages import Page

router = APIRouter(tags=["suggestions"], route_class=StrictRoute)

_TEXT = "Start “Rank the pains you heard” (about 2 days)."
_REASONING = "“Interview the first ten people” comes before it, and 4 more steps wait behind it."


class Answered(Body):
    """What the company says to a suggestion."""

    feedback: Literal["accepted", "dismissed"] = Field(examples=["accepted"])
    note: str = Field(default="", max_length=1000, examples=["We begin on Monday."])


class BasisOut(BaseModel):
    """One thing a suggestion rests on."""

    kind: Literal["outcome", "step", "benchmark"] = Field(examples=["step"])
    ref: str = Field(
        description="the outcome's id, or the slug of the step", examples=["pain-ranking"]
    )
    label: str = Field(examples=["Rank the pains you heard"])


class TargetOut(BaseModel):
    """What accepting does: start a step (or take it up again), or add a task to it.

    A task for a step that is done takes the step up again.
    """

    kind: Literal["start_step", "add_task"] = Field(examples=["start_step"])
    step_slug: str = Field(examples=["pain-ranking"])
    title: str = Field(
        description="of the task, or of the step", examples=["Rank the pains you heard"]
    )
    also: list[str] = Field(
        default=[],
        description="titles of further tasks that are added together with it",
        examples=[["Thank those you talked to"]],
    )


class SuggestionOut(BaseModel):
    """A suggestion, who made it, why, and what was said to it."""

    id: UUID
    outcome_id: UUID
    step_slug: str = Field(
        description="the step whose outcome it follows", examples=["first-interviews"]
    )
    text: str = Field(examples=[_TEXT])
    priority: Literal["low", "medium", "high"] = Field(examples=["high"])
    reasoning: str = Field(examples=[_REASONING])
    rests_on: list[BasisOut]
    engine: Literal["offline", "llm"] = Field(examples=["offline"])
    target: TargetOut
    feedback: Literal["accepted", "dismissed"] | None = Field(examples=["accepted"])
    feedback_note: str = Field(examples=["We begin on Monday."])
    lapsed: str | None = Field(
        description="why it can't be taken up as things stand: what it advises was done meanwhile,"
        " or can't be done; accepting it answers 409",
        examples=["“Rank the pains you heard” is in progress already."],
    )
    created_at: datetime

    @classmethod
    def of(cls, suggestion: Suggestion) -> Self:
        """Show a suggestion."""
        return cls.model_validate(
            {
                "id": suggestion.id,
                "outcome_id": suggestion.outcome_id,
                "step_slug": suggestion.step_slug,
                "text": suggestion.text,
                "priority": suggestion.priority,
                "reasoning": suggestion.reasoning,
                "rests_on": list(suggestion.rests_on),
                "engine": suggestion.engine,
                "target": dict(suggestion.target),
                "feedback": suggestion.feedback,
                "feedback_note": suggestion.feedback_note,
                "lapsed": suggestion.lapsed or None,
                "created_at": suggestion.created_at,
            }
        )


class SuggestionsOut(BaseModel):
    """The suggestions after an outcome. Until `ready`, ask again in a moment."""

    items: list[SuggestionOut]
    ready: bool = Field(examples=[True])
    engine: Literal["offline", "llm"] | None = Field(
        description="which engine spoke: rules without a network, or a model",
        examples=["offline"],
    )
    note: str = Field(
        description="why a model was asked and another engine spoke, or why there are none",
        examples=["The model took longer than 30 seconds."],
    )

    @classmethod
    def of(cls, suggested: Suggested) -> Self:
        """Show what is suggested after an outcome."""
        run = suggested.run
        return cls.model_validate(
            {
                "items": [SuggestionOut.of(item) for item in suggested.items],
                "ready": suggested.is_ready,
                "engine": run.engine if run else None,
                "note": run.error if run else "",
            }
        )


@router.get(
    "/outcomes/{outcome_id}/suggestions",
    operation_id="list_suggestions",
    responses=problems.responses(403, 404),
)
async def list_suggestions(outcome_id: UUID, tx: Tx) -> SuggestionsOut:
    """List what is suggested after an outcome; empty until it is ready."""
    return SuggestionsOut.of(
        await insights.list_suggestions(tx, outcome_id=outcome_id, now=clock.now())
    )


@router.post(
    "/outcomes/{outcome_id}/suggestions",
    operation_id="ask_for_suggestions",
    response_model=SuggestionsOut,
    responses=problems.responses(403, 404, 409),
)
async def ask(outcome_id: UUID, request: Request, tx: Tx) -> Response:
    """Ask once more for suggestions that could not be made, or were never asked for.

    Where they are being made, or are there already, nothing changes.
    """

    async def work() -> SuggestionsOut:
        now = clock.now()
        await insights.ask_again(tx, outcome_id=outcome_id, now=now)
        return SuggestionsOut.of(
            await insights.list_suggestions(tx, outcome_id=outcome_id, now=now)
        )

    return await once(tx, request, 200, work)


@router.get(
    "/journeys/{journey_id}/suggestions",
    operation_id="list_open_suggestions",
    responses=problems.responses(403, 404),
)
async def list_inbox(journey_id: UUID, tx: Tx) -> Page[SuggestionOut]:
    """List the suggestions of a journey that wait for an answer, the most pressing first."""
    found = await insights.list_inbox(tx, journey_id=journey_id, now=clock.now())
    return Page[SuggestionOut](items=[SuggestionOut.of(item) for item in found], next_cursor=None)


@router.post(
    "/suggestions/{suggestion_id}/feedback",
    operation_id="answer_suggestion",
    response_model=SuggestionOut,
    responses=problems.responses(403, 404, 409),
)
async def answer(suggestion_id: UUID, body: Answered, request: Request, tx: Tx) -> Response:
    """Take a suggestion up, which starts its step or adds its task, or dismiss it for good.

    One that has lapsed is not taken up: 409, code `suggestion_lapsed`.
    """

    async def work() -> SuggestionOut:
        return SuggestionOut.of(
            await insights.answer_suggestion(
                tx,
                suggestion_id=suggestion_id,
                feedback=Feedback(body.feedback),
                note=body.note,
                now=clock.now(),
            )
        )

    return await once(tx, request, 200, work)
