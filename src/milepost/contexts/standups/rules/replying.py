"""What the bot says: what it understood, what it proposes, what it isn't sure of."""

import re
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
_SHORT_ANSWER = 4
_AGREES = re.compile(r"(?:yes|yep|yeah|yup|ok|okay|sure|right)\b")
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
# What was understood and calls for nothing is said back as what it was taken for.
_HEARD = (
    ("planned", "Noted as planned: {quoted}. Tell me when it is begun or done."),
    ("under_way", "Noted as under way: {quoted}. Tell me when it is done."),
    (
        "waiting",
        "I take it that you are waiting: {quoted}. If that keeps you from a step, say that you are"
        " stuck on it, with its name.",
    ),
    ("partly", "Noted as partly done: {quoted}. Tell me when all of it is."),
    ("undone", "I take this as not done: {quoted}. Nothing was changed."),
)
_THANKS = "You're welcome. There is nothing in this to note."
_SKIP = (
    "I can't skip a step for you, as that takes a reason for the others to read: open {step}, skip"
    " it there and say why. What later steps rest on can't be skipped."
)
_BEGINS = "{steps} begun yet: to mark a task of {it} complete begins it."
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
        _begun(understood.proposals),
        _quoted(_UNPLACED_BLOCKED, understood.unplaced_blocked),
        _quoted(_UNPLACED_DONE, understood.unplaced_done),
        _NOT_BLOCKED if understood.lifts and not _lifting(understood) else "",
        *(_quoted(told, getattr(understood.heard, name)) for name, told in _HEARD),
        *(_skipping(title) for title in understood.heard.skips[:_MOST_QUOTED]),
    ]
    said = " ".join(part for part in parts if part)
    return said or (_THANKS if understood.heard.thanks else NOTHING)


def is_unheard(understood: Understood) -> bool:
    """Whether a message told nothing that could be news, if it was to be an answer."""
    heard = understood.heard
    news = (
        understood.proposals,
        understood.lifts,
        understood.unplaced_done,
        understood.unplaced_blocked,
        *(heard.planned, heard.under_way, heard.waiting, heard.skips),
    )
    return not understood.foreign and not any(news)


def _skipping(title: str) -> str:
    return _SKIP.format(step=f"“{title}”" if title else "the step")


def _begun(proposals: Sequence[Proposal]) -> str:
    """Say which steps are begun by what is proposed, where that isn't proposed itself."""
    started = {one.label for one in proposals if one.kind is Kind.START_STEP and one.sure}
    titles = dict.fromkeys(one.begins for one in proposals if one.begins not in started)
    named = [f"“{title}”" for title in titles if title]
    if not named:
        return ""
    several = len(named) > 1
    steps = f"The steps {_listed(named, 'and')} aren't" if several else f"The step {named[0]} isn't"
    return _BEGINS.format(steps=steps, it="one" if several else "it")


def _lifting(understood: Understood) -> bool:
    return any(one.kind is Kind.LIFT_BLOCKER for one in understood.proposals)


def which(waiting: Sequence[Action]) -> str:
    """Ask which of what was proposed is meant, each with its number; of one, whether it is."""
    named = [_ASKED[Kind(one.kind)].format(label=one.label) for one in waiting]
    if len(named) == 1:
        return f"Shall I {named[0]}, yes or no?"
    numbered = [f"{one.place}: {name}" for one, name in zip(waiting, named, strict=True)]
    return f"Which one? {'; '.join(numbered)}. Say its number, “all of them” or “none of these”."


def ask_again(waiting: Sequence[Action], understood: Understood, text: str) -> str:
    """Say that an answer wasn't understood, and what the question was.

    What is rather told as open ("Not yet through with the runway") is said back as that.
    """
    heard = understood.heard
    tells = bool(heard.undone or heard.partly) and len(text.split()) > _SHORT_ANSWER
    if tells and not _AGREES.match(text.strip().lower()):
        return f"{reply(understood)} My question still stands. {which(waiting)}"
    return f"I didn't understand that as an answer, so I left all as it is. {which(waiting)}"


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
