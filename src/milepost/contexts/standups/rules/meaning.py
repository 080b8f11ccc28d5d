"""What is meant where words leave it open: the task whose title says the same in other words.

Likeness in meaning confirms what words found, objects to it, or finds what shares no word. It is
worked out elsewhere and passed in; nothing here is decided by it that words are sure of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from milepost.contexts.standups.rules import parts
from milepost.contexts.standups.rules.clauses import Clause, Intent
from milepost.contexts.standups.rules.matching import Index
from milepost.contexts.standups.rules.runs import Run, runs_of
from milepost.contexts.standups.types import Candidate, Kind, Proposal, Senses

# From here on something may mean the same, and does if it is so much nearer than the next best
# thing that the two make this; from here on it is asked about, with what is hardly behind.
SAME, CLEAR = 0.6, 0.85
# The same where little was said ("ranked the losses"), or where it was only talked about.
BRIEF_SAME, BRIEF_CLEAR, FEW_WORDS = 0.75, 1.05, 3
NEAR, CLOSE = 0.6, 0.1
# What words found is doubted when something else is this much nearer; unless words are this sure.
NEARER, CERTAIN = 0.2, 0.85
# A single word ("finished the test") is near to many a thing.
FEWEST_WORDS = 2
# To begin is said plainly, or not at all.
_DOUBTED = (Kind.COMPLETE_TASK, Kind.NOTE_BLOCKER)
# Reading takes time for each.
MOST_ASKED, MOST_QUESTIONS, MOST_OPTIONS = 8, 2, 3
_WIDEST = 2

# What is to be done, and to which task or step.
_Deed = tuple[Kind, str]

_KINDS = {
    Kind.COMPLETE_TASK: (Intent.DONE,),
    Kind.START_STEP: (Intent.DOING, Intent.NEXT),
    Kind.NOTE_BLOCKER: (Intent.BLOCKED,),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What words made of a run: one sure proposal, several to choose from, or none."""

    run: Run
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class _Sense:
    """A candidate, and how near it is to what was said."""

    candidate: Candidate
    likeness: float


def asks(found: Sequence[Finding], clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Name what to look up: what words found but aren't certain of, and what they left over."""
    doubted = [finding.run for finding in found if _is_doubtful(finding)]
    left = [run for kind in _KINDS for run in _left_over(found, clauses, kind)]
    return tuple(dict.fromkeys(run.text for run in (*doubted, *left)))[:MOST_ASKED]


def weigh(
    found: Sequence[Finding], clauses: Sequence[Clause], index: Index, senses: Senses
) -> list[Finding]:
    """Go through what words found, and add what is meant without them."""
    taken = {deed for finding in found for deed in _sure_of(finding)}
    weighed: list[Finding] = []
    for finding in found:
        settled = _settled(finding, index, senses, taken) if _is_doubtful(finding) else finding
        taken |= _sure_of(settled)
        weighed.append(settled)
    for kind in _KINDS:
        left = _left_over(weighed, clauses, kind)
        heard = {clause.sentence for one in weighed if one.proposals for clause in one.run.clauses}
        weighed += _meant(kind, left, index, senses, taken, heard)
    return weighed


def about(kind: Kind, run: Run, index: Index, senses: Senses) -> tuple[Proposal, ...]:
    """Propose it for what a run means, or ask back about what it may mean."""
    near = _near(run, index, senses)
    if not near or not _FITS[kind](near[0].candidate) or near[0].likeness < NEAR:
        return ()
    clear = _is_clear(near, run, kind)
    found = _sure(kind, near[0], run) if clear else _question(kind, near, run)
    return found.proposals


def _is_doubtful(finding: Finding) -> bool:
    if not finding.proposals:
        return False
    best = finding.proposals[0]
    return best.kind in _DOUBTED and (not best.sure or best.confidence < CERTAIN)


def _settled(finding: Finding, index: Index, senses: Senses, taken: set[_Deed]) -> Finding:
    """Confirm, replace or question what words found."""
    near = _near(finding.run, index, senses)
    if not near:
        return finding
    best, nearest = finding.proposals[0], near[0]
    kind = best.kind
    is_free = _deed(kind, nearest.candidate) not in taken - {(kind, best.target)}
    is_clear = is_free and _is_clear(near, finding.run, kind)
    if not best.sure:
        return _sure(kind, nearest, finding.run) if is_clear else finding
    own = next(
        (one.likeness for one in near if _target(kind, one.candidate) == best.target),
        near[-1].likeness,
    )
    if nearest.likeness - own < NEARER:
        return finding
    if is_clear:
        return _sure(kind, nearest, finding.run)
    asked = [Proposal(kind, best.target, best.label, best.confidence, False, best.said)]
    if is_free and _FITS[kind](nearest.candidate):
        asked.append(_proposal(kind, nearest, finding.run))
    return Finding(finding.run, tuple(asked))


def _meant(
    kind: Kind,
    left: Sequence[Run],
    index: Index,
    senses: Senses,
    taken: set[_Deed],
    heard: set[int],
) -> list[Finding]:
    """Find what is meant by what words left over: first what is clear, then what to ask about.

    Nothing is asked of a sentence that something was `heard` in: most often it is the rest of that.
    """
    fits = _FITS[kind]
    looked = [(run, _near(run, index, senses)) for run in left]
    looked = [(run, near) for run, near in looked if near and fits(near[0].candidate)]
    looked.sort(key=lambda one: -one[1][0].likeness)
    spoken: set[int] = set()
    made: list[Finding] = []
    for clear in (True, False):
        for run, near in looked:
            if spoken & set(run.places) or _deed(kind, near[0].candidate) in taken:
                continue
            if clear and _is_clear(near, run, kind):
                made.append(_sure(kind, near[0], run))
            elif not clear and _is_worth_asking(near, run, heard) and len(made) < MOST_QUESTIONS:
                made.append(_question(kind, near, run))
            else:
                continue
            spoken |= set(run.places)
            taken |= {_deed(kind, near[0].candidate)}
    return made


def _is_worth_asking(near: Sequence[_Sense], run: Run, heard: set[int]) -> bool:
    return near[0].likeness >= NEAR and run.clauses[0].sentence not in heard


def _left_over(found: Sequence[Finding], clauses: Sequence[Clause], kind: Kind) -> list[Run]:
    """List the runs that words made nothing of, and that tell this."""
    spoken = {place for finding in found if finding.proposals for place in finding.run.places}
    return [
        run
        for run in runs_of(clauses, *_KINDS[kind], widest=_WIDEST)
        if not spoken & set(run.places)
        and len(run.terms()) >= FEWEST_WORDS
        and (kind is not Kind.START_STEP or any(clause.begins for clause in run.clauses))
    ]


def _near(run: Run, index: Index, senses: Senses) -> list[_Sense]:
    return [
        _Sense(candidate, likeness)
        for title, likeness in senses.get(run.text, ())
        for candidate in index.titled(title)
    ]


def _is_clear(near: Sequence[_Sense], run: Run, kind: Kind = Kind.COMPLETE_TASK) -> bool:
    """Whether the nearest is near enough, and nothing else is: its own step doesn't count."""
    best = near[0]
    if not _FITS[kind](best.candidate) or len(run.terms()) < FEWEST_WORDS:
        return False
    if kind is Kind.COMPLETE_TASK and (run.partial or parts.falls_short(best.candidate, run.text)):
        return False
    others = (one.likeness for one in near[1:] if not _belongs(one.candidate, best.candidate, kind))
    ahead = best.likeness - next(others, 0.0)
    is_brief = run.talk or len(run.terms()) < FEW_WORDS
    same, clear = (BRIEF_SAME, BRIEF_CLEAR) if is_brief else (SAME, CLEAR)
    return best.likeness >= same and ahead >= CLOSE and best.likeness + ahead >= clear


def _belongs(other: Candidate, best: Candidate, kind: Kind) -> bool:
    """Whether one near the best is no other answer than that."""
    alone = kind is Kind.COMPLETE_TASK and other.is_task
    return other.step_slug == best.step_slug and not alone


def _question(kind: Kind, near: Sequence[_Sense], run: Run) -> Finding:
    by_target: dict[str, _Sense] = {}
    for one in near:
        if _FITS[kind](one.candidate) and near[0].likeness - one.likeness < CLOSE:
            by_target.setdefault(_target(kind, one.candidate), one)
    options = list(by_target.values())[:MOST_OPTIONS]
    return Finding(run, tuple(_proposal(kind, one, run) for one in options))


def _sure(kind: Kind, sense: _Sense, run: Run) -> Finding:
    return Finding(run, (_proposal(kind, sense, run, sure=True),))


def _proposal(kind: Kind, sense: _Sense, run: Run, *, sure: bool = False) -> Proposal:
    about = sense.candidate
    label = about.title if kind is Kind.COMPLETE_TASK else about.step_title
    confidence = round(min(max(sense.likeness, 0.0), 1.0), 2)
    return Proposal(kind, _target(kind, about), label, confidence, sure, run.said)


def _target(kind: Kind, candidate: Candidate) -> str:
    return candidate.id if kind is Kind.COMPLETE_TASK else candidate.step_slug


def _deed(kind: Kind, candidate: Candidate) -> _Deed:
    return kind, _target(kind, candidate)


def _sure_of(finding: Finding) -> set[_Deed]:
    return {(one.kind, one.target) for one in finding.proposals if one.sure}


def _is_task(candidate: Candidate) -> bool:
    return candidate.is_task


def _is_unlocked(candidate: Candidate) -> bool:
    return candidate.state == "unlocked"


def _is_any(_: Candidate) -> bool:
    return True


_FITS: dict[Kind, Callable[[Candidate], bool]] = {
    Kind.COMPLETE_TASK: _is_task,
    Kind.START_STEP: _is_unlocked,
    Kind.NOTE_BLOCKER: _is_any,
}
