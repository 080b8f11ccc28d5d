"""When a suggestion has lapsed: what it is about was done, or can't be done any more.

That follows from where its step stands now, so that nothing is kept of it: a step that is taken up
again opens what lapsed with its end.
"""

from dataclasses import dataclass

from milepost.contexts.insights.rules.sameness import AGAIN, START, ways_of
from milepost.contexts.insights.types import Suggestion, TargetKind

_DONE = {"completed": "is completed meanwhile", "skipped": "was left out meanwhile"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the step stands that a suggestion aims at.

    `ended_since` tells whether it was done or left out after the suggestion was made.
    """

    title: str
    state: str
    ended_since: bool


def lapse(suggestion: Suggestion, place: Place | None) -> str:
    """Say in words why a suggestion can't be taken up any more; nothing while it can.

    Without a place its step is not in the journey any more.
    """
    if place is None:
        return "The step it aims at is no longer in your journey."
    if suggestion.target["kind"] == TargetKind.ADD_TASK:
        return _lapsed_task(suggestion, place)
    return _lapsed_step(suggestion, place)


def _lapsed_task(suggestion: Suggestion, place: Place) -> str:
    # What was behind when it was made: the task takes it up again, and that is said.
    if place.state not in _DONE or suggestion.target["step_slug"] == suggestion.step_slug:
        return ""
    return (
        f"“{place.title}” {_DONE[place.state]}, and a task there would be seen by nobody. Take the"
        " step up again, and this is open again, too."
    )


def _lapsed_step(suggestion: Suggestion, place: Place) -> str:
    ways = ways_of(suggestion.wording)
    if place.state == "in_progress":
        return f"“{place.title}” is in progress already."
    if place.state in _DONE and (place.ended_since or AGAIN not in ways):
        return f"“{place.title}” {_DONE[place.state]}."
    if place.state not in _DONE and START not in ways:
        return f"“{place.title}” is not behind you any more."
    return ""
