"""Runs: neighbouring clauses of one sentence that tell the same, which may name one thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from milepost.contexts.standups.rules.clauses import Clause, Intent, as_said

WIDEST = 4


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring clauses of one sentence that tell the same; the first stands at `first`."""

    first: int
    clauses: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """What was said, without what cut it into clauses: its meaning is looked up so."""
        return ", ".join(clause.text for clause in self.clauses)

    @property
    def said(self) -> str:
        """What was said, as it was said: people read it so."""
        return as_said(self.clauses)

    @property
    def places(self) -> range:
        """Where its clauses stand in the message."""
        return range(self.first, self.first + len(self.clauses))

    @property
    def partial(self) -> bool:
        """Whether only some of it was done."""
        return any(clause.partial for clause in self.clauses)

    @property
    def talk(self) -> bool:
        """Whether it was only talked about."""
        return any(clause.talk for clause in self.clauses)

    def terms(self, used: frozenset[tuple[int, str]] = frozenset()) -> list[str]:
        """List the words that nothing found so far accounts for."""
        return [
            term
            for place, clause in zip(self.places, self.clauses, strict=True)
            for term in clause.terms
            if (place, term) not in used
        ]


def with_reason(run: Run, clauses: Sequence[Clause]) -> str:
    """Return what a run said with the reason beside it: "… because the bank is silent".

    That may stand before it in its sentence, and go on in the sentence after it.
    """
    first, end = run.first, run.places.stop
    while first and _explains(clauses[first - 1], clauses[first]):
        first -= 1
    while end < len(clauses) and clauses[end].reason:
        end += 1
    # A reason that another one is told before is that one's.
    if first and clauses[first - 1].sentence == clauses[first].sentence and first < run.first:
        first = run.first
    return as_said(clauses[first:end])


def _explains(clause: Clause, then: Clause) -> bool:
    return clause.reason and clause.sentence == then.sentence


def runs_of(clauses: Sequence[Clause], *intents: Intent, widest: int = WIDEST) -> list[Run]:
    """List every run of neighbours in a sentence that tell this, short ones too."""
    runs: list[Run] = []
    for first, clause in enumerate(clauses):
        # Why something is so tells nothing else: it is only read along with that.
        if clause.intent not in intents or clause.reason:
            continue
        for length in range(1, widest + 1):
            part = clauses[first : first + length]
            if len(part) < length or any(
                other.sentence != clause.sentence or other.intent not in intents for other in part
            ):
                break
            runs.append(Run(first, tuple(part)))
    return runs
