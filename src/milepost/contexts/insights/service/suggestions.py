"""Suggestions after an outcome: made, read, taken up or dismissed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.insights import rules
from milepost.contexts.insights.errors import AlreadyAccepted
from milepost.contexts.insights.events import SuggestionAnswered, SuggestionsMade
from milepost.contexts.insights.queries import suggestions as queries
from milepost.contexts.insights.service import lapses
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
    Wording,
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
_RULES = "offline"
_OVERTAKEN = "Your journey moved on while it was asked."
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
    return outcome, await _situation(tx, outcome)


async def keep(
    tx: Transaction,
    *,
    outcome: Outcome,
    advice: Sequence[Advice],
    engine: str,
    note: str,
    now: datetime,
) -> None:
    """Keep the suggestions that were made, once; `note` says why another engine didn't speak.

    What was overtaken while they were made is left out; where too few are left, rules speak.
    """
    situation = await _situation(tx, outcome)
    fresh = [item for item in advice if rules.still_of_use(item, situation)]
    if len(fresh) < min(len(advice), rules.FEWEST):
        fresh, note = rules.suggest(situation), note if engine == _RULES else _OVERTAKEN
        engine = _RULES
    first = await queries.finish_run(
        tx, outcome_id=outcome.id, state="ready", engine=engine, error=note[:_ERROR], now=now
    )
    if not first:
        return
    await queries.insert_suggestions(tx, outcome=outcome, engine=engine, advice=fresh, now=now)
    await live.announce(tx, topic=journeys.topic(outcome.journey_id), what=outcome.step_slug)
    await emit(
        tx,
        SuggestionsMade(outcome.journey_id, outcome.id),
        subject_id=outcome.subject_id,
        now=now,
    )


async def _situation(tx: Transaction, outcome: Outcome) -> Situation:
    """Read all that advice after an outcome is made of, and what was said to advice before."""
    subject_id, journey_id = outcome.subject_id, outcome.journey_id
    said = await queries.get_said(tx, subject_id=subject_id, journey_id=journey_id)
    waiting = await lapses.mark(
        tx, journey_id=journey_id, found=await queries.list_open(tx, journey_id=journey_id)
    )
    # What lapsed is seen by nobody, and no reason to say something else instead.
    lapsed = {item.fingerprint for item in waiting if not item.is_open}
    settled = await queries.list_settled(
        tx, subject_id=subject_id, accepted_in_journey_id=journey_id
    )
    return await read_situation(
        tx,
        outcome=outcome,
        said=replace(said, open=said.open - lapsed, settled=settled),
        benchmark=await find_for_advice(
            tx, program_id=outcome.program_id, step_slug=outcome.step_slug
        ),
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

    Raises JourneyArchived, NotFound, also for whoever doesn't act for the company.
    """
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    await identity.require_acting(tx, subject_id=outcome.subject_id)
    await journeys.hold_plan(tx, journey_id=outcome.journey_id)
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
    marked = await lapses.mark(tx, journey_id=outcome.journey_id, found=found)
    return Suggested(marked, await queries.find_run(tx, outcome_id=outcome_id))


async def list_inbox(tx: Transaction, *, journey_id: UUID, now: datetime) -> list[Suggestion]:
    """Return what a journey's company can still take up or dismiss, the most pressing first.

    What lapsed is left out, and so is what says the same as another, newer one or as one that was
    dismissed, or taken up in this journey. Raises NotFound, also for whoever doesn't act for the
    company.
    """
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    await identity.require_acting(tx, subject_id=journey.subject_id)
    found = await queries.list_open(tx, journey_id=journey_id)
    marked = await lapses.mark(tx, journey_id=journey_id, found=found)
    settled = await queries.list_settled(
        tx, subject_id=journey.subject_id, accepted_in_journey_id=journey_id
    )
    shown = _each_once([item for item in marked if item.is_open], settled)
    await queries.update_shown(tx, suggestion_ids=[item.id for item in shown], now=now)
    return shown


def _each_once(found: Sequence[Suggestion], settled: Sequence[Wording]) -> list[Suggestion]:
    """Leave out what says the same as what was answered, or as a newer one."""
    said, kept = rules.Settled(settled), set[UUID]()
    for item in sorted(found, key=lambda item: (item.created_at, item.id), reverse=True):
        if not said.has_said(item.wording):
            said.add(item.wording)
            kept.add(item.id)
    return [item for item in found if item.id in kept]


async def answer_suggestion(
    tx: Transaction, *, suggestion_id: UUID, feedback: Feedback, note: str, now: datetime
) -> Suggestion:
    """Take a suggestion up, which does what it says, or dismiss it, which is for good.

    What was said already stays said. Raises AlreadyAccepted, SuggestionLapsed, JourneyArchived,
    what starting a step or adding a task raises, NotFound, Forbidden.
    """
    note = note.strip()
    if len(note) > _NOTE:
        raise Invalid(f"A note holds at most {_NOTE:,} characters.")
    # Whoever may not answer it can't hold it.
    held = await queries.lock_suggestion(tx, suggestion_id=suggestion_id)
    found = await queries.get_suggestion(tx, suggestion_id=suggestion_id)
    if not held:
        raise Forbidden("Only the company itself answers its suggestions.")
    # Held, so that nobody completes its step between the look at it and what is done.
    walk = await journeys.hold_plan(tx, journey_id=found.journey_id)
    if found.feedback == feedback:
        return found
    if found.feedback == Feedback.ACCEPTED:
        raise AlreadyAccepted(
            "This suggestion was taken up already: what it did stands in the journey now."
        )
    if feedback is Feedback.ACCEPTED:
        await lapses.require_standing(tx, walk=walk, suggestion=found)
        await _carry_out(tx, walk, found, now=now)
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


async def _carry_out(
    tx: Transaction, walk: journeys.Walk, suggestion: Suggestion, *, now: datetime
) -> None:
    target = Target.from_document(suggestion.target)
    journey_id, slug = suggestion.journey_id, target.step_slug
    if walk.standings[slug].state.done:
        # A task, too, takes up again what is behind: there it would be seen by nobody.
        walk = await journeys.reopen(tx, journey_id=journey_id, step_slug=slug, now=now)
    if target.kind is TargetKind.ADD_TASK:
        for title in (target.title, *target.also):
            await journeys.add_task(tx, journey_id=journey_id, step_slug=slug, title=title, now=now)
        return
    if walk.standings[slug].state is not State.IN_PROGRESS:
        await journeys.start(tx, journey_id=journey_id, step_slug=slug, now=now)
