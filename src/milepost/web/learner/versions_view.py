"""Two versions of an answer, question by question, and what was written about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.contexts.journeys.types import Review, Submission
from milepost.contexts.programs.types import Step
from milepost.web.learner.answers import ordered_form


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with its answer in the older and in the newer version."""

    name: str
    label: str
    prop: Mapping[str, Any]
    older: Any
    newer: Any
    changed: bool


def compared(step: Step, older: Submission | None, newer: Submission) -> list[Pair]:
    """Put two versions side by side; a first version stands alone and has no changes."""
    properties: Mapping[str, Any] = ordered_form(step)["properties"]
    return [
        Pair(
            name=name,
            label=prop.get("title", name),
            prop=prop,
            older=older.data.get(name) if older else None,
            newer=newer.data.get(name),
            changed=older is not None and older.data.get(name) != newer.data.get(name),
        )
        for name, prop in properties.items()
    ]


def changed_count(step: Step, older: Submission | None, newer: Submission) -> int:
    """Count the questions that were answered differently."""
    return sum(pair.changed for pair in compared(step, older, newer))


def reviews_of(reviews: Sequence[Review], version: int) -> list[Review]:
    """List the reviews about one version."""
    return [review for review in reviews if review.version == version]
