"""Values of identity: the signed-in person, the actors of a transaction, and rows."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, LiteralString, Self, TypeVar
from uuid import UUID

from milepost.contexts.identity.errors import NotSignedIn

T = TypeVar("T")


class Role(StrEnum):
    """What a person is in a tenant. A guru is a coach of the program."""

    USER = "user"
    ADMIN = "admin"
    GURU = "guru"


class Level(StrEnum):
    """How much a grant shows, each level with all before it."""

    BASIC = "basic"
    DETAILED = "detailed"
    FULL = "full"


class Capacity(StrEnum):
    """As what an audience sees a subject."""

    COACH = "coach"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    INVESTOR = "investor"
    SPONSOR = "sponsor"


class GrantState(StrEnum):
    """pending → active → ended, or declined."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer secret that names its tenant, so that finding it touches one tenant only.

    Written as `mp_` and the base64url of 16 bytes tenant and 32 bytes secret.
    """

    tenant_id: UUID
    secret: bytes = field(repr=False)

    @classmethod
    def make(cls, tenant_id: UUID) -> Self:
        """Make a token nobody can guess."""
        return cls(tenant_id, secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a token. Raises NotSignedIn when it is none."""
        try:
            raw = base64.b64decode(text.removeprefix("mp_").encode("ascii"), b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if not text.startswith("mp_") or len(raw) != 48:
            raise NotSignedIn("This sign-in is not valid. Sign in again.")
        return cls(UUID(bytes=raw[:16]), raw[16:])

    def __str__(self) -> str:
        """Write it out: only for the one it belongs to."""
        raw = self.tenant_id.bytes + self.secret
        return "mp_" + base64.urlsafe_b64encode(raw).decode("ascii")

    @property
    def hash(self) -> bytes:
        """What the database keeps. The secret is random, so one round is enough."""
        return hashlib.sha256(self.tenant_id.bytes + self.secret).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is acting: a user of one tenant, and how they signed in."""

    tenant_id: UUID
    user_id: UUID
    account_id: UUID
    role: Role
    full_name: str
    email: str
    time_zone: str
    theme: str
    session_id: UUID | None = None
    session_kind: str | None = None
    scopes: tuple[str, ...] | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Build from what identity.enter() or identity.enter_token() returned."""
        values = dict(row)
        scopes = values.get("scopes")
        values["scopes"] = None if scopes is None else tuple(scopes)
        values["role"] = Role(values["role"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever holds this token: a session's or an API key's."""

    token: Token
    now: datetime

    def entry(self) -> tuple[LiteralString, Mapping[str, Any]]:
        """Enter by the token's hash."""
        return (
            "select * from identity.enter_token(%(tenant_id)s, %(token_hash)s, %(now)s)",
            {
                "tenant_id": self.token.tenant_id,
                "token_hash": self.token.hash,
                "now": self.now,
            },
        )

    def entered(self, row: Mapping[str, Any] | None) -> Person:
        """Return the person. Raises NotSignedIn for an unknown, ended or revoked token."""
        if row is None:
            raise NotSignedIn("Your sign-in has ended. Sign in again; what you saved is safe.")
        return Person.from_row(row)


@dataclass(frozen=True, slots=True)
class Member:
    """A known user, acting without a token: demo data, jobs on somebody's behalf, tests."""

    tenant_id: UUID
    user_id: UUID
    now: datetime

    def entry(self) -> tuple[LiteralString, Mapping[str, Any]]:
        """Enter by name."""
        return (
            "select * from identity.enter(%(tenant_id)s, %(user_id)s, %(now)s)",
            {"tenant_id": self.tenant_id, "user_id": self.user_id, "now": self.now},
        )

    def entered(self, row: Mapping[str, Any] | None) -> Person:
        """Return the person. Raises NotSignedIn when there is no such user."""
        if row is None:
            raise NotSignedIn("There is no such person here.")
        return Person.from_row(row)


class _Nameless:
    """Acts as no person, and so carries itself through the transaction."""

    __slots__ = ()

    def entered(self, row: Mapping[str, Any] | None) -> Self:
        """Return itself: there is no person."""
        del row
        return self


@dataclass(frozen=True, slots=True)
class System(_Nameless):
    """Milepost itself, for one tenant or (None) for what belongs to none."""

    tenant_id: UUID | None = None

    def entry(self) -> tuple[LiteralString, Mapping[str, Any]]:
        """Enter as the system."""
        return "select identity.enter_system(%(tenant_id)s)", {"tenant_id": self.tenant_id}


@dataclass(frozen=True, slots=True)
class Pool(_Nameless):
    """Nobody, counting what companies share with a tenant's pool: itself, or all that joined."""

    tenant_id: UUID

    def entry(self) -> tuple[LiteralString, Mapping[str, Any]]:
        """Enter by the tenant."""
        return "select identity.enter_pool(%(tenant_id)s)", {"tenant_id": self.tenant_id}


@dataclass(frozen=True, slots=True)
class Nobody(_Nameless):
    """Somebody signed out: sees only what everybody may."""

    def entry(self) -> tuple[LiteralString, Mapping[str, Any]]:
        """Enter as nobody: settings stay empty."""
        return "select 1", {}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of a tenant."""

    id: UUID
    account_id: UUID
    lms_user_id: str | None
    email: str
    full_name: str
    organization_id: UUID | None
    role: str
    time_zone: str
    theme: str
    created_at: datetime
    updated_at: datetime
    last_login: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A group of any kind."""

    id: UUID
    name: str
    slug: str
    kind: str
    settings: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who belongs to an organization, as the others of it know them."""

    user_id: UUID
    full_name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A subject lets an audience see it."""

    id: UUID
    subject_id: UUID
    audience_id: UUID
    level: str
    capacity: str
    state: str
    starts_at: datetime
    ends_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A customer's own Milepost, apart from all others; counted with those that `joins_pool`."""

    id: UUID
    slug: str
    name: str
    joins_pool: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs in, in whichever tenants."""

    id: UUID
    email: str
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A tenant in which an account is a user."""

    tenant_id: UUID
    tenant_slug: str
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Wrong passwords for one key within the window."""

    count: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in, as its owner sees it."""

    id: UUID
    kind: str
    user_agent: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session; the token is told once."""

    token: Token
    session_id: UUID
    expires_at: datetime
    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A program's key, as its owner sees it; `hint` is how the key ends."""

    id: UUID
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    def __post_init__(self) -> None:
        # The database hands back a list, which a frozen value may not hold.
        object.__setattr__(self, "scopes", tuple(self.scopes))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink:
    """A link that was sent: whom it is about, and whether it still opens."""

    id: UUID
    subject_id: UUID
    kind: str
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedGrant:
    """A grant with the names of both sides."""

    id: UUID
    subject_id: UUID
    subject_name: str
    audience_id: UUID
    audience_name: str
    level: str
    capacity: str
    state: str
    starts_at: datetime
    ends_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What somebody read of a subject on one day."""

    id: UUID
    subject_id: UUID
    reader_id: UUID
    reader_name: str
    reader_organization: str
    what: str
    read_on: date
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered to an Idempotency-Key."""

    request_hash: bytes
    status: int | None
    body: Any


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and where the next ones begin."""

    items: tuple[T, ...]
    next_cursor: str | None
