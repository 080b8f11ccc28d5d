"""Seeing a company as its audiences do: by the same policies on the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from milepost.contexts.identity.queries import previews
from milepost.contexts.identity.types import Level, Person
from milepost.platform.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Somebody who acts for a company, seeing no more of it than a grant at `level` shows.

    Nothing else is seen, and nothing can be written: not even that it was read.
    """

    tenant_id: UUID
    user_id: UUID
    company_id: UUID
    level: Level
    now: datetime

    def entry(self) -> tuple[LiteralString, Mapping[str, Any]]:
        """Enter as an audience at that level."""
        return (
            previews.ENTER,
            {
                "tenant_id": self.tenant_id,
                "user_id": self.user_id,
                "company_id": self.company_id,
                "level": str(self.level),
                "now": self.now,
            },
        )

    def entered(self, row: Mapping[str, Any] | None) -> Person:
        """Return who looks. Raises NotFound for a company that they don't act for."""
        if row is None:
            raise NotFound("You act for no such company.")
        return Person.from_row(row)
