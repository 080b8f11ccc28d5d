"""Statements about what was answered to an Idempotency-Key."""

from datetime import datetime

from psycopg.types.json import Json

from milepost.contexts.identity.types import Reply
from milepost.platform.db import Transaction


async def insert_reply(tx: Transaction, *, key: str, request_hash: bytes, now: datetime) -> int:
    """Claim a key; 0 when it was claimed before. Waits for a claim that is under way."""
    return await tx.run(
        """
        insert into identity.replies (tenant_id, subject_id, key, request_hash, created_at)
        values (%(tenant_id)s, %(user_id)s, %(key)s, %(request_hash)s, %(now)s)
        on conflict (tenant_id, subject_id, key) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "key": key,
            "request_hash": request_hash,
            "now": now,
        },
    )


async def find_reply(tx: Transaction, *, key: str) -> Reply | None:
    """Find what was answered."""
    return await tx.maybe(
        Reply,
        """
        select r.request_hash, r.status, r.body
          from identity.replies r
         where r.tenant_id = %(tenant_id)s
           and r.subject_id = %(user_id)s
           and r.key = %(key)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": tx.actor.user_id, "key": key},
    )


async def update_reply(tx: Transaction, *, key: str, status: int, body: object) -> int:
    """Keep the answer."""
    return await tx.run(
        """
        update identity.replies
           set status = %(status)s,
               body = %(body)s
         where tenant_id = %(tenant_id)s
           and subject_id = %(user_id)s
           and key = %(key)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "key": key,
            "status": status,
            "body": Json(body),
        },
    )


async def delete_replies(tx: Transaction, *, before: datetime) -> int:
    """Sweep answers of this tenant that nobody asks for any more."""
    return await tx.run(
        """
        delete from identity.replies
         where tenant_id = %(tenant_id)s
           and created_at < %(before)s
        """,
        {"tenant_id": tx.actor.tenant_id, "before": before},
    )
