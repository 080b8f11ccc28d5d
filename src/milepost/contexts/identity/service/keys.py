"""API keys: what programs sign in with, told once and kept as a hash."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import rules
from milepost.contexts.identity.errors import IdempotencyKeyReused
from milepost.contexts.identity.queries import keys as queries
from milepost.contexts.identity.service.secrets import derived_secret
from milepost.contexts.identity.types import ApiKey, Token
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden, Invalid, NotFound


async def make_key(
    tx: Transaction,
    *,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    secret: bytes,
    expires_at: datetime | None = None,
    idempotency_key: str | None = None,
) -> tuple[ApiKey, Token]:
    """Make a key of the actor's; a repeat with the same idempotency key tells the same one.

    A key can't make keys: whoever finds one could outlive its end.
    """
    _by_session(tx)
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= set(rules.SCOPES):
        raise Invalid("A key has the scope read, write, or both.")
    if expires_at is not None and expires_at <= now:
        raise Invalid("This key would end before it begins.")
    token = Token.make(tx.actor.tenant_id)
    if idempotency_key is not None:
        made = derived_secret(secret, "api key", tx.actor.user_id.bytes, idempotency_key)
        token = Token(tx.actor.tenant_id, made)
    name = rules.full_name(name)
    inserted = await queries.insert_key(
        tx,
        name=name,
        hint=str(token)[-4:],
        token_hash=token.hash,
        scopes=chosen,
        expires_at=expires_at,
        now=now,
    )
    key = await queries.get_key_by_token(tx, token_hash=token.hash)
    if not inserted and (key.name, list(key.scopes), key.expires_at) != (name, chosen, expires_at):
        raise IdempotencyKeyReused("This Idempotency-Key was used for another key.")
    return key, token


async def list_keys(tx: Transaction) -> list[ApiKey]:
    """List the actor's keys that were not revoked."""
    return await queries.list_keys(tx)


async def revoke_key(tx: Transaction, *, key_id: UUID, now: datetime) -> None:
    """Revoke a key of the actor's. Raises NotFound when there is no such one."""
    if not await queries.update_key_revoked(tx, key_id=key_id, now=now):
        raise NotFound("There is no such key.")


def _by_session(tx: Transaction) -> None:
    if tx.actor.scopes is not None:
        raise Forbidden("An API key can't do this. Sign in instead.")
