"""Statements about who lets whom see what, and what was read."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from milepost.contexts.identity.types import Grant, ListedGrant, Read
from milepost.platform.db import Transaction


async def upsert_grant(
    tx: Transaction,
    *,
    subject_id: UUID,
    audience_id: UUID,
    level: str,
    capacity: str,
    ends_at: datetime | None,
    now: datetime,
) -> Grant:
    """Make a grant that holds; one that stands already gets the new level and end."""
    return await tx.one(
        Grant,
        """
        insert into identity.grants as g (
          tenant_id, subject_id, audience_id, level, capacity, state,
          starts_at, ends_at, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(audience_id)s, %(level)s, %(capacity)s, 'active',
          %(now)s, %(ends_at)s, %(now)s, %(now)s
        )
        on conflict (tenant_id, subject_id, audience_id, capacity)
          where state in ('pending', 'active')
        do update
           set level = excluded.level,
               ends_at = excluded.ends_at,
               state = 'active',
               updated_at = excluded.updated_at
        returning g.id, g.subject_id, g.audience_id, g.level, g.capacity, g.state,
                  g.starts_at, g.ends_at, g.created_at, g.updated_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "audience_id": audience_id,
            "level": level,
            "capacity": capacity,
            "ends_at": ends_at,
            "now": now,
        },
    )


async def insert_pending_grant(
    tx: Transaction,
    *,
    subject_id: UUID,
    audience_id: UUID,
    level: str,
    capacity: str,
    ends_at: datetime | None,
    now: datetime,
) -> None:
    """Ask a subject for a grant, unless one stands or was asked for."""
    await tx.run(
        """
        insert into identity.grants (
          tenant_id, subject_id, audience_id, level, capacity, state,
          starts_at, ends_at, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(audience_id)s, %(level)s, %(capacity)s, 'pending',
          %(now)s, %(ends_at)s, %(now)s, %(now)s
        )
        on conflict (tenant_id, subject_id, audience_id, capacity)
          where state in ('pending', 'active')
        do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "audience_id": audience_id,
            "level": level,
            "capacity": capacity,
            "ends_at": ends_at,
            "now": now,
        },
    )


async def find_standing_grant(
    tx: Transaction, *, subject_id: UUID, audience_id: UUID, capacity: str
) -> Grant | None:
    """Find the grant that stands, or was asked for, between two."""
    return await tx.maybe(
        Grant,
        """
        select g.id, g.subject_id, g.audience_id, g.level, g.capacity, g.state,
               g.starts_at, g.ends_at, g.created_at, g.updated_at
          from identity.grants g
         where g.tenant_id = %(tenant_id)s
           and g.subject_id = %(subject_id)s
           and g.audience_id = %(audience_id)s
           and g.capacity = %(capacity)s
           and g.state in ('pending', 'active')
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "audience_id": audience_id,
            "capacity": capacity,
        },
    )


async def get_grant(tx: Transaction, *, grant_id: UUID) -> Grant:
    """Return a grant that the actor is a side of."""
    return await tx.one(
        Grant,
        """
        select g.id, g.subject_id, g.audience_id, g.level, g.capacity, g.state,
               g.starts_at, g.ends_at, g.created_at, g.updated_at
          from identity.grants g
         where g.tenant_id = %(tenant_id)s
           and g.id = %(grant_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "grant_id": grant_id},
    )


async def lock_grant(tx: Transaction, *, grant_id: UUID) -> Grant:
    """Return a grant that the actor is a side of, held until the transaction ends."""
    return await tx.one(
        Grant,
        """
        select g.id, g.subject_id, g.audience_id, g.level, g.capacity, g.state,
               g.starts_at, g.ends_at, g.created_at, g.updated_at
          from identity.grants g
         where g.tenant_id = %(tenant_id)s
           and g.id = %(grant_id)s
           for update
        """,
        {"tenant_id": tx.actor.tenant_id, "grant_id": grant_id},
    )


async def update_grant_state(
    tx: Transaction, *, grant_id: UUID, state: str, ends_at: datetime | None, now: datetime
) -> Grant:
    """Write what has become of a grant. What was asked for begins when it is accepted."""
    return await tx.one(
        Grant,
        """
        update identity.grants
           set starts_at = case
                 when state = 'pending' and %(state)s = 'active' then %(now)s
                 else starts_at
               end,
               state = %(state)s,
               ends_at = %(ends_at)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(grant_id)s
        returning id, subject_id, audience_id, level, capacity, state,
                  starts_at, ends_at, created_at, updated_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "grant_id": grant_id,
            "state": state,
            "ends_at": ends_at,
            "now": now,
        },
    )


async def list_grants(
    tx: Transaction,
    *,
    given: bool,
    side_id: UUID | None,
    before_at: datetime | None,
    before_id: UUID | None,
    limit: int,
) -> list[ListedGrant]:
    """List what the actor gave, or was given, the newest first, with the names of both sides.

    `side_id` leaves those of one that the actor speaks for. What an investor asked of somebody
    hidden from them is not listed: that it stands there would tell that there is such a company.
    """
    return await tx.many(
        ListedGrant,
        """
        select g.id, g.subject_id,
               coalesce(su.full_name, so.name, 'Somebody') as subject_name,
               g.audience_id,
               coalesce(au.full_name, ao.name, 'Somebody') as audience_name,
               g.level, g.capacity, g.state, g.starts_at, g.ends_at, g.created_at, g.updated_at
          from identity.grants g
          left join identity.users su
            on su.tenant_id = g.tenant_id
           and su.id = g.subject_id
          left join identity.organizations so
            on so.tenant_id = g.tenant_id
           and so.id = g.subject_id
          left join identity.users au
            on au.tenant_id = g.tenant_id
           and au.id = g.audience_id
          left join identity.organizations ao
            on ao.tenant_id = g.tenant_id
           and ao.id = g.audience_id
         where g.tenant_id = %(tenant_id)s
           and case
                 when %(given)s then g.subject_id in (select unnest(identity.writes()))
                 else g.audience_id in (select unnest(identity.writes()))
               end
           and (
             %(given)s
             or g.capacity <> 'investor'
             or su.id is not null
             or so.id is not null
           )
           and (
             %(side_id)s::uuid is null
             or %(side_id)s = case when %(given)s then g.subject_id else g.audience_id end
           )
           and (
             %(before_id)s::uuid is null
             or (g.created_at, g.id) < (%(before_at)s::timestamptz, %(before_id)s)
           )
         order by g.created_at desc, g.id desc
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "given": given,
            "side_id": side_id,
            "before_at": before_at,
            "before_id": before_id,
            "limit": limit,
        },
    )


async def find_audience_by_id(tx: Transaction, *, user_id: UUID) -> UUID | None:
    """Find a person whom the actor knows and could let in."""
    return await tx.value(
        """
        select u.id
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.id = %(user_id)s
           and u.disabled_at is null
        """,
        {"tenant_id": tx.actor.tenant_id, "user_id": user_id},
    )


async def find_audience_by_email(tx: Transaction, *, email: str) -> UUID | None:
    """Find a coach or an administrator by their address."""
    return await tx.value(
        """
        select u.id
          from identity.users u
         where u.tenant_id = %(tenant_id)s
           and u.email = %(email)s
           and u.role in ('guru', 'admin')
           and u.disabled_at is null
        """,
        {"tenant_id": tx.actor.tenant_id, "email": email},
    )


async def find_audience_organization(tx: Transaction, *, organization_id: UUID) -> UUID | None:
    """Find an organization that the actor knows and could let in."""
    return await tx.value(
        """
        select o.id
          from identity.organizations o
         where o.tenant_id = %(tenant_id)s
           and o.id = %(organization_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "organization_id": organization_id},
    )


async def list_writes(tx: Transaction) -> list[UUID]:
    """List the subjects that the actor may speak for."""
    return await tx.values("select unnest(identity.writes())")


async def list_looked_on(tx: Transaction) -> list[UUID]:
    """List the organizations that the actor belongs to and may not speak for."""
    return await tx.values(
        "select unnest(identity.belongs()) except select unnest(identity.writes())"
    )


async def upsert_reads(
    tx: Transaction, *, subject_ids: Sequence[UUID], what: str, read_on: date, now: datetime
) -> None:
    """Write down that the actor read something of each subject today.

    Whoever acts for a subject reads what is theirs.
    """
    await tx.run(
        """
        insert into identity.reads as r (
          tenant_id, subject_id, reader_id, what, read_on, last_at
        )
        select %(tenant_id)s, s.id, %(reader_id)s, %(what)s, %(read_on)s, %(now)s
          from unnest(%(subject_ids)s::uuid[]) as s (id)
         where s.id not in (select unnest(identity.writes()))
         order by s.id
        on conflict (tenant_id, subject_id, reader_id, what, read_on)
        do update
           set times = r.times + 1,
               last_at = excluded.last_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_ids": list(subject_ids),
            "reader_id": tx.actor.user_id,
            "what": what,
            "read_on": read_on,
            "now": now,
        },
    )


async def is_audience(
    tx: Transaction, *, subject_id: UUID, capacities: Sequence[str], now: datetime
) -> bool:
    """Tell whether the actor is let in by a subject in one of these capacities."""
    return await tx.value(
        """
        select exists (
          select
            from identity.grants g
           where g.tenant_id = %(tenant_id)s
             and g.subject_id = %(subject_id)s
             and g.audience_id in (select unnest(identity.writes()))
             and g.capacity = any (%(capacities)s)
             and g.state = 'active'
             and g.starts_at <= %(now)s
             and (g.ends_at is null or g.ends_at > %(now)s)
        )
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "capacities": list(capacities),
            "now": now,
        },
    )


async def list_reads(
    tx: Transaction,
    *,
    subject_id: UUID | None,
    before_at: datetime | None,
    before_id: UUID | None,
    limit: int,
) -> list[Read]:
    """List what others read of the actor, or of one that they speak for, the latest first."""
    return await tx.many(
        Read,
        """
        select r.id, r.subject_id, r.reader_id,
               coalesce(u.full_name, 'Somebody') as reader_name,
               coalesce(o.name, '') as reader_organization,
               r.what, r.read_on, r.times, r.last_at
          from identity.reads r
          left join identity.users u
            on u.tenant_id = r.tenant_id
           and u.id = r.reader_id
          left join identity.organizations o
            on o.tenant_id = u.tenant_id
           and o.id = u.organization_id
         where r.tenant_id = %(tenant_id)s
           and r.subject_id in (select unnest(identity.writes()))
           and (%(subject_id)s::uuid is null or r.subject_id = %(subject_id)s)
           and (
             %(before_id)s::uuid is null
             or (r.last_at, r.id) < (%(before_at)s::timestamptz, %(before_id)s)
           )
         order by r.last_at desc, r.id desc
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": subject_id,
            "before_at": before_at,
            "before_id": before_id,
            "limit": limit,
        },
    )
