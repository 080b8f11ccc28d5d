"""Deciding: only what is confirmed is done, once, and only if it still can be."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State
from milepost.contexts.standups import rules
from milepost.contexts.standups.errors import AlreadyDecided
from milepost.contexts.standups.queries import actions as queries
from milepost.contexts.standups.queries import talks as talk_queries
from milepost.contexts.standups.service import blockers
from milepost.contexts.standups.service.talks import announce, hold_session, open_talk
from milepost.contexts.standups.types import (
    Action,
    ActionState,
    Decided,
    Kind,
    Session,
    Talk,
)
from milepost.platform.db import Transaction
from milepost.platform.errors import Conflict, Invalid, NotFound


async def confirm(tx: Transaction, *, journey_id: UUID, action_id: UUID, now: datetime) -> Decided:
    """Do what was proposed. Confirming again changes nothing, and says the same.

    What has changed meanwhile so that it can't be done is dismissed, and said to be.
    Raises AlreadyDecided when it was dismissed, NotFound, MayOnlyLook, NoStandup.
    """
    return await _decide(tx, journey_id, action_id, ActionState.CONFIRMED, now)


async def dismiss(tx: Transaction, *, journey_id: UUID, action_id: UUID, now: datetime) -> Decided:
    """Leave what was proposed undone. Dismissing again changes nothing.

    Raises AlreadyDecided when it was confirmed, NotFound, MayOnlyLook, NoStandup.
    """
    return await _decide(tx, journey_id, action_id, ActionState.DISMISSED, now)


async def _decide(
    tx: Transaction, journey_id: UUID, action_id: UUID, wanted: ActionState, now: datetime
) -> Decided:
    talk = await open_talk(tx, journey_id=journey_id)
    session = await hold_session(tx, talk=talk, now=now)
    action = await queries.get_action(tx, journey_id=journey_id, action_id=action_id)
    if action.state != ActionState.PROPOSED:
        if action.state == wanted or action.outcome == rules.CHANGED:
            return Decided(action)
        raise AlreadyDecided(f"This was {action.state} before.", state=action.state)
    decided = await carry_out(tx, action=action, wanted=wanted, now=now)
    await write_down(tx, talk=talk, session=session, action=decided, now=now)
    return Decided(await queries.get_action(tx, journey_id=journey_id, action_id=action_id))


async def carry_out(
    tx: Transaction, *, action: Action, wanted: ActionState, now: datetime
) -> Action:
    """Do what is wanted with an action that is held; return it as it is to be written down.

    What has changed meanwhile so that it can't be done is dismissed.
    """
    outcome = await _done(tx, action, now) if wanted is ActionState.CONFIRMED else ""
    state = ActionState.DISMISSED if outcome == rules.CHANGED else wanted
    return replace(action, state=str(state), outcome=outcome)


async def write_down(
    tx: Transaction, *, talk: Talk, session: Session, action: Action, now: datetime
) -> None:
    """Write down what became of an action, as the next thing in the talk, and tell of it."""
    seq = await talk_queries.advance_session(tx, session_id=session.id, by=1)
    await queries.update_action(
        tx, action_id=action.id, state=action.state, outcome=action.outcome, seq=seq, now=now
    )
    await announce(tx, talk=talk, seq=seq)


async def _done(tx: Transaction, action: Action, now: datetime) -> str:
    """Do it; return what is worth saying about how that went."""
    try:
        # What was begun before it turned out that it can't be done is undone.
        async with tx.connection.transaction():
            was_so = await _do(tx, action, now)
    except (NotFound, Conflict, Invalid):
        return rules.CHANGED
    return rules.ALREADY if was_so else ""


async def _do(tx: Transaction, action: Action, now: datetime) -> bool:
    """Do it; return whether it was so before."""
    journey_id, step_slug = action.journey_id, action.step_slug
    match Kind(action.kind):
        case Kind.COMPLETE_TASK:
            task = await journeys.tick(
                tx,
                journey_id=journey_id,
                task_id=UUID(action.target),
                is_completed=True,
                now=now,
            )
            return task.completed_at != now
        case Kind.COMPLETE_STEP:
            before = await _state(tx, journey_id, step_slug)
            await journeys.complete(tx, journey_id=journey_id, step_slug=step_slug, now=now)
            return before == State.COMPLETED
        case Kind.START_STEP:
            before = await _state(tx, journey_id, step_slug)
            await journeys.start(tx, journey_id=journey_id, step_slug=step_slug, now=now)
            return before != State.UNLOCKED
        case Kind.NOTE_BLOCKER:
            # The action itself is the note; a step that is gone or done blocks nobody.
            before = await _state(tx, journey_id, step_slug)
            if before is None or State(before).done:
                raise NotFound("This step is no longer open.")
            await blockers.tell(tx, journey_id=journey_id, step_slug=step_slug)
            return False
        case Kind.LIFT_BLOCKER:
            return not await blockers.lift_all(
                tx, journey_id=journey_id, step_slug=step_slug, now=now
            )


async def _state(tx: Transaction, journey_id: UUID, step_slug: str) -> str | None:
    rows = await journeys.list_steps(tx, journey_id=journey_id)
    return rows[step_slug].state if step_slug in rows else None
