"""The standup bot's public face: talking, deciding, looking back."""

from milepost.contexts.standups.rules import verdict
from milepost.contexts.standups.service.blockers import lift, list_blockers
from milepost.contexts.standups.service.conversing import converse, warm_up
from milepost.contexts.standups.service.decisions import confirm, dismiss
from milepost.contexts.standups.service.desks import is_ready
from milepost.contexts.standups.service.history import Entry, list_messages
from milepost.contexts.standups.service.saying import say
from milepost.contexts.standups.service.talks import list_turns, open_talk, prepare, topic

__all__ = [
    "Entry",
    "confirm",
    "converse",
    "dismiss",
    "is_ready",
    "lift",
    "list_blockers",
    "list_messages",
    "list_turns",
    "open_talk",
    "prepare",
    "say",
    "topic",
    "verdict",
    "warm_up",
]
