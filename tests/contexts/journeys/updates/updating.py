"""What a test of updates says in a word: publish, walk, look at what is on offer, take it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import psycopg

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk, audits
from milepost.contexts.journeys.types import PlanStep, StepEdit, Task, Update
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Step
from milepost.platform.db import Database, Transaction
from tests.factories.frameworks import make_framework
from tests.factories.people import Someone

NOW = datetime.now(UTC)
_seconds = count(1)


def later() -> datetime:
    """The next moment: no two things happen at the same one."""
    return NOW + timedelta(seconds=next(_seconds))


async def publish(owner: psycopg.AsyncConnection, program: Program) -> UUID:
    async with owner.transaction():
        made = await programs.publish(Transaction(owner, None), program=program, now=NOW)
    return made.version_id


def new_slug() -> str:
    return f"framework-{uuid4().hex[:8]}"


def framework(slug: str, steps: Iterable[Step]) -> Program:
    return make_framework(slug, tuple(steps))


def with_step(program: Program, slug: str, **changes: object) -> Program:
    """The program with one step otherwise; `tasks` are those of its checklist."""
    return framework(
        program.slug,
        (_other(step, changes) if step.slug == slug else step for step in program.steps),
    )


def _other(step: Step, changes: Mapping[str, object]) -> Step:
    assert step.checklist is not None
    inner = {key: value for key, value in changes.items() if key in ("tasks", "criteria")}
    outer = {key: value for key, value in changes.items() if key not in inner}
    return replace(step, checklist=replace(step.checklist, **inner), **outer)


@dataclass(frozen=True, slots=True)
class Walking:
    """A company's journey, and whoever acts in it."""

    db: Database
    who: Someone
    journey_id: UUID

    async def preview(
        self,
        take: Iterable[str] | None = None,
        restore: Iterable[str] = (),
        *,
        again: bool = False,
    ) -> Update | None:
        async with self.db.transaction(self.who.actor) as tx:
            return await journeys.preview_update(
                tx,
                journey_id=self.journey_id,
                take=None if take is None else frozenset(take),
                restore=frozenset(restore),
                again=again,
            )

    async def offered(self, *, again: bool = False) -> list[tuple[str, str]]:
        update = await self.preview(again=again)
        return [] if update is None else [(step.slug, str(step.kind)) for step in update.steps]

    async def take(
        self,
        version_id: UUID,
        take: Iterable[str] | None = None,
        restore: Iterable[str] = (),
        *,
        seen: str | None = None,
    ) -> None:
        async with self.db.transaction(self.who.actor) as tx:
            await journeys.take_update(
                tx,
                journey_id=self.journey_id,
                version_id=version_id,
                take=None if take is None else frozenset(take),
                restore=frozenset(restore),
                seen=seen,
                now=later(),
            )

    async def add(self, slugs: Iterable[str] | None) -> None:
        async with self.db.transaction(self.who.actor) as tx:
            await journeys.add_framework_steps(
                tx, journey_id=self.journey_id, slugs=slugs, now=later()
            )

    async def edit(self, slug: str, **parts: object) -> None:
        async with self.db.transaction(self.who.actor) as tx:
            await journeys.edit_step(
                tx,
                journey_id=self.journey_id,
                step_slug=slug,
                edit=replace(StepEdit(), **parts),
                seen=None,
                now=later(),
            )

    async def walk(self) -> Walk:
        async with self.db.transaction(self.who.actor) as tx:
            return await journeys.get_walk(tx, journey_id=self.journey_id)

    async def step(self, slug: str) -> Step:
        return (await self.walk()).program.step(slug)

    async def order(self) -> list[str]:
        return [step.slug for step in (await self.walk()).program.steps]

    async def plan(self) -> dict[str, PlanStep]:
        async with self.db.transaction(self.who.actor) as tx:
            listed = await journeys.list_plan(tx, journey_id=self.journey_id)
        return {item.step_slug: item for item in listed}

    async def tasks(self, slug: str | None = None) -> Sequence[Task]:
        async with self.db.transaction(self.who.actor) as tx:
            return await journeys.list_tasks(tx, journey_id=self.journey_id, step_slug=slug)

    async def edit_task(self, task: Task, edit: journeys.TaskEdit) -> None:
        async with self.db.transaction(self.who.actor) as tx:
            await journeys.edit_task(
                tx, journey_id=self.journey_id, task_id=task.id, edit=edit, now=later()
            )

    async def tick(self, task: Task, *, on: bool = True) -> None:
        async with self.db.transaction(self.who.actor) as tx:
            await journeys.tick(
                tx, journey_id=self.journey_id, task_id=task.id, is_completed=on, now=later()
            )

    async def do(self, slug: str, what: str) -> None:
        """Start, complete, skip or reopen a step."""
        journey_id = self.journey_id
        async with self.db.transaction(self.who.actor) as tx:
            if what == "start":
                await journeys.start(tx, journey_id=journey_id, step_slug=slug, now=later())
            elif what == "complete":
                await journeys.complete(tx, journey_id=journey_id, step_slug=slug, now=later())
            elif what == "skip":
                await journeys.skip(
                    tx, journey_id=journey_id, step_slug=slug, reason="Not now", now=later()
                )
            else:
                await journeys.reopen(tx, journey_id=journey_id, step_slug=slug, now=later())

    async def move(self, slug: str, after: str | None) -> None:
        async with self.db.transaction(self.who.actor) as tx:
            await journeys.move_step(
                tx, journey_id=self.journey_id, step_slug=slug, after=after, now=later()
            )

    async def tell(self, task: Task) -> None:
        """Write an outcome that says what came of a task."""
        async with self.db.transaction(self.who.actor) as tx:
            await journeys.capture_outcome(
                tx,
                journey_id=self.journey_id,
                step_slug=task.step_slug,
                task_results={str(task.id): "Nine of ten said yes"},
                time_taken_days=3,
                confidence_level=4,
                notes="",
                key_learnings=[],
                share_anonymously=False,
                now=later(),
            )

    async def states(self) -> Mapping[str, str]:
        """What is cached of every step, which must be what follows from the facts."""
        async with self.db.transaction(self.who.actor) as tx:
            walk = await journeys.get_walk(tx, journey_id=self.journey_id)
            rows = await journeys.list_steps(tx, journey_id=self.journey_id)
            assert await audits.differences(tx, journey_id=self.journey_id) == []
        derived = {slug: str(standing.state) for slug, standing in walk.standings.items()}
        assert {slug: row.state for slug, row in rows.items()} == derived
        return derived


async def begin(
    db: Database, who: Someone, program: Program, slugs: Iterable[str] | None = None
) -> Walking:
    async with db.transaction(who.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=program.slug, now=later())
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=slugs, now=later())
    return Walking(db, who, journey.id)
