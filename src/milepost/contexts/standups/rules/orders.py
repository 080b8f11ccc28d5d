"""What the bot is told to do: "mark the script as done", "tick the notes off", "undo that".

An order is read as what it orders: it proposes the same, and like all is done once confirmed.
"""

import re
from dataclasses import dataclass

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.rules.telling import Intent

_POLITE = (
    r"\W*(?:(?:please|pls|plz|kindly|ok|okay|hey|hi|hello|dear|bot|milepost|now|then|and|so|also"
    r"|just|sorry|oops|ups|no|wait|can you|could you|would you|will you|can u|you can|you may"
    r"|i(?: would|'d) like you to|i want you to|(?:do )?you mind)\W+){0,5}"
)
_THANKS = r"(?:\W+(?:please|pls|plz|thanks|thank you|thx|too|as well|now|then|for me|today))*\W*$"
_SHORT = 300
# How it is to be marked, in the words that people use.
_STATES = (
    (Intent.DONE, r"(?:fully |completely )?(?:done|complete|completed|finished|closed|ready)"),
    (Intent.DOING, r"(?:started|begun|in progress|under way|underway|wip|ongoing)"),
    (Intent.FREE, r"(?:unblocked|no longer blocked|not blocked any ?more|free)"),
    (Intent.BLOCKED, r"(?:blocked|stuck|on hold|waiting|stalled)"),
)
_MARK = tuple(
    (
        intent,
        re.compile(
            rf"^{_POLITE}(?:mark|set|flag|put|tick|check|log|record|note)(?: off)?"
            rf" (?P<what>.{{2,{_SHORT}}}?)"
            rf" (?:as |to |is |that )(?:being )?{state}{_THANKS}"
        ),
    )
    for intent, state in _STATES
)
_TICK = re.compile(
    rf"^{_POLITE}(?:(?:tick|check|cross|mark) off (?P<off>.{{2,{_SHORT}}}?)"
    rf"|(?:tick|check|cross|mark) (?P<around>.{{2,{_SHORT}}}?) off"
    rf"|tick (?P<what>.{{2,{_SHORT}}}?)){_THANKS}"
)
# "Complete the list" may be what somebody is to do as well; with a "please" it is for the bot.
_FINISH = re.compile(
    rf"^(?P<polite>{_POLITE})(?:complete|finish|close)"
    rf" (?P<what>.{{2,{_SHORT}}}?)(?P<thanks>{_THANKS})"
)
_START = re.compile(
    rf"^(?P<polite>{_POLITE})(?:start|begin|kick off|open) (?:with )?"
    rf"(?P<what>.{{2,{_SHORT}}}?)(?P<thanks>{_THANKS})"
)
_ASKED = re.compile(r"\b(?:please|pls|plz|kindly|can you|could you|would you|will you|can u|you)\b")
_QUOTED = re.compile(r"[\"“”«»„]")
_UNDO = re.compile(
    rf"^{_POLITE}(?:(?:can|could|may|how (?:do|can|could)) (?:i|we|you) )?"
    r"(?:(?:undo|un-?tick|un-?check|un-?mark|revert|roll ?back|re-?open"
    r"|take (?:that|this|it|(?:the|my) last(?: one)?) back"
    r"|take back (?:that|this|it|(?:the|my) last)"
    r"|(?:mark|set|flag) .{2,200} (?:as |to )(?:not |un)(?:done|complete|completed|finished|ticked)"
    r")\b|(?:mark|set|flag) .{2,200} (?:as |to )(?:open|incomplete|unfinished)(?: again)?\W*$)"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be noted of what; NONE of what is to be undone. `vague`: it may be a plan too."""

    intent: Intent
    what: str = ""
    vague: bool = False


def order_in(sentence: str) -> Order | None:
    """Read a sentence that tells the bot to do something; None for any other."""
    said = sentence.strip()[: 2 * _SHORT]
    low = _QUOTED.sub("", words.plain(said))
    if _UNDO.search(low):
        return Order(Intent.NONE)
    for intent, pattern in _MARK:
        found = pattern.search(low)
        if found is not None:
            return Order(intent, found["what"])
    found = _TICK.search(low)
    if found is not None:
        return Order(Intent.DONE, found["off"] or found["around"] or found["what"])
    return _finish(low) or _start(low)


def _finish(low: str) -> Order | None:
    found = _FINISH.search(low)
    if found is None:
        return None
    asked = _ASKED.search(found["polite"] + " " + found["thanks"])
    return Order(Intent.DONE, found["what"], vague=asked is None)


def _start(low: str) -> Order | None:
    """Take it for an order only if the bot is asked; else it is told as a plan, and read so."""
    found = _START.search(low)
    if found is None or not _ASKED.search(found["polite"] + " " + found["thanks"]):
        return None
    return Order(Intent.DOING, found["what"])


def wants_undone(text: str) -> bool:
    """Whether a message asks to take back what was confirmed."""
    low = words.plain(words.squeezed(text))
    return any(_UNDO.search(line) for line in re.split(r"[\n.;!?]\s*", low))
