"""Tenants, organizations and who belongs to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.contexts.identity import rules
from milepost.contexts.identity.events import PoolChanged
from milepost.contexts.identity.queries import organizations as queries
from milepost.contexts.identity.queries import people as people_queries
from milepost.contexts.identity.queries.organizations import Joined
from milepost.contexts.identity.service.pages import page_of, parse_cursor
from milepost.contexts.identity.types import Colleague, Organization, Page, Tenant
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden, NotFound
from milepost.platform.events import emit


async def list_tenants(tx: Transaction) -> list[Tenant]:
    """List all tenants, as the system."""
    return await queries.list_tenants(tx)


async def get_tenant(tx: Transaction, *, slug: str) -> Tenant:
    """Return the tenant of a slug. Raises NotFound."""
    tenant = await queries.find_tenant(tx, slug=slug)
    if tenant is None:
        raise NotFound(f"There is no tenant called {slug}.")
    return tenant


async def get_own_tenant(tx: Transaction) -> Tenant:
    """Return the tenant that the actor is in."""
    return await queries.get_own_tenant(tx)


async def join_pool(tx: Transaction, *, joins: bool, now: datetime) -> Tenant:
    """Have what companies share counted with other tenants', or not; as an administrator.

    The next benchmark obeys. Raises Forbidden.
    """
    changed = await queries.update_pool(tx, joins=joins)
    if changed is None:
        raise Forbidden("Only an administrator may do this.")
    if changed:
        await emit(tx, PoolChanged(joins), subject_id=None, now=now)
    return await queries.get_own_tenant(tx)


async def ensure_tenant(tx: Transaction, *, slug: str, name: str, now: datetime) -> Tenant:
    """Return the tenant of a slug, made when there is none. As System(None)."""
    await queries.insert_tenant(tx, slug=slug, name=rules.full_name(name), now=now)
    return await get_tenant(tx, slug=slug)


async def find_organization(tx: Transaction, *, slug: str) -> Organization | None:
    """Find an organization that the actor knows."""
    return await queries.find_organization(tx, slug=slug)


async def find_company(tx: Transaction, *, name: str) -> Organization | None:
    """Find a company by its slug or its name, as written or nearly so."""
    found = await queries.find_organization(tx, slug=name.lower())
    found = found or await queries.find_organization(tx, slug=rules.slug_of(name))
    return found if found is not None and found.kind == "company" else None


async def list_firms(tx: Transaction) -> list[Organization]:
    """Return the firms of investors that the actor knows, by name."""
    return await queries.list_firms(tx)


async def get_organization(tx: Transaction, *, organization_id: UUID) -> Organization:
    """Return an organization that the actor knows."""
    return await queries.get_organization(tx, organization_id=organization_id)


async def list_organizations(
    tx: Transaction, *, cursor: str | None = None, limit: int = 50
) -> Page[Organization]:
    """List the organizations that the actor knows, by name."""
    after_name, after_id = parse_cursor(cursor)
    rows = await queries.list_organizations(
        tx, after_name=after_name, after_id=after_id, limit=limit + 1
    )
    return page_of(rows, limit, lambda organization: (organization.name, organization.id))


async def list_joined(
    tx: Transaction, *, kind: str | None = None, looked_on: bool = False
) -> list[Joined]:
    """List the organizations that the actor acts for, by name; or also those they look on."""
    return await queries.list_joined(tx, kind=kind, looked_on=looked_on)


async def list_members(tx: Transaction, *, organization_id: UUID) -> list[Colleague]:
    """List who belongs to an organization that the actor acts for, by name."""
    return await queries.list_members(tx, organization_id=organization_id)


async def describe_organization(
    tx: Transaction, *, organization_id: UUID, settings: Mapping[str, Any], now: datetime
) -> Organization:
    """Say what an organization is, in its settings. Raises NotFound, Forbidden."""
    organization = await queries.get_organization(tx, organization_id=organization_id)
    touched = await queries.update_settings(
        tx, organization_id=organization_id, settings=settings, now=now
    )
    if not touched:
        raise Forbidden(f"Only those who act for {organization.name} may change what it is.")
    return await queries.get_organization(tx, organization_id=organization_id)


async def ensure_organization(
    tx: Transaction, *, name: str, now: datetime, kind: str = "company", slug: str | None = None
) -> Organization:
    """Return the organization of a name (by its slug), made when there is none."""
    name = rules.full_name(name)
    slug = slug or rules.slug_of(name)
    found = await queries.find_organization(tx, slug=slug)
    if found is not None:
        return found
    organization_id = await people_queries.insert_subject(tx, kind="organization")
    return await queries.insert_organization(
        tx, organization_id=organization_id, name=name, slug=slug, kind=kind, now=now
    )


async def join(
    tx: Transaction,
    *,
    user_id: UUID,
    organization_id: UUID,
    now: datetime,
    role: str = "member",
) -> None:
    """Let a person belong to an organization."""
    await queries.insert_membership(
        tx, user_id=user_id, organization_id=organization_id, role=role, now=now
    )


async def move(
    tx: Transaction, *, user_id: UUID, old: UUID | None, new: UUID | None, now: datetime
) -> None:
    """Let a person leave one organization for another."""
    if old is not None:
        await queries.update_membership_ended(tx, user_id=user_id, organization_id=old, now=now)
    if new is not None:
        await join(tx, user_id=user_id, organization_id=new, now=now)
