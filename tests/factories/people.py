"""Makers of tenants, people, organizations and grants."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID, uuid4

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import (
    Capacity,
    Grant,
    Level,
    Member,
    Organization,
    Role,
    System,
    User,
)
from milepost.platform.db import Database

PASSWORD = "correct horse battery"

_numbers = count(1)
_hash_of_password: list[str] = []


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a test: `actor` begins their transactions."""

    user: User
    actor: Member

    @property
    def id(self) -> UUID:
        return self.user.id


@dataclass(frozen=True, slots=True)
class Place:
    """A tenant of a test, and its first administrator."""

    db: Database
    tenant_id: UUID
    slug: str
    admin: Someone
    now: datetime

    @property
    def system(self) -> System:
        return System(self.tenant_id)

    async def person(
        self,
        name: str = "Nora Lind",
        *,
        role: Role = Role.USER,
        email: str | None = None,
        organization: Organization | None = None,
        lms_user_id: str | None = None,
        password: str | None = None,
        time_zone: str = "UTC",
    ) -> Someone:
        """Make a person; with a password (PASSWORD is hashed once) they can sign in."""
        password_hash = None if password is None else await hash_of(password)
        async with self.db.transaction(self.system) as tx:
            user = await identity.add_user(
                tx,
                email=email or new_address(),
                full_name=name,
                role=role,
                organization_id=organization.id if organization else None,
                lms_user_id=lms_user_id,
                password_hash=password_hash,
                time_zone=time_zone,
                now=self.now,
            )
        return Someone(user, Member(self.tenant_id, user.id, self.now))

    async def organization(self, name: str | None = None) -> Organization:
        """Make an organization."""
        async with self.db.transaction(self.system) as tx:
            return await identity.ensure_organization(
                tx, name=name or f"Lindwerk {next(_numbers)}", now=self.now
            )

    async def grant(
        self,
        subject: Someone,
        audience: Someone,
        *,
        level: Level = Level.FULL,
        capacity: Capacity = Capacity.COACH,
        ends_at: datetime | None = None,
    ) -> Grant:
        """Let the audience see the subject."""
        async with self.db.transaction(subject.actor) as tx:
            return await identity.make_grant(
                tx,
                audience=identity.Audience(user_id=audience.id),
                level=level,
                capacity=capacity,
                ends_at=ends_at,
                now=self.now,
            )


async def make_place(db: Database, *, now: datetime) -> Place:
    """Make a tenant with an administrator."""
    slug = f"t-{uuid4().hex[:12]}"
    async with db.transaction(System()) as tx:
        tenant = await identity.ensure_tenant(tx, slug=slug, name="Lindwerk School", now=now)
    async with db.transaction(System(tenant.id)) as tx:
        user = await identity.add_user(
            tx, email=new_address(), full_name="Ada Admin", role=Role.ADMIN, now=now
        )
    admin = Someone(user, Member(tenant.id, user.id, now))
    return Place(db, tenant.id, slug, admin, now)


def new_address() -> str:
    """An address that nobody has."""
    return f"p{next(_numbers)}-{uuid4().hex[:8]}@people.milepost.test"


async def hash_of(password: str) -> str:
    """The hash of a password; the usual one is made once."""
    if password != PASSWORD:
        return await identity.hash_password(password, email="")
    if not _hash_of_password:
        _hash_of_password.append(await identity.hash_password(password, email=""))
    return _hash_of_password[0]
