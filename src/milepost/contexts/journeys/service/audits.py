"""Holds what is cached of a company's journey against its plan and what happened in it.

When a step opened depends on what the plan was at the time. Where that is what it is now, the
moment is derived; of a step whose plan changed since, nothing is kept of what it was before, and
it is only held to have opened since the step is in the plan and before anything happened last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.queries import audits as queries
from milepost.contexts.journeys.queries import plans as plan_queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.queries.audits import Happened
from milepost.contexts.journeys.service import openings, walks
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import State, StepRow, Task
from milepost.platform.db import Transaction

# What ends that a step is done as it was before.
_ENDING = ("completed", "skipped", "reopened")


@dataclass(frozen=True, slots=True)
class Difference:
    """A cached value that doesn't follow from what happened."""

    what: str
    cached: str
    derived: str


async def differences(tx: Transaction, *, journey_id: UUID) -> list[Difference]:
    """Derive a company's journey anew, and name what is cached otherwise."""
    while True:
        walk = await walks.get_walk(tx, journey_id=journey_id)
        found = await _found(tx, walk)
        journey = await walk_queries.get_journey(tx, journey_id=journey_id)
        # Each statement sees what is there by then: between two of them the plan may have changed.
        if not found or journey.plan_stamp == walk.journey.plan_stamp:
            return found


async def _found(tx: Transaction, walk: Walk) -> list[Difference]:
    journey_id = walk.journey.id
    happened = await queries.list_happened(tx, journey_id=journey_id)
    rows = await walk_queries.list_steps(tx, journey_id=journey_id)
    tasks = await task_queries.list_tasks(tx, journey_id=journey_id)
    tallies = await plan_queries.list_tallies(tx, journey_id=journey_id)
    cached = {(tally.phase, tally.domain): tally for tally in tallies}
    derived = {
        (tally.phase, tally.domain): tally for tally in rules.tally(walk.program, walk.standings)
    }
    return [
        *_steps(walk, {row.step_slug: row for row in rows}, happened, tasks),
        *_openings(
            {row.step_slug: row.unlocked_at for row in rows},
            await openings.derive(tx, walk, happened),
        ),
        *_ticks(tasks, happened),
        *_compared(
            {f"progress {phase} {domain}": cell for (phase, domain), cell in cached.items()},
            {f"progress {phase} {domain}": cell for (phase, domain), cell in derived.items()},
        ),
    ]


def _steps(
    walk: Walk, rows: Mapping[str, StepRow], happened: Sequence[Happened], tasks: Sequence[Task]
) -> Iterator[Difference]:
    for slug in {*rows, *walk.standings}:
        row, standing = rows.get(slug), walk.standings.get(slug)
        cached: dict[str, Any] = {}
        derived: dict[str, Any] = {}
        if row is not None:
            cached = {
                f"{slug} state": row.state,
                f"{slug} percent": row.percent,
                f"{slug} started_at": row.started_at,
                f"{slug} completed_at": row.completed_at,
            }
        if standing is not None:
            of_step = [fact for fact in happened if fact.step_slug == slug]
            derived = {
                f"{slug} state": str(standing.state),
                f"{slug} percent": rules.checklist_percent(
                    standing.state, [task for task in tasks if task.step_slug == slug]
                ),
                f"{slug} started_at": _first(of_step, ("started",)),
                f"{slug} completed_at": _done_at(standing.state, of_step),
            }
        yield from _compared(cached, derived)


def _done_at(state: State, of_step: Sequence[Happened]) -> datetime | None:
    """Since when it is done as it is done now, or left out; None while it is at work.

    Told by walking from the newest fact back: what came before it was reopened, or before it was
    done in the other way, says nothing about it.
    """
    if not state.done:
        return None
    since = None
    for fact in reversed(of_step):
        if fact.kind == state:
            since = fact.at
        elif fact.kind in _ENDING:
            break
    return since


def _first(facts: Sequence[Happened], kinds: Sequence[str]) -> datetime | None:
    return next((fact.at for fact in facts if fact.kind in kinds), None)


def _openings(
    cached: Mapping[str, datetime | None], derived: Mapping[str, openings.Opening]
) -> Iterator[Difference]:
    for slug, opening in derived.items():
        was = cached.get(slug)
        if not opening.allows(was):
            yield Difference(f"{slug} unlocked_at", _shown(was), str(opening))


def _ticks(tasks: Sequence[Task], happened: Sequence[Happened]) -> Iterator[Difference]:
    said: dict[str, datetime | None] = {}
    for fact in happened:
        if fact.task is not None and fact.kind in ("ticked", "unticked"):
            said[fact.task] = fact.at if fact.kind == "ticked" else None
    return _compared(
        {f"task {task.id} completed_at": task.completed_at for task in tasks},
        {f"task {task.id} completed_at": said.get(str(task.id)) for task in tasks},
    )


def _compared(cached: Mapping[str, Any], derived: Mapping[str, Any]) -> Iterator[Difference]:
    for what in sorted({*cached, *derived}):
        was, becomes = cached.get(what), derived.get(what)
        if was != becomes:
            yield Difference(what, _shown(was), _shown(becomes))


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
