"""Statements about tenants, organizations and who belongs to them."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.identity.types import Organization, Tenant
from milepost.platform.db import Transaction


async def list_tenants(tx: Transaction) -> list[Tenant]:
    """List all tenants that the actor sees."""
    return await tx.many(
        Tenant,
        """
        select t.id, t.slug, t.name
          from identity.tenants t
         order by t.slug
        """,
    )


async def find_tenant(tx: Transaction, *, slug: str) -> Tenant | None:
    """Find a tenant by its slug."""
    return await tx.maybe(
        Tenant,
        """
        select t.id, t.slug, t.name
          from identity.tenants t
         where t.slug = %(slug)s
        """,
        {"slug": slug},
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
