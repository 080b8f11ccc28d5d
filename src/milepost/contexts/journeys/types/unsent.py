"""Values of forms about a company's journey that somebody began to write, and has not sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class FormKind(StrEnum):
    """Which form it is."""

    OUTCOME = "outcome"
    EDIT = "edit"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSpot:
    """Where a form stands: in a journey, about one of its steps, or about one to come."""

    journey_id: UUID
    kind: FormKind
    step_slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentForm:
    """What one person wrote in a form so far. `based_on` is what they saw when they began."""

    id: UUID
    based_on: str
    data: Mapping[str, Any]
    revision: int
    updated_at: datetime

    @property
    def etag(self) -> str:
        """What a device has seen of it."""
        return f'"{self.id}.{self.revision}"'


@dataclass(frozen=True, slots=True)
class HomelessForm:
    """What one person wrote in the form of a step that a colleague took out of the plan since."""

    step_slug: str
    data: Mapping[str, Any]
    updated_at: datetime
