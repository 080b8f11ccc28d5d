"""Answering the bot's own last question by typing: what the button beside it would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.standups import rules
from milepost.contexts.standups.errors import AlreadyDecided
from milepost.contexts.standups.queries import actions as action_queries
from milepost.contexts.standups.queries import talks as queries
from milepost.contexts.standups.queries.exchanges import insert_exchange
from milepost.contexts.standups.service import decisions, talks
from milepost.contexts.standups.types import Action, ActionState, Reply, Session, Talk, Understood
from milepost.platform.db import Transaction

# What is kept of an answer that decided nothing; else it is how it decided.
UNCLEAR, ASKED_NOTHING = "unclear", "asked nothing"


@dataclass(frozen=True, slots=True)
class Standing:
    """A question of the bot's that still stands: all that it asked about."""

    asked: Sequence[Action]
    numbered: bool

    @property
    def waiting(self) -> tuple[Action, ...]:
        """What of it nobody has decided."""
        return rules.open_of(self.asked)


async def find_standing(tx: Transaction, *, journey_id: UUID) -> Standing | None:
    """Return the bot's last question, if something of it is still open."""
    question = await queries.find_question(tx, journey_id=journey_id)
    if question is None:
        return None
    asked = await action_queries.list_actions(tx, message_ids=[question.message_id])
    standing = Standing(asked, question.numbered)
    return standing if standing.waiting else None


async def find_named(tx: Transaction, *, journey_id: UUID, text: str) -> rules.Answer | None:
    """Return an answer that names something the bot's last question is about, if it is one."""
    if not rules.may_answer(text):
        return None
    standing = await find_standing(tx, journey_id=journey_id)
    return None if standing is None else rules.named_in(text, standing.waiting)


async def take(
    tx: Transaction,
    *,
    talk: Talk,
    session: Session,
    text: str,
    answer: rules.Answer,
    client_key: str | None,
    now: datetime,
    is_named: bool = False,
) -> Reply:
    """Do what a short answer says about the bot's last question, and reply what came of it.

    `is_named`: it says which by name, so that no number needs to be told before.
    The decisions follow the reply in the talk, as those by a button follow what they decide.
    """
    # Held first: of two answers at once, the second finds what the first decided.
    await queries.advance_session(tx, session_id=session.id, by=0)
    standing = await find_standing(tx, journey_id=talk.journey_id)
    if standing is None:
        what, reply, decided = ASKED_NOTHING, rules.ASKED_NOTHING, list[Action]()
    else:
        what, reply, decided = await _settle(tx, standing, answer, is_named=is_named, now=now)
    told = await _write(tx, talk, session, text, reply, what, client_key, now)
    for action in decided:
        await decisions.write_down(tx, talk=talk, session=session, action=action, now=now)
    return told


async def ask_again(
    tx: Transaction,
    *,
    talk: Talk,
    session: Session,
    text: str,
    standing: Standing,
    understood: Understood,
    client_key: str | None,
    now: datetime,
) -> Reply:
    """Repeat a question to whoever seems to have answered it in words that say nothing."""
    reply = rules.ask_again(standing.waiting, understood, text)
    return await _write(tx, talk, session, text, reply, UNCLEAR, client_key, now)


async def _write(
    tx: Transaction,
    talk: Talk,
    session: Session,
    text: str,
    reply: str,
    what: str,
    client_key: str | None,
    now: datetime,
) -> Reply:
    return await insert_exchange(
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


async def _settle(
    tx: Transaction, standing: Standing, answer: rules.Answer, *, is_named: bool, now: datetime
) -> tuple[str, str, list[Action]]:
    """Do it; return what is kept of the answer, what is replied, and what was decided."""
    settled = rules.settle(answer, standing.asked, numbered=standing.numbered or is_named)
    if settled.unclear:
        return UNCLEAR, rules.which(standing.waiting), []
    wanted = ActionState.CONFIRMED if settled.confirm else ActionState.DISMISSED
    decided: list[Action] = []
    for one in settled.confirm or settled.dismiss:
        held = await action_queries.get_action(tx, journey_id=one.journey_id, action_id=one.id)
        if held.state != ActionState.PROPOSED:
            raise AlreadyDecided(f"This was {held.state} before.", state=held.state)
        decided.append(await decisions.carry_out(tx, action=held, wanted=wanted, now=now))
    return str(wanted), " ".join(rules.verdict(one) for one in decided), decided
