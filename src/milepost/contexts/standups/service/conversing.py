"""Taking a message in where a model may be asked, with no transaction open meanwhile."""

from uuid import UUID

from milepost.contexts.standups import suggestions
from milepost.contexts.standups.service import talks
from milepost.contexts.standups.types import Reply
from milepost.platform import ai


async def converse(
    means: ai.Means, *, journey_id: UUID, text: str, client_key: str | None = None
) -> Reply:
    """Say something in transactions of its own, read by a model where the settings name one.

    Raises as `say` does.
    """
    understood = None
    if means.has_model:
        talks.check_text(text)
        async with means.db.transaction(means.actor) as tx:
            index = await talks.check_talk(tx, journey_id=journey_id, now=means.now())
            if client_key is not None:
                before = await talks.find_repeat(
                    tx, journey_id=journey_id, client_key=client_key, text=text
                )
                if before is not None:
                    return before
        understood = await suggestions.understand(means, text, index)
    async with means.db.transaction(means.actor) as tx:
        return await talks.say(
            tx,
            journey_id=journey_id,
            text=text,
            now=means.now(),
            client_key=client_key,
            understood=understood,
        )
