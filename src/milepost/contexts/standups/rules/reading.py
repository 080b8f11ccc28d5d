"""Reads a standup message: what was done, what is next, what blocks, and what to propose.

Only what is sure enough is proposed; when two are close, or one is only likely, the bot asks back.
"""

from collections.abc import Sequence
from dataclasses import replace

from milepost.contexts.standups.rules import (
    blocking,
    exceptions,
    hearing,
    hedges,
    languages,
    meaning,
    parts,
    references,
    steps,
    telling,
    words,
)
from milepost.contexts.standups.rules.clauses import Clause, Intent, as_said, cut
from milepost.contexts.standups.rules.matching import Index, Match
from milepost.contexts.standups.rules.meaning import Finding
from milepost.contexts.standups.rules.runs import Run, runs_of, with_reason
from milepost.contexts.standups.rules.steps import CLOSE, LIKELY, MOST_OPTIONS, NAMED, SURE
from milepost.contexts.standups.types import Kind, Proposal, Senses, Understood

# How much of a task's words must be said for it to be proposed, by how many telling ones it has in
# common with the message: "Wrote emails" shares one with many a task and names none of them.
TELLING = {0: 0.95, 1: 0.7, 2: 0.45, 3: 0.4}
MOST_PROPOSALS = 12


def read(text: str, index: Index, senses: Senses | None = None) -> Understood:
    """Read a message against the open tasks and steps of a journey.

    `senses`: what is near in meaning to what `asks` named, where somebody could tell.
    """
    if languages.is_foreign(text):
        return Understood(foreign=True)
    clauses = _clauses(text, index)
    found = _found(clauses, index)
    if senses:
        found = meaning.weigh(found, clauses, index, senses)
    found = references.resolve(found, clauses, index, senses)
    proposals = [
        replace(proposal, said=with_reason(finding.run, clauses))
        if proposal.kind is Kind.NOTE_BLOCKER
        else proposal
        for finding in found
        for proposal in finding.proposals
    ]
    return Understood(
        done=_said(clauses, Intent.DONE),
        next=_said(clauses, Intent.NEXT, Intent.DOING),
        blocked=_said(clauses, Intent.BLOCKED),
        proposals=tuple(_tidied(proposals)[:MOST_PROPOSALS]),
        unplaced_done=_said(_deeds(_unplaced(clauses, found)), Intent.DONE),
        unplaced_blocked=_said(_unplaced(clauses, found), Intent.BLOCKED),
        heard=hearing.heard_in(text, clauses, found, index),
    )


def asks(text: str, index: Index) -> tuple[str, ...]:
    """Name what of a message the words alone leave open: its meaning may settle it."""
    if languages.is_foreign(text):
        return ()
    clauses = _clauses(text, index)
    found = _found(clauses, index)
    asked = (*meaning.asks(found, clauses), *references.asks(found, clauses, index))
    return tuple(dict.fromkeys(asked))[: meaning.MOST_ASKED]


def _clauses(text: str, index: Index) -> list[Clause]:
    standing = exceptions.destroyed(exceptions.parted(cut(text), index), index)
    return blocking.explained(hedges.weighed(standing, index), index)


def _found(clauses: Sequence[Clause], index: Index) -> list[Finding]:
    return [*_done(clauses, index), *_begun(clauses, index), *blocking.found_in(clauses, index)]


def _done(clauses: Sequence[Clause], index: Index) -> list[Finding]:
    """Take the best match of all runs, set its words aside, and look again."""
    runs = runs_of(clauses, Intent.DONE)
    # Setting words aside changes few runs: the others needn't be looked up again.
    looked: dict[tuple[str, ...], list[Match]] = {}
    around = frozenset(term for clause in clauses for term in clause.terms)
    used: frozenset[tuple[int, str]] = frozenset()
    taken: set[str] = set()
    found: list[Finding] = []
    for _ in range(MOST_PROPOSALS):
        best: tuple[float, Run, list[Match]] | None = None
        for run in runs:
            terms = tuple(run.terms(used))
            if terms not in looked:
                looked[terms] = index.matches(terms, around=around)
            fitting = [
                match
                for match in looked[terms]
                if match.candidate.id not in taken and _may_be_done(match, run)
            ]
            if fitting and (best is None or fitting[0].score > best[0]):
                best = (fitting[0].score, run, fitting)
        if best is None or best[0] < LIKELY:
            break
        _, run, fitting = best
        chosen = fitting[0]
        whole = _is_whole(run, clauses)
        proposed = _all_but(chosen, run, clauses, index) or _as_proposals(
            fitting, run, index, whole=whole
        )
        found.append(Finding(run, tuple(proposed)))
        taken.add(chosen.candidate.id)
        if not chosen.candidate.is_task:
            taken |= {
                one.id for one in index.candidates if one.step_slug == chosen.candidate.step_slug
            }
        used |= {
            (place, term)
            for place, clause in enumerate(clauses)
            if clause.sentence == run.clauses[0].sentence
            for term in index.shared(chosen.candidate, clause.terms)
        }
        # A task told with the words of its step isn't the whole step besides.
        used |= {
            (place, term)
            for place, clause in zip(run.places, run.clauses, strict=True)
            for term in index.of_step(chosen.candidate, clause.terms)
        }
        if not proposed[0].sure:
            # A question about these words is enough.
            used |= {
                (place, term)
                for place, clause in zip(run.places, run.clauses, strict=True)
                for term in clause.terms
            }
    return found


def _may_be_done(match: Match, run: Run) -> bool:
    """A whole step is done only when nothing but the step is spoken of, and it is said whole."""
    if match.candidate.is_task:
        # One word in common is chance, unless it is nearly all there is on both sides.
        return len(match.used) > 1 or (match.covered >= 0.6 and match.explained >= 0.6)
    return any(clause.closes for clause in run.clauses) and match.explained >= 0.8


def _is_whole(run: Run, clauses: Sequence[Clause]) -> bool:
    """Whether all of it is said to be done: in the clause, or right after it in one of its own."""
    after = clauses[run.places.stop : run.places.stop + 1]
    told = (*run.clauses, *(one for one in after if not one.terms))
    return any(steps.says_whole(one.text) for one in told)


def _as_proposals(
    fitting: Sequence[Match], run: Run, index: Index, *, whole: bool
) -> list[Proposal]:
    chosen = fitting[0]
    rivals = [
        match
        for match in fitting[1:MOST_OPTIONS]
        if match.score >= max(LIKELY, chosen.score * CLOSE) and match.used & chosen.used
    ]
    sure = chosen.score >= SURE and not rivals and _is_telling(chosen, run, index, whole=whole)
    found = (chosen,) if sure else (chosen, *rivals)
    return [_done_proposal(match, run, sure=sure, whole=whole) for match in found]


def _all_but(chosen: Match, run: Run, clauses: Sequence[Clause], index: Index) -> list[Proposal]:
    """Propose, of a step said to be done but for some tasks, the others; not the step."""
    about = chosen.candidate
    sentence = run.clauses[0].sentence
    if about.is_task:
        return []
    but = exceptions.left_out(about.step_slug, sentence, clauses, index)
    others = exceptions.others(about.step_slug, but, index) if but else ()
    return [
        Proposal(
            Kind.COMPLETE_TASK, one.id, one.title, round(chosen.score, 2), not run.partial, run.said
        )
        for one in others
    ]


def _is_telling(match: Match, run: Run, index: Index, *, whole: bool) -> bool:
    """Whether enough was said of a task, or of a step as a whole, not to ask back."""
    if run.partial or parts.falls_short(match.candidate, run.text):
        return False
    # To have talked about something is not to have done it, unless the task is to talk.
    if run.talk and "talk" not in map(words.meaning, match.used):
        return False
    if match.candidate.is_task:
        return match.covered >= TELLING.get(len(match.used - words.COMMON_VERBS), 0.0)
    return match.covered >= NAMED and (
        whole or steps.is_all_but_done(match.candidate.step_slug, index)
    )


def _done_proposal(match: Match, run: Run, *, sure: bool, whole: bool) -> Proposal:
    kind = Kind.COMPLETE_TASK if match.candidate.is_task else Kind.COMPLETE_STEP
    return Proposal(
        kind,
        match.candidate.id,
        match.candidate.title,
        round(match.score, 2),
        sure,
        run.said,
        whole,
    )


def _begun(clauses: Sequence[Clause], index: Index) -> list[Finding]:
    """Propose to start a step that isn't begun, where somebody says they begin."""
    found: list[Finding] = []
    for run in runs_of(clauses, Intent.DOING, Intent.NEXT):
        if not any(clause.begins for clause in run.clauses):
            continue
        fitting = [
            match for match in index.matches(run.terms()) if match.candidate.state == "unlocked"
        ]
        found.append(Finding(run, steps.about(Kind.START_STEP, fitting, run)))
    return found


def _said(clauses: Sequence[Clause], *intents: Intent) -> tuple[str, ...]:
    """List what was told of this, as it was said: what was cut within a sentence is one again."""
    together: list[list[Clause]] = []
    for clause in clauses:
        if clause.intent not in intents:
            continue
        last = together[-1][-1] if together else None
        if last and (clause.sentence, clause.place) == (last.sentence, last.place + 1):
            together[-1].append(clause)
        else:
            together.append([clause])
    return tuple(as_said(one) for one in together if any(clause.terms for clause in one))


def _unplaced(clauses: Sequence[Clause], found: Sequence[Finding]) -> list[Clause]:
    """List the clauses of sentences about which nothing is proposed.

    Within a sentence the rest most often says more of the same.
    """
    placed = {
        (clause.sentence, proposal.kind is Kind.NOTE_BLOCKER)
        for finding in found
        for proposal in finding.proposals
        for clause in finding.run.clauses
    }
    # Of what is out of the way, its step is asked for by itself.
    placed |= {(clause.sentence, False) for clause in clauses if clause.intent is Intent.FREE}
    # So does a reason that is told in the sentence after it.
    placed |= {(number + 1, True) for number in _explained(clauses) if (number, True) in placed}
    return [one for one in clauses if (one.sentence, one.intent is Intent.BLOCKED) not in placed]


def _explained(clauses: Sequence[Clause]) -> set[int]:
    """Name the sentences whose reason is the sentence after them."""
    return {one.sentence - 1 for one in clauses if one.reason and one.place == 0}


def _deeds(clauses: Sequence[Clause]) -> list[Clause]:
    """Keep what is plainly told as done: the rest isn't said back as if it were."""
    # "Asked 4 of 10, 2 signed" is how far it came, all of it.
    partly = {
        one.sentence
        for one in clauses
        if one.intent is Intent.OPEN and parts.is_partly(words.plain(one.text))
    }
    return [
        one
        for one in clauses
        if not one.partial and one.sentence not in partly and telling.is_deed(words.plain(one.text))
    ]


def _tidied(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Keep one proposal for each thing to do, the surest."""
    kept: dict[tuple[str, str], Proposal] = {}
    for proposal in proposals:
        key = (proposal.kind, proposal.target)
        had = kept.get(key)
        if had is None or (proposal.sure, proposal.confidence) > (had.sure, had.confidence):
            kept[key] = proposal
    return list(kept.values())
