"""What the API takes and gives of journeys: which there are, whose, and how far they are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import State, Tally, percent_done
from milepost.platform.http.json import Body, Id

Name = Annotated[str, Field(min_length=1, max_length=200, examples=["The second product"])]
StepSlug = Annotated[str, Field(min_length=1, max_length=120, examples=["founder-motivation"])]


class Begin(Body):
    """Which program to begin, or to come back to.

    A company's says for which company, if the caller acts for several; under what name, if it
    isn't the first; and which steps to begin with: all, none, or some by slug.
    """

    program: str = Field(examples=["fast-track"], min_length=1, max_length=100)
    organization_id: Id | None = Field(default=None, examples=[None])
    name: Name | None = Field(default=None, examples=[None])
    steps: Literal["all", "none"] | Annotated[list[StepSlug], Field(max_length=500)] | None = Field(
        default=None, examples=[None]
    )


class JourneyChange(Body):
    """What changes of a company's journey; what is left out stays."""

    name: Name | None = None
    status: Literal["active", "archived"] | None = Field(default=None, examples=["active"])


class Stats(BaseModel):
    """Steps by status; `percent` of them are behind the walker.

    Whoever sees only how far a company is isn't told what is locked and what is open.
    """

    total: int = Field(examples=[31])
    locked: int | None = Field(examples=[20])
    unlocked: int | None = Field(examples=[2])
    in_progress: int = Field(examples=[1])
    completed: int = Field(examples=[8])
    skipped: int = Field(examples=[0])
    percent: int = Field(ge=0, le=100, examples=[25])

    @classmethod
    def of(cls, walk: Walk) -> "Stats":
        """Count a walk's steps."""
        return cls(**count_states(standing.state for standing in walk.standings.values()))

    @classmethod
    def of_tallies(cls, tallies: Sequence[Tally]) -> "Stats":
        """Count what is known of steps that are not shown themselves."""
        total = sum(tally.total for tally in tallies)
        completed = sum(tally.completed for tally in tallies)
        skipped = sum(tally.skipped for tally in tallies)
        return cls(
            total=total,
            locked=None,
            unlocked=None,
            in_progress=sum(tally.in_progress for tally in tallies),
            completed=completed,
            skipped=skipped,
            percent=percent_done(completed + skipped, total),
        )


class ProgressOut(BaseModel):
    """How many steps of one phase and domain stand where."""

    phase: str = Field(examples=["ideation"])
    domain: str = Field(examples=["customers"])
    total: int = Field(examples=[6])
    in_progress: int = Field(examples=[1])
    completed: int = Field(examples=[3])
    skipped: int = Field(examples=[0])

    @classmethod
    def of(cls, tally: Tally) -> "ProgressOut":
        """Show a tally."""
        return cls(
            phase=tally.phase,
            domain=tally.domain,
            total=tally.total,
            in_progress=tally.in_progress,
            completed=tally.completed,
            skipped=tally.skipped,
        )


class JourneyOut(BaseModel):
    """A journey and how far it is. A person's has no name, organization or `progress`.

    Whoever sees only how far a company is isn't told its journey's name and last change.
    """

    id: UUID
    program: str = Field(examples=["fast-track"])
    title: str = Field(examples=["Fast Track"])
    subject_id: UUID
    organization: str | None = Field(examples=["Lindwerk"])
    name: str | None = Field(examples=["Our first journey"])
    status: str = Field(examples=["active"])
    version_id: UUID
    created_at: datetime
    updated_at: datetime | None
    stats: Stats
    progress: list[ProgressOut] = Field(description="by phase and domain, of a company")


def count_states(states: Iterable[Any]) -> dict[str, int]:
    """Count states by name, with the total and the percent done."""
    counts = {str(state): 0 for state in State}
    for state in states:
        counts[str(state)] += 1
    total = sum(counts.values())
    done = counts["completed"] + counts["skipped"]
    return {"total": total, "percent": percent_done(done, total), **counts}
