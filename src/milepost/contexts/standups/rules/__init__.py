"""Understanding a standup message, and answering it: pure, offline, bounded in time."""

from milepost.contexts.standups.rules.answering import Answer, answer_in, open_of, settle
from milepost.contexts.standups.rules.lifting import Free, lifted, with_lifted
from milepost.contexts.standups.rules.matching import Index
from milepost.contexts.standups.rules.naming import may_answer, named_in
from milepost.contexts.standups.rules.orders import wants_undone
from milepost.contexts.standups.rules.reading import asks, read
from milepost.contexts.standups.rules.replying import (
    ALREADY,
    ASKED_NOTHING,
    CHANGED,
    ask_again,
    is_unheard,
    reply,
    verdict,
    which,
)
from milepost.contexts.standups.rules.steps import LIKELY, SURE, ask_first

__all__ = [
    "ALREADY",
    "ASKED_NOTHING",
    "CHANGED",
    "LIKELY",
    "SURE",
    "Answer",
    "Free",
    "Index",
    "answer_in",
    "ask_again",
    "ask_first",
    "asks",
    "is_unheard",
    "lifted",
    "may_answer",
    "named_in",
    "open_of",
    "read",
    "reply",
    "settle",
    "verdict",
    "wants_undone",
    "which",
    "with_lifted",
]
