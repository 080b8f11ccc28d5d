"""Understanding a standup message, and answering it: pure, offline, bounded in time."""

from milepost.contexts.standups.rules.matching import Index
from milepost.contexts.standups.rules.reading import asks, read
from milepost.contexts.standups.rules.replying import ALREADY, CHANGED, reply, verdict
from milepost.contexts.standups.rules.steps import LIKELY, SURE, ask_first

__all__ = [
    "ALREADY",
    "CHANGED",
    "LIKELY",
    "SURE",
    "Index",
    "ask_first",
    "asks",
    "read",
    "reply",
    "verdict",
]
