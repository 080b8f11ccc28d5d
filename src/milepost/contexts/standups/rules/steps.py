"""What is said of whole steps: which one is meant, and when to ask before it is completed."""

import re
from collections.abc import Sequence
from dataclasses import replace

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.rules.matching import Index, Match
from milepost.contexts.standups.rules.runs import Run
from milepost.contexts.standups.types import Kind, Proposal, Understood

# From here on it is proposed; from here on it is asked about.
SURE, LIKELY = 0.56, 0.42
# Another one this close to the best makes it a question.
CLOSE = 0.88
# How much of a step or a task must be said to start the step; to note a blocker undoes easily.
ABOUT = {Kind.START_STEP: 0.4, Kind.NOTE_BLOCKER: 0.0}
MOST_OPTIONS = 4
# How much of a name must be said to be sure that it is the one: to complete a step, for example.
NAMED = 0.8
# How many of its tasks may be open where a step is said to be done: a step has three and more, so
# one is never most of them.
MOST_OPEN = 1


# Said of a step, these leave nothing to ask: all of it is meant.
_WHOLE = re.compile(
    r"\b(?:completely|entirely|fully|in full|top to bottom"
    r"|(?:the )?(?:whole|entire) (?:[\w-]+ ){0,5}?(?:step|thing|of it)"
    r"|(?:all|everything|every (?:bit|part|task)) (?:of|in) it|all (?:of )?its tasks|every task)\b"
)


def says_whole(said: str) -> bool:
    """Whether somebody says plainly that all of something is meant."""
    return bool(_WHOLE.search(words.plain(said)))


def is_all_but_done(step_slug: str, index: Index) -> bool:
    """Whether so little of a step is open that it may be completed without asking back."""
    return index.open_tasks(step_slug) <= MOST_OPEN


def ask_first(understood: Understood, index: Index, text: str) -> Understood:
    """Ask about each whole step that was said to be done while tasks of it are open.

    Unless it was said in so many words that all of it is. Whoever understood the message: rules
    hold to this as they read, a model does as it likes, and may quote what nobody said.
    """
    return replace(
        understood,
        proposals=tuple(
            replace(one, sure=one.sure and _may_be_whole(one, index, text))
            if one.kind is Kind.COMPLETE_STEP
            else one
            for one in understood.proposals
        ),
    )


def _may_be_whole(proposal: Proposal, index: Index, text: str) -> bool:
    if is_all_but_done(proposal.target, index) or proposal.whole:
        return True
    said = words.squeezed(proposal.said)
    return said in words.squeezed(text) and says_whole(said)


def is_named(match: Match) -> bool:
    """Whether something is called by more than a word that it has in common with many."""
    return match.score >= LIKELY and (len(match.used) > 1 or match.covered >= NAMED)


def about(kind: Kind, fitting: Sequence[Match], run: Run) -> tuple[Proposal, ...]:
    """Propose it for the step that fits best, or ask back about those that fit as well."""
    by_step: dict[str, Match] = {}
    for match in fitting:
        by_step.setdefault(match.candidate.step_slug, match)
    found = list(by_step.values())
    if not found or found[0].score < LIKELY:
        return ()
    best, *others = found
    rivals = [
        match
        for match in others[: MOST_OPTIONS - 1]
        if match.score >= max(LIKELY, best.score * CLOSE) and match.used & best.used
    ]
    sure = best.score >= SURE and not rivals and best.covered >= ABOUT[kind]
    return tuple(
        Proposal(
            kind,
            match.candidate.step_slug,
            match.candidate.step_title,
            round(match.score, 2),
            sure,
            run.said,
        )
        for match in (best, *rivals)
    )
