"""Statements about tenants, organizations and who belongs to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.identity.types import Colleague, Organization, Tenant
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Organization):
    """An organization that somebody belongs to, and whether they act for it or only look on."""

    acts: bool


async def list_tenants(tx: Transaction) -> list[Tenant]:
    """List all tenants that the actor sees."""
    return await tx.many(
        Tenant,
        """
        select t.id,
               t.slug,
               t.name,
               t.settings @> '{"joins_pool": true}' as joins_pool
          from identity.tenants t
         order by t.slug
        """,
    )


async def find_tenant(tx: Transaction, *, slug: str) -> Tenant | None:
    """Find a tenant by its slug."""
    return await tx.maybe(
        Tenant,
        """
        select t.id,
               t.slug,
               t.name,
               t.settings @> '{"joins_pool": true}' as joins_pool
          from identity.tenants t
         where t.slug = %(slug)s
        """,
        {"slug": slug},
    )


async def get_own_tenant(tx: Transaction) -> Tenant:
    """Return the tenant that the actor is in."""
    return await tx.one(
        Tenant,
        """
        select t.id,
               t.slug,
               t.name,
               t.settings @> '{"joins_pool": true}' as joins_pool
          from identity.tenants t
         where t.id = %(tenant_id)s
        """,
        {"tenant_id": tx.actor.tenant_id},
    )


async def update_pool(tx: Transaction, *, joins: bool) -> bool | None:
    """Have the tenant in the pool of all, or not; return whether it wasn't so already.

    None: the actor may not.
    """
    return await tx.value(
        """
        update identity.tenants
           set settings = settings || jsonb_build_object('joins_pool', %(joins)s::boolean)
         where id = %(tenant_id)s
        returning (old.settings @> '{"joins_pool": true}') <> %(joins)s
        """,
        {"tenant_id": tx.actor.tenant_id, "joins": joins},
    )


async def insert_tenant(tx: Transaction, *, slug: str, name: str, now: datetime) -> None:
    """Make a tenant, unless there is one of that slug."""
    await tx.run(
        """
        insert into identity.tenants (slug, name, created_at)
        values (%(slug)s, %(name)s, %(now)s)
        on conflict (slug) do nothing
        """,
        {"slug": slug, "name": name, "now": now},
    )


async def get_organization(tx: Transaction, *, organization_id: UUID) -> Organization:
    """Return an organization."""
    return await tx.one(
        Organization,
        """
        select o.id, o.name, o.slug, o.kind, o.settings, o.created_at, o.updated_at
          from identity.organizations o
         where o.tenant_id = %(tenant_id)s
           and o.id = %(organization_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "organization_id": organization_id},
    )


async def find_organization(tx: Transaction, *, slug: str) -> Organization | None:
    """Find an organization by its slug."""
    return await tx.maybe(
        Organization,
        """
        select o.id, o.name, o.slug, o.kind, o.settings, o.created_at, o.updated_at
          from identity.organizations o
         where o.tenant_id = %(tenant_id)s
           and o.slug = %(slug)s
        """,
        {"tenant_id": tx.actor.tenant_id, "slug": slug},
    )


async def list_organizations(
    tx: Transaction, *, after_name: str | None, after_id: UUID | None, limit: int
) -> list[Organization]:
    """List the organizations that the actor knows, by name."""
    return await tx.many(
        Organization,
        """
        select o.id, o.name, o.slug, o.kind, o.settings, o.created_at, o.updated_at
          from identity.organizations o
         where o.tenant_id = %(tenant_id)s
           and (
             %(after_id)s::uuid is null
             or (o.name, o.id) > (%(after_name)s::text, %(after_id)s)
           )
         order by o.name, o.id
         limit %(limit)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "after_name": after_name,
            "after_id": after_id,
            "limit": limit,
        },
    )


async def list_firms(tx: Transaction) -> list[Organization]:
    """Return the firms of investors that the actor knows, by name."""
    return await tx.many(
        Organization,
        """
        select o.id, o.name, o.slug, o.kind, o.settings, o.created_at, o.updated_at
          from identity.organizations o
         where o.tenant_id = %(tenant_id)s
           and o.kind = 'investor'
         order by o.name, o.id
        """,
        {"tenant_id": tx.actor.tenant_id},
    )


async def insert_organization(
    tx: Transaction, *, organization_id: UUID, name: str, slug: str, kind: str, now: datetime
) -> Organization:
    """Make a subject an organization."""
    return await tx.one(
        Organization,
        """
        insert into identity.organizations (
          tenant_id, id, name, slug, kind, created_at, updated_at
        )
        values (
          %(tenant_id)s, %(organization_id)s, %(name)s, %(slug)s, %(kind)s, %(now)s, %(now)s
        )
        returning id, name, slug, kind, settings, created_at, updated_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "organization_id": organization_id,
            "name": name,
            "slug": slug,
            "kind": kind,
            "now": now,
        },
    )


async def insert_membership(
    tx: Transaction, *, user_id: UUID, organization_id: UUID, role: str, now: datetime
) -> None:
    """Let a person belong to an organization, unless they do."""
    await tx.run(
        """
        insert into identity.memberships (
          tenant_id, subject_id, organization_id, role, created_at
        )
        values (%(tenant_id)s, %(user_id)s, %(organization_id)s, %(role)s, %(now)s)
        on conflict (tenant_id, subject_id, organization_id) where ended_at is null
        do nothing
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": user_id,
            "organization_id": organization_id,
            "role": role,
            "now": now,
        },
    )


async def update_membership_ended(
    tx: Transaction, *, user_id: UUID, organization_id: UUID, now: datetime
) -> int:
    """End a person's belonging to an organization."""
    return await tx.run(
        """
        update identity.memberships
           set ended_at = %(now)s
         where tenant_id = %(tenant_id)s
           and subject_id = %(user_id)s
           and organization_id = %(organization_id)s
           and ended_at is null
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": user_id,
            "organization_id": organization_id,
            "now": now,
        },
    )


async def list_joined(tx: Transaction, *, kind: str | None, looked_on: bool) -> list[Joined]:
    """Return the organizations that the actor acts for, and those they look on, by name."""
    return await tx.many(
        Joined,
        """
        select o.id, o.name, o.slug, o.kind, o.settings, o.created_at, o.updated_at,
               m.role <> 'viewer' as acts
          from identity.memberships m
          join identity.organizations o
            on o.tenant_id = m.tenant_id
           and o.id = m.organization_id
         where m.tenant_id = %(tenant_id)s
           and m.subject_id = %(user_id)s
           and m.ended_at is null
           and (m.role <> 'viewer' or %(looked_on)s)
           and (%(kind)s::text is null or o.kind = %(kind)s)
         order by o.name, o.id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "kind": kind,
            "looked_on": looked_on,
        },
    )


async def list_members(tx: Transaction, *, organization_id: UUID) -> list[Colleague]:
    """Return who belongs to an organization, by name."""
    return await tx.many(
        Colleague,
        """
        select u.id as user_id,
               u.full_name,
               m.role
          from identity.memberships m
          join identity.users u
            on u.tenant_id = m.tenant_id
           and u.id = m.subject_id
         where m.tenant_id = %(tenant_id)s
           and m.organization_id = %(organization_id)s
           and m.ended_at is null
           and u.disabled_at is null
         order by u.full_name, u.id
        """,
        {"tenant_id": tx.actor.tenant_id, "organization_id": organization_id},
    )


async def update_settings(
    tx: Transaction, *, organization_id: UUID, settings: Mapping[str, Any], now: datetime
) -> int:
    """Put these settings over an organization's; return whether the actor may (1) or not (0)."""
    return await tx.run(
        """
        update identity.organizations
           set settings = settings || %(settings)s,
               updated_at = %(now)s
         where tenant_id = %(tenant_id)s
           and id = %(organization_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "organization_id": organization_id,
            "settings": Jsonb(settings),
            "now": now,
        },
    )
