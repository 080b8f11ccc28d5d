"""The framework that these companies walk, and what a test says in a word of them."""

from datetime import UTC, datetime
from uuid import UUID

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import StepEdit, Task
from milepost.platform.db import Database
from tests.factories.frameworks import make_checklist, make_framework
from tests.factories.people import Place, Someone

NOW = datetime.now(UTC)
SLUG = "from-idea-to-shop"

# idea → interviews → offer → sale, and idea → name.
FRAMEWORK = make_framework(
    SLUG,
    (
        make_checklist("idea", order=1),
        make_checklist("interviews", order=2, after=("idea",)),
        make_checklist("offer", order=3, after=("interviews",)),
        make_checklist("sale", order=4, after=("offer",), tasks=1),
        make_checklist("name", order=5, after=("idea",)),
    ),
)


async def begin(
    db: Database, who: Someone, *, slugs: list[str] | None = None, name: str | None = None
) -> UUID:
    async with db.transaction(who.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=SLUG, name=name, now=NOW)
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=slugs, now=NOW)
    return journey.id


async def look(db: Database, who: Someone, journey_id: UUID) -> Walk:
    async with db.transaction(who.actor) as tx:
        return await journeys.get_walk(tx, journey_id=journey_id)


def states(walk: Walk) -> dict[str, str]:
    return {slug: str(standing.state) for slug, standing in walk.standings.items()}


async def complete(db: Database, who: Someone, journey_id: UUID, slug: str) -> tuple[str, ...]:
    async with db.transaction(who.actor) as tx:
        _, opened = await journeys.complete(tx, journey_id=journey_id, step_slug=slug, now=NOW)
    return opened


async def tasks_of(db: Database, who: Someone, journey_id: UUID, slug: str) -> list[Task]:
    async with db.transaction(who.actor) as tx:
        return await journeys.list_tasks(tx, journey_id=journey_id, step_slug=slug)


async def tick(
    db: Database, who: Someone, journey_id: UUID, task: Task, *, on: bool = True
) -> Task:
    async with db.transaction(who.actor) as tx:
        return await journeys.tick(
            tx, journey_id=journey_id, task_id=task.id, is_completed=on, now=NOW
        )


async def cached(db: Database, who: Someone, journey_id: UUID) -> dict[str, tuple[str, int]]:
    async with db.transaction(who.actor) as tx:
        rows = await journeys.list_steps(tx, journey_id=journey_id)
    return {slug: (row.state, row.percent) for slug, row in rows.items()}


async def edit(
    db: Database, who: Someone, journey_id: UUID, slug: str, change: StepEdit, seen: str | None
) -> str:
    async with db.transaction(who.actor) as tx:
        _, item = await journeys.edit_step(
            tx, journey_id=journey_id, step_slug=slug, edit=change, seen=seen, now=NOW
        )
    return item.etag


async def stale(db: Database, place: Place) -> set[str]:
    async with db.transaction(place.system) as tx:
        return {item.what async for _, found in journeys.verify(tx) for item in found}
