"""Taking a message in where a model may be asked, with no transaction open meanwhile."""

from uuid import UUID

from milepost.contexts.standups import rules, suggestions
from milepost.contexts.standups.service import answers, desks, saying, talks, threads
from milepost.contexts.standups.types import Reply, Senses, Understood
from milepost.platform import ai
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings


async def converse(
    means: ai.Means, *, journey_id: UUID, text: str, client_key: str | None = None
) -> Reply:
    """Say something in transactions of its own, read by a model where the settings name one.

    Raises as `say` does.
    """
    talks.check_text(text)
    found: Understood | ai.Failed | None = None
    # A yes or a no means something only to whoever asked.
    is_answer = rules.answer_in(text) is not None
    if means.has_model and not is_answer:
        async with means.db.transaction(means.actor) as tx:
            index = await talks.check_talk(tx, journey_id=journey_id, now=means.now())
            if client_key is not None:
                before = await talks.find_repeat(
                    tx, journey_id=journey_id, client_key=client_key, text=text
                )
                if before is not None:
                    return before
            is_answer = await answers.find_named(tx, journey_id=journey_id, text=text) is not None
        if not is_answer:
            found = await suggestions.understand(means, text, index)
    understood = found if isinstance(found, Understood) else None
    senses = None
    if understood is None and not is_answer:
        senses = await _sense(means, journey_id, text)
    async with means.db.transaction(means.actor) as tx:
        return await saying.say(
            tx,
            journey_id=journey_id,
            text=text,
            now=means.now(),
            client_key=client_key,
            understood=understood,
            senses=senses,
            note=found.reason if isinstance(found, ai.Failed) else "",
        )


def warm_up(settings: Settings, *, journey_id: UUID) -> None:
    """Have the meaning of a journey's tasks worked out, in the background, before it is needed."""
    index = desks.find_kept(journey_id)
    if index is not None:
        embeddings_of(settings).prepare(index.titles)


async def _sense(means: ai.Means, journey_id: UUID, text: str) -> Senses | None:
    """Look up what words leave open of a message; None where that can't be had at once.

    The desk may have changed when the message is read: by then this is only a hint about titles.
    """
    embeddings = embeddings_of(means.settings)
    if not embeddings.is_there:
        return None
    index = desks.find_kept(journey_id)
    if index is None:
        async with means.db.transaction(means.actor) as tx:
            index = await talks.prepare(tx, journey_id=journey_id, now=means.now())
    asked = await threads.asks(text, index)
    return await embeddings.nearest(asked, index.titles) if asked else None
