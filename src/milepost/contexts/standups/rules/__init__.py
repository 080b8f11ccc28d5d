"""Understanding a standup message, and answering it: pure, offline, bounded in time."""

from milepost.contexts.standups.rules.matching import Index
from milepost.contexts.standups.rules.reading import LIKELY, SURE, asks, read
from milepost.contexts.standups.rules.replying import ALREADY, CHANGED, reply, verdict

__all__ = ["ALREADY", "CHANGED", "LIKELY", "SURE", "Index", "asks", "read", "reply", "verdict"]
