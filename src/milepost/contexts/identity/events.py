"""What happened between people and between tenants, in the past tense.

They name the grant, not its audience: the log must hold nothing of somebody who left.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GrantMade:
    """A subject lets an audience see it, from now on."""

    name: ClassVar[str] = "identity.grant_made"
    grant_id: UUID
    level: str
    capacity: str


@dataclass(frozen=True, slots=True)
class GrantEnded:
    """An audience no longer sees a subject."""

    name: ClassVar[str] = "identity.grant_ended"
    grant_id: UUID
    capacity: str


@dataclass(frozen=True, slots=True)
class PoolChanged:
    """A tenant joined the pool of all tenants, or left it."""

    name: ClassVar[str] = "identity.pool_changed"
    joined: bool
