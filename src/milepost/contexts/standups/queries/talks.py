"""Statements about sessions, and about what was said."""

from datetime import date, datetime
from uuid import UUID

from milepost.contexts.standups.types import Message, Question, Session
from milepost.platform.db import Transaction


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


async def find_reply_seq(tx: Transaction, *, journey_id: UUID, client_key: str) -> int | None:
    """Return the number of the reply to a message that the client calls so, if it was sent."""
    seq: int | None = await tx.value(
        """
        select n.seq + 1
          from standups.sent n
         where n.tenant_id = %(tenant_id)s
           and n.journey_id = %(journey_id)s
           and n.user_id = %(user_id)s
           and n.client_key = %(client_key)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
            "client_key": client_key,
        },
    )
    return seq


async def delete_sent(tx: Transaction, *, before: datetime) -> int:
    """Forget what clients called messages of the tenant before a time; return how many."""
    return await tx.run(
        """
        delete from standups.sent n
         where n.tenant_id = %(tenant_id)s
           and n.at < %(before)s
        """,
        {"tenant_id": tx.actor.tenant_id, "before": before},
    )


async def find_question(tx: Transaction, *, journey_id: UUID) -> Question | None:
    """Return what the bot said last in the actor's own talk.

    Where it only asked which of several was meant, it is the message that it asked about.
    """
    return await tx.maybe(
        Question,
        """
        select m.id as message_id,
               exists (
                 select 1
                   from standups.messages later
                  where later.tenant_id = m.tenant_id
                    and later.journey_id = m.journey_id
                    and later.user_id = m.user_id
                    and later.seq > m.seq
               ) as numbered
          from standups.messages m
         where m.tenant_id = %(tenant_id)s
           and m.journey_id = %(journey_id)s
           and m.user_id = %(user_id)s
           and m.speaker = 'bot'
           and not exists (
                 select 1
                   from standups.messages q
                  where q.tenant_id = m.tenant_id
                    and q.journey_id = m.journey_id
                    and q.user_id = m.user_id
                    and q.seq = m.seq - 1
                    and q.extracted->>'answer' = 'unclear'
               )
         order by m.seq desc
         limit 1
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "user_id": tx.actor.user_id,
        },
    )


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
