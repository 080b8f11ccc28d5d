"""What the API takes and gives about answers: drafts, versions handed in, reviews, decisions."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from milepost.contexts.journeys.types import Choice, Review, Submission, Verdict
from milepost.platform.http.json import Body

Slug = Annotated[str, Field(examples=["sprint-0-woop"])]
Version = Annotated[int, Field(ge=1, examples=[1])]
Etag = Annotated[str, Field(examples=['"1.3"'])]

Data = Annotated[
    dict[str, Any],
    Field(
        examples=[
            {
                "wish": "Launch a successful business",
                "outcome": "Revenue of $100k in first year",
                "obstacle": "I answer mail instead of calling customers",
                "plan": "If I open my mail before ten, then I close it and call one customer",
            }
        ]
    ),
]
Inputs = Annotated[
    dict[str, Any],
    Field(
        description="the fields that had flowed in, each with where it came from",
        examples=[
            {
                "identity.personal_dream": {
                    "tool": "sprint_01_identity",
                    "version": 1,
                    "at": "2026-03-02T09:00:00Z",
                    "value": "A company that runs without me",
                }
            }
        ],
    ),
]


class NamedStep(BaseModel):
    """A step by slug and title."""

    slug: str = Field(examples=["sprint-1-identity"])
    title: str = Field(examples=["Identity"])


class Answers(Body):
    """The answers to a step's form."""

    data: Data


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


class DraftOut(BaseModel):
    """Answers being written. `etag` goes into If-Match with the next save."""

    data: Data
    version: Version
    revision: int = Field(examples=[3])
    etag: Etag
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


class SubmissionOut(BaseModel):
    """One version handed in, with the values that had flowed into it."""

    id: UUID
    step: Slug
    version: Version
    status: str = Field(examples=["completed"])
    data: Data
    inputs: Inputs
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


class SkippedOut(BaseModel):
    """The steps that leaving one out opened."""

    unlocked: list[NamedStep]


class ReviewOut(BaseModel):
    """What a coach wrote."""

    id: UUID
    step: Slug
    version: Version
    author_id: UUID
    author_name: str | None = Field(examples=["Gita Guru"])
    text: str = Field(examples=["The obstacle is honest. Make the plan smaller."])
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
