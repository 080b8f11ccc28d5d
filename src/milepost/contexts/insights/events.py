"""What happened in insights, in the past tense."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SuggestionsMade:
    """Suggestions after an outcome are there to be read."""

    name: ClassVar[str] = "insights.suggestions_made"
    journey_id: UUID
    outcome_id: UUID


@dataclass(frozen=True, slots=True)
class SuggestionAnswered:
    """A company took a suggestion up, or dismissed it."""

    name: ClassVar[str] = "insights.suggestion_answered"
    journey_id: UUID
    suggestion_id: UUID
    feedback: str
