"""Suggestions after an outcome: made, read, taken up or dismissed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.insights.errors import AlreadyAccepted
from milepost.contexts.insights.events import SuggestionAnswered, SuggestionsMade
from milepost.contexts.insights.queries import suggestions as queries
from milepost.contexts.insights.service.benchmarks import find_for_advice
from milepost.contexts.insights.service.situations import read_situation
from milepost.contexts.insights.types import (
    Advice,
    Feedback,
    Situation,
    Suggested,
    Suggestion,
    Target,
    TargetKind,
)
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Outcome, State
from milepost.platform import jobs, live
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden, Invalid
from milepost.platform.events import emit

MAKE_SUGGESTIONS = "insights.make_suggestions"

_NOTE = 1000
_ERROR = 500
_NOTHING_MADE = "Something went wrong on our side, and no suggestions could be made."


async def begin(
    tx: Transaction, *, outcome_id: UUID, now: datetime
) -> tuple[Outcome, Situation] | None:
    """Begin to make suggestions after an outcome; None when they are there already.

    Returns plain values, so that the transaction can end before anybody is asked.
    """
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    await queries.insert_run(tx, outcome=outcome, now=now)
    run = await queries.find_run(tx, outcome_id=outcome_id)
    if run is None or run.state == "ready":
        return None
    said = await queries.get_said(tx, subject_id=outcome.subject_id, journey_id=outcome.journey_id)
    benchmark = await find_for_advice(
        tx, program_id=outcome.program_id, step_slug=outcome.step_slug
    )
    return outcome, await read_situation(tx, outcome=outcome, said=said, benchmark=benchmark)


async def keep(
    tx: Transaction,
    *,
    outcome: Outcome,
    advice: Sequence[Advice],
    engine: str,
    note: str,
    now: datetime,
) -> None:
    """Keep the suggestions that were made, once; `note` says why another engine didn't speak."""
    first = await queries.finish_run(
        tx, outcome_id=outcome.id, state="ready", engine=engine, error=note[:_ERROR], now=now
    )
    if not first:
        return
    await queries.insert_suggestions(tx, outcome=outcome, engine=engine, advice=advice, now=now)
    await live.announce(tx, topic=journeys.topic(outcome.journey_id), what=outcome.step_slug)
    await emit(
        tx,
        SuggestionsMade(outcome.journey_id, outcome.id),
        subject_id=outcome.subject_id,
        now=now,
    )


async def give_up(tx: Transaction, *, outcome_id: UUID, now: datetime) -> None:
    """Say that no suggestions came of it; asking again stays possible.

    Also where it never came so far as to begin.
    """
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    await queries.insert_run(tx, outcome=outcome, now=now)
    await queries.finish_run(
        tx, outcome_id=outcome_id, state="failed", engine=None, error=_NOTHING_MADE, now=now
    )
    await live.announce(tx, topic=journeys.topic(outcome.journey_id), what=outcome.step_slug)


async def ask_again(tx: Transaction, *, outcome_id: UUID, now: datetime) -> bool:
    """Have suggestions made that couldn't be; False where there is nothing to ask for again.

    Raises NotFound, also for whoever doesn't act for the company.
    """
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    await identity.require_acting(tx, subject_id=outcome.subject_id)
    await queries.insert_run(tx, outcome=outcome, now=now)
    run = await queries.find_run(tx, outcome_id=outcome_id)
    if run is None or run.state == "ready":
        return False
    await jobs.defer(
        tx,
        MAKE_SUGGESTIONS,
        key=str(outcome_id),
        tenant_id=tx.actor.tenant_id,
        outcome_id=outcome_id,
    )
    return True


async def list_lost(tx: Transaction, *, before: datetime) -> list[UUID]:
    """Name the outcomes whose suggestions were asked for so long ago that nobody makes them."""
    return await queries.list_pending(tx, before=before)


async def list_suggestions(tx: Transaction, *, outcome_id: UUID, now: datetime) -> Suggested:
    """Return the suggestions after an outcome, and whether they are ready.

    Raises NotFound, also for whoever doesn't act for the company.
    """
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    await identity.require_acting(tx, subject_id=outcome.subject_id)
    found = await queries.list_of_outcome(tx, outcome_id=outcome_id)
    await queries.update_shown(tx, suggestion_ids=[item.id for item in found], now=now)
    return Suggested(found, await queries.find_run(tx, outcome_id=outcome_id))


async def list_inbox(tx: Transaction, *, journey_id: UUID, now: datetime) -> list[Suggestion]:
    """Return what a journey's company hasn't answered yet, the most pressing first.

    Raises NotFound, also for whoever doesn't act for the company.
    """
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    await identity.require_acting(tx, subject_id=journey.subject_id)
    found = await queries.list_open(tx, journey_id=journey_id)
    await queries.update_shown(tx, suggestion_ids=[item.id for item in found], now=now)
    return found


async def answer_suggestion(
    tx: Transaction, *, suggestion_id: UUID, feedback: Feedback, note: str, now: datetime
) -> Suggestion:
    """Take a suggestion up, which does what it says, or dismiss it, which is for good.

    What was said already stays said. Raises AlreadyAccepted, what starting a step or adding a
    task raises, NotFound, Forbidden.
    """
    note = note.strip()
    if len(note) > _NOTE:
        raise Invalid(f"A note holds at most {_NOTE:,} characters.")
    # Whoever may not answer it can't hold it.
    held = await queries.lock_suggestion(tx, suggestion_id=suggestion_id)
    found = await queries.get_suggestion(tx, suggestion_id=suggestion_id)
    if not held:
        raise Forbidden("Only the company itself answers its suggestions.")
    if found.feedback == feedback:
        return found
    if found.feedback == Feedback.ACCEPTED:
        raise AlreadyAccepted(
            "This suggestion was taken up already: what it did stands in the journey now."
        )
    if feedback is Feedback.ACCEPTED:
        await _carry_out(tx, found, now=now)
    await queries.update_feedback(
        tx, suggestion_id=suggestion_id, feedback=feedback, note=note, now=now
    )
    # Colleagues who have it before them needn't answer it a second time.
    await live.announce(tx, topic=journeys.topic(found.journey_id), what=found.target["step_slug"])
    await emit(
        tx,
        SuggestionAnswered(found.journey_id, suggestion_id, str(feedback)),
        subject_id=found.subject_id,
        now=now,
    )
    return await queries.get_suggestion(tx, suggestion_id=suggestion_id)


async def _carry_out(tx: Transaction, suggestion: Suggestion, *, now: datetime) -> None:
    target = Target.from_document(suggestion.target)
    journey_id, slug = suggestion.journey_id, target.step_slug
    if target.kind is TargetKind.ADD_TASK:
        await journeys.add_task(
            tx, journey_id=journey_id, step_slug=slug, title=target.title, now=now
        )
        return
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    walk.step(slug)
    if walk.standings[slug].state.done:
        walk = await journeys.reopen(tx, journey_id=journey_id, step_slug=slug, now=now)
    if walk.standings[slug].state is not State.IN_PROGRESS:
        await journeys.start(tx, journey_id=journey_id, step_slug=slug, now=now)
