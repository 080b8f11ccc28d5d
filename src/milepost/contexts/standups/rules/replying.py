"""What the bot says: what it understood, what it proposes, what it isn't sure of."""

from collections.abc import Sequence

from milepost.contexts.standups.types import Action, ActionState, Kind, Proposal, Understood

NOTHING = (
    "I found nothing in this that belongs to an open step or task. Name what you did or what is"
    " in the way in a few of its own words, for example “Interviewed ten customers”."
)
ASKED_NOTHING = (
    "I have no question open that this could answer. Tell me what was done, what is next or what"
    " is in the way, or use the buttons beside what I proposed before."
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
_MOST_QUOTED, _LONGEST_QUOTE = 2, 80
_UNPLACED_DONE = (
    "I heard that this is done: {quoted}. I found no open step or task that it belongs to: say it"
    " in a few words of that one's title, for example “Interviewed ten customers”."
)
_UNPLACED_BLOCKED = (
    "I noted what blocks you: {quoted}. I don't know which step it keeps you from: say it again"
    " with the step's name, and I keep it there."
)
_NOT_BLOCKED = "Good to hear. I have no blocker noted that this would lift."
_ONLY_NEXT = "Noted as under way or planned. Tell me when it is done."
_UNDO = (
    "I can't take back what was confirmed; on the step itself you can: untick the task there, or"
    " choose “Take it up again” for a whole step. If something no longer blocks you, tell me so."
)

_ASKED = {
    Kind.COMPLETE_TASK: "mark “{label}” complete",
    Kind.COMPLETE_STEP: "complete the whole step “{label}”",
    Kind.START_STEP: "start “{label}”",
    Kind.NOTE_BLOCKER: "note that “{label}” is blocked",
    Kind.LIFT_BLOCKER: "note that “{label}” is no longer blocked",
}
_TOLD = {
    Kind.COMPLETE_TASK: "Marked “{label}” complete.",
    Kind.COMPLETE_STEP: "Completed “{label}”.",
    Kind.START_STEP: "Started “{label}”.",
    Kind.NOTE_BLOCKER: "Noted that “{label}” is blocked.",
    Kind.LIFT_BLOCKER: "Noted that “{label}” is no longer blocked.",
}
_ALREADY = {
    Kind.COMPLETE_TASK: "“{label}” was complete already.",
    Kind.COMPLETE_STEP: "“{label}” was completed already.",
    Kind.START_STEP: "“{label}” was begun already.",
    Kind.NOTE_BLOCKER: "“{label}” was noted already.",
    Kind.LIFT_BLOCKER: "“{label}” was free already.",
}
# What an action's outcome may be, besides having been done.
ALREADY, CHANGED = "already", "changed"


def reply(understood: Understood, *, undo: bool = False) -> str:
    """Say what was understood of a message, and who read it where a model was to and didn't.

    `undo`: it asks to take back what was confirmed, besides.
    """
    said = _answer(understood, [_UNDO] if undo else [])
    return f"{said} {_SPOKE.format(reason=understood.note)}" if understood.note else said


def _answer(understood: Understood, first: Sequence[str]) -> str:
    if understood.foreign:
        return FOREIGN
    parts = [
        *first,
        _proposed(understood.sure),
        *_asked_back(understood.options),
        _quoted(_UNPLACED_BLOCKED, understood.unplaced_blocked),
        _quoted(_UNPLACED_DONE, understood.unplaced_done),
        _NOT_BLOCKED if understood.lifts and not _lifting(understood) else "",
        _ONLY_NEXT if understood.next and not understood.proposals else "",
    ]
    return " ".join(part for part in parts if part) or NOTHING


def _lifting(understood: Understood) -> bool:
    return any(one.kind is Kind.LIFT_BLOCKER for one in understood.proposals)


def which(waiting: Sequence[Action]) -> str:
    """Ask which of what was proposed is meant, each with its number; of one, whether it is."""
    named = [_ASKED[Kind(one.kind)].format(label=one.label) for one in waiting]
    if len(named) == 1:
        return f"Shall I {named[0]}, yes or no?"
    numbered = [f"{one.place}: {name}" for one, name in zip(waiting, named, strict=True)]
    return f"Which one? {'; '.join(numbered)}. Say its number, “all of them” or “none of these”."


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
        short = _short(said)
        # A model needn't quote.
        by = f"By “{short}”, did" if short.strip() else "Did"
        asked.append(f"{by} you mean {_listed(labels, 'or')}?")
    return asked


def _choice(option: Proposal) -> str:
    whole = "the whole step " if option.kind is Kind.COMPLETE_STEP else ""
    return f"{whole}“{option.label}”"


def _quoted(told: str, clauses: Sequence[str]) -> str:
    """Say back what was heard and nothing could be made of."""
    if not clauses:
        return ""
    quoted = [f"“{_short(one)}”" for one in clauses[:_MOST_QUOTED]]
    if len(clauses) > _MOST_QUOTED:
        quoted.append(f"{len(clauses) - _MOST_QUOTED} more")
    return told.format(quoted=_listed(quoted, "and"))


def _short(said: str) -> str:
    bare = said.strip().rstrip(".")
    return bare if len(bare) <= _LONGEST_QUOTE else bare[: _LONGEST_QUOTE - 1] + "…"


def _listed(parts: Sequence[str], word: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
