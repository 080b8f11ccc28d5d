"""The actors of the access matrix: everybody who may ask for a row about one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg

from milepost.contexts.identity.types import Member, Nobody, Pool, System
from milepost.platform.db import Actor

# In the order of a failure's grid. Each row of the matrix is about `owner`, about the company of
# `owner` and `colleague`, or about the firm that this company lets in.
ACTORS = (
    "owner",
    "colleague",
    "guru",
    "guru_basic",
    "guru_detailed",
    "guru_full",
    "guru_revoked",
    "guru_expired",
    "investor_basic",
    "investor_detailed",
    "investor_full",
    "firm_member",
    "firm_viewer",
    "firm_left",
    "admin",
    "system",
    "foreign_user",
    "foreign_admin",
    "foreign_system",
    "landlord",
    "pool",
    "foreign_pool",
    "nobody",
    "disabled",
    "publisher",
)

_GRANTS = {
    "guru_basic": ("basic", "active", None),
    "guru_detailed": ("detailed", "active", None),
    "guru_full": ("full", "active", None),
    "guru_revoked": ("full", "ended", timedelta(days=-1)),
    "guru_expired": ("full", "active", timedelta(days=-1)),
}


_NO_PEOPLE = (
    "system",
    "foreign_system",
    "landlord",
    "pool",
    "foreign_pool",
    "nobody",
    "publisher",
)

# The company shows itself to these, and its results to the firm.
_INVESTORS = ("basic", "detailed", "full")

# In which role they belong to the firm, and how long ago they left it.
_FIRM = {
    "firm_member": ("member", None),
    "firm_viewer": ("viewer", None),
    "firm_left": ("member", timedelta(days=-1)),
}


@dataclass(frozen=True, slots=True)
class Persistent:
    """Somebody who goes on asking after Milepost refused them: only the database answers."""

    member: Member

    def entry(self) -> tuple[LiteralString, Mapping[str, Any]]:
        """Enter as they are."""
        return self.member.entry()

    def entered(self, row: Mapping[str, Any] | None) -> "Persistent":
        """Go on without a person."""
        assert row is None
        return self


@dataclass(frozen=True, slots=True)
class Cast:
    """Two tenants and their people; `spare_*` are subjects that nothing is known of yet."""

    now: datetime
    tenant_id: UUID
    foreign_tenant_id: UUID
    company_id: UUID
    firm_id: UUID
    people: Mapping[str, UUID]
    accounts: Mapping[str, UUID]
    spare_person: UUID
    spare_company: UUID

    def actor(self, name: str) -> Actor:
        """Return who begins the transaction."""
        match name:
            case "system":
                return System(self.tenant_id)
            case "foreign_system":
                return System(self.foreign_tenant_id)
            case "landlord":
                return System()
            case "pool":
                return Pool(self.tenant_id)
            case "foreign_pool":
                return Pool(self.foreign_tenant_id)
            case "nobody" | "publisher":
                return Nobody()
            case "disabled":
                return Persistent(Member(self.tenant_id, self.people[name], self.now))
            case "foreign_user" | "foreign_admin":
                return Member(self.foreign_tenant_id, self.people[name], self.now)
            case _:
                return Member(self.tenant_id, self.people[name], self.now)

    def person(self, name: str) -> UUID:
        """Return the actor's own id; whoever is no person says to be the owner."""
        return self.people.get(name, self.people["owner"])


def make_cast(operator: psycopg.Connection, *, now: datetime) -> Cast:
    """Make both tenants with everybody in them, and who lets whom see what."""
    home, abroad = (_tenant(operator, slug, now) for slug in ("home", "abroad"))
    company = _organization(operator, home, "Lindwerk", "company", now)
    firm = _organization(operator, home, "Fernhill", "investor", now)
    people, accounts = {}, {}
    for name in ACTORS:
        if name in _NO_PEOPLE:
            continue
        tenant = abroad if name.startswith("foreign") else home
        role = "guru" if name.startswith("guru") else "admin" if "admin" in name else "user"
        at_company = company if name in ("owner", "colleague") else None
        people[name], accounts[name] = _person(operator, tenant, name, role, at_company, now)
    for name, (level, state, ends) in _GRANTS.items():
        given = {
            "tenant": home,
            "subject": people["owner"],
            "audience": people[name],
            "level": level,
            "capacity": "coach",
            "state": state,
            "begun": now - timedelta(days=30),
            "ends": None if ends is None else now + ends,
        }
        _grant(operator, given)
    for name, (role, left) in _FIRM.items():
        _join(operator, home, people[name], firm, role, now, None if left is None else now + left)
    let_in = [(level, people[f"investor_{level}"]) for level in _INVESTORS]
    for level, audience in [*let_in, ("detailed", firm)]:
        given = {
            "tenant": home,
            "subject": company,
            "audience": audience,
            "level": level,
            "capacity": "investor",
            "state": "active",
            "begun": now - timedelta(days=30),
            "ends": None,
        }
        _grant(operator, given)
    return Cast(
        now=now,
        tenant_id=home,
        foreign_tenant_id=abroad,
        company_id=company,
        firm_id=firm,
        people=people,
        accounts=accounts,
        spare_person=_subject(operator, home, "person"),
        spare_company=_subject(operator, home, "organization"),
    )


def _grant(operator: psycopg.Connection, given: Mapping[str, Any]) -> None:
    _insert(
        operator,
        """
        insert into identity.grants (
          tenant_id, subject_id, audience_id, level, capacity, state, starts_at, ends_at,
          created_at, updated_at
        )
        values (
          %(tenant)s, %(subject)s, %(audience)s, %(level)s, %(capacity)s, %(state)s, %(begun)s,
          %(ends)s, %(begun)s, %(begun)s
        )
        """,
        given,
    )


def _tenant(operator: psycopg.Connection, slug: str, now: datetime) -> UUID:
    tenant = uuid4()
    _insert(
        operator,
        """
        insert into identity.tenants (id, slug, name, created_at)
        values (%(id)s, %(slug)s, 'A school', %(now)s)
        """,
        {"id": tenant, "slug": f"{slug}-{tenant.hex[:8]}", "now": now},
    )
    return tenant


def _subject(operator: psycopg.Connection, tenant: UUID, kind: str) -> UUID:
    subject = uuid4()
    _insert(
        operator,
        """
        insert into identity.subjects (tenant_id, id, kind)
        values (%(tenant)s, %(id)s, %(kind)s)
        """,
        {"tenant": tenant, "id": subject, "kind": kind},
    )
    return subject


def _organization(
    operator: psycopg.Connection, tenant: UUID, name: str, kind: str, now: datetime
) -> UUID:
    organization = _subject(operator, tenant, "organization")
    _insert(
        operator,
        """
        insert into identity.organizations (
          tenant_id, id, name, slug, kind, created_at, updated_at
        )
        values (%(tenant)s, %(id)s, %(name)s, lower(%(name)s), %(kind)s, %(now)s, %(now)s)
        """,
        {"tenant": tenant, "id": organization, "name": name, "kind": kind, "now": now},
    )
    return organization


def _join(
    operator: psycopg.Connection,
    tenant: UUID,
    person: UUID,
    organization: UUID,
    role: str,
    now: datetime,
    ended: datetime | None = None,
) -> None:
    _insert(
        operator,
        """
        insert into identity.memberships (
          tenant_id, subject_id, organization_id, role, created_at, ended_at
        )
        values (%(tenant)s, %(person)s, %(organization)s, %(role)s, %(begun)s, %(ended)s)
        """,
        {
            "tenant": tenant,
            "person": person,
            "organization": organization,
            "role": role,
            "begun": now - timedelta(days=40),
            "ended": ended,
        },
    )


def _person(
    operator: psycopg.Connection,
    tenant: UUID,
    name: str,
    role: str,
    organization: UUID | None,
    now: datetime,
) -> tuple[UUID, UUID]:
    person, account = _subject(operator, tenant, "person"), uuid4()
    values = {
        "tenant": tenant,
        "id": person,
        "account": account,
        "email": f"{name}-{person.hex[:8]}@people.milepost.test",
        "name": name,
        "role": role,
        "organization": organization,
        "disabled": now if name == "disabled" else None,
        "now": now,
    }
    _insert(
        operator,
        """
        insert into identity.accounts (id, email, created_at, updated_at)
        values (%(account)s, %(email)s, %(now)s, %(now)s)
        """,
        values,
    )
    _insert(
        operator,
        """
        insert into identity.users (
          tenant_id, id, account_id, email, full_name, role, organization_id, created_at,
          updated_at, disabled_at
        )
        values (
          %(tenant)s, %(id)s, %(account)s, %(email)s, %(name)s, %(role)s, %(organization)s,
          %(now)s, %(now)s, %(disabled)s
        )
        """,
        values,
    )
    if organization is not None:
        _join(operator, tenant, person, organization, "member", now)
    return person, account


def _insert(operator: psycopg.Connection, sql: LiteralString, values: Mapping[str, Any]) -> None:
    operator.execute(sql, values)
