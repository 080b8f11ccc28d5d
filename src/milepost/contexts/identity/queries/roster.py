"""Statements of an import: each takes a whole file's worth of people at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.roster import Known
from milepost.contexts.identity.types import Account, Organization
from milepost.platform.db import Transaction


async def list_known(tx: Transaction) -> list[Known]:
    """List everybody in the tenant, as an import compares them."""
    return await tx.many(
        Known,
        """
        select u.id, u.account_id, u.lms_user_id, u.email, u.full_name,
               u.organization_id, o.slug as organization_slug,
               u.role, u.disabled_at is not null as disabled
          from identity.users u
          left join identity.organizations o
            on o.tenant_id = u.tenant_id
           and o.id = u.organization_id
         where u.tenant_id = %(tenant_id)s
        """,
        {"tenant_id": tx.actor.tenant_id},
    )


async def list_accounts(tx: Transaction, *, emails: Sequence[str]) -> list[Account]:
    """List the accounts of addresses."""
    return await tx.many(
        Account,
        """
        select a.id, a.email, null::text as password_hash
          from identity.accounts a
         where a.email = any (%(emails)s)
        """,
        {"emails": list(emails)},
    )


async def list_accounts_elsewhere(tx: Transaction, *, account_ids: Sequence[UUID]) -> list[UUID]:
    """List those of the accounts that are users of other tenants too."""
    return await tx.values(
        """
        select distinct a.id
          from unnest(%(account_ids)s::uuid[]) as a (id)
         cross join lateral identity.users_of_account(a.id) p
         where p.tenant_id <> %(tenant_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "account_ids": list(account_ids)},
    )


async def make_ids(tx: Transaction, *, count: int) -> list[UUID]:
    """Make ids, for rows that refer to each other."""
    return await tx.values("select uuidv7() from generate_series(1, %(count)s)", {"count": count})


async def insert_accounts(tx: Transaction, *, emails: Sequence[str], now: datetime) -> None:
    """Make an account for each address that has none."""
    await tx.run(
        """
        insert into identity.accounts (email, created_at, updated_at)
        select n.email, %(now)s, %(now)s
          from unnest(%(emails)s::text[]) as n (email)
        on conflict (email) do nothing
        """,
        {"emails": list(emails), "now": now},
    )


async def insert_subjects(tx: Transaction, *, ids: Sequence[UUID], kind: str) -> None:
    """Make people or organizations that rows can be about."""
    await tx.run(
        """
        insert into identity.subjects (tenant_id, id, kind)
        select %(tenant_id)s, n.id, %(kind)s
          from unnest(%(ids)s::uuid[]) as n (id)
        """,
        {"tenant_id": tx.actor.tenant_id, "ids": list(ids), "kind": kind},
    )


async def insert_users(
    tx: Transaction,
    *,
    ids: Sequence[UUID],
    lms_user_ids: Sequence[str | None],
    emails: Sequence[str],
    full_names: Sequence[str],
    organization_ids: Sequence[UUID | None],
    roles: Sequence[str],
    now: datetime,
) -> None:
    """Make the accounts of these addresses people of the tenant."""
    await tx.run(
        """
        insert into identity.users (
          tenant_id, id, account_id, lms_user_id, email, full_name, organization_id, role,
          created_at, updated_at
        )
        select %(tenant_id)s, n.id, a.id, n.lms_user_id, n.email, n.full_name,
               n.organization_id, n.role, %(now)s, %(now)s
          from unnest(
                 %(ids)s::uuid[], %(lms_user_ids)s::text[], %(emails)s::text[],
                 %(full_names)s::text[], %(organization_ids)s::uuid[], %(roles)s::text[]
               ) as n (id, lms_user_id, email, full_name, organization_id, role)
          join identity.accounts a
            on a.email = n.email
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "ids": list(ids),
            "lms_user_ids": list(lms_user_ids),
            "emails": list(emails),
            "full_names": list(full_names),
            "organization_ids": list(organization_ids),
            "roles": list(roles),
            "now": now,
        },
    )


async def update_users(
    tx: Transaction,
    *,
    ids: Sequence[UUID],
    lms_user_ids: Sequence[str | None],
    emails: Sequence[str],
    full_names: Sequence[str],
    organization_ids: Sequence[UUID | None],
    roles: Sequence[str],
    now: datetime,
) -> None:
    """Write what the file says of people who are there."""
    await tx.run(
        """
        update identity.users u
           set lms_user_id = n.lms_user_id,
               email = n.email,
               full_name = n.full_name,
               organization_id = n.organization_id,
               role = n.role,
               updated_at = %(now)s
          from unnest(
                 %(ids)s::uuid[], %(lms_user_ids)s::text[], %(emails)s::text[],
                 %(full_names)s::text[], %(organization_ids)s::uuid[], %(roles)s::text[]
               ) as n (id, lms_user_id, email, full_name, organization_id, role)
         where u.tenant_id = %(tenant_id)s
           and u.id = n.id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "ids": list(ids),
            "lms_user_ids": list(lms_user_ids),
            "emails": list(emails),
            "full_names": list(full_names),
            "organization_ids": list(organization_ids),
            "roles": list(roles),
            "now": now,
        },
    )


async def update_account_emails(
    tx: Transaction, *, account_ids: Sequence[UUID], emails: Sequence[str], now: datetime
) -> None:
    """Write new addresses; they have to be verified anew."""
    await tx.run(
        """
        update identity.accounts a
           set email = n.email,
               email_verified_at = null,
               updated_at = %(now)s
          from unnest(%(account_ids)s::uuid[], %(emails)s::text[]) as n (id, email)
         where a.id = n.id
        """,
        {"account_ids": list(account_ids), "emails": list(emails), "now": now},
    )


async def update_memberships_ended(
    tx: Transaction,
    *,
    user_ids: Sequence[UUID],
    organization_ids: Sequence[UUID],
    now: datetime,
) -> None:
    """End people's belonging to organizations."""
    await tx.run(
        """
        update identity.memberships m
           set ended_at = %(now)s
          from unnest(%(user_ids)s::uuid[], %(organization_ids)s::uuid[])
               as n (user_id, organization_id)
         where m.tenant_id = %(tenant_id)s
           and m.subject_id = n.user_id
           and m.organization_id = n.organization_id
           and m.ended_at is null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_ids": list(user_ids),
            "organization_ids": list(organization_ids),
            "now": now,
        },
    )


async def insert_memberships(
    tx: Transaction,
    *,
    user_ids: Sequence[UUID],
    organization_ids: Sequence[UUID],
    now: datetime,
) -> None:
    """Let people belong to organizations, unless they do."""
    await tx.run(
        """
        insert into identity.memberships (tenant_id, subject_id, organization_id, created_at)
        select %(tenant_id)s, n.user_id, n.organization_id, %(now)s
          from unnest(%(user_ids)s::uuid[], %(organization_ids)s::uuid[])
               as n (user_id, organization_id)
        on conflict (tenant_id, subject_id, organization_id) where ended_at is null
        do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_ids": list(user_ids),
            "organization_ids": list(organization_ids),
            "now": now,
        },
    )


async def list_organizations(tx: Transaction, *, slugs: Sequence[str]) -> list[Organization]:
    """List the organizations of slugs."""
    return await tx.many(
        Organization,
        """
        select o.id, o.name, o.slug, o.kind, o.settings, o.created_at, o.updated_at
          from identity.organizations o
         where o.tenant_id = %(tenant_id)s
           and o.slug = any (%(slugs)s)
        """,
        {"tenant_id": tx.actor.tenant_id, "slugs": list(slugs)},
    )


async def insert_organizations(
    tx: Transaction,
    *,
    ids: Sequence[UUID],
    names: Sequence[str],
    slugs: Sequence[str],
    now: datetime,
) -> None:
    """Make subjects organizations."""
    await tx.run(
        """
        insert into identity.organizations (tenant_id, id, name, slug, created_at, updated_at)
        select %(tenant_id)s, n.id, n.name, n.slug, %(now)s, %(now)s
          from unnest(%(ids)s::uuid[], %(names)s::text[], %(slugs)s::text[])
               as n (id, name, slug)
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "ids": list(ids),
            "names": list(names),
            "slugs": list(slugs),
            "now": now,
        },
    )
