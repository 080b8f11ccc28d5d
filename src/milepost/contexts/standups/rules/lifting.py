"""What is said to be out of the way: which of the steps that were noted as blocked is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from milepost.contexts.standups.rules import hedges, steps
from milepost.contexts.standups.rules.clauses import Intent, as_said, cut
from milepost.contexts.standups.rules.matching import Index
from milepost.contexts.standups.types import Kind, Proposal, Understood

# A word or two in common with a long title is chance.
_LEAST = 0.2


@dataclass(frozen=True, slots=True)
class Free:
    """What a sentence says is out of the way, its words clause by clause, and those of all of it.

    `sure`: without a but, from somebody who knows.
    """

    said: str
    parts: tuple[tuple[str, ...], ...]
    around: tuple[str, ...]
    sure: bool = True


def lifted(text: str) -> tuple[Free, ...]:
    """List what of a message says that something is out of the way, a sentence each."""
    clauses = cut(text)
    made: list[Free] = []
    for number in dict.fromkeys(one.sentence for one in clauses if one.intent is Intent.FREE):
        whole = [one for one in clauses if one.sentence == number]
        then = [one for one in clauses if one.sentence == number + 1]
        told = [one for one in whole if one.intent is Intent.FREE]
        made.append(
            Free(
                as_said(told),
                tuple(one.terms for one in told),
                tuple(term for one in whole for term in one.terms),
                not hedges.is_doubtful(whole, then),
            )
        )
    return tuple(made)


def with_lifted(
    understood: Understood, told: Sequence[Free], index: Index, blocked: Mapping[str, str]
) -> Understood:
    """Propose to lift the blocker of each step that is said to be free; ask back which, else.

    `blocked` names the steps that something was noted to block, each with its title.
    """
    proposals: dict[str, Proposal] = {}
    for free in told:
        for one in _meant(free, index, blocked):
            proposals.setdefault(one.target, one)
    return replace(
        understood,
        proposals=(*understood.proposals, *proposals.values()),
        lifts=tuple(free.said for free in told),
    )


def _meant(free: Free, index: Index, blocked: Mapping[str, str]) -> list[Proposal]:
    """Of so few, some words in common tell which; where none do, all of them may be meant."""
    found = [_close(scores) for part in free.parts if (scores := _scores(part, index, blocked))]
    if not found and _names_another(free, index):
        return []
    if not found:
        found = [_close(_scores(free.around, index, blocked))]
    scores = {slug: score for close in found for slug, score in close.items()}
    sure = free.sure and all(len(close) == 1 for close in found)
    meant = list(scores or blocked)
    return [
        Proposal(
            Kind.LIFT_BLOCKER,
            slug,
            blocked[slug],
            round(max(scores.get(slug, 0.0), steps.SURE if sure else steps.LIKELY), 2),
            sure,
            free.said,
        )
        for slug in meant[: steps.MOST_OPTIONS]
    ]


def _names_another(free: Free, index: Index) -> bool:
    """Whether it is of a step that nothing was noted to block: then the others aren't meant."""
    return any(steps.is_named(match) for part in free.parts for match in index.matches(part)[:1])


def _close(scores: Mapping[str, float]) -> dict[str, float]:
    """Keep the best of them, and what is hardly behind."""
    best = max(scores.values(), default=0.0)
    return {slug: score for slug, score in scores.items() if score >= best * steps.CLOSE}


def _scores(terms: Sequence[str], index: Index, blocked: Mapping[str, str]) -> dict[str, float]:
    """How well words fit each of these steps, or the best of its tasks."""
    scores: dict[str, float] = {}
    for match in index.matches(terms):
        if match.candidate.step_slug in blocked and match.score >= _LEAST:
            scores.setdefault(match.candidate.step_slug, match.score)
    return scores
