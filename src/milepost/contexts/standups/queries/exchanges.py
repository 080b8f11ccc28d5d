"""The statement that writes an exchange down: message, reply, proposals and notice, in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.standups.types import Action, Message, Proposal, Reply, Session
from milepost.platform import live
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class _Written:
    """What the database gave to what was written."""

    seq: int
    said_id: UUID
    reply_id: UUID
    action_ids: Sequence[UUID]


async def insert_exchange(
    tx: Transaction,
    *,
    session: Session,
    text: str,
    reply: str,
    extracted: Mapping[str, Any],
    client_key: str | None,
    proposals: Sequence[tuple[Proposal, str]],
    topic: str,
    now: datetime,
) -> Reply:
    """Write down what was said, what the bot replied, and what it proposes; tell the topic.

    They get the next two numbers of the session, which is held from then on. Each proposal comes
    with the step it is about. Raises NotFound when the session isn't the actor's.
    """
    written = await tx.one(
        _Written,
        # The notice is the one that `live.announce` sends, of a number known only here.
        """
        with taken as (
          update standups.sessions
             set last_seq = last_seq + 2
           where tenant_id = %(tenant_id)s
             and id = %(session_id)s
          returning id, last_seq
        ),
        exchanged as (
          insert into standups.messages (
            tenant_id, subject_id, journey_id, session_id, user_id, seq, speaker, text, extracted,
            client_key, at
          )
          select %(tenant_id)s, %(subject_id)s, %(journey_id)s, t.id, %(user_id)s,
                 t.last_seq - n.before, n.speaker, n.text, n.extracted, n.client_key, %(now)s
            from taken t
           cross join (
             values
               (1, 'user', %(text)s::text, %(extracted)s::jsonb, %(client_key)s::text),
               (0, 'bot', %(reply)s::text, '{}'::jsonb, null)
           ) as n (before, speaker, text, extracted, client_key)
          returning id, session_id, seq, speaker
        ),
        named as (
          insert into standups.sent (
            tenant_id, subject_id, journey_id, user_id, client_key, seq, at
          )
          select %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(user_id)s, %(client_key)s, e.seq,
                 %(now)s
            from exchanged e
           where e.speaker = 'user'
             and %(client_key)s::text is not null
        ),
        proposed as (
          insert into standups.actions (
            tenant_id, subject_id, journey_id, session_id, message_id, user_id, place, kind, target,
            step_slug, label, said, confidence, sure
          )
          select %(tenant_id)s, %(subject_id)s, %(journey_id)s, e.session_id, e.id, %(user_id)s,
                 n.place, n.kind, n.target, n.step_slug, n.label, n.said, n.confidence, n.sure
            from exchanged e
           cross join unnest(
                   %(kinds)s::text[], %(targets)s::text[], %(steps)s::text[], %(labels)s::text[],
                   %(said)s::text[], %(confidences)s::real[], %(sure)s::boolean[]
                 ) with ordinality as n (
                   kind, target, step_slug, label, said, confidence, sure, place
                 )
           where e.speaker = 'bot'
          returning id, place
        )
        select t.last_seq as seq,
               (select e.id from exchanged e where e.speaker = 'user') as said_id,
               (select e.id from exchanged e where e.speaker = 'bot') as reply_id,
               array(select p.id from proposed p order by p.place) as action_ids
          from taken t
         cross join lateral pg_notify(
                 %(channel)s, json_build_array(%(topic)s::text, t.last_seq::text)::text
               ) as told
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": session.subject_id,
            "journey_id": session.journey_id,
            "session_id": session.id,
            "user_id": tx.actor.user_id,
            "text": text,
            "reply": reply,
            "extracted": Jsonb(extracted),
            "client_key": client_key,
            "now": now,
            "kinds": [str(proposal.kind) for proposal, _ in proposals],
            "targets": [proposal.target for proposal, _ in proposals],
            "steps": [step_slug for _, step_slug in proposals],
            "labels": [proposal.label for proposal, _ in proposals],
            "said": [proposal.said for proposal, _ in proposals],
            "confidences": [proposal.confidence for proposal, _ in proposals],
            "sure": [proposal.sure for proposal, _ in proposals],
            "channel": live.CHANNEL,
            "topic": topic,
        },
    )
    return Reply(
        _message(
            session, written.said_id, written.seq - 1, "user", text, extracted, client_key, now
        ),
        _message(session, written.reply_id, written.seq, "bot", reply, {}, None, now),
        [
            _action(session, action_id, written.reply_id, place, *proposed)
            for place, (action_id, proposed) in enumerate(
                zip(written.action_ids, proposals, strict=True), start=1
            )
        ],
    )


def _message(
    session: Session,
    message_id: UUID,
    seq: int,
    speaker: str,
    text: str,
    extracted: Mapping[str, Any],
    client_key: str | None,
    now: datetime,
) -> Message:
    return Message(
        id=message_id,
        session_id=session.id,
        journey_id=session.journey_id,
        user_id=session.user_id,
        seq=seq,
        speaker=speaker,
        text=text,
        extracted=extracted,
        client_key=client_key,
        at=now,
    )


def _action(
    session: Session, action_id: UUID, message_id: UUID, place: int, proposal: Proposal, step: str
) -> Action:
    return Action(
        id=action_id,
        message_id=message_id,
        journey_id=session.journey_id,
        user_id=session.user_id,
        place=place,
        kind=str(proposal.kind),
        target=proposal.target,
        step_slug=step,
        label=proposal.label,
        said=proposal.said,
        confidence=proposal.confidence,
        sure=proposal.sure,
        state="proposed",
        outcome="",
        decided_seq=None,
        decided_at=None,
        decided_by=None,
    )
