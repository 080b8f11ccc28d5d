"""Statements about the people of a tenant."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.types import User
from milepost.platform.db import Transaction


async def get_user(tx: Transaction, *, user_id: UUID) -> User:
    """Return a person."""
    return await tx.one(
        User,
        """
        select u.id, u.account_id, u.lms_user_id, u.email, u.full_name, u.organization_id, u.role,
               u.time_zone, u.theme, u.created_at, u.updated_at, u.last_login, u.disabled_at
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.id = %(user_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id},
    )


async def find_user_by_email(tx: Transaction, *, email: str) -> User | None:
    """Find a person by address."""
    return await tx.maybe(
        User,
        """
        select u.id, u.account_id, u.lms_user_id, u.email, u.full_name, u.organization_id, u.role,
               u.time_zone, u.theme, u.created_at, u.updated_at, u.last_login, u.disabled_at
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.email = %(email)s
        """,
        {"tenant_id": tx.actor.tenant_id, "email": email},
    )


async def find_user_by_lms_id(tx: Transaction, *, lms_user_id: str) -> User | None:
    """Find a person by their number in the school."""
    return await tx.maybe(
        User,
        """
        select u.id, u.account_id, u.lms_user_id, u.email, u.full_name, u.organization_id, u.role,
               u.time_zone, u.theme, u.created_at, u.updated_at, u.last_login, u.disabled_at
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.lms_user_id = %(lms_user_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "lms_user_id": lms_user_id},
    )


async def find_user_of_account(tx: Transaction, *, account_id: UUID) -> User | None:
    """Find the person an account is here."""
    return await tx.maybe(
        User,
        """
        select u.id, u.account_id, u.lms_user_id, u.email, u.full_name, u.organization_id, u.role,
               u.time_zone, u.theme, u.created_at, u.updated_at, u.last_login, u.disabled_at
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.account_id = %(account_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "account_id": account_id},
    )


async def list_users(
    tx: Transaction,
    *,
    role: str | None,
    organization_id: UUID | None,
    text: str | None,
    after_name: str | None,
    after_id: UUID | None,
    limit: int,
) -> list[User]:
    """List people whom the actor knows, by name."""
    return await tx.many(
        User,
        """
        select u.id, u.account_id, u.lms_user_id, u.email, u.full_name, u.organization_id, u.role,
               u.time_zone, u.theme, u.created_at, u.updated_at, u.last_login, u.disabled_at
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and (%(role)s::text is null or u.role = %(role)s)
           and (%(organization_id)s::uuid is null or u.organization_id = %(organization_id)s)
           and (
             %(text)s::text is null
             or strpos(lower(u.full_name), lower(%(text)s)) > 0
             or strpos(u.email, lower(%(text)s)) > 0
           )
           and (
             %(after_id)s::uuid is null
             or (u.full_name, u.id) > (%(after_name)s::text, %(after_id)s)
           )
         order by u.full_name, u.id
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "role": role,
            "organization_id": organization_id,
            "text": text,
            "after_name": after_name,
            "after_id": after_id,
            "limit": limit,
        },
    )


async def insert_subject(tx: Transaction, *, kind: str) -> UUID:
    """Make a person or an organization that rows can be about."""
    return await tx.value(
        """
        insert into identity.subjects (tenant_id, kind)
        values (%(tenant_id)s, %(kind)s)
        returning id
        """,
        {"tenant_id": tx.actor.tenant_id, "kind": kind},
    )


async def insert_user(
    tx: Transaction,
    *,
    user_id: UUID,
    account_id: UUID,
    email: str,
    full_name: str,
    role: str,
    organization_id: UUID | None,
    lms_user_id: str | None,
    time_zone: str,
    now: datetime,
) -> User:
    """Make an account a person of the tenant."""
    return await tx.one(
        User,
        """
        insert into identity.users (
          tenant_id, id, account_id, lms_user_id, email, full_name, organization_id, role,
          time_zone, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(user_id)s, %(account_id)s, %(lms_user_id)s, %(email)s, %(full_name)s,
          %(organization_id)s, %(role)s, %(time_zone)s, %(now)s, %(now)s
        )
        returning id, account_id, lms_user_id, email, full_name, organization_id, role,
                  time_zone, theme, created_at, updated_at, last_login, disabled_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": user_id,
            "account_id": account_id,
            "lms_user_id": lms_user_id,
            "email": email,
            "full_name": full_name,
            "organization_id": organization_id,
            "role": role,
            "time_zone": time_zone,
            "now": now,
        },
    )


async def update_user(
    tx: Transaction,
    *,
    user_id: UUID,
    full_name: str,
    role: str,
    organization_id: UUID | None,
    lms_user_id: str | None,
    disabled_at: datetime | None,
    now: datetime,
) -> User:
    """Write what an administrator decides about a person."""
    return await tx.one(
        User,
        """
        update identity.users
           set full_name = %(full_name)s,
               role = %(role)s,
               organization_id = %(organization_id)s,
               lms_user_id = %(lms_user_id)s,
               disabled_at = %(disabled_at)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(user_id)s
        returning id, account_id, lms_user_id, email, full_name, organization_id, role,
                  time_zone, theme, created_at, updated_at, last_login, disabled_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": user_id,
            "full_name": full_name,
            "role": role,
            "organization_id": organization_id,
            "lms_user_id": lms_user_id,
            "disabled_at": disabled_at,
            "now": now,
        },
    )


async def lock_admins(tx: Transaction) -> list[UUID]:
    """Hold the tenant's administrators, so that two of them can't both be the last to go."""
    return await tx.values(
        """
        select u.id
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.role = 'admin'
           and u.disabled_at is null
         order by u.id
           for update
        """,
        {"tenant_id": tx.actor.tenant_id},
    )


async def count_other_admins(tx: Transaction, *, user_id: UUID) -> int:
    """Count the tenant's administrators besides one person."""
    return await tx.value(
        """
        select count(*)::integer
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.role = 'admin'
           and u.disabled_at is null
           and u.id <> %(user_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id},
    )


async def update_last_login(tx: Transaction, *, user_id: UUID, now: datetime) -> User:
    """Write down that somebody signed in."""
    return await tx.one(
        User,
        """
        update identity.users
           set last_login = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(user_id)s
        returning id, account_id, lms_user_id, email, full_name, organization_id, role,
                  time_zone, theme, created_at, updated_at, last_login, disabled_at
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id, "now": now},
    )


async def update_profile(
    tx: Transaction, *, full_name: str, time_zone: str, theme: str, now: datetime
) -> None:
    """Write what a person says of themselves."""
    await tx.run(
        "select identity.change_profile(%(full_name)s, %(time_zone)s, %(theme)s, %(now)s)",
        {"full_name": full_name, "time_zone": time_zone, "theme": theme, "now": now},
    )


async def delete_events_about_me(tx: Transaction) -> int:
    """Take what happened to the acting person out of the log."""
    return await tx.run(
        """
        delete from events.log
         where tenant_id = %(tenant_id)s
           and subject_id = %(user_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": tx.actor.user_id},
    )


async def delete_jobs_about_me(tx: Transaction) -> int:
    """Take jobs that name the acting person out of the queue; one that runs now finishes."""
    return await tx.run(
        """
        delete from procrastinate.procrastinate_jobs j
         where j.status <> 'doing'
           and exists (
             select
               from jsonb_each_text(j.args) a
              where a.value in (%(user_id)s, %(email)s)
           )
        """,
        {"user_id": str(tx.actor.user_id), "email": tx.actor.email},
    )


async def delete_me(tx: Transaction) -> None:
    """Take the acting person out, with every row about them in every context."""
    await tx.run("select identity.erase_me()")
