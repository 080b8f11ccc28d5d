"""What follows when something happened to a step: facts, states, progress, events, in one go."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.events import (
    CompanyMoved,
    StepCompleted,
    StepReopened,
    StepSkipped,
    StepStarted,
    StepUnlocked,
)
from milepost.contexts.journeys.queries import plans as plan_queries
from milepost.contexts.journeys.queries import walks as queries
from milepost.contexts.journeys.service import live
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import Facts, Standing
from milepost.contexts.programs.types import Step
from milepost.platform.db import Transaction
from milepost.platform.events import Event, emit

_EVENTS = {
    "started": StepStarted,
    "completed": StepCompleted,
    "skipped": StepSkipped,
    "reopened": StepReopened,
}


async def settle(
    tx: Transaction,
    walk: Walk,
    step: Step,
    *,
    kinds: Sequence[str],
    facts: Facts,
    percent: int,
    now: datetime,
    before: Iterable[Event] = (),
) -> tuple[str, ...]:
    """Write the facts, the states that follow, and the events; return what opened."""
    after = rules.resolve_after(walk.program, facts, walk.standings, step.slug)
    unlocked = rules.newly_open(walk.standings, after)
    states = {slug: (str(after[slug].state), 0) for slug in unlocked}
    states[step.slug] = (str(after[step.slug].state), percent)
    journey_id = walk.journey.id
    happened: list[Any] = [*before]
    happened += [_EVENTS[kind](journey_id, step.slug) for kind in kinds]
    happened += [StepUnlocked(journey_id, slug) for slug in unlocked]
    if walk.is_company and any(kind != "started" for kind in kinds):
        happened.append(CompanyMoved(journey_id))
    async with tx.pipeline():
        if kinds:
            await queries.insert_facts(
                tx,
                journey=walk.journey,
                step_slug=step.slug,
                kinds=kinds,
                level=walk.level,
                now=now,
            )
        await queries.update_steps(tx, journey_id=journey_id, states=states, now=now)
        await queries.update_journey(
            tx, journey_id=journey_id, held_fields=sorted(facts.fields), now=now
        )
        if walk.is_company:
            await note_progress(tx, walk, after, now=now)
            await live.announce(tx, journey_id=journey_id, step_slug=step.slug)
        for event in happened:
            await emit(tx, event, subject_id=walk.journey.subject_id, now=now)
    return unlocked


async def note_progress(
    tx: Transaction, walk: Walk, standings: Mapping[str, Standing], *, now: datetime
) -> None:
    """Cache how far a company is, by phase and domain."""
    await plan_queries.upsert_progress(
        tx, journey=walk.journey, tallies=rules.tally(walk.program, standings), now=now
    )
