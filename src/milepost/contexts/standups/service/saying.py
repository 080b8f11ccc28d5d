"""Saying something: it is understood, written down, answered; a repeat is answered the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys.types import State
from milepost.contexts.standups import rules
from milepost.contexts.standups.queries import actions as action_queries
from milepost.contexts.standups.queries import talks as queries
from milepost.contexts.standups.queries.exchanges import insert_exchange
from milepost.contexts.standups.service import answers, talks, threads
from milepost.contexts.standups.service.desks import get_index
from milepost.contexts.standups.types import (
    Candidate,
    Kind,
    Proposal,
    Reply,
    Senses,
    Understood,
)
from milepost.platform.db import Transaction


async def say(
    tx: Transaction,
    *,
    journey_id: UUID,
    text: str,
    now: datetime,
    client_key: str | None = None,
    understood: Understood | None = None,
    senses: Senses | None = None,
    note: str = "",
) -> Reply:
    """Take a message in and reply, proposing what to do; nothing is done yet.

    A short answer to what the bot asked last does what the button beside that would.
    One with the `client_key` of an earlier one is that one, sent again, and gets its reply.
    `understood` is what a model made of it, else rules read it; `senses` is what is near to it in
    meaning, where somebody could tell; `note` is why no model read it where one was to.
    Raises Invalid, TooLarge, Flood, NotFound, MayOnlyLook, NoStandup.
    """
    talks.check_text(text)
    desk = await talks.get_desk(tx, journey_id, now)
    talk = talks.talk_of(tx, desk)
    session = await talks.session_of_today(tx, talk, now)
    if client_key is not None:
        # Held first: of the same one sent twice at once, the second finds the first.
        await queries.advance_session(tx, session_id=session.id, by=0)
        before = await talks.find_repeat(
            tx, journey_id=journey_id, client_key=client_key, text=text
        )
        if before is not None:
            return before
    talks.check_rate(desk)
    answer = rules.answer_in(text)
    standing = None
    if answer is None and rules.may_answer(text):
        standing = await answers.find_standing(tx, journey_id=journey_id)
    named = None if standing is None else rules.named_in(text, standing.waiting)
    if answer is not None or named is not None:
        return await answers.take(
            tx,
            talk=talk,
            session=session,
            text=text,
            answer=answer or named or rules.Answer(),
            client_key=client_key,
            now=now,
            is_named=named is not None,
        )
    index = await get_index(tx, journey_id=journey_id, stamp=desk.stamp)
    if understood is None:
        understood = replace(await threads.read(text, index, senses), note=note)
    lifted = await threads.lifted(text)
    if lifted:
        blocked = await action_queries.list_blockers(tx, journey_id=journey_id)
        titles = {one.step_slug: one.label for one in blocked}
        understood = rules.with_lifted(understood, lifted, index, titles)
    if standing is not None and rules.is_unheard(understood):
        return await answers.ask_again(
            tx,
            talk=talk,
            session=session,
            text=text,
            standing=standing,
            understood=understood,
            client_key=client_key,
            now=now,
        )
    found = rules.ask_first(understood, index, text)
    placed = [(one, index.find(one.target)) for one in found.proposals]
    proposals = [
        (replace(one, said=_shortened(one.said), begins=_begins(one, about)), about.step_slug)
        for one, about in placed
        # What a model proposes may be gone since it was asked.
        if about is not None
    ]
    found = replace(found, proposals=tuple(one for one, _ in proposals))
    return await insert_exchange(
        tx,
        session=session,
        text=text,
        reply=_shortened(rules.reply(found, undo=rules.wants_undone(text))),
        extracted=_extracted(found),
        client_key=client_key,
        proposals=proposals,
        topic=talks.topic(journey_id, session.user_id),
        now=now,
    )


def _begins(proposal: Proposal, about: Candidate) -> str:
    """Name the step that isn't begun until a task of it is ticked."""
    ticks = proposal.kind is Kind.COMPLETE_TASK and about.state == State.UNLOCKED
    return about.step_title if ticks else ""


def _extracted(found: Understood) -> dict[str, Sequence[str] | str]:
    return {
        "done": list(found.done),
        "next": list(found.next),
        "blocked": list(found.blocked),
        "engine": found.engine,
        **({"note": found.note} if found.note else {}),
    }


def _shortened(text: str) -> str:
    return text.encode("utf-8", "replace")[: talks.LONGEST].decode("utf-8", "ignore")
