"""Statements about API keys."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.types import ApiKey
from milepost.platform.db import Transaction


async def insert_key(
    tx: Transaction,
    *,
    name: str,
    hint: str,
    token_hash: bytes,
    scopes: Sequence[str],
    expires_at: datetime | None,
    now: datetime,
) -> int:
    """Keep a key of the actor's; 0 when there is one with this token already."""
    return await tx.run(
        """
        insert into identity.api_keys (
          tenant_id, subject_id, name, hint, token_hash, scopes, created_at, expires_at
        )
        values (
          %(tenant_id)s, %(user_id)s, %(name)s, %(hint)s, %(token_hash)s, %(scopes)s::text[],
          %(now)s, %(expires_at)s
        )
        on conflict (tenant_id, token_hash) do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "name": name,
            "hint": hint,
            "token_hash": token_hash,
            "scopes": list(scopes),
            "now": now,
            "expires_at": expires_at,
        },
    )


async def get_key_by_token(tx: Transaction, *, token_hash: bytes) -> ApiKey:
    """Return the actor's key of a token."""
    return await tx.one(
        ApiKey,
        """
        select k.id, k.name, k.hint, k.scopes, k.created_at, k.last_used_at, k.expires_at,
               k.revoked_at
          from identity.api_keys k
         where k.tenant_id = %(tenant_id)s
           and k.subject_id = %(user_id)s
           and k.token_hash = %(token_hash)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "token_hash": token_hash,
        },
    )


async def list_keys(tx: Transaction) -> list[ApiKey]:
    """List the actor's keys that were not revoked, the newest first."""
    return await tx.many(
        ApiKey,
        """
        select k.id, k.name, k.hint, k.scopes, k.created_at, k.last_used_at, k.expires_at,
               k.revoked_at
          from identity.api_keys k
         where k.tenant_id = %(tenant_id)s
           and k.subject_id = %(user_id)s
           and k.revoked_at is null
         order by k.created_at desc, k.id desc
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": tx.actor.user_id},
    )


async def update_key_revoked(tx: Transaction, *, key_id: UUID, now: datetime) -> int:
    """Revoke a key of the actor's; 0 when there is no such one that still holds."""
    return await tx.run(
        """
        update identity.api_keys
           set revoked_at = %(now)s
         where tenant_id = %(tenant_id)s
           and subject_id = %(user_id)s
           and id = %(key_id)s
           and revoked_at is null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "key_id": key_id,
            "now": now,
        },
    )
