"""What was left out, and what was destroyed again: neither is done, whatever else is.

"All of it but the replay": the replay is what isn't done, and the rest of its step is. "Wrote the
chapter, then threw it away": there is no chapter.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.rules.clauses import Clause, Intent
from milepost.contexts.standups.rules.matching import Index, Match
from milepost.contexts.standups.rules.steps import LIKELY, NAMED
from milepost.contexts.standups.rules.telling import told
from milepost.contexts.standups.types import Candidate

_BUT_FOR = re.compile(
    r"(?:^|\s)\(?(?:(?:all|everything|every task|all of it) but(?: not)?(?: for)?"
    r"|except(?:ing|ion:)?(?: for)?|excluding|(?:apart|aside) from|other than|save for|minus|bar)"
    r"\s+(?:for\s+)?",
    re.IGNORECASE,
)
# "Everything but" is cut where the "but" is.
_ALL = re.compile(
    r"\b(?:all|everything|(?:all|every one|everyone) of (?:it|them)|every task)"
    r"(?: (?:of|in|for|from|on) [^,]{1,80})?\W*$"
)
_NOT = re.compile(r"^not(?: yet)?\s+", re.IGNORECASE)
_IS_DONE = re.compile(
    r",?\s(?:is|are|was|were|has been|have been)(?: all| now)?"
    r" (?:done|finished|completed?|ready)\b",
    re.IGNORECASE,
)
# All that a step asks for is said to be done.
_EVERYTHING = re.compile(
    r"\b(?:all|everything|every(?: single)? tasks?|each task|the (?:whole|entire)|rest)\b"
)
_AWAY = (
    r"(?:threw|throw|thrown|toss|tossed|chucked|binned|bin|scrapped|scrap|deleted|delete|erased|wiped"
    r"|discarded|trashed|destroyed|ditched|dumped|reverted|undid|unpublished|withdrew|withdrawn"
    r"|tore|ripped|shredded|lost|overwrote)"
)
_IT_ALL = r"(?:it all|all of (?:it|that|them)|them all|everything|the (?:whole )?(?:lot|thing)|all)"
_IT = rf"(?:{_IT_ALL}|it|that|this|them|both)"
# What is done away with is what was spoken of, and not something that has a name of its own.
# "It's all gone well", "it has now gone live": it went somewhere, and is there.
_GONE = (
    r"gone(?! (?:well|live|out|to|through|on|up|over|in|into|off|smoothly|fine|great|good"
    r"|public|ahead|really|very|quite|as|according)\b)"
)
_DESTROYED = re.compile(
    rf"\b(?:(?:took|taken) (?:it|them|that|this) (?:all )?(?:apart|away|back)"
    rf"|rolled (?:it|them|that|this|everything) (?:all )?back)(?: again)?\W*$"
    rf"|\b{_AWAY} (?:up )?(?:away )?{_IT}(?: (?:all|both))?(?: (?:away|out|up|down|back|again"
    r"|by accident|accidentally|in the bin|too|later|today|yesterday|this morning))*\W*$"
    rf"|\b(?:it|that|they|{_IT_ALL}|the (?:file|draft|document|page|doc|laptop))"
    r" (?:(?:all|both|just|then|was|were|got|is|are|has|have|been|now) ){0,3}(?:deleted|lost"
    rf"|{_GONE}|scrapped|binned|erased|wiped|discarded|trashed|destroyed|overwritten"
    r"|thrown (?:away|out))\b"
    rf"|\b(?:it|that|they|{_IT_ALL})'(?:s|re)(?: all)? (?:{_GONE}|lost|deleted|scrapped)\b"
)
_ALL_OVER = re.compile(
    r"\b(?:start(?:ed|ing|s)?|begin(?:ning)?|began) (?:it |all |everything )?(?:all )?"
    r"(?:over(?: again)?|again|from (?:scratch|zero|the beginning))\W*$"
    r"|\bback (?:to|at) square one\b"
    r"|\b(?:do|redo|doing|redoing|write|rewrite) (?:it|them|that|everything|it all)"
    r" (?:all )?(?:over|again|from scratch)"
)
_ALL_OF_IT = re.compile(rf"\b{_IT_ALL}\b|\b(?:over|square one|again|scratch|zero)\b")
_ASIDE = re.compile(r"^\W*(?:who|what|which|when|where|how|if|whether|that|nothing|no)\b")
# What only looks further than this hardly says so.
_SHORT = 400
_STAND = (Intent.DONE, Intent.NONE)


def parted(clauses: Sequence[Clause], index: Index) -> list[Clause]:
    """Part what is excepted, and names a task of its own, from what it is excepted from."""
    made: list[Clause] = []
    excepted = -1
    for clause in clauses:
        follows = bool(made) and made[-1].sentence == clause.sentence
        if (
            follows
            and excepted == clause.sentence
            and told(words.plain(clause.text)) is Intent.NONE
        ):
            # "Except the replay and the amounts"
            parts = [replace(clause, intent=Intent.OPEN, excepted=True)]
        elif follows and _is_but_for(made[-1], clause) and _is_left_out(made[-1], clause, index):
            made[-1] = replace(made[-1], closes=True)
            parts = [replace(clause, intent=Intent.OPEN, excepted=True)]
        elif follows and _is_but_not(made[-1], clause) and _is_left_out(made[-1], clause, index):
            # Its words are set apart from the "not", which else speaks of all before it.
            bare = _NOT.sub("", clause.text)
            cut_off = made[-1].tail + clause.text[: len(clause.text) - len(bare)]
            made[-1] = replace(made[-1], tail=cut_off)
            parts = [replace(clause, text=bare, excepted=True)]
        else:
            parts = _parts(clause, made[-1].terms if follows else (), index)
            if follows and parts[0].excepted and _EVERYTHING.search(words.plain(made[-1].text)):
                made[-1] = replace(made[-1], closes=True)
        excepted = (
            clause.sentence
            if parts[-1].intent is Intent.OPEN and (len(parts) > 1 or parts[0] is not clause)
            else -1
        )
        place = made[-1].place + 1 if follows else 0
        made += [replace(one, place=place + at) for at, one in enumerate(parts)]
    return made


def _is_but(tail: str) -> bool:
    return tail.strip(" ,\t").lower() == "but"


def _is_but_for(before: Clause, clause: Clause) -> bool:
    if not _is_but(before.tail) or clause.intent not in _STAND:
        return False
    return bool(_ALL.search(words.plain(before.text)))


def _is_but_not(before: Clause, clause: Clause) -> bool:
    if before.intent is not Intent.DONE or clause.intent is not Intent.OPEN:
        return False
    joined = _is_but(before.tail) or before.tail.strip() == ","
    return joined and before.closes and _NOT.match(clause.text) is not None


def _is_left_out(before: Clause, clause: Clause, index: Index) -> bool:
    named = _named(clause.terms, index) is not None
    return named or bool(_of_step_in(before.terms, clause.terms, index))


def _parts(clause: Clause, spoken_of: Sequence[str], index: Index) -> list[Clause]:
    """Part a clause at its "except"; `spoken_of` are the words of the clause before it."""
    looks = clause.intent in _STAND and len(clause.text) <= _SHORT
    found = _BUT_FOR.search(clause.text) if looks else None
    if found is None:
        return [clause]
    before, after = clause.text[: found.start()].rstrip(), clause.text[found.end() :]
    done = _IS_DONE.search(after)
    what = after[: done.start()] if done else after
    terms = _terms(what)
    named = _named(terms, index)
    about = _named(_terms(before), index)
    if not _of_step_in(_terms(before) or spoken_of, terms, index) and (
        named is None or (about is not None and about.candidate.id == named.candidate.id)
    ):
        return [clause]
    # "Except for Tom every founder answered" tells of the task, not of what is left out.
    if not before.strip() and told(words.plain(what)) is not Intent.NONE:
        return [clause]
    parts = [
        replace(clause, text=what, terms=terms, intent=Intent.OPEN, begins=False, excepted=True)
    ]
    if before.strip():
        first = replace(
            clause,
            text=before,
            terms=_terms(before),
            tail=clause.text[len(before) : found.end()],
            closes=clause.closes or bool(_EVERYTHING.search(words.plain(before))),
        )
        parts = [first, *parts]
    if done:
        parts[-1] = replace(parts[-1], tail=after[done.start() : done.start() + 1])
        parts.append(replace(clause, text=after[done.start() :].strip(), terms=(), closes=True))
    return parts


def _terms(text: str) -> tuple[str, ...]:
    return tuple(words.content(words.tokens(text)))


def _named(terms: Sequence[str], index: Index) -> Match | None:
    """Return what is named by so few words: a task, mostly, that most of them speak of."""
    found = index.matches(terms)
    if not found:
        return None
    best = found[0]
    telling = len(best.used - words.COMMON_VERBS) > 1 or best.covered >= NAMED
    return best if telling and best.explained >= NAMED and best.score >= LIKELY else None


def _of_step_in(before: Sequence[str], terms: Sequence[str], index: Index) -> set[str]:
    """Return the tasks that few words tell of the step that was spoken of before them."""
    about = _named(before, index)
    if about is None or about.candidate.is_task:
        return set()
    return _told_of(about.candidate.step_slug, terms, index)


def _told_of(step_slug: str, terms: Sequence[str], index: Index) -> set[str]:
    """Return the tasks of a step that have a telling word in common with these."""
    own = set(terms) - words.COMMON_VERBS or set(terms)
    return {one.id for one in others(step_slug, set(), index) if index.shared(one, own)}


def left_out(step_slug: str, sentence: int, clauses: Sequence[Clause], index: Index) -> set[str]:
    """Return the tasks of a step that a sentence says aren't done."""
    found: set[str] = set()
    for clause in clauses:
        if clause.sentence != sentence or clause.intent not in (Intent.OPEN, Intent.NEXT):
            continue
        named = _named(clause.terms, index)
        if named is not None and named.candidate.is_task and named.candidate.step_slug == step_slug:
            found.add(named.candidate.id)
        elif clause.excepted:
            # A word tells which, as it is of this step.
            found |= _told_of(step_slug, clause.terms, index)
    return found


def others(step_slug: str, but: set[str], index: Index) -> list[Candidate]:
    """Return the open tasks of a step but those."""
    return [
        one
        for one in index.candidates
        if one.is_task and one.step_slug == step_slug and one.id not in but
    ]


def destroyed(clauses: Sequence[Clause], index: Index) -> list[Clause]:
    """Take what was done and then done away with for what isn't done."""
    made = list(clauses)
    for place, clause in enumerate(clauses):
        if not place or clause.intent is Intent.DOUBT:
            continue
        low = words.plain(clause.text[:_SHORT])
        if _ASIDE.search(low) or not (_DESTROYED.search(low) or _ALL_OVER.search(low)):
            continue
        told_before = _before(clauses, place)
        if not told_before or _says_so(clauses[told_before[-1]], clause, index):
            continue
        gone = told_before if _ALL_OF_IT.search(low) else _last(clauses, told_before, index)
        for one in (*gone, place):
            made[one] = replace(made[one], intent=Intent.OPEN, begins=False)
    return made


def _before(clauses: Sequence[Clause], place: int) -> list[int]:
    """Return the places of what was told as done before: in the sentence, or in the last one."""
    number = clauses[place].sentence
    own = [at for at in range(place) if clauses[at].sentence == number]
    near = own or [at for at in range(place) if clauses[at].sentence == number - 1]
    return [at for at in near if clauses[at].intent is Intent.DONE and clauses[at].terms]


def _says_so(before: Clause, clause: Clause, index: Index) -> bool:
    """Whether the task itself is about that: "who sees it and when it is deleted"."""
    found = index.matches((*before.terms, *clause.terms))
    own = set(clause.terms) - words.COMMON_VERBS
    return bool(found) and bool(own) and own <= index.shared(found[0].candidate, own)


def _last(clauses: Sequence[Clause], places: Sequence[int], index: Index) -> list[int]:
    """Return the last of the places, and those before it that are about the same."""
    best = [index.matches(clauses[at].terms)[:1] for at in places]
    last = best[-1]
    return [
        at
        for at, match in zip(places, best, strict=True)
        if at == places[-1]
        or (match and last and match[0].candidate.step_slug == last[0].candidate.step_slug)
    ]
