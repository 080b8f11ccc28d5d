"""What operators need: the tools' schemas, and proof that no cached state went stale."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.queries import fields as field_queries
from milepost.contexts.journeys.queries import progress as queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.queries.progress import WalkRecord
from milepost.contexts.journeys.types import Facts, Standing, State
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.platform.db import Transaction

BATCH = 1000

_CACHED = ("state", "percent", "unlocked_at", "started_at", "completed_at")
_DONE = ("completed", "skipped")


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


async def verify(tx: Transaction) -> AsyncIterator[tuple[int, list[Stale]]]:
    """Derive every journey of the tenant anew; give how many were seen, and what was stale."""
    after: UUID | None = None
    while records := await queries.list_walk_records(tx, after=after, limit=BATCH):
        stale: list[Stale] = []
        for record in records:
            version = await programs.get_version(tx, version_id=record.version_id)
            stale += compare(version.program, record)
        stale += [
            Stale(journey_id, f"current_fields {field_id}", "another value", "the newest output")
            for journey_id, field_id in await field_queries.list_stale_fields(
                tx, first=records[0].journey_id, last=records[-1].journey_id
            )
        ]
        yield len(records), stale
        after = records[-1].journey_id


def compare(program: Program, record: WalkRecord) -> list[Stale]:
    """Hold what is cached of one journey against what its facts say."""
    times: dict[tuple[str, str], str] = {}
    for slug, kind, at in record.facts:
        times[slug, kind] = min(at, times.get((slug, kind), at))
    facts = Facts(
        started=frozenset(slug for slug, kind in times if kind == "started"),
        completed=frozenset(slug for slug, kind in times if kind == "completed"),
        skipped=frozenset(slug for slug, kind in times if kind == "skipped"),
        fields=frozenset(record.given),
    )
    stale: list[Stale] = []
    held, given = sorted(record.held_fields), sorted(facts.fields)
    if held != given:
        stale.append(Stale(record.journey_id, "held_fields", str(held), str(given)))
    cached = {slug: rest for slug, *rest in record.cached}
    for slug, standing in rules.resolve(program, facts).items():
        done = [times[slug, kind] for kind in _DONE if (slug, kind) in times]
        derived: list[Any] = [
            standing.state,
            _percent(program, standing, record.drafts),
            None if standing.missing else _opened_at(program, slug, record, times),
            times.get((slug, "started")),
            min(done, default=None),
        ]
        kept = cached.get(slug, [None] * len(_CACHED))
        if kept != derived:
            stale += [
                Stale(record.journey_id, f"{slug} {name}", str(was), str(becomes))
                for name, was, becomes in zip(_CACHED, kept, derived, strict=True)
                if was != becomes
            ]
    return stale


def _opened_at(
    program: Program, slug: str, record: WalkRecord, times: Mapping[tuple[str, str], str]
) -> str:
    """When the last thing a step waits for came in; a step that waits for none: at the start."""
    step = program.step(slug)
    moments = [record.created_at]
    moments += [record.given[need.field] for need in step.needs]
    for before in step.after:
        moments.append(min(times[before, kind] for kind in _DONE if (before, kind) in times))
    return max(moments)


def _percent(program: Program, standing: Standing, drafts: Mapping[str, Any]) -> int:
    if standing.state is State.COMPLETED:
        return 100
    if standing.state is State.IN_PROGRESS:
        return rules.percent(program.step(standing.slug).form, drafts.get(standing.slug, {}))
    return 0
