"""Statements about sessions."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.types import Session
from milepost.platform.db import Transaction


async def insert_session(
    tx: Transaction,
    *,
    user_id: UUID,
    token_hash: bytes,
    kind: str,
    user_agent: str,
    address: str,
    now: datetime,
    expires_at: datetime,
) -> UUID | None:
    """Keep a session; None when there is one with this token already."""
    return await tx.value(
        """
        insert into identity.sessions (
          tenant_id, subject_id, token_hash, kind, user_agent, address,
          created_at, last_seen_at, expires_at
        )
        values (
          %(tenant_id)s, %(user_id)s, %(token_hash)s, %(kind)s, %(user_agent)s, %(address)s,
          %(now)s, %(now)s, %(expires_at)s
        )
        on conflict (tenant_id, token_hash) do nothing
        returning id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": user_id,
            "token_hash": token_hash,
            "kind": kind,
            "user_agent": user_agent,
            "address": address,
            "now": now,
            "expires_at": expires_at,
        },
    )


async def find_session_by_token(tx: Transaction, *, token_hash: bytes) -> Session | None:
    """Find the session of a token, ended or not."""
    return await tx.maybe(
        Session,
        """
        select s.id, s.kind, s.user_agent, s.address, s.created_at, s.last_seen_at,
               s.expires_at, s.revoked_at
          from identity.sessions s
         where s.tenant_id = %(tenant_id)s
           and s.token_hash = %(token_hash)s
        """,
        {"tenant_id": tx.actor.tenant_id, "token_hash": token_hash},
    )


async def list_sessions(tx: Transaction, *, user_id: UUID, now: datetime) -> list[Session]:
    """List a person's open sessions, the latest used first."""
    return await tx.many(
        Session,
        """
        select s.id, s.kind, s.user_agent, s.address, s.created_at, s.last_seen_at,
               s.expires_at, s.revoked_at
          from identity.sessions s
         where s.tenant_id = %(tenant_id)s
           and s.subject_id = %(user_id)s
           and s.revoked_at is null
           and s.expires_at > %(now)s
         order by s.last_seen_at desc, s.id desc
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id, "now": now},
    )


async def update_session_revoked(
    tx: Transaction, *, session_id: UUID, user_id: UUID, now: datetime
) -> int:
    """End one of a person's sessions; 0 when there is no such open one."""
    return await tx.run(
        """
        update identity.sessions
           set revoked_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(session_id)s
           and subject_id = %(user_id)s
           and revoked_at is null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "session_id": session_id,
            "user_id": user_id,
            "now": now,
        },
    )


async def update_other_sessions_revoked(
    tx: Transaction, *, user_id: UUID, keep: UUID | None, now: datetime
) -> int:
    """End all of a person's sessions but one (or, with None, every one)."""
    return await tx.run(
        """
        update identity.sessions
           set revoked_at = %(now)s
         where tenant_id = %(tenant_id)s
           and subject_id = %(user_id)s
           and revoked_at is null
           and id is distinct from %(keep)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id, "keep": keep, "now": now},
    )


async def delete_ended_sessions(tx: Transaction, *, before: datetime) -> int:
    """Sweep the sessions of this tenant that ended long ago."""
    return await tx.run(
        """
        delete from identity.sessions
         where tenant_id = %(tenant_id)s
           and least(expires_at, revoked_at) < %(before)s
        """,
        {"tenant_id": tx.actor.tenant_id, "before": before},
    )
