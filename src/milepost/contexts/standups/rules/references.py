"""What a blocker is about that names nothing itself: what the sentence before it spoke of.

"Working on the business account. It's blocked because the bank hasn't answered."
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milepost.contexts.standups.rules import meaning, steps, words
from milepost.contexts.standups.rules.clauses import Clause, Intent
from milepost.contexts.standups.rules.matching import Index
from milepost.contexts.standups.rules.meaning import Finding
from milepost.contexts.standups.rules.runs import Run
from milepost.contexts.standups.types import Kind, Proposal, Senses

# To take "it" for what was spoken of before is a guess on top of the guess what that was.
_LESS = 0.9

_LEAD = (
    r"^\W*(?:(?:but|and|now|so|still|yet|sadly|unfortunately|however|alas|though|sorry|currently"
    r"|right now|at the moment)\W+)*"
)
_VERB = (
    r"(?:'s|'re|\s+(?:is|isn't|are|aren't|was|has|hasn't|have|haven't|can|can't|cannot|could"
    r"|couldn't|does|doesn't|do|don't|got|gets|drags|stands|remains|keeps|stays)\b)"
)
# "It is stuck", "that's on hold", "waiting for it"; but not "this week" or "that bank".
_POINTS_BACK = re.compile(
    rf"{_LEAD}(?:(?:it|they)\b|(?:this|that|these|those|both){_VERB}"
    rf"|which{_VERB})"
    r"|\b(?:on|with|for|by|about|finish|continue|complete|start|do) (?:it|this|that|them|these)\W*$"
)
# "Stuck because Sam is ill": of what is under way, if that was just spoken of.
_GOES_ON = re.compile(
    rf"{_LEAD}(?:(?:i'm|i am|we're|we are)\s+)?(?:\w+ly\s+)?"
    r"(?:stuck|blocked|stalled|held up|on hold|at a standstill)\b"
)
# "She hasn't answered yet", "no quotes yet": of whom, or for what, was said before.
_LEANS = re.compile(rf"{_LEAD}(?:she|he|they|it|this|that|nobody|no one|none|no \w+)\b")
_UNDER_WAY = (Intent.DOING, Intent.NEXT, Intent.OPEN, Intent.NONE)


@dataclass(frozen=True, slots=True)
class _Reference:
    """What blocks, and the sentence before it, which most likely says what. `plain`: by a word."""

    told: Run
    before: Run
    plain: bool


def leans(run: Run) -> bool:
    """Whether what blocks has no name of its own, by how it is begun."""
    return bool(_LEANS.search(words.plain(run.clauses[0].text)))


def asks(found: Sequence[Finding], clauses: Sequence[Clause], index: Index) -> tuple[str, ...]:
    """Name the sentences of which words don't tell what a blocker that points to them is about."""
    return tuple(
        one.before.text
        for one in _references(found, clauses)
        if not _spoken_of(one.before, found, index, None)
    )


def resolve(
    found: Sequence[Finding], clauses: Sequence[Clause], index: Index, senses: Senses | None
) -> Sequence[Finding]:
    """Note what blocks at what was spoken of just before, where it names no step of its own."""
    resolved = list(found)
    for one in _references(found, clauses):
        proposals = _noted(one, _spoken_of(one.before, resolved, index, senses))
        if proposals:
            # What it might be by its own few words is asked no longer.
            number = one.told.clauses[0].sentence
            resolved = [other for other in resolved if not _is_blocker(other, number)]
            resolved.append(Finding(one.told, proposals))
    return resolved


def _references(found: Sequence[Finding], clauses: Sequence[Clause]) -> list[_Reference]:
    """List the blockers that name nothing surely, and point to the sentence before."""
    made: list[_Reference] = []
    for number in dict.fromkeys(one.sentence for one in clauses if one.intent is Intent.BLOCKED):
        own = [one for one in found if _is_blocker(one, number)]
        before = tuple(clause for clause in clauses if clause.sentence == number - 1)
        if not before or any(one.sure for finding in own for one in finding.proposals):
            continue
        told = _blocked(clauses, number)
        points_back = any(_POINTS_BACK.search(words.plain(one.text)) for one in told.clauses)
        first = told.clauses[0]
        # A line of its own, or a heading, begins something else.
        goes_on = first.line == before[0].line and before[-1].intent in _UNDER_WAY
        if points_back or goes_on:
            plain = points_back or bool(_GOES_ON.search(words.plain(first.text)))
            made.append(_Reference(told, Run(clauses.index(before[0]), before), plain))
    return made


def _blocked(clauses: Sequence[Clause], number: int) -> Run:
    """Return all that a sentence tells of what blocks."""
    places = [
        place
        for place, clause in enumerate(clauses)
        if clause.sentence == number and clause.intent is Intent.BLOCKED
    ]
    return Run(places[0], tuple(clauses[place] for place in places))


def _is_blocker(finding: Finding, number: int) -> bool:
    return finding.run.clauses[0].sentence == number and any(
        proposal.kind is Kind.NOTE_BLOCKER for proposal in finding.proposals
    )


def _noted(reference: _Reference, spoken: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Propose to note it at what was spoken of before, as surely as the words point there."""
    sure = reference.plain and len(spoken) == 1
    return tuple(
        replace(
            one,
            kind=Kind.NOTE_BLOCKER,
            said=reference.told.said,
            confidence=round(one.confidence * _LESS, 2),
            sure=sure and one.sure and one.confidence * _LESS >= steps.SURE,
        )
        for one in spoken
        if one.confidence * _LESS >= steps.LIKELY
    )


def _spoken_of(
    before: Run, found: Sequence[Finding], index: Index, senses: Senses | None
) -> Sequence[Proposal]:
    """List the steps a sentence is about: by what is proposed of it, its words, or meaning."""
    spoken = _proposed(before.clauses[0].sentence, found, index) or _named(before, index)
    return spoken or (meaning.about(Kind.NOTE_BLOCKER, before, index, senses) if senses else ())


def _proposed(number: int, found: Sequence[Finding], index: Index) -> list[Proposal]:
    """List the steps that something is proposed about, in a sentence."""
    by_step: dict[str, Proposal] = {}
    for finding in found:
        if finding.run.clauses[0].sentence != number:
            continue
        for proposal in finding.proposals:
            about = index.find(proposal.target)
            if about is not None and proposal.sure:
                by_step.setdefault(
                    about.step_slug,
                    replace(proposal, target=about.step_slug, label=about.step_title),
                )
    return list(by_step.values())


def _named(before: Run, index: Index) -> Sequence[Proposal]:
    """List the steps that a sentence fits, though nothing is to be done about them."""
    alone = [
        Run(place, (clause,)) for place, clause in zip(before.places, before.clauses, strict=True)
    ]
    whole, *parts = (
        steps.about(Kind.NOTE_BLOCKER, index.matches(run.terms()), run) for run in (before, *alone)
    )
    # "Working on the cash plan and the bank account": each is one that may be meant.
    named = {one.target: one for part in parts for one in part if one.sure}
    return list(named.values()) if len(named) > 1 else whole
