"""Bringing a company's past in at once: years of it in a few statements.

Every entry has to have been possible when it says that it happened; what follows from all of
them is worked out once. Entries that are there already are not written twice, so that a past can
be brought in again, or further parts of it by another member.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import WrongOutcome, WrongPlan
from milepost.contexts.journeys.events import HistoryImported
from milepost.contexts.journeys.queries import history as queries
from milepost.contexts.journeys.queries import plans as plan_queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.queries.history import NewOutcome
from milepost.contexts.journeys.service import live
from milepost.contexts.journeys.service.outcomes import check_outcome, said_industry
from milepost.contexts.journeys.service.plans import hold_plan
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import HistoryEntry, HistoryKind, PastFact, State, Task
from milepost.platform.db import Transaction
from milepost.platform.events import emit

_TICKS = {HistoryKind.TICKED, HistoryKind.UNTICKED}
_Known = set[tuple[str, str, datetime, UUID | None]]


async def import_history(
    tx: Transaction, *, journey_id: UUID, entries: Sequence[HistoryEntry], now: datetime
) -> int:
    """Bring in what happened in a company's journey before; return how many entries were new.

    Outcomes become the actor's. Raises WrongPlan, naming the entry, for what could not have
    happened, WrongOutcome, NotACompany, NotFound, Forbidden; nothing is written then.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    members = await _members(tx, walk, entries)
    _check(walk, entries, members, now)
    facts = await queries.list_facts(tx, journey_id=journey_id)
    told = await queries.list_told(tx, journey_id=journey_id)
    began = await queries.list_beginnings(tx, journey_id=journey_id)
    # What nobody ever ticked is open: there is no need to look.
    touched = any(fact.task_id for fact in facts) or any(map(_names_tasks, entries))
    tasks = await task_queries.list_tasks(tx, journey_id=journey_id) if touched else []
    replay = rules.Replay(
        walk.program, _by_step(tasks), {item.step_slug: item.created_at for item in began}
    )
    known: _Known = {(fact.step_slug, fact.kind, fact.at, fact.task_id) for fact in facts}
    known |= {(item.step_slug, HistoryKind.TOLD, item.created_at, None) for item in told}
    fresh, outcomes, given = _walk_again(replay, facts, entries, known)
    await _write(tx, walk, replay, outcomes, given, now=now)
    if fresh:
        await live.announce(tx, journey_id=journey_id, step_slug="")
        await emit(
            tx, HistoryImported(journey_id, fresh), subject_id=walk.journey.subject_id, now=now
        )
    return fresh


def _walk_again(
    replay: rules.Replay,
    facts: Sequence[PastFact],
    entries: Sequence[HistoryEntry],
    known: _Known,
) -> tuple[int, list[tuple[HistoryEntry, bool, str]], dict[UUID, HistoryEntry]]:
    """Walk all that is known and all that is new; return how much was new, what was told, and
    to whom tasks were given."""
    places = {id(entry): place for place, entry in enumerate(entries, start=1)}
    outcomes: list[tuple[HistoryEntry, bool, str]] = []
    given: dict[UUID, HistoryEntry] = {}
    fresh = 0
    for item in rules.in_order(facts, entries):
        if isinstance(item, PastFact):
            replay.remember(item)
            continue
        try:
            task = replay.task(item) if item.task is not None else None
            if task is not None and item.kind is HistoryKind.PLANNED:
                given[task.id] = item
                continue
            key = (item.step_slug, str(item.kind), item.at, None if task is None else task.id)
            if key in known:
                continue
            known.add(key)
            replay.happen(item)
        except rules.Impossible as error:
            raise _refused(replay, places[id(item)], error) from error
        fresh += 1
        if item.kind is HistoryKind.TOLD:
            finished = replay.state(item.step_slug) is State.COMPLETED
            outcomes.append((item, finished, replay.phase()))
    return fresh, outcomes, given


async def _write(
    tx: Transaction,
    walk: Walk,
    replay: rules.Replay,
    told: Sequence[tuple[HistoryEntry, bool, str]],
    given: Mapping[UUID, HistoryEntry],
    *,
    now: datetime,
) -> None:
    journey = walk.journey
    outcomes = await _outcomes(tx, replay, told)
    company = await identity.get_organization(tx, organization_id=journey.subject_id)
    standings = replay.standings()
    latest = max([*replay.touched.values(), journey.changed_at])
    async with tx.pipeline():
        if replay.written:
            await queries.insert_facts(tx, journey=journey, facts=replay.written)
            await queries.update_steps(tx, journey_id=journey.id, steps=replay.steps(standings))
        if replay.ticks:
            ticks = list(replay.ticks.values())
            await queries.update_ticks(tx, journey_id=journey.id, ticks=ticks)
        if given:
            await queries.update_given(tx, journey_id=journey.id, given=given)
        if outcomes:
            await queries.insert_outcomes(
                tx, journey=journey, industry=said_industry(company.settings), outcomes=outcomes
            )
        if any(new.in_words for new in outcomes):
            worded = [new for new in outcomes if new.in_words]
            await queries.insert_notes(tx, journey=journey, outcomes=worded)
        await walk_queries.update_journey(
            tx, journey_id=journey.id, held_fields=journey.held_fields, now=latest
        )
        await plan_queries.upsert_progress(
            tx, journey=journey, tallies=rules.tally(walk.program, standings), now=now
        )


async def _outcomes(
    tx: Transaction, replay: rules.Replay, told: Sequence[tuple[HistoryEntry, bool, str]]
) -> list[NewOutcome]:
    ids = await queries.make_ids(tx, count=len(told)) if told else []
    found: list[NewOutcome] = []
    for new_id, (entry, finished, phase) in zip(ids, told, strict=True):
        outcome = entry.outcome
        if outcome is None:
            raise WrongOutcome("An entry that tells how a step went says how.")
        named = {
            str(replay.task(replace(entry, task=task)).id): result
            for task, result in (outcome.task_results or {}).items()
        }
        results, notes, learnings = check_outcome(
            tasks=replay.tasks.get(entry.step_slug, ()),
            gone_tasks={},
            task_results=named,
            time_taken_days=outcome.time_taken_days,
            confidence_level=outcome.confidence_level,
            notes=outcome.notes,
            key_learnings=outcome.key_learnings,
        )
        found.append(
            NewOutcome(
                id=new_id,
                step_slug=entry.step_slug,
                at=entry.at,
                finished=finished,
                stage=outcome.stage or phase,
                outcome=replace(outcome, notes=notes, key_learnings=learnings),
                task_results=results,
            )
        )
    return found


async def _members(tx: Transaction, walk: Walk, entries: Iterable[HistoryEntry]) -> set[UUID]:
    if not any(entry.member_id for entry in entries):
        return set()
    found = await identity.list_members(tx, organization_id=walk.journey.subject_id)
    return {member.user_id for member in found}


def _check(walk: Walk, entries: Sequence[HistoryEntry], members: set[UUID], now: datetime) -> None:
    for place, entry in enumerate(entries, start=1):
        if walk.program.find_step(entry.step_slug) is None:
            raise _wrong(place, f"This journey has no step called {entry.step_slug!r}.")
        if entry.at > now:
            raise _wrong(place, "It lies in the future.")
        if entry.member_id is not None and entry.member_id not in members:
            raise _wrong(place, "Only members of the company do something for it.")
        if entry.kind in _TICKS | {HistoryKind.PLANNED} and entry.task is None:
            raise _wrong(place, "It names no task.")
        if entry.kind is HistoryKind.TOLD and entry.outcome is None:
            raise _wrong(place, "It doesn't say how the step went.")


def _names_tasks(entry: HistoryEntry) -> bool:
    return entry.task is not None or bool(entry.outcome and entry.outcome.task_results)


def _refused(replay: rules.Replay, place: int, error: rules.Impossible) -> WrongPlan:
    entry = error.entry
    title = replay.program.step(entry.step_slug).title
    return _wrong(
        place, f"“{title}” can't be {entry.kind} on {entry.at.date().isoformat()}: {error.why}."
    )


def _wrong(place: int, why: str) -> WrongPlan:
    return WrongPlan(f"Entry {place}: {why}", field=f"entries/{place - 1}")


def _by_step(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.step_slug, []).append(task)
    return found
