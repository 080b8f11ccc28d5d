"""What the API of identity takes and gives. What comes in is strict: no guessing, no extras."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, Strict

from milepost.contexts.identity import rules
from milepost.contexts.identity.companies import Industry, Stage
from milepost.contexts.identity.types import Capacity, Level, Organization, Role

# JSON has no ids, times or enumerations: these, and only these, come as text.
Id = Annotated[UUID, Strict(False)]
Time = Annotated[AwareDatetime, Strict(False)]
RoleText = Annotated[Role, Strict(False)]
LevelText = Annotated[Level, Strict(False)]
CapacityText = Annotated[Capacity, Strict(False)]

Address = Annotated[str, Field(min_length=3, max_length=320, examples=["maya@example.org"])]
Password = Annotated[
    str, Field(max_length=rules.LONGEST_PASSWORD, examples=["seven green bicycles"])
]
Name = Annotated[str, Field(min_length=1, max_length=rules.LONGEST_NAME, examples=["Maya Okafor"])]

_ID = "0198c0de-7a3b-7c5d-8e9f-000000000001"


def _example(body: dict[str, JsonValue]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [body]})


class Incoming(BaseModel):
    """A request's body."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Outgoing(BaseModel):
    """An answer's body, made from a value of the context."""

    model_config = ConfigDict(from_attributes=True)


class SignIn(Incoming):
    """Who signs in; `tenant` only where an account belongs to several."""

    model_config = _example({"email": "maya@example.org", "password": "seven green bicycles"})

    email: Address
    password: Password
    tenant: Annotated[str | None, Field(max_length=100, examples=[None])] = None


class UserOut(Outgoing):
    """A person. What is nobody else's business is null to others."""

    id: UUID
    email: str
    full_name: str
    role: Role
    organization_id: UUID | None
    lms_user_id: str | None
    time_zone: str
    theme: str
    created_at: datetime
    last_login: datetime | None
    disabled_at: datetime | None

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "email": "maya@example.org",
                    "full_name": "Maya Okafor",
                    "role": "user",
                    "organization_id": None,
                    "lms_user_id": None,
                    "time_zone": "Europe/Berlin",
                    "theme": "system",
                    "created_at": "2026-03-02T09:00:00Z",
                    "last_login": "2026-03-09T07:30:00Z",
                    "disabled_at": None,
                }
            ]
        },
    )


class Users(Outgoing):
    """People, by name."""

    items: list[UserOut]
    next_cursor: str | None = Field(examples=[None])


class SignedInOut(Outgoing):
    """A new session: send the token as `Authorization: Bearer …`."""

    access_token: str = Field(examples=["mp_…"])
    token_type: Literal["bearer"] = Field(default="bearer")
    expires_in: int = Field(description="seconds", examples=[1209600])
    user: UserOut


class SessionOut(Outgoing):
    """Where somebody is signed in."""

    id: UUID
    kind: str = Field(examples=["bearer"])
    user_agent: str = Field(examples=["nightly-report/1.0"])
    address: str = Field(examples=["203.0.113.9"])
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool = False


class Sessions(Outgoing):
    """Where somebody is signed in, the latest used first."""

    items: list[SessionOut]
    next_cursor: str | None = None


class ProfileChange(Incoming):
    """What a person says of themselves; what is left out stays."""

    model_config = _example(
        {"full_name": "Maya Okafor", "time_zone": "Europe/Berlin", "theme": "dark"}
    )

    full_name: Name | None = None
    time_zone: Annotated[str | None, Field(max_length=64, examples=["Europe/Berlin"])] = None
    theme: Literal["system", "light", "dark"] | None = None


class PasswordChange(Incoming):
    """The password there is, and the one to be."""

    model_config = _example({"old": "seven green bicycles", "new": "eight yellow tricycles"})

    old: Password
    new: Password


class Deletion(Incoming):
    """The password; or, for those who have none, their e-mail address."""

    model_config = _example({"confirmation": "seven green bicycles"})

    confirmation: Password


class NewUser(Incoming):
    """A person to add."""

    model_config = _example(
        {"email": "maya@example.org", "full_name": "Maya Okafor", "role": "user"}
    )

    email: Address
    full_name: Name
    role: RoleText = Role.USER
    organization: Annotated[
        str | None, Field(max_length=rules.LONGEST_NAME, description="by name; made if missing")
    ] = None
    lms_user_id: Annotated[str | None, Field(max_length=255)] = None
    time_zone: Annotated[str, Field(max_length=64)] = "UTC"
    invite: bool = True


class UserChange(Incoming):
    """What an administrator decides about a person; what is left out stays."""

    model_config = _example({"role": "guru"})

    full_name: Name | None = None
    role: RoleText | None = None
    organization_id: Id | None = None
    lms_user_id: Annotated[str | None, Field(max_length=255)] = None
    disabled: bool | None = None


class OrganizationOut(Outgoing):
    """A company, or another group."""

    id: UUID
    name: str = Field(examples=["Lindwerk"])
    slug: str = Field(examples=["lindwerk"])
    kind: str = Field(examples=["company"])
    industry: str | None = Field(examples=["food"])
    stage: str | None = Field(examples=["validation"])
    created_at: datetime

    @classmethod
    def of(cls, organization: Organization) -> Self:
        """Show an organization."""
        return cls(
            id=organization.id,
            name=organization.name,
            slug=organization.slug,
            kind=organization.kind,
            industry=organization.settings.get("industry"),
            stage=organization.settings.get("stage"),
            created_at=organization.created_at,
        )


class OrganizationChange(Incoming):
    """What a company is; what is left out stays."""

    model_config = _example({"industry": "food", "stage": "validation"})

    industry: Annotated[Industry | None, Strict(False)] = None
    stage: Annotated[Stage | None, Strict(False)] = None


class TenantOut(Outgoing):
    """The tenant that you are in."""

    slug: str = Field(examples=["main"])
    name: str = Field(examples=["Lindwerk School"])
    joins_pool: bool = Field(
        description="what companies share anonymously is counted with that of other tenants",
        examples=[False],
    )


class TenantChange(Incoming):
    """Whether to be counted with other tenants; from the next benchmark on."""

    model_config = _example({"joins_pool": True})

    joins_pool: bool


class Organizations(Outgoing):
    """Organizations, by name."""

    items: list[OrganizationOut]
    next_cursor: str | None = Field(examples=[None])


class ResetRequest(Incoming):
    """Whom to send a link for a new password."""

    model_config = _example({"email": "maya@example.org"})

    email: Address
    tenant: Annotated[str | None, Field(max_length=100)] = None


class LinkUse(Incoming):
    """A mailed link's token, and the password to be."""

    model_config = _example({"token": "mp_…", "password": "eight yellow tricycles"})

    token: Annotated[str, Field(max_length=200, examples=["mp_…"])]
    password: Password


class NewKey(Incoming):
    """An API key to make."""

    model_config = _example(
        {"name": "Nightly report", "scopes": ["read"], "expires_at": "2027-01-01T00:00:00Z"}
    )

    name: Annotated[Name, Field(examples=["Nightly report"])]
    scopes: Annotated[
        list[Literal["read", "write"]],
        Field(min_length=1, max_length=2, examples=[["read"]]),
    ]
    expires_at: Time | None = None


class KeyOut(Outgoing):
    """An API key, without what it is made of."""

    id: UUID
    name: str = Field(examples=["Nightly report"])
    hint: str = Field(description="how the key ends", examples=["x7Qa"])
    scopes: list[str] = Field(examples=[["read"]])
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class NewKeyOut(KeyOut):
    """A new API key; `token` is told this once."""

    token: str = Field(examples=["mp_…"])


class Keys(Outgoing):
    """API keys, the newest first."""

    items: list[KeyOut]
    next_cursor: str | None = None


class AudienceIn(Incoming):
    """Who is let in, named in exactly one way."""

    model_config = _example({"email": "guru@example.org"})

    user_id: Id | None = None
    organization_id: Id | None = None
    organization: Annotated[
        str | None,
        Field(max_length=80, description="its slug", examples=["fernhill-capital"]),
    ] = None
    email: Annotated[Address | None, Field(description="of a coach or an administrator")] = None


class NewGrant(Incoming):
    """Let an audience see you, or the company you act for; or ask to see somebody else."""

    model_config = _example(
        {"audience": {"email": "guru@example.org"}, "level": "full", "capacity": "coach"}
    )

    audience: AudienceIn | None = Field(
        default=None, description="left out: you", examples=[{"email": "guru@example.org"}]
    )
    subject_id: Id | None = Field(
        default=None, description="left out: you; may be a company that you act for"
    )
    level: LevelText = Field(examples=["full"])
    capacity: CapacityText = Capacity.COACH
    ends_at: Time | None = None


class GrantOut(Outgoing):
    """Who lets whom see what."""

    id: UUID
    subject_id: UUID
    audience_id: UUID
    level: Level
    capacity: Capacity
    state: str = Field(examples=["active"])
    starts_at: datetime
    ends_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ListedGrantOut(GrantOut):
    """A grant with the names of both sides."""

    subject_name: str = Field(examples=["Maya Okafor"])
    audience_name: str = Field(examples=["Gita Guru"])


class Grants(Outgoing):
    """Grants, the newest first."""

    items: list[ListedGrantOut]
    next_cursor: str | None = Field(examples=[None])


class ReadOut(Outgoing):
    """What somebody read of you on one day."""

    id: UUID
    subject_id: UUID
    reader_id: UUID
    reader_name: str = Field(examples=["Gita Guru"])
    what: str = Field(examples=["sprint-0-woop"])
    read_on: date
    times: int = Field(examples=[2])
    last_at: datetime


class Reads(Outgoing):
    """What was read, the latest first."""

    items: list[ReadOut]
    next_cursor: str | None = Field(examples=[None])


class ExportOut(Outgoing):
    """All of a person's data: who they are, and every row about them by table."""

    format: str = Field(examples=["milepost-person/1"])
    exported_at: datetime
    person: dict[str, Any] = Field(examples=[{"full_name": "Maya Okafor", "role": "user"}])
    account: dict[str, Any] = Field(examples=[{"email": "maya@example.org"}])
    tenant: dict[str, Any] = Field(examples=[{"slug": "main", "name": "Lindwerk School"}])
    organization: dict[str, Any] | None = Field(examples=[{"name": "Lindwerk"}])
    tables: dict[str, list[dict[str, Any]]] = Field(
        examples=[{"journeys.submissions": [{"step_slug": "sprint-0-woop", "version": 1}]}]
    )
