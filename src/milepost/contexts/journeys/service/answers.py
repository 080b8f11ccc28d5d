"""Doing a tool: starting, saving a draft, handing in, keeping or taking a change.

Every write holds the journey first, so that two devices take turns. Whoever was
overtaken while waiting is told what is there now, and nothing of theirs is stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import AlreadyDone, VersionConflict, WrongAnswers
from milepost.contexts.journeys.events import StepSubmitted
from milepost.contexts.journeys.queries import submissions as queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.service import desk as desks
from milepost.contexts.journeys.service import walks
from milepost.contexts.journeys.service.settling import settle
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import (
    Choice,
    FieldValue,
    HandedIn,
    State,
    Submission,
)
from milepost.contexts.programs import forms
from milepost.contexts.programs.types import Step
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound


async def begin(tx: Transaction, *, walk: Walk, step: Step, now: datetime) -> Walk:
    """Begin an open tool of a held walk, with a draft of what flows straight into its form."""
    inputs = await desks.needed_fields(tx, walk=walk, step=step)
    values = {field: value.value for field, value in inputs.items()}
    data = rules.prefilled(step, values)
    await queries.upsert_draft(
        tx,
        journey=walk.journey,
        step=step,
        version=1,
        status="draft",
        data=data,
        inputs=_remembered(inputs),
        now=now,
    )
    return await _begin(tx, walk, step, percent=rules.percent(step.form, data), now=now)


async def save_draft(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    data: Mapping[str, Any],
    seen: str | None,
    now: datetime,
    asked: datetime | None = None,
) -> Submission:
    """Save unfinished answers. `seen` is the etag of the draft the caller worked on.

    Who knows no etag is overtaken by whoever handed in after they `asked`.

    Raises WrongAnswers, VersionConflict, StepLocked, NotFound, Forbidden.
    """
    number = await _number_before_waiting(tx, journey_id, step_slug)
    walk = await walks.hold_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    draft, latest = await queries.find_versions(tx, journey_id=journey_id, tool=step.tool_schema)
    _require_seen(draft, latest, data, number=number, seen=seen, asked=asked)
    _refuse(forms.validate_draft(step.form, data), "nothing was saved")
    inputs = (
        draft.inputs
        if draft is not None
        else _remembered(await desks.needed_fields(tx, walk=walk, step=step))
    )
    saved = await queries.upsert_draft(
        tx,
        journey=walk.journey,
        step=step,
        version=_next_version(latest),
        status="in_progress",
        data=data,
        inputs=inputs,
        now=now,
    )
    state = walk.standings[step_slug].state
    percent = rules.percent(step.form, data)
    if state is State.UNLOCKED:
        await _begin(tx, walk, step, percent=percent, now=now)
    elif state is State.IN_PROGRESS:
        await walk_queries.update_steps(
            tx, journey_id=journey_id, states={step_slug: (str(state), percent)}, now=now
        )
    return saved


async def get_draft(tx: Transaction, *, journey_id: UUID, step_slug: str) -> Submission:
    """Return the draft of a step. Raises NotFound when there is none, StepLocked."""
    walk = await walks.get_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    draft, _ = await queries.find_versions(tx, journey_id=journey_id, tool=step.tool_schema)
    if draft is None:
        raise NotFound("Nothing is being written here just now.")
    return draft


async def submit(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    data: Mapping[str, Any],
    seen: str | None,
    now: datetime,
    asked: datetime | None = None,
) -> HandedIn:
    """Hand in answers as the next version, and open what that opens.

    `seen` is the etag of what the caller worked on. Who knows none is overtaken by
    whoever handed in after they `asked`.

    Raises WrongAnswers, VersionConflict, StepLocked, NotFound, Forbidden.
    """
    number = await _number_before_waiting(tx, journey_id, step_slug)
    walk = await walks.hold_walk(tx, journey_id=journey_id)
    step = walk.open_step(step_slug)
    draft, latest = await queries.find_versions(tx, journey_id=journey_id, tool=step.tool_schema)
    _require_seen(draft, latest, data, number=number, seen=seen, asked=asked)
    _refuse(forms.validate(step.form, data), "nothing was handed in")
    inputs = (
        draft.inputs
        if draft is not None
        else _remembered(await desks.needed_fields(tx, walk=walk, step=step))
    )
    return await _hand_in(tx, walk, step, latest=latest, data=data, inputs=inputs, now=now)


async def decide_input(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    field_id: str,
    choice: Choice,
    now: datetime,
) -> Submission:
    """Keep the value an answer used though it changed later, or take the new one.

    Taking makes a new version with the same answers, in which only that value is new;
    keeping is remembered for this later value, not for the next. A draft being written
    takes the new value along. Raises AlreadyDone when nothing changed, NotFound.
    """
    walk = await walks.hold_walk(tx, journey_id=journey_id)
    desk = await desks.open_desk(tx, walk=walk, step_slug=step_slug)
    step = walk.step(step_slug)
    change = next((item for item in desk.outdated if item.field_id == field_id), None)
    if change is None or desk.latest is None:
        raise AlreadyDone("There is no later value to decide about: this one is up to date.")
    if choice is Choice.KEEP:
        await walk_queries.insert_facts(
            tx,
            journey=walk.journey,
            step_slug=step_slug,
            kinds=["kept"],
            detail={"field": field_id, "value": change.current},
            now=now,
        )
        return desk.latest
    current = desk.inputs.get(field_id)
    basis = desk.draft or desk.latest
    inputs = _with_input(basis.inputs, field_id, current)
    data = _with_prefill(step, basis.data, field_id, change.used, current)
    if desk.draft is None:
        handed_in = await _hand_in(
            tx, walk, step, latest=desk.latest, data=data, inputs=inputs, now=now
        )
        return handed_in.submission
    return await queries.upsert_draft(
        tx,
        journey=walk.journey,
        step=step,
        version=desk.draft.version,
        status=desk.draft.status,
        data=data,
        inputs=inputs,
        now=now,
    )


async def _begin(tx: Transaction, walk: Walk, step: Step, *, percent: int, now: datetime) -> Walk:
    facts = replace(walk.facts, started=walk.facts.started | {step.slug})
    await settle(tx, walk, step, kinds=["started"], facts=facts, percent=percent, now=now)
    return replace(walk, facts=facts, standings=rules.resolve(walk.program, facts))


async def _hand_in(
    tx: Transaction,
    walk: Walk,
    step: Step,
    *,
    latest: Submission | None,
    data: Mapping[str, Any],
    inputs: Mapping[str, Any],
    now: datetime,
) -> HandedIn:
    given = rules.outputs(step, data)
    withdrawn = rules.outputs(step, latest.data).keys() - given.keys() if latest else set[str]()
    submission = await queries.hand_in(
        tx,
        journey=walk.journey,
        step=step,
        version=_next_version(latest),
        data=data,
        inputs=inputs,
        outputs={**given, **dict.fromkeys(withdrawn)},
        now=now,
    )
    kinds = [
        kind
        for kind, before in (("started", walk.facts.started), ("completed", walk.facts.completed))
        if step.slug not in before
    ]
    facts = replace(
        walk.facts,
        started=walk.facts.started | {step.slug},
        completed=walk.facts.completed | {step.slug},
        fields=walk.facts.fields | given.keys(),
    )
    unlocked = await settle(
        tx,
        walk,
        step,
        kinds=kinds,
        facts=facts,
        percent=100,
        now=now,
        before=[StepSubmitted(walk.journey.id, step.slug, submission.version)],
    )
    return HandedIn(submission=submission, opened=tuple(walk.step(slug) for slug in unlocked))


async def _number_before_waiting(tx: Transaction, journey_id: UUID, step_slug: str) -> int:
    """Look which version is the newest before waiting for the journey to be free."""
    step = await walks.get_step(tx, journey_id=journey_id, step_slug=step_slug)
    return await queries.find_version_number(tx, journey_id=journey_id, tool=step.tool_schema)


def _require_seen(
    draft: Submission | None,
    latest: Submission | None,
    data: Mapping[str, Any],
    *,
    number: int,
    seen: str | None,
    asked: datetime | None,
) -> None:
    """Refuse who worked on something that is not the newest any more. Raises VersionConflict."""
    current = draft or latest
    newest = latest.version if latest else 0
    unseen = seen is not None and current is not None and seen != current.etag
    if draft is not None and rules.keeps_all(draft.data, data):
        # A save of the same device that arrived late: nothing in it would be lost.
        unseen = False
    overtaken = newest != number or (
        seen is None and asked is not None and latest is not None and _after(latest, asked)
    )
    if not (unseen or overtaken):
        return
    raise VersionConflict(
        "This was changed on another device meanwhile. What you wrote is not stored yet:"
        " look at what is there now, then send yours again.",
        current_version=newest,
        current_etag=current.etag if current else None,
        current_data=current.data if current else None,
    )


def _after(submission: Submission, moment: datetime) -> bool:
    return submission.submitted_at is not None and submission.submitted_at > moment


def _refuse(errors: Iterable[forms.FieldError], told: str) -> None:
    found = [{"path": error.path, "message": error.message} for error in errors]
    if found:
        raise WrongAnswers(f"Some answers need another look; {told}.", errors=found)


def _next_version(latest: Submission | None) -> int:
    return latest.version + 1 if latest else 1


def _remembered(inputs: Mapping[str, FieldValue]) -> dict[str, Any]:
    return {field: value.as_input() for field, value in inputs.items()}


def _with_input(
    inputs: Mapping[str, Any], field_id: str, current: FieldValue | None
) -> dict[str, Any]:
    """Put the present value in; a field that has none any more leaves the inputs."""
    others = {field: value for field, value in inputs.items() if field != field_id}
    return others if current is None else {**others, field_id: current.as_input()}


def _with_prefill(
    step: Step, data: Mapping[str, Any], field_id: str, used: Any, current: FieldValue | None
) -> dict[str, Any]:
    """Carry the new value into the form where the old one flowed in and still stands."""
    changed = dict(data)
    for name, field in step.layout.get("prefill", {}).items():
        if field == field_id and current is not None and changed.get(name) == used:
            changed[name] = current.value
    return changed
