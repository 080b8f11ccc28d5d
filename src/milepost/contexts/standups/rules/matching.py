"""Which task or step a clause means: rare words in common weigh more than frequent ones."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.types import Candidate

# How much of a word counts that is only of the same meaning, or only spelt alike.
SYNONYM, TYPO = 0.75, 0.7
# What a word weighs that no candidate has: it may speak of something else.
UNKNOWN = 1.0
# How much the words of the step a task belongs to help.
_CONTEXT = 0.5
_SHORTEST_TYPO = 5
_MOST_TYPOS = 5000
_SHORTEST_INITIALS = 3
_LIKE_A_WORD = re.compile(r"[^aeiou]*[aeiou][^aeiou]|[aeiou][^aeiou]+[aeiou]?")


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to call a candidate: its stems, and what they weigh together."""

    place: int
    stems: tuple[str, ...]
    total: float
    trust: float


@dataclass(frozen=True, slots=True)
class Match:
    """How well a candidate fits a run of clauses.

    `covered`: the share of its words that were said; `explained`: the share of what was said
    that it accounts for; `weight`: how telling the words in common are.
    """

    candidate: Candidate
    score: float
    covered: float
    explained: float
    weight: float
    used: frozenset[str]


class Index:
    """The candidates of one journey, ready to be asked."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self._forms: list[_Form] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        self._meanings: dict[str, list[str]] = defaultdict(list)
        named = [_names(candidate) for candidate in self.candidates]
        self._idf = _idf(named)
        for stem in self._idf:
            self._meanings[words.meaning(stem)].append(stem)
        self._steps = [_all_stems(one.step_title, one.step_slug) for one in self.candidates]
        self._by_id = {one.id: one for one in self.candidates}
        self._by_title: dict[str, list[Candidate]] = defaultdict(list)
        for one in self.candidates:
            self._by_title[one.title].append(one)
        for place, names in enumerate(named):
            for stems, trust in names:
                if stems:
                    total = sum(self._idf[stem] for stem in stems)
                    self._add(_Form(place, stems, total, trust))
        self._typos: dict[str, str | None] = {}
        self._open = Counter(one.step_slug for one in self.candidates if one.is_task)

    def _add(self, form: _Form) -> None:
        for stem in form.stems:
            self._places[stem].append(len(self._forms))
        self._forms.append(form)

    def find(self, candidate_id: str) -> Candidate | None:
        """Return the candidate of this id, if there is one."""
        return self._by_id.get(candidate_id)

    @property
    def titles(self) -> list[str]:
        """What all of them are called, each name once."""
        return list(self._by_title)

    def titled(self, title: str) -> Sequence[Candidate]:
        """Return the candidates of this title: rarely more than one."""
        return self._by_title.get(title, ())

    def open_tasks(self, step_slug: str) -> int:
        """Return how many of a step's tasks are still open."""
        return self._open[step_slug]

    def matches(self, terms: Iterable[str], *, around: frozenset[str] = frozenset()) -> list[Match]:
        """Return the candidates that have anything in common with these stems, best first.

        `around` are stems said elsewhere in the message: they speak for a task's step.
        """
        said = list(dict.fromkeys(terms))
        if not said:
            return []
        common: dict[int, dict[str, tuple[float, str]]] = defaultdict(dict)
        weight_said = 0.0
        for term in said:
            known = self._known(term)
            weight_said += max((self._idf[stem] * how for stem, how in known), default=UNKNOWN)
            for stem, how in known:
                for number in self._places[stem]:
                    had = common[number].get(stem)
                    if had is None or had[0] < how:
                        common[number][stem] = (how, term)
        best: dict[int, Match] = {}
        for number, found in common.items():
            match = self._measure(self._forms[number], found, weight_said, said, around)
            had = best.get(self._forms[number].place)
            if had is None or had.score < match.score:
                best[self._forms[number].place] = match
        return sorted(best.values(), key=lambda match: -match.score)

    def shared(self, candidate: Candidate, terms: Iterable[str]) -> set[str]:
        """Return those of the stems that a candidate's names account for."""
        own = _all_stems(candidate.title, *candidate.aliases)
        return {term for term in terms if any(stem in own for stem, _ in self._known(term))}

    def of_step(self, candidate: Candidate, terms: Iterable[str]) -> set[str]:
        """Return those of the stems that the name of a candidate's step accounts for."""
        own = _all_stems(candidate.step_title, candidate.step_slug)
        return {term for term in terms if any(stem in own for stem, _ in self._known(term))}

    def _measure(
        self,
        form: _Form,
        found: Mapping[str, tuple[float, str]],
        weight_said: float,
        said: Sequence[str],
        around: frozenset[str],
    ) -> Match:
        weight = sum(self._idf[stem] * how for stem, (how, _) in found.items())
        used = frozenset(term for _, term in found.values())
        covered = weight / form.total * form.trust
        about = self._steps[form.place]
        # A task may be told with the words of its step, which its own title needn't repeat.
        helped = sum(
            self._idf.get(term, UNKNOWN) for term in said if term in about and term not in used
        )
        explained = min(1.0, (weight + helped) / weight_said)
        context = _CONTEXT if about & (around | set(said)) - used else 0.0
        evidence = weight / (weight + 2.0)
        score = (0.5 * covered + 0.5 * explained) * (0.4 + 0.9 * evidence) + 0.1 * context
        return Match(self.candidates[form.place], min(score, 1.0), covered, explained, weight, used)

    def _known(self, term: str) -> list[tuple[str, float]]:
        """Return the candidates' stems that a stem stands for, and how surely."""
        found = [(term, 1.0)] if term in self._idf else []
        found += [
            (stem, SYNONYM) for stem in self._meanings.get(words.meaning(term), ()) if stem != term
        ]
        if found or len(term) < _SHORTEST_TYPO:
            return found
        if term in self._typos:
            alike = self._typos[term]
        else:
            alike = self._alike(term)
            if len(self._typos) < _MOST_TYPOS:
                self._typos[term] = alike
        return [] if alike is None else [(alike, TYPO)]

    def _alike(self, term: str) -> str | None:
        most = 1 if len(term) < 8 else 2
        best = most + 1
        found: str | None = None
        for stem in self._idf:
            if stem[0] != term[0] or abs(len(stem) - len(term)) > most or len(stem) < 4:
                continue
            distance = OSA.distance(term, stem, score_cutoff=most)
            if distance < best:
                best, found = distance, stem
        return found


def _names(candidate: Candidate) -> list[tuple[tuple[str, ...], float]]:
    """List the ways to call a candidate, each as stems, and how far each is to be trusted."""
    names = [(candidate.title, 1.0), *((alias, 0.9) for alias in candidate.aliases)]
    found = [(_stems(name), trust) for name, trust in names]
    if not candidate.is_task:
        short = {_initials(alias) for alias in candidate.aliases}
        found += [((words.stem(one),), 0.9) for one in sorted(short) if one]
    return found


def _initials(name: str) -> str:
    """Return what people call a step of three words and more: "letters of intent", an LOI."""
    letters = "".join(word[0] for word in name.split())
    usable = len(letters) >= _SHORTEST_INITIALS and letters.isalpha()
    # What reads like a word, as "tap" and "sap" do, is most likely that.
    return letters if usable and not _LIKE_A_WORD.fullmatch(letters) else ""


# Companies on the same framework share most names: what is kept of them is kept once.
@lru_cache(maxsize=20_000)
def _stems(name: str) -> tuple[str, ...]:
    return tuple(words.content(words.tokens(name)))


@lru_cache(maxsize=20_000)
def _all_stems(*names: str) -> frozenset[str]:
    return frozenset(stem for name in names for stem in _stems(name))


def _idf(named: Sequence[Sequence[tuple[tuple[str, ...], float]]]) -> dict[str, float]:
    seen: dict[str, int] = defaultdict(int)
    for names in named:
        for stem in {stem for stems, _ in names for stem in stems}:
            seen[stem] += 1
    return {stem: math.log(1 + len(named) / count) for stem, count in seen.items()}
