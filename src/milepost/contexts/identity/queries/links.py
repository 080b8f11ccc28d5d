"""Statements about links sent by mail."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.types import MailLink
from milepost.platform.db import Transaction


async def insert_link(
    tx: Transaction,
    *,
    user_id: UUID,
    kind: str,
    token_hash: bytes,
    now: datetime,
    expires_at: datetime,
) -> UUID:
    """Keep a link that is about to be sent."""
    return await tx.value(
        """
        insert into identity.mail_links (
          tenant_id, subject_id, kind, token_hash, created_at, expires_at
        )
        values (%(tenant_id)s, %(user_id)s, %(kind)s, %(token_hash)s, %(now)s, %(expires_at)s)
        returning id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": user_id,
            "kind": kind,
            "token_hash": token_hash,
            "now": now,
            "expires_at": expires_at,
        },
    )


async def find_link(tx: Transaction, *, token_hash: bytes) -> MailLink | None:
    """Find a link by its token, used or not."""
    return await tx.maybe(
        MailLink,
        """
        select l.id, l.subject_id, l.kind, l.expires_at, l.used_at
          from identity.mail_links l
         where l.tenant_id = %(tenant_id)s
           and l.token_hash = %(token_hash)s
        """,
        {"tenant_id": tx.actor.tenant_id, "token_hash": token_hash},
    )


async def count_open_links(tx: Transaction, *, user_id: UUID, kind: str, since: datetime) -> int:
    """Count a person's unused links made since a moment."""
    return await tx.value(
        """
        select count(*)::integer
          from identity.mail_links l
         where l.tenant_id = %(tenant_id)s
           and l.subject_id = %(user_id)s
           and l.kind = %(kind)s
           and l.used_at is null
           and l.created_at > %(since)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id, "kind": kind, "since": since},
    )


async def update_link_used(tx: Transaction, *, link_id: UUID, now: datetime) -> int:
    """Use a link up; 0 when somebody was first."""
    return await tx.run(
        """
        update identity.mail_links
           set used_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(link_id)s
           and used_at is null
        """,
        {"tenant_id": tx.actor.tenant_id, "link_id": link_id, "now": now},
    )


async def update_other_links_used(tx: Transaction, *, user_id: UUID, now: datetime) -> int:
    """Use up whatever other links a person was sent."""
    return await tx.run(
        """
        update identity.mail_links
           set used_at = %(now)s
         where tenant_id = %(tenant_id)s
           and subject_id = %(user_id)s
           and used_at is null
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id, "now": now},
    )
