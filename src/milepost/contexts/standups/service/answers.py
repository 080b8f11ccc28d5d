"""Answering the bot's own last question by typing: what the button beside it would do."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.standups import rules
from milepost.contexts.standups.errors import AlreadyDecided
from milepost.contexts.standups.queries import actions as action_queries
from milepost.contexts.standups.queries import talks as queries
from milepost.contexts.standups.queries.exchanges import insert_exchange
from milepost.contexts.standups.service import decisions, talks
from milepost.contexts.standups.types import Action, ActionState, Reply, Session, Talk
from milepost.platform.db import Transaction

# What is kept of an answer that decided nothing; else it is how it decided.
UNCLEAR, ASKED_NOTHING = "unclear", "asked nothing"


async def take(
    tx: Transaction,
    *,
    talk: Talk,
    session: Session,
    text: str,
    answer: rules.Answer,
    client_key: str | None,
    now: datetime,
) -> Reply:
    """Do what a short answer says about the bot's last question, and reply what came of it.

    The decisions follow the reply in the talk, as those by a button follow what they decide.
    """
    # Held first: of two answers at once, the second finds what the first decided.
    await queries.advance_session(tx, session_id=session.id, by=0)
    what, reply, decided = await _settle(tx, talk.journey_id, answer, now)
    told = await insert_exchange(
        tx,
        session=session,
        text=text,
        reply=reply,
        extracted={"done": [], "next": [], "blocked": [], "engine": "offline", "answer": what},
        client_key=client_key,
        proposals=[],
        topic=talks.topic(talk.journey_id, talk.user_id),
        now=now,
    )
    for action in decided:
        await decisions.write_down(tx, talk=talk, session=session, action=action, now=now)
    return told


async def _settle(
    tx: Transaction, journey_id: UUID, answer: rules.Answer, now: datetime
) -> tuple[str, str, list[Action]]:
    """Do it; return what is kept of the answer, what is replied, and what was decided."""
    question = await queries.find_question(tx, journey_id=journey_id)
    if question is None:
        return ASKED_NOTHING, rules.ASKED_NOTHING, []
    asked = await action_queries.list_actions(tx, message_ids=[question.message_id])
    waiting = rules.open_of(asked)
    if not waiting:
        return ASKED_NOTHING, rules.ASKED_NOTHING, []
    settled = rules.settle(answer, asked, numbered=question.numbered)
    if settled.unclear:
        return UNCLEAR, rules.which(waiting), []
    wanted = ActionState.CONFIRMED if settled.confirm else ActionState.DISMISSED
    decided: list[Action] = []
    for one in settled.confirm or settled.dismiss:
        held = await action_queries.get_action(tx, journey_id=journey_id, action_id=one.id)
        if held.state != ActionState.PROPOSED:
            raise AlreadyDecided(f"This was {held.state} before.", state=held.state)
        decided.append(await decisions.carry_out(tx, action=held, wanted=wanted, now=now))
    return str(wanted), " ".join(rules.verdict(one) for one in decided), decided
