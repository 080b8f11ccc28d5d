"""Beginning, completing, leaving out and reopening a step, of whatever kind it is."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import AlreadyDone, WrongPlan
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import walks as queries
from milepost.contexts.journeys.service import answers, live, walks
from milepost.contexts.journeys.service.lines import seen_only
from milepost.contexts.journeys.service.settling import settle
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import Facts, State
from milepost.contexts.programs.types import Step, StepKind
from milepost.platform.db import Transaction

REASON = 1000


async def start(tx: Transaction, *, journey_id: UUID, step_slug: str, now: datetime) -> Walk:
    """Begin an open step; one that is begun or done stays as it is.

    Raises StepLocked, NotFound, Forbidden.
    """
    walk = await walks.hold_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    if walk.standings[step_slug].state is not State.UNLOCKED:
        return walk
    if step.kind is StepKind.TOOL:
        return await answers.begin(tx, walk=walk, step=step, now=now)
    facts = replace(walk.facts, started=walk.facts.started | {step_slug})
    percent = await percent_of(tx, walk, step, facts)
    await settle(tx, walk, step, kinds=["started"], facts=facts, percent=percent, now=now)
    return _after(walk, facts)


async def complete(
    tx: Transaction, *, journey_id: UUID, step_slug: str, now: datetime
) -> tuple[Walk, tuple[str, ...]]:
    """Say that an open checklist is done; return the walk and what that opened.

    Tasks left open stay open: how the step really went is the outcome's to say. One that is
    done stays as it is. Raises StepLocked, WrongPlan for a tool, NotFound, Forbidden.
    """
    walk = await walks.hold_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    if step.kind is StepKind.TOOL:
        raise WrongPlan(f"{step.title} is completed by handing in its answers.")
    if walk.standings[step_slug].state is State.COMPLETED:
        return walk, ()
    kinds = ["completed"] if step_slug in walk.facts.started else ["started", "completed"]
    facts = replace(
        walk.facts,
        started=walk.facts.started | {step_slug},
        completed=walk.facts.completed | {step_slug},
        skipped=walk.facts.skipped - {step_slug},
        reopened=walk.facts.reopened - {step_slug},
    )
    opened = await settle(tx, walk, step, kinds=kinds, facts=facts, percent=100, now=now)
    return _after(walk, facts), opened


async def skip(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    now: datetime,
    reason: str = "",
    instead: bool = True,
) -> tuple[str, ...]:
    """Leave out an open step that may be left out, saying why; return what that opened.

    A company says why. Another reason for a step that is left out already holds from then on;
    not `instead` of somebody else's, though, where that isn't wanted. Doing the step later stays
    possible. Raises AlreadyDone, WrongPlan, StepLocked, NotFound, Forbidden.
    """
    walk = await walks.hold_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    state = walk.standings[step_slug].state
    if state is State.SKIPPED:
        await _explain_anew(tx, walk, step, reason, instead=instead, now=now)
        return ()
    if state is State.COMPLETED:
        raise AlreadyDone(f"{step.title} is done; there is nothing left to skip.")
    if not step.skippable:
        raise AlreadyDone(f"{step.title} can't be skipped: later steps rest on it.")
    reason = _reason(walk, reason)
    if reason:
        await _explain(tx, walk, step, reason, now=now)
    facts = replace(
        walk.facts,
        completed=walk.facts.completed - {step_slug},
        skipped=walk.facts.skipped | {step_slug},
        reopened=walk.facts.reopened - {step_slug},
    )
    return await settle(tx, walk, step, kinds=["skipped"], facts=facts, percent=0, now=now)


async def reopen(tx: Transaction, *, journey_id: UUID, step_slug: str, now: datetime) -> Walk:
    """Take up a checklist again that was done or left out; what it opened stays open.

    One that is open stays as it is. Raises StepLocked, WrongPlan for a tool, NotFound, Forbidden.
    """
    walk = await walks.hold_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    if step.kind is StepKind.TOOL:
        raise WrongPlan(f"{step.title} is changed by handing in a new version of its answers.")
    if not walk.standings[step_slug].state.done:
        return walk
    facts = replace(walk.facts, reopened=walk.facts.reopened | {step_slug})
    await settle(
        tx,
        walk,
        step,
        kinds=["reopened"],
        facts=facts,
        percent=await percent_of(tx, walk, step, facts),
        now=now,
    )
    return _after(walk, facts)


async def percent_of(tx: Transaction, walk: Walk, step: Step, facts: Facts) -> int:
    """Tell how much of a checklist at work is ticked: 0 to 99."""
    after = rules.resolve_after(walk.program, facts, walk.standings, step.slug)
    if after[step.slug].state is not State.IN_PROGRESS:
        return 0
    tasks = await task_queries.list_tasks(tx, journey_id=walk.journey.id, step_slug=step.slug)
    return rules.ticked_percent(tasks)


async def find_reason(tx: Transaction, *, journey_id: UUID, step_slug: str) -> str | None:
    """Return why a step was left out, last, if the actor may read that."""
    return await queries.find_reason(tx, journey_id=journey_id, step_slug=step_slug)


async def list_reasons(tx: Transaction, *, journey_id: UUID) -> dict[str, str]:
    """Return why steps were left out, by slug, as far as the actor may read that."""
    found = await task_queries.list_reasons(tx, journey_id=journey_id)
    return {reason.step_slug: reason.reason for reason in found}


async def _explain_anew(
    tx: Transaction, walk: Walk, step: Step, reason: str, *, instead: bool, now: datetime
) -> None:
    """Let another reason hold for a step that was left out; none leaves it as it is."""
    reason = _reason(walk, reason) if reason else ""
    said = await queries.find_reason(tx, journey_id=walk.journey.id, step_slug=step.slug)
    if not reason or reason == said:
        return
    if said is not None and not instead:
        raise AlreadyDone("Somebody else skipped it meanwhile, and gave another reason.")
    await _explain(tx, walk, step, reason, now=now)
    if walk.is_company:
        await live.announce(tx, journey_id=walk.journey.id, step_slug=step.slug)


async def _explain(tx: Transaction, walk: Walk, step: Step, reason: str, *, now: datetime) -> None:
    await queries.insert_facts(
        tx,
        journey=walk.journey,
        step_slug=step.slug,
        kinds=["explained"],
        detail={"reason": reason},
        now=now,
    )


def _reason(walk: Walk, reason: str) -> str:
    reason = seen_only(reason)
    if walk.is_company and not reason:
        raise WrongPlan("Say in a few words why you skip this step.", field="reason")
    if len(reason) > REASON:
        raise WrongPlan(f"Say it in at most {REASON:,} characters.", field="reason")
    return reason


def _after(walk: Walk, facts: Facts) -> Walk:
    return replace(walk, facts=facts, standings=rules.resolve(walk.program, facts))
