"""How well standup messages are understood: the corpus that ships, counted.

A message is read against the steps and tasks of its scenario, taken from the program's own files.
What is proposed outright counts; what is only asked about counts neither for nor against, but
lowers recall, as it isn't proposed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from milepost.contexts.programs import files
from milepost.contexts.programs.types import Program
from milepost.contexts.standups.rules import Index, asks, read
from milepost.contexts.standups.types import Candidate, Kind, Understood
from milepost.platform.embeddings import Embeddings

PARTS = ("tuning", "held-out", "fresh", "rewordings", "unseen")
Stand = str | dict[str, Any]  # a step's state, or its state and the tasks ticked already
Read = Callable[[str, Index], Understood]


class Engine(StrEnum):
    """What reads the messages: words alone, or words and meaning."""

    LEXICAL = "lexical"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Example:
    """A message, what it may mean, and what it does mean."""

    says: str
    index: Index
    means: frozenset[tuple[Kind, str]]


@dataclass(frozen=True, slots=True)
class Score:
    """How many were proposed rightly, how many were proposed, how many should have been."""

    right: int
    proposed: int
    expected: int

    @property
    def precision(self) -> float:
        """The share of what was proposed that is right; 1 when nothing was."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """The share of what should have been proposed that was."""
        return self.right / self.expected if self.expected else 1.0


@dataclass(frozen=True, slots=True)
class Miss:
    """A message whose proposals aren't as they should be."""

    says: str
    missing: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a part of the corpus."""

    part: str
    messages: int
    total: Score
    kinds: dict[Kind, Score]
    misses: tuple[Miss, ...]


def reader(engine: Engine, embeddings: Embeddings) -> Read:
    """Make what reads messages; by meaning too, it raises Unusable when that can't be had."""
    if engine is Engine.LEXICAL:
        return read

    def understand(text: str, index: Index) -> Understood:
        asked = asks(text, index)
        senses = embeddings.nearest_now(asked, index.titles) if asked else None
        return read(text, index, senses)

    return understand


def evaluate(part: str, program: Path, understand: Read = read) -> Report:
    """Read every message of a part, and count."""
    right, proposed, expected = Counter[Kind](), Counter[Kind](), Counter[Kind]()
    misses: list[Miss] = []
    examples = load(part, program)
    for example in examples:
        understood = understand(example.says, example.index)
        found = frozenset((one.kind, one.target) for one in understood.sure)
        right.update(kind for kind, _ in found & example.means)
        proposed.update(kind for kind, _ in found)
        expected.update(kind for kind, _ in example.means)
        if found != example.means:
            misses.append(
                Miss(
                    example.says,
                    _named(example.means - found),
                    _named(found - example.means),
                )
            )
    kinds = {kind: Score(right[kind], proposed[kind], expected[kind]) for kind in Kind}
    total = Score(right.total(), proposed.total(), expected.total())
    return Report(part, len(examples), total, kinds, tuple(misses))


def load(part: str, program: Path) -> list[Example]:
    """Read a part of the corpus, with the candidates from the program's folder."""
    raw = YAML(typ="safe").load(
        (Path(__file__).parent / "corpus" / f"{part.replace('-', '_')}.yaml").read_text("utf-8")
    )
    steps = _program(program)
    indexes = {
        name: Index(candidates_of(steps, stands)) for name, stands in raw["scenarios"].items()
    }
    return [
        Example(one["says"], indexes[one["in"]], _means(one, indexes[one["in"]]))
        for one in raw["messages"]
    ]


def candidates_of(program: Program, stands: dict[str, Stand]) -> list[Candidate]:
    """List the steps named and their open tasks: all of them but those said to be ticked."""
    made: list[Candidate] = []
    for slug, stand in stands.items():
        state, ticked = _stand(stand)
        step = program.step(slug)
        if step.checklist is None:
            raise ValueError(f"{slug} has no tasks")
        made.append(as_step(slug, step.title, state))
        made += [
            Candidate(
                kind="task",
                id=task.slug,
                title=task.title,
                step_slug=slug,
                step_title=step.title,
                state=state,
                aliases=(called(task.slug),),
            )
            for task in step.checklist.tasks
            if task.slug not in ticked
        ]
    return made


def _stand(raw: Stand) -> tuple[str, frozenset[str]]:
    if isinstance(raw, str):
        return raw, frozenset()
    return raw["state"], frozenset(raw["ticked"])


def as_step(slug: str, title: str, state: str) -> Candidate:
    """Make the candidate that a step itself is."""
    return Candidate(
        kind="step",
        id=slug,
        title=title,
        step_slug=slug,
        step_title=title,
        state=state,
        aliases=(called(slug),),
    )


def called(slug: str) -> str:
    """Say a name in words."""
    return slug.replace("-", " ")


@cache
def _program(folder: Path) -> Program:
    return files.load(folder)


def _means(raw: dict[str, Any], index: Index) -> frozenset[tuple[Kind, str]]:
    known = {candidate.id for candidate in index.candidates}
    means = frozenset((kind, target) for kind in Kind for target in raw.get(str(kind), ()))
    unknown = {target for _, target in means} - known
    if unknown:
        raise ValueError(f"no such task or step: {', '.join(sorted(unknown))}")
    return means


def _named(pairs: Iterable[tuple[Kind, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{kind} {target}" for kind, target in pairs))


def lines(report: Report) -> Sequence[str]:
    """Put a report into lines for a terminal."""
    rows = [("", "right", "proposed", "expected", "precision", "recall")]
    rows += [
        (str(kind), *_figures(score)) for kind, score in report.kinds.items() if score != _NOTHING
    ]
    rows.append(("all", *_figures(report.total)))
    return [
        f"{report.part}: {report.messages} messages",
        *(f"{row[0]:14}" + "".join(f"{cell:>11}" for cell in row[1:]) for row in rows),
    ]


_NOTHING = Score(0, 0, 0)


def _figures(score: Score) -> tuple[str, ...]:
    return (
        str(score.right),
        str(score.proposed),
        str(score.expected),
        f"{score.precision:.3f}",
        f"{score.recall:.3f}",
    )
