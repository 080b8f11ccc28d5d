"""Errors of standups."""

from milepost.platform.errors import Conflict, Forbidden, TooMany


class NoStandup(Conflict):
    """The journey is a person's: nobody has to be told how it goes."""

    code = "no_standup"


class MayOnlyLook(Forbidden):
    """The caller sees the talk, and isn't one of those who hold it."""

    code = "may_only_look"


class Flood(TooMany):
    """More messages than anybody types; `data["retry_after"]` says when to go on."""

    code = "flood"


class AlreadyDecided(Conflict):
    """The action was decided otherwise before; `data["state"]` says how."""

    code = "already_decided"
