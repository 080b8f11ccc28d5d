"""Looking back: what was said about a journey, as far as the reader sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups.queries import actions as action_queries
from milepost.contexts.standups.queries import talks as queries
from milepost.contexts.standups.types import Action, Message
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """Something said, with what the bot proposed in it."""

    message: Message
    actions: Sequence[Action]


async def list_messages(
    tx: Transaction,
    *,
    journey_id: UUID,
    now: datetime,
    user_id: UUID | None = None,
    before_id: UUID | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Return the latest of what was said about a journey, the latest first, and note the reading.

    By everybody who talks about it, or by one person. `before_id` goes on behind a message.
    Raises NotFound for a journey that isn't shown at all.
    """
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    messages = await queries.list_latest_messages(
        tx, journey_id=journey_id, user_id=user_id, before_id=before_id, limit=limit
    )
    said = [message.id for message in messages if message.speaker == "bot"]
    actions = await action_queries.list_actions(tx, message_ids=said)
    if messages:
        await identity.record_read(tx, subject_id=journey.subject_id, what="standup", now=now)
    return [
        Entry(message, [action for action in actions if action.message_id == message.id])
        for message in messages
    ]
