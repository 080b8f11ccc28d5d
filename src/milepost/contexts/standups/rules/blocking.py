"""What blocks which step: where one is named, what is said beside it is the reason.

"Stuck on the cash plan, the bank is silent": of the bank nothing is asked, and it is kept with it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from milepost.contexts.standups.rules import references, steps, words
from milepost.contexts.standups.rules.clauses import Clause, Intent
from milepost.contexts.standups.rules.matching import Index, Match
from milepost.contexts.standups.rules.meaning import Finding
from milepost.contexts.standups.rules.runs import Run, runs_of
from milepost.contexts.standups.types import Kind

# A sentence that says in what trouble somebody or something is.
_TROUBLE = re.compile(
    r"(?:'s|\b(?:is|are|was|were|am|'m|'re|fell|got|remains?))(?: \w+)?(?: \w+)? (?:ill|sick|away"
    r"|off|out|gone|down|broken|late|missing|busy|closed|slow|silent|unavailable|lost|delayed"
    r"|overdue|unclear|abroad|full|dead|on (?:holidays?|leave|vacation|strike|parental leave)"
    r"|in hospital|travell?ing)\b|\b(?:no(?! (?:other|more|further|new|additional)\b)"
    r"|nobody|no one|nothing(?! (?:else|more|further)\b)|without|lacks?|still|yet)\b"
    r"|\b(?:on (?:holidays?|leave|vacation|strike)|ghosting|ignor(?:es|ed|ing)|needs?|wants?)\b"
)
# Told in words of its own beside another ("stuck on A and waiting for B"), it is one more.
_BESIDES = re.compile(r"\b(?:and|also|plus)\b|[&+]")
_UNTOLD = (Intent.NONE, Intent.OPEN, Intent.BLOCKED)
_MOST_REASONS = 3


def explained(clauses: Sequence[Clause], index: Index) -> list[Clause]:
    """Mark as a reason what is said beside a step that is named as blocked, and right after it."""
    named = {
        place
        for place, clause in enumerate(clauses)
        if clause.intent is Intent.BLOCKED and not clause.reason and _names(clause, index)
    }
    reasons: set[int] = set()
    for place in named:
        reasons |= _beside(clauses, place, named)
        reasons |= _after(clauses, place, named, index)
    return [
        replace(one, intent=Intent.BLOCKED, reason=True) if place in reasons else one
        for place, one in enumerate(clauses)
    ]


def found_in(clauses: Sequence[Clause], index: Index) -> list[Finding]:
    """Propose to note what blocks, at the step it is about.

    What names nothing ("she hasn't answered yet") is about what the rest of its sentence is.
    """
    runs = [
        run
        for run in runs_of(clauses, Intent.BLOCKED)
        if not any(clause.reason for clause in run.clauses)
    ]
    runs = _telling(runs, clauses, index)
    fitting = [index.matches(_but_blocking(run.terms())) for run in runs]
    named = {
        run.clauses[0].sentence
        for run, found in zip(runs, fitting, strict=True)
        if found and steps.is_named(found[0])
    }
    found: list[Finding] = []
    for run, own in zip(runs, fitting, strict=True):
        number = run.clauses[0].sentence
        rests = number in named or references.leans(run)
        if not own or own[0].score < steps.LIKELY or (rests and not steps.is_named(own[0])):
            wider = index.matches(
                term
                for clause in clauses
                if clause.sentence == number and clause.intent is not Intent.FREE
                for term in _but_blocking(clause.terms)
            )
            own = wider if wider and wider[0].score >= steps.LIKELY else own
        found.append(Finding(run, steps.about(Kind.NOTE_BLOCKER, own, run)))
    return found


def _telling(runs: Sequence[Run], clauses: Sequence[Clause], index: Index) -> list[Run]:
    """Keep of a sentence that names no step the longest runs: together they may tell which."""
    named = {
        one.sentence
        for one in clauses
        if one.intent is Intent.BLOCKED and not one.reason and _names(one, index)
    }
    kept: list[Run] = []
    end = -1
    for run in sorted(runs, key=lambda one: (one.first, -len(one.clauses))):
        if run.clauses[0].sentence in named:
            kept.append(run)
        elif run.first >= end:
            kept.append(run)
            end = run.places.stop
    return kept


def _names(clause: Clause, index: Index) -> bool:
    """Whether a clause names a step, or a task of one, and doesn't only share a word with it."""
    found = index.matches(_but_blocking(clause.terms))
    if not found or found[0].score < steps.SURE:
        return False
    return _is_telling(found[0])


def _is_telling(match: Match) -> bool:
    return match.covered >= steps.NAMED or len(match.used - words.COMMON_VERBS) > 1


def _beside(clauses: Sequence[Clause], place: int, named: set[int]) -> set[int]:
    """Return the places of the same sentence that tell why it is so."""
    found: set[int] = set()
    for step in (1, -1):
        at = place + step
        while 0 <= at < len(clauses) and clauses[at].sentence == clauses[place].sentence:
            if at in named or not _is_reason(clauses, at):
                break
            found.add(at)
            at += step
    return found


def _is_reason(clauses: Sequence[Clause], at: int) -> bool:
    clause = clauses[at]
    if clause.intent not in (Intent.BLOCKED, Intent.OPEN):
        return False
    is_more = at > 0 and clauses[at - 1].sentence == clause.sentence
    apart = is_more and bool(_BESIDES.search(clauses[at - 1].tail))
    return not apart or (not clause.begins and bool(_TROUBLE.search(words.plain(clause.text))))


def _after(clauses: Sequence[Clause], place: int, named: set[int], index: Index) -> set[int]:
    """Return the places of the sentence right after it, on the same line, if that says why."""
    number, line = clauses[place].sentence, clauses[place].line
    if any(
        one.sentence == number and one.intent is not Intent.BLOCKED
        for one in clauses[place + 1 :]
        if not one.reason
    ):
        return set()
    then = [at for at, one in enumerate(clauses) if one.sentence == number + 1 and one.line == line]
    told = [clauses[at] for at in then]
    if not told or len(told) > _MOST_REASONS or named & set(then):
        return set()
    if any(one.intent not in _UNTOLD or _names_any(one, index) for one in told):
        return set()
    if any(_is_undone_elsewhere(one, clauses[place], index) for one in told):
        return set()
    first = told[0]
    if first.intent is Intent.NONE and not _TROUBLE.search(words.plain(first.text)):
        return set()
    return set(then)


def _names_any(clause: Clause, index: Index) -> bool:
    found = index.matches(_but_blocking(clause.terms))
    return bool(found) and found[0].covered >= steps.NAMED and not found[0].candidate.is_task


def _is_undone_elsewhere(clause: Clause, blocked: Clause, index: Index) -> bool:
    """Whether a clause says that a task of another step isn't done."""
    if clause.intent is not Intent.OPEN or not _names(clause, index):
        return False
    own, other = (index.matches(_but_blocking(one.terms))[0] for one in (blocked, clause))
    return other.candidate.is_task and other.candidate.step_slug != own.candidate.step_slug


def _but_blocking(terms: Sequence[str]) -> list[str]:
    """Leave out the words that say that something blocks, unless there are no others."""
    return [term for term in terms if term not in words.BLOCKING] or list(terms)
