"""Statements about sessions and messages, and what a talk may be about just now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.standups.types import Message, Session
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes whenever the open tasks and steps of a journey do."""

    plan: UUID | None
    steps_at: datetime | None
    tasks_at: datetime | None
    tasks_open: int


async def may_write(tx: Transaction, *, subject_id: UUID) -> bool:
    """Return whether the actor acts for this subject."""
    found: bool = await tx.value(
        "select (%(subject_id)s in (select unnest(identity.writes())))",
        {"subject_id": subject_id},
    )
    return found


async def get_stamp(tx: Transaction, *, journey_id: UUID) -> Stamp:
    """Return the stamp of a journey's open tasks and steps. Raises NotFound."""
    return await tx.one(
        Stamp,
        """
        select j.plan_stamp as plan,
               (
                 select max(s.updated_at)
                   from journeys.steps s
                  where s.tenant_id = %(tenant_id)s
                    and s.journey_id = j.id
               ) as steps_at,
               t.last as tasks_at,
               t.open as tasks_open
          from journeys.journeys j
         cross join lateral (
           select max(t.updated_at) as last,
                  count(*) filter (where t.completed_at is null) as open
             from journeys.tasks t
            where t.tenant_id = %(tenant_id)s
              and t.journey_id = j.id
         ) t
         where j.tenant_id = %(tenant_id)s
           and j.id = %(journey_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "journey_id": journey_id},
    )


async def find_session(tx: Transaction, *, journey_id: UUID) -> Session | None:
    """Return the actor's newest session about a journey."""
    return await tx.maybe(
        Session,
        """
        select s.id,
               s.subject_id,
               s.journey_id,
               s.user_id,
               s.day,
               s.last_seq,
               s.started_at
          from standups.sessions s
         where s.tenant_id = %(tenant_id)s
           and s.journey_id = %(journey_id)s
           and s.user_id = %(user_id)s
         order by s.day desc
         limit 1
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
        },
    )


async def insert_session(
    tx: Transaction,
    *,
    subject_id: UUID,
    journey_id: UUID,
    day: date,
    last_seq: int,
    now: datetime,
) -> None:
    """Begin the actor's session of a day, unless it is begun."""
    await tx.run(
        """
        insert into standups.sessions (
          tenant_id, subject_id, journey_id, user_id, day, last_seq, started_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(user_id)s, %(day)s, %(last_seq)s,
          %(now)s
        )
        on conflict (tenant_id, journey_id, user_id, day) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
            "day": day,
            "last_seq": last_seq,
            "now": now,
        },
    )


async def advance_session(tx: Transaction, *, session_id: UUID, by: int) -> int:
    """Take the next numbers of a session, held until this transaction ends; return the last."""
    last: int = await tx.value(
        """
        update standups.sessions
           set last_seq = last_seq + %(by)s
         where tenant_id = %(tenant_id)s
           and id = %(session_id)s
        returning last_seq
        """,
        {"tenant_id": tx.actor.tenant_id, "session_id": session_id, "by": by},
    )
    return last


async def count_said(tx: Transaction, *, since: datetime) -> int:
    """Return how many messages the actor has sent since then, about whatever journey."""
    said: int = await tx.value(
        """
        select count(*)
          from standups.messages m
         where m.tenant_id = %(tenant_id)s
           and m.user_id = %(user_id)s
           and m.speaker = 'user'
           and m.at > %(since)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": tx.actor.user_id, "since": since},
    )
    return said


async def insert_exchange(
    tx: Transaction,
    *,
    session: Session,
    seq: int,
    text: str,
    reply: str,
    extracted: dict[str, Any],
    client_key: str | None,
    now: datetime,
) -> tuple[Message, Message]:
    """Write down what was said, at `seq`, and what the bot replied, after it; return both."""
    said, replied = await tx.many(
        Message,
        """
        with written as (
          insert into standups.messages (
            tenant_id, subject_id, journey_id, session_id, user_id, seq, speaker, text, extracted,
            client_key, at
          )
          values
            (
              %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(session_id)s, %(user_id)s, %(seq)s,
              'user', %(text)s, %(extracted)s, %(client_key)s, %(now)s
            ),
            (
              %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(session_id)s, %(user_id)s,
              %(seq)s + 1, 'bot', %(reply)s, '{}', null, %(now)s
            )
          returning id, session_id, journey_id, user_id, seq, speaker, text, extracted,
            client_key, at
        )
        select w.id,
               w.session_id,
               w.journey_id,
               w.user_id,
               w.seq,
               w.speaker,
               w.text,
               w.extracted,
               w.client_key,
               w.at
          from written w
         order by w.seq
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": session.subject_id,
            "journey_id": session.journey_id,
            "session_id": session.id,
            "user_id": tx.actor.user_id,
            "seq": seq,
            "text": text,
            "reply": reply,
            "extracted": Jsonb(extracted),
            "client_key": client_key,
            "now": now,
        },
    )
    return said, replied


async def find_reply_seq(tx: Transaction, *, journey_id: UUID, client_key: str) -> int | None:
    """Return the number of the reply to a message that the client calls so, if it was sent."""
    seq: int | None = await tx.value(
        """
        select m.seq + 1
          from standups.messages m
         where m.tenant_id = %(tenant_id)s
           and m.journey_id = %(journey_id)s
           and m.user_id = %(user_id)s
           and m.client_key = %(client_key)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
            "client_key": client_key,
        },
    )
    return seq


async def list_messages_after(
    tx: Transaction, *, journey_id: UUID, after: int, limit: int
) -> list[Message]:
    """Return what was said in the actor's own talk after a number, in order."""
    return await tx.many(
        Message,
        """
        select m.id,
               m.session_id,
               m.journey_id,
               m.user_id,
               m.seq,
               m.speaker,
               m.text,
               m.extracted,
               m.client_key,
               m.at
          from standups.messages m
         where m.tenant_id = %(tenant_id)s
           and m.journey_id = %(journey_id)s
           and m.user_id = %(user_id)s
           and m.seq > %(after)s
         order by m.seq
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
            "after": after,
            "limit": limit,
        },
    )


async def list_latest_messages(
    tx: Transaction,
    *,
    journey_id: UUID,
    user_id: UUID | None,
    before_id: UUID | None,
    limit: int,
) -> list[Message]:
    """Return what was said about a journey, by one person or by all, the latest first."""
    return await tx.many(
        Message,
        """
        select m.id,
               m.session_id,
               m.journey_id,
               m.user_id,
               m.seq,
               m.speaker,
               m.text,
               m.extracted,
               m.client_key,
               m.at
          from standups.messages m
         where m.tenant_id = %(tenant_id)s
           and m.journey_id = %(journey_id)s
           and (%(user_id)s::uuid is null or m.user_id = %(user_id)s)
           and (
             %(before_id)s::uuid is null
             or (m.at, m.seq, m.id) < (
               select b.at, b.seq, b.id
                 from standups.messages b
                where b.tenant_id = %(tenant_id)s
                  and b.id = %(before_id)s
             )
           )
         order by m.at desc, m.seq desc, m.id desc
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": user_id,
            "before_id": before_id,
            "limit": limit,
        },
    )
