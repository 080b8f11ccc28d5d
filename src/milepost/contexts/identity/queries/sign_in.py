"""Statements about accounts and failed sign-ins."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.types import Account, Failures, Place
from milepost.platform.db import Transaction


async def find_account(tx: Transaction, *, email: str) -> Account | None:
    """Find the account of an address."""
    return await tx.maybe(
        Account,
        """
        select a.id, a.email, a.password_hash
          from identity.accounts a
         where a.email = %(email)s
        """,
        {"email": email},
    )


async def find_account_by_id(tx: Transaction, *, account_id: UUID) -> Account | None:
    """Find an account."""
    return await tx.maybe(
        Account,
        """
        select a.id, a.email, a.password_hash
          from identity.accounts a
         where a.id = %(account_id)s
        """,
        {"account_id": account_id},
    )


async def list_places(tx: Transaction, *, account_id: UUID) -> list[Place]:
    """List where an account is a user, the latest used first."""
    return await tx.many(
        Place,
        """
        select p.tenant_id, p.tenant_slug, p.user_id
          from identity.users_of_account(%(account_id)s) p
        """,
        {"account_id": account_id},
    )


async def ensure_account(tx: Transaction, *, email: str, now: datetime) -> UUID:
    """Return the account of an address, made when there is none."""
    return await tx.value(
        "select identity.ensure_account(%(email)s, %(now)s)", {"email": email, "now": now}
    )


async def update_password(
    tx: Transaction, *, account_id: UUID, password_hash: str, verified: bool, now: datetime
) -> int:
    """Set a password; `verified` says that the address was proved by a mailed link."""
    return await tx.run(
        """
        update identity.accounts
           set password_hash = %(password_hash)s,
               email_verified_at = case
                 when %(verified)s then coalesce(email_verified_at, %(now)s)
                 else email_verified_at
               end,
               updated_at = %(now)s
         where id = %(account_id)s
        """,
        {
            "account_id": account_id,
            "password_hash": password_hash,
            "verified": verified,
            "now": now,
        },
    )


async def count_failures(
    tx: Transaction, *, key_hashes: Sequence[bytes], since: datetime
) -> list[Failures]:
    """Count the failures of each key since a moment."""
    return await tx.many(
        Failures,
        """
        select count(*)::integer as count,
               max(f.failed_at) as last_at
          from identity.sign_in_failures f
         where f.key_hash = any (%(key_hashes)s)
           and f.failed_at > %(since)s
         group by f.key_hash
        """,
        {"key_hashes": list(key_hashes), "since": since},
    )


async def insert_failures(tx: Transaction, *, key_hashes: Sequence[bytes], now: datetime) -> None:
    """Remember a failure under each key."""
    await tx.run(
        """
        insert into identity.sign_in_failures (key_hash, failed_at)
        select k.key_hash, %(now)s
          from unnest(%(key_hashes)s::bytea[]) as k (key_hash)
        """,
        {"key_hashes": list(key_hashes), "now": now},
    )


async def delete_failures(tx: Transaction, *, key_hash: bytes) -> int:
    """Forget the failures of a key."""
    return await tx.run(
        """
        delete from identity.sign_in_failures
         where key_hash = %(key_hash)s
        """,
        {"key_hash": key_hash},
    )


async def delete_failures_before(tx: Transaction, *, before: datetime) -> int:
    """Sweep failures that no longer count."""
    return await tx.run(
        """
        delete from identity.sign_in_failures
         where failed_at < %(before)s
        """,
        {"before": before},
    )
