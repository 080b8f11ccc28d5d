"""Values of a tool's answers: submissions, the fields that flow, reviews."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from milepost.contexts.journeys.types.walks import Standing
from milepost.contexts.programs.types import Step


class Verdict(StrEnum):
    """What a review says besides its text."""

    COMMENT = "comment"
    STRONG = "strong"
    REVISE = "revise"


class Choice(StrEnum):
    """What a person does about a later value: keep what they used, or take the new one."""

    KEEP = "keep"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One version of an answer; `draft` and `in_progress` are not handed in yet."""

    id: UUID
    subject_id: UUID
    journey_id: UUID
    step_slug: str
    user_id: UUID
    data: dict[str, Any]
    inputs: dict[str, Any]
    status: str
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    completed_at: datetime | None

    @property
    def etag(self) -> str:
        """What a client has seen of it."""
        return f'"{self.version}.{self.revision}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """What a field is now, and where it came from."""

    field_id: str
    tool: str
    version: int
    value: Any
    at: datetime

    def as_input(self) -> dict[str, Any]:
        """As a submission remembers it."""
        return {
            "tool": self.tool,
            "version": self.version,
            "at": self.at.isoformat(),
            "value": self.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A field that a handed-in answer used, and that has another value by now."""

    step_slug: str
    version: int
    field_id: str
    used: Any
    used_version: int
    current: Any
    current_version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a coach wrote about one version."""

    id: UUID
    subject_id: UUID
    journey_id: UUID
    step_slug: str
    version: int
    author_id: UUID
    author_name: str | None
    text: str
    verdict: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A step as its walker finds it: inputs with their origin, the draft, what was handed in."""

    standing: Standing
    inputs: Mapping[str, FieldValue]
    draft: Submission | None
    latest: Submission | None
    outdated: tuple[Outdated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What handing in did: the version made, and the steps it opened."""

    submission: Submission
    opened: tuple[Step, ...]

    @property
    def unlocked(self) -> tuple[str, ...]:
        """The slugs of the steps it opened."""
        return tuple(step.slug for step in self.opened)
