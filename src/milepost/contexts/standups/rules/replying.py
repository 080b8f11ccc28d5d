"""What the bot says: what it understood, what it proposes, what it isn't sure of."""

from collections.abc import Sequence

from milepost.contexts.standups.types import Action, ActionState, Kind, Proposal, Understood

NOTHING = (
    "I found nothing in this that belongs to an open step or task. Name what you did or what is"
    " in the way in a few of its own words, for example “Interviewed ten customers”."
)
FOREIGN = (
    "I only understand English so far, and would rather not guess. Your message is kept; nothing"
    " was changed."
)
# In the words in which suggestions say it.
_SPOKE = (
    "A language model was asked, and did not help: {reason} So this was worked out by fixed rules."
)
_MOST_NAMED = 6

_ASKED = {
    Kind.COMPLETE_TASK: "mark “{label}” complete",
    Kind.COMPLETE_STEP: "complete the whole step “{label}”",
    Kind.START_STEP: "start “{label}”",
    Kind.NOTE_BLOCKER: "note that “{label}” is blocked",
}
_TOLD = {
    Kind.COMPLETE_TASK: "Marked “{label}” complete.",
    Kind.COMPLETE_STEP: "Completed “{label}”.",
    Kind.START_STEP: "Started “{label}”.",
    Kind.NOTE_BLOCKER: "Noted that “{label}” is blocked.",
}
_ALREADY = {
    Kind.COMPLETE_TASK: "“{label}” was complete already.",
    Kind.COMPLETE_STEP: "“{label}” was completed already.",
    Kind.START_STEP: "“{label}” was begun already.",
    Kind.NOTE_BLOCKER: "“{label}” was noted already.",
}
# What an action's outcome may be, besides having been done.
ALREADY, CHANGED = "already", "changed"


def reply(understood: Understood) -> str:
    """Say what was understood of a message, and who read it where a model was to and didn't."""
    said = _answer(understood)
    return f"{said} {_SPOKE.format(reason=understood.note)}" if understood.note else said


def _answer(understood: Understood) -> str:
    if understood.foreign:
        return FOREIGN
    parts = [_proposed(understood.sure), *_asked_back(understood.options)]
    text = " ".join(part for part in parts if part)
    return text or _heard(understood) or NOTHING


def verdict(action: Action) -> str:
    """Say what became of an action."""
    kind = Kind(action.kind)
    if action.outcome == CHANGED:
        return f"“{action.label}” has changed meanwhile, so I left it as it is. Look at the step."
    if action.state == ActionState.DISMISSED:
        return f"Left “{action.label}” as it is."
    told = _ALREADY if action.outcome == ALREADY else _TOLD
    return told[kind].format(label=action.label)


def _proposed(proposals: Sequence[Proposal]) -> str:
    if not proposals:
        return ""
    named = [_ASKED[one.kind].format(label=one.label) for one in proposals[:_MOST_NAMED]]
    if len(proposals) > _MOST_NAMED:
        named.append(f"{len(proposals) - _MOST_NAMED} more")
    return f"Shall I {_listed(named, 'and')}?"


def _asked_back(options: Sequence[Proposal]) -> list[str]:
    """One question for each thing said that could mean several."""
    by_clause: dict[str, list[Proposal]] = {}
    for option in options:
        by_clause.setdefault(option.said, []).append(option)
    asked: list[str] = []
    for said, choices in by_clause.items():
        labels = [_choice(choice) for choice in choices]
        short = said if len(said) <= 80 else said[:79] + "…"
        # A model needn't quote.
        by = f"By “{short}”, did" if short.strip() else "Did"
        asked.append(f"{by} you mean {_listed(labels, 'or')}?")
    return asked


def _choice(option: Proposal) -> str:
    whole = "the whole step " if option.kind is Kind.COMPLETE_STEP else ""
    return f"{whole}“{option.label}”"


def _heard(understood: Understood) -> str:
    """With nothing to propose, say at least what was heard."""
    if understood.next and not understood.done and not understood.blocked:
        return "Noted what is next. Tell me when it is done."
    return ""


def _listed(parts: Sequence[str], word: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
