"""Errors of insights."""

from milepost.platform.errors import Conflict, Unavailable


class AlreadyAccepted(Conflict):
    """The suggestion was taken up, and what that did is not undone by dismissing it."""

    code = "already_accepted"


class SuggestionLapsed(Conflict):
    """What it advises was done meanwhile, or can't be done any more."""

    code = "suggestion_lapsed"


class AnotherKey(Unavailable):
    """Companies were counted under a key that this installation doesn't have any more."""

    code = "another_key"
