"""The talk itself: who may hold it, how far it has come, what was said before in it."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from milepost.contexts.identity.errors import IdempotencyKeyReused
from milepost.contexts.standups.errors import Flood, MayOnlyLook, NoStandup
from milepost.contexts.standups.queries import actions as action_queries
from milepost.contexts.standups.queries import openings as opening_queries
from milepost.contexts.standups.queries import talks as queries
from milepost.contexts.standups.queries.openings import Desk, Opening
from milepost.contexts.standups.rules import Index
from milepost.contexts.standups.service.desks import get_index
from milepost.contexts.standups.types import Decided, Reply, Session, Talk, Turn
from milepost.platform import live
from milepost.platform.db import Transaction
from milepost.platform.errors import Invalid, NotFound, TooLarge

LONGEST = 8192
# Nobody types faster; a program that does is told when to go on.
PER_MINUTE = 30
_BATCH = 200


def topic(journey_id: UUID, user_id: UUID) -> str:
    """Name what the pages of one person's talk wait for."""
    return f"standup:{journey_id}:{user_id}"


async def open_talk(tx: Transaction, *, journey_id: UUID) -> Talk:
    """Return the actor's talk about a company's journey, as far as it has come.

    Raises NotFound for a journey that isn't shown, MayOnlyLook, NoStandup.
    """
    return talk_of(tx, await opening_queries.get_opening(tx, journey_id=journey_id))


async def prepare(tx: Transaction, *, journey_id: UUID, now: datetime) -> Index:
    """Make ready what a message about a journey may mean, before somebody waits for a reply.

    Raises as `open_talk` does.
    """
    desk = await get_desk(tx, journey_id, now)
    talk_of(tx, desk)
    return await get_index(tx, journey_id=journey_id, stamp=desk.stamp)


async def list_turns(tx: Transaction, *, journey_id: UUID, after: int) -> list[Turn]:
    """Return what happened in the actor's talk after a number, in order, all of it."""
    turns: list[Turn] = []
    while True:
        batch = await _batch_after(tx, journey_id, after)
        turns += batch
        if len(batch) < _BATCH:
            return turns
        after = batch[-1].seq


async def hold_session(tx: Transaction, *, talk: Talk, now: datetime) -> Session:
    """Return the session of today, begun if need be, held for this transaction."""
    session = await session_of_today(tx, talk, now)
    await queries.advance_session(tx, session_id=session.id, by=0)
    return session


async def session_of_today(tx: Transaction, talk: Talk, now: datetime) -> Session:
    """Return the session of today, begun if need be."""
    today = now.astimezone(ZoneInfo(tx.actor.time_zone)).date()
    session = talk.session
    if session is None or session.day < today:
        await queries.insert_session(
            tx,
            subject_id=talk.subject_id,
            journey_id=talk.journey_id,
            day=today,
            last_seq=0 if session is None else session.last_seq,
            now=now,
        )
        session = await queries.find_session(tx, journey_id=talk.journey_id)
    if session is None:
        raise NotFound("There is nothing here, or it is not shown to you.")
    return session


async def announce(tx: Transaction, *, talk: Talk, seq: int) -> None:
    """Tell the person's other pages that their talk went on."""
    await live.announce(tx, topic=topic(talk.journey_id, talk.user_id), what=str(seq))


def check_text(text: str) -> None:
    """Make sure that a message can be kept. Raises Invalid, TooLarge."""
    if not text.strip():
        raise Invalid("This message is empty.")
    if "\x00" in text:
        raise Invalid("Text can't hold the character NUL.")
    if len(text) > LONGEST or len(text.encode("utf-8", "replace")) > LONGEST:
        raise TooLarge("A message holds at most 8 kB. Send it in parts.")


async def check_talk(tx: Transaction, *, journey_id: UUID, now: datetime) -> Index:
    """Make sure that a message may be said now, before a model is asked; return the desk.

    Raises Flood, NotFound, MayOnlyLook, NoStandup.
    """
    desk = await get_desk(tx, journey_id, now)
    talk_of(tx, desk)
    check_rate(desk)
    return await get_index(tx, journey_id=journey_id, stamp=desk.stamp)


async def find_repeat(
    tx: Transaction, *, journey_id: UUID, client_key: str, text: str
) -> Reply | None:
    """Return the reply to a message that the client calls so, if it was sent before."""
    seq = await queries.find_reply_seq(tx, journey_id=journey_id, client_key=client_key)
    return None if seq is None else await _get_repeat(tx, journey_id, seq, text)


async def get_desk(tx: Transaction, journey_id: UUID, now: datetime) -> Desk:
    """Return all there is to know before a message is taken. Raises NotFound."""
    since = now - timedelta(minutes=1)
    return await opening_queries.get_desk(tx, journey_id=journey_id, since=since)


def talk_of(tx: Transaction, opening: Opening) -> Talk:
    """Make the talk of whoever may talk. Raises MayOnlyLook, NoStandup."""
    if opening.subject_id == tx.actor.user_id:
        raise NoStandup("This journey is yours alone: the standup is for a company's.")
    if not opening.writes:
        raise MayOnlyLook("You may look at this journey, but only its company talks about it.")
    return Talk(opening.journey_id, opening.subject_id, opening.user_id, opening.session)


def check_rate(desk: Desk) -> None:
    """Make sure that a person may say more just now. Raises Flood."""
    if desk.said >= PER_MINUTE:
        raise Flood(
            f"That is more than {PER_MINUTE} messages in a minute. Go on in a moment.",
            retry_after=20,
        )


async def _get_repeat(tx: Transaction, journey_id: UUID, seq: int, text: str) -> Reply:
    """Return the reply to what was said before. Raises IdempotencyKeyReused for other words."""
    reply = await _get_reply(tx, journey_id, seq)
    if reply.said.text != text:
        raise IdempotencyKeyReused("Another message was sent under this id before.")
    return reply


async def _get_reply(tx: Transaction, journey_id: UUID, seq: int) -> Reply:
    messages = await queries.list_messages_after(tx, journey_id=journey_id, after=seq - 2, limit=2)
    said, reply = messages
    actions = await action_queries.list_actions(tx, message_ids=[reply.id])
    return Reply(said, reply, actions)


async def _batch_after(tx: Transaction, journey_id: UUID, after: int) -> list[Turn]:
    """Return the next turns; a reply whose question came before `after` has it all the same."""
    messages = await queries.list_messages_after(
        tx, journey_id=journey_id, after=max(after - 1, 0), limit=2 * _BATCH + 1
    )
    by_seq = {message.seq: message for message in messages}
    replies = [
        message
        for message in messages
        if message.speaker == "bot" and message.seq > after and message.seq - 1 in by_seq
    ]
    proposed = await action_queries.list_actions(tx, message_ids=[one.id for one in replies])
    decided = await action_queries.list_decided_after(
        tx, journey_id=journey_id, after=after, limit=_BATCH
    )
    turns: list[Turn] = [Decided(action) for action in decided]
    turns += [
        Reply(by_seq[one.seq - 1], one, [a for a in proposed if a.message_id == one.id])
        for one in replies
    ]
    return sorted(turns, key=lambda turn: turn.seq)[:_BATCH]
