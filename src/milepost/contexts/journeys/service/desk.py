"""A step as its walker finds it: what flowed in, the draft, what was handed in before."""

from uuid import UUID

from milepost.contexts.journeys.queries import fields as field_queries
from milepost.contexts.journeys.queries import submissions as queries
from milepost.contexts.journeys.service import walks
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import Desk, FieldValue, Outdated, Submission
from milepost.contexts.programs.types import Step
from milepost.platform.db import Transaction


async def open_desk(tx: Transaction, *, walk: Walk, step_slug: str) -> Desk:
    """Return an open step with all that lies on it. Raises StepLocked, NotFound."""
    step = walk.open_step(step_slug)
    draft, latest = await queries.find_versions(
        tx, journey_id=walk.journey.id, tool=step.tool_schema
    )
    outdated = (
        await field_queries.list_outdated(tx, journey_id=walk.journey.id, tools=[step.tool_schema])
        if latest is not None
        else []
    )
    return Desk(
        standing=walk.standings[step_slug],
        inputs=await needed_fields(tx, walk=walk, step=step),
        draft=draft,
        latest=latest,
        outdated=tuple(outdated),
    )


async def needed_fields(tx: Transaction, *, walk: Walk, step: Step) -> dict[str, FieldValue]:
    """Return what the fields a step needs are now, in the step's order."""
    return await _fields(tx, walk, [need.field for need in step.needs])


async def list_fields(tx: Transaction, *, walk: Walk) -> dict[str, FieldValue]:
    """Return every field the journey has a value for now, in the program's order."""
    return await _fields(tx, walk, list(walk.program.fields))


async def list_outdated(tx: Transaction, *, walk: Walk) -> list[Outdated]:
    """Return, for the whole journey, where an answer rests on a value changed since."""
    return await field_queries.list_outdated(
        tx,
        journey_id=walk.journey.id,
        tools=[step.tool_schema for step in walk.program.steps if step.needs],
    )


async def list_submissions(
    tx: Transaction, *, journey_id: UUID, step_slug: str
) -> list[Submission]:
    """Return every version handed in, the newest first. Raises StepLocked, NotFound."""
    walk = await walks.get_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    return await queries.list_submissions(tx, journey_id=journey_id, tool=step.tool_schema)


async def get_submission(
    tx: Transaction, *, journey_id: UUID, step_slug: str, version: int
) -> Submission:
    """Return one version handed in. Raises StepLocked, NotFound."""
    walk = await walks.get_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    return await queries.get_submission(
        tx, journey_id=journey_id, tool=step.tool_schema, version=version
    )


async def _fields(tx: Transaction, walk: Walk, field_ids: list[str]) -> dict[str, FieldValue]:
    if not field_ids:
        return {}
    values = await field_queries.list_fields(tx, journey_id=walk.journey.id, field_ids=field_ids)
    found = {value.field_id: value for value in values}
    return {field: found[field] for field in field_ids if field in found}
