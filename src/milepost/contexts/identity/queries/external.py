"""Statements about the names that providers have for people."""

from datetime import datetime
from uuid import UUID

from milepost.platform.db import Transaction


async def find_external_user(tx: Transaction, *, issuer: str, external_subject: str) -> UUID | None:
    """Find the person whom a provider knows under a name of its own."""
    return await tx.value(
        """
        select e.subject_id
          from identity.external_identities e
         where e.tenant_id = %(tenant_id)s
           and e.issuer = %(issuer)s
           and e.external_subject = %(external_subject)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "issuer": issuer,
            "external_subject": external_subject,
        },
    )


async def insert_external_identity(
    tx: Transaction, *, user_id: UUID, issuer: str, external_subject: str, now: datetime
) -> None:
    """Keep the provider's name for a person."""
    await tx.run(
        """
        insert into identity.external_identities (
          tenant_id, subject_id, issuer, external_subject, created_at
        )
        values (%(tenant_id)s, %(user_id)s, %(issuer)s, %(external_subject)s, %(now)s)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": user_id,
            "issuer": issuer,
            "external_subject": external_subject,
            "now": now,
        },
    )
