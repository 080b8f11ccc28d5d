"""What is said of whole steps: which one is meant, and when to ask before it is completed."""

from collections.abc import Sequence
from dataclasses import replace

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
# How many of its tasks may be open where a step is said to be done: a step has three and more, so
# one is never most of them.
MOST_OPEN = 1


def is_all_but_done(step_slug: str, index: Index) -> bool:
    """Whether so little of a step is open that it may be completed without asking back."""
    return index.open_tasks(step_slug) <= MOST_OPEN


def ask_first(understood: Understood, index: Index) -> Understood:
    """Ask about each whole step that was said to be done while tasks of it are open.

    Whoever understood the message: rules hold to this as they read, a model does as it likes.
    """
    return replace(
        understood,
        proposals=tuple(
            replace(one, sure=False)
            if one.kind is Kind.COMPLETE_STEP and not is_all_but_done(one.target, index)
            else one
            for one in understood.proposals
        ),
    )


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
            run.text,
        )
        for match in (best, *rivals)
    )
