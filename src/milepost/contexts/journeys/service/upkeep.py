"""What operators need: the tools' schemas, and proof that no cached state went stale."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.queries import progress as queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.queries.progress import WalkRecord
from milepost.contexts.journeys.service import audits
from milepost.contexts.journeys.types import Facts, Standing, State
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Step, Walker
from milepost.platform.db import Transaction

BATCH = 1000
# So many are compared before what the database sent meanwhile is taken from it.
BREATH = 50

_BEFORE_ALL = UUID(int=0)
_CACHED = ("state", "percent", "unlocked_at", "started_at", "completed_at")
_NOTHING = (None,) * len(_CACHED)


@dataclass(frozen=True, slots=True)
class Stale:
    """A cached value that its facts don't bear out."""

    journey_id: UUID
    what: str
    cached: str
    derived: str


async def ensure_tool_schemas(tx: Transaction, *, program: Program) -> list[str]:
    """Make the schemas of a program's tools that aren't there yet; as the owner. Name them."""
    made: list[str] = []
    for step in programs.tool_steps(program):
        if await walk_queries.create_tool_schema(tx, tool=step.tool_schema, step_slug=step.slug):
            made.append(step.tool_schema)
    return made


@dataclass(frozen=True, slots=True)
class Stretch:
    """Journeys after one and up to another, by id; None: to the last."""

    after: UUID = _BEFORE_ALL
    until: UUID | None = None


async def halves(tx: Transaction) -> tuple[Stretch, Stretch] | tuple[Stretch]:
    """Divide the tenant's journeys in two, so that two connections can verify side by side."""
    middle = await queries.find_middle(tx)
    if middle is None:
        return (Stretch(),)
    return Stretch(until=middle), Stretch(after=middle)


async def verify(
    tx: Transaction, *, stretch: Stretch | None = None
) -> AsyncIterator[tuple[int, list[Stale]]]:
    """Derive every journey of the tenant anew; give how many were seen, and what was stale."""
    stretch = stretch or Stretch()
    await queries.prepare_for_ranges(tx)
    records = await _next(tx, stretch)
    while records:
        walked = [
            (await programs.get_version(tx, version_id=record.version_id), record)
            for record in records
        ]
        stale: list[Stale] = []
        for version, record in walked:
            if version.program.walker is Walker.COMPANY:
                stale += await _compare_company(tx, record)
        # The database gathers the next ones while these are compared.
        async with asyncio.TaskGroup() as group:
            rest = replace(stretch, after=records[-1].journey_id)
            following = group.create_task(_next(tx, rest))
            for place, (version, record) in enumerate(walked):
                if place % BREATH == 0:
                    await asyncio.sleep(0)
                if version.program.walker is Walker.PERSON:
                    stale += compare(version.program, record)
        yield len(records), stale
        records = following.result()


async def _compare_company(tx: Transaction, record: WalkRecord) -> list[Stale]:
    return [
        *_compare_fields(record),
        *(
            Stale(record.journey_id, found.what, found.cached, found.derived)
            for found in await audits.differences(tx, journey_id=record.journey_id)
        ),
    ]


def _compare_fields(record: WalkRecord) -> list[Stale]:
    """Hold what is cached of the values that a journey gave against the values themselves."""
    given, held = record.given_fields, record.held_fields
    stale: list[Stale] = []
    if len(given) != len(held) or frozenset(given) != frozenset(held):
        told = Stale(record.journey_id, "held_fields", str(sorted(held)), str(sorted(given)))
        stale.append(told)
    stale += [
        Stale(record.journey_id, f"current_fields {field}", "another value", "the newest output")
        for field in record.stale_fields
    ]
    return stale


async def _next(tx: Transaction, stretch: Stretch) -> list[WalkRecord]:
    last = await queries.end_of_range(tx, after=stretch.after, until=stretch.until, limit=BATCH)
    if last is None:
        return []
    return await queries.list_walk_records(tx, after=stretch.after, last=last)


def compare(program: Program, record: WalkRecord) -> list[Stale]:
    """Hold what is cached of one journey against what its facts say."""
    times = _first_times(record)
    given = dict(zip(record.given_fields, record.given_times, strict=True))
    facts = Facts(
        started=frozenset(times["started"]),
        completed=frozenset(times["completed"]),
        skipped=frozenset(times["skipped"]),
        fields=frozenset(given),
    )
    done = times["skipped"] | times["completed"]
    for slug in times["skipped"].keys() & times["completed"].keys():
        done[slug] = min(times["skipped"][slug], times["completed"][slug])
    stale = _compare_fields(record)
    cached = _cached(record)
    for slug, standing in rules.resolve(program, facts).items():
        step = program.step(slug)
        opened = None
        if not standing.missing:
            # When the last thing the step waits for came in; if it waits for none: at the start.
            moments = [record.created_at]
            moments += [given[need.field] for need in step.needs if need.field in given]
            moments += [done[before] for before in step.after if before in done]
            opened = max(moments)
        derived = (
            standing.state,
            _percent(step, standing, record.drafts),
            opened,
            times["started"].get(slug),
            times["completed"].get(slug) or times["skipped"].get(slug),
        )
        kept = cached.get(slug, _NOTHING)
        if kept != derived:
            stale += [
                Stale(record.journey_id, f"{slug} {name}", _shown(name, was), _shown(name, becomes))
                for name, was, becomes in zip(_CACHED, kept, derived, strict=True)
                if was != becomes
            ]
    return stale


def _first_times(record: WalkRecord) -> dict[str, dict[str, str]]:
    """When each kind of fact first came in, step by step; a kind that never came has no steps."""
    times: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for slug, kind, at in zip(record.fact_steps, record.fact_kinds, record.fact_times, strict=True):
        steps = times[kind]
        if slug not in steps or at < steps[slug]:
            steps[slug] = at
    return times


def _cached(record: WalkRecord) -> dict[str, tuple[Any, ...]]:
    """What is cached of each step, in the order of `_CACHED`."""
    rows = zip(
        record.kept_states,
        record.kept_percents,
        record.kept_unlocked,
        record.kept_started,
        record.kept_completed,
        strict=True,
    )
    return dict(zip(record.kept_steps, rows, strict=True))


def _shown(name: str, value: Any) -> str:
    """A value in a report: times in the form that JSON has for them; all of them are UTC."""
    if name.endswith("_at") and value is not None:
        return f"{value.replace(' ', 'T')}:00"
    return str(value)


def _percent(step: Step, standing: Standing, drafts: Mapping[str, Any]) -> int:
    if standing.state is State.COMPLETED:
        return 100
    if standing.state is State.IN_PROGRESS:
        return rules.percent(step.form, drafts.get(step.slug, {}))
    return 0
