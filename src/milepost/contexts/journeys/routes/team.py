"""Many people's progress: people × steps."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.answers import NamedStep
from milepost.contexts.journeys.routes.journey_shapes import Stats, count_states
from milepost.contexts.journeys.types import PersonProgress
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.pages import Cursor, decode, encode

router = APIRouter(tags=["team"], route_class=StrictRoute)


class PersonOut(BaseModel):
    """One line of the team matrix."""

    user_id: UUID
    full_name: str = Field(examples=["Maya Okafor"])
    email: str = Field(examples=["maya@example.org"])
    organization_id: UUID | None
    journey_id: UUID | None
    updated_at: datetime | None
    states: dict[str, str] = Field(examples=[{"sprint-0-woop": "completed"}])
    stats: Stats

    @classmethod
    def of(cls, person: PersonProgress) -> Self:
        """Show one person's progress."""
        return cls(
            user_id=person.user_id,
            full_name=person.full_name,
            email=person.email,
            organization_id=person.organization_id,
            journey_id=person.journey_id,
            updated_at=person.updated_at,
            states=dict(person.states),
            stats=Stats(**count_states(person.states.values())),
        )


class TeamOut(BaseModel):
    """People × steps."""

    program: str = Field(examples=["fast-track"])
    steps: list[NamedStep]
    items: list[PersonOut]
    next_cursor: str | None = Field(examples=[None])


@router.get(
    "/organizations/{organization_id}/progress",
    operation_id="get_organization_progress",
    responses=problems.responses(403, 404),
)
async def organization_progress(
    organization_id: UUID,
    tx: Tx,
    program: Annotated[
        str, Query(max_length=100, description="without it, the one that most of them walk")
    ] = "",
    text: Annotated[str, Query(max_length=100, description="part of a name or address")] = "",
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> TeamOut:
    """Show the progress of an organization's people, as far as the caller sees them."""
    await identity.get_organization(tx, organization_id=organization_id)
    after = _after(cursor)
    found, people = await journeys.list_progress(
        tx,
        program_slug=program,
        organization_id=organization_id,
        text=text,
        after=after,
        limit=limit + 1,
    )
    shown = people[:limit]
    await identity.record_reads(
        tx, subject_ids=[person.user_id for person in shown], what="progress", now=clock.now()
    )
    last = shown[-1] if len(people) > limit else None
    return TeamOut(
        program=found.slug,
        steps=[NamedStep(slug=step.slug, title=step.title) for step in found.steps],
        items=[PersonOut.of(person) for person in shown],
        next_cursor=encode(last.full_name, last.user_id) if last else None,
    )


def _after(cursor: str | None) -> tuple[str, UUID] | None:
    if cursor is None:
        return None
    name, user_id = decode(cursor, str, UUID)
    return name, user_id
