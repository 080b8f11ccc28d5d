"""What takes the certainty of a thing told as done away: then the bot asks back about it.

An exception ("except finance"), what is still missing, a "Not." after it, irony, hearsay, a thought
that proved wrong. Unless it plainly speaks of something else: that leaves the rest as it was said.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from milepost.contexts.standups.rules import words
from milepost.contexts.standups.rules.clauses import Clause, Intent, as_said
from milepost.contexts.standups.rules.matching import Index, Match
from milepost.contexts.standups.rules.steps import NAMED, SURE

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
# Something is left out, or left to do.
_LACKS = re.compile(
    r"\b(?:except(?:ing)?|(?:apart|aside) from|other than|excluding|minus|save for|all but|without"
    r"|not yet|yet to|not (?:all|every|the|for|on|with|in)|missing|lacks?|lacking|outstanding"
    r"|pending|tbd|to follow|unfinished|incomplete|still (?:to|open|needs?|due|without|with"
    r"|at|being|waiting|in (?:draft|review|progress|work))"
    r"|(?:one|two|three|four|five|six|\d+|some|few|still|lots) (?:more )?to go"
    r"|(?:is|are|ones?|two|three|four|five|six|\d+) (?:are |is )?(?:still )?(?:left|remaining)"
    r"|(?:ones?|two|three|four|five|six|\d+) (?:are |is )?(?:still )?open"
    r"|(?:didn|doesn|don|hasn|haven|isn|aren|wasn|weren)'?t (?:\w+ ){0,2}?yet"
    r"|the rest (?:is|follows|comes|tomorrow|next|later|on|will))\b"
    r"|^\W*(?:(?:and|but|it's|so)\W+)?only"
    r"(?! (?:needs?|took|takes?|costs?|later|then|after|once|when|because|to|now|today)\b)\b"
)
_LEADING = re.compile(
    r"^\W*(?:except|apart from|aside from|other than|save for)\b(?! (?:that|this|it|them)\b)"
)
_LACKS_NOTHING = re.compile(
    r"\b(?:nothing|no\w*) (?:is |are )?(?:missing|left|open|outstanding|pending|to do)\b"
    r"|\b(?:apart|aside|other) (?:from|than) (?:that|this|it|them)\b|\bnot only\b"
    r"|\bwithout (?:problems?|issues?|trouble|hiccups?|exceptions?|a hitch|fail)\b"
)
_BUT = re.compile(r"\b(?:but|although|though|while|whereas|however|albeit)\b")
_UNTRUE = (Intent.OPEN, Intent.BLOCKED, Intent.DOUBT)
# Whoever says so isn't certain, or says that it isn't so.
_UNSURE = re.compile(
    r"\b(?:i think|i guess|i believe|i suppose|i hope|not sure|unsure|maybe|perhaps|probably"
    r"|possibly|hopefully|supposedly|or (?:did|have|was|am|are) (?:i|we)|not 100|who knows)\b"
    r"|^\W*not\W*$|\bnot so much\b|^\W*(?:well )?(?:almost|nearly|mostly|partly|hardly)\b"
    # "Passed, so they say"
    r"|^\W*(?:or )?(?:so |at least )?(?!what|which|that|as)[\w'-]+"
    r" (?:says?|said|claims?|claimed|reckons|told (?:me|us))\W*$"
)
_IRONY = re.compile(
    r"\byeah,? right\b|\bas if\b|\b(?:in (?:my|our|your|his|her|their) (?:dreams?|head|mind)"
    r"|dream on|i wish|wishful thinking|(?:just |only )?kidding|(?:just|only) joking|psych"
    r"|no really|or so (?:i|we|he|she|they) \w+|april fools?)\b"
    r"|(?<!whether )\bor not\b(?! to)|\s/s\b|🙃|🙄"
    r"|[\"“”'‘’](?:done|finished|completed?|ready|signed|final|perfect)[\"“”'‘’]"
)
_SOFT = re.compile(
    r"\b(?:sort of|kind of|kinda|sorta|more or less|basically|practically|pretty much|virtually"
    r"|in theory|theoretically|in principle|as good as|to some extent|somewhat|provisional(?:ly)?"
    r"|tentatively|half-?way|halfheartedly|half-?baked)\b"
    rf"|\b(?:by|until|till|til) (?:(?:the )?end of|next (?:week|month|{_DAY})|tomorrow|tonight"
    rf"|{_DAY})\b"
)
_SOON = re.compile(rf"^\W*(?:the )?(?:end of|next|tomorrow|tonight|{_DAY})\b")
# "The French one answers next week"
_ONE_OF_THEM = re.compile(
    r"\b(?:the|last|other|remaining|second|third) (?:[\w-]+ )?ones?\b"
    r"|\b(?:one|two|three|four|five|some|a few|\d+) more\b"
)
# "The refund didn't work": a part of it that has a name.
_PART_FAILS = re.compile(
    r"^\W*(?:the |our |my )?(?!i\b|we\b|he\b|she\b|they\b|it\b)[\w-]+(?: [\w-]+)?"
    r" (?:(?:is|was|does|did|has|are|were|do|have)(?: not|n'?t)\b|fail(?:s|ed)\b)"
)
# A thought that was had of it, and what others say.
_HEARSAY = re.compile(
    r"\b(?:i|we|he|she|they|everybody|everyone) (?:thought|assumed|believed|presumed|was sure"
    r"|were sure)\b(?! (?:of|about|up|through|out|over|long|hard))"
    r"|^\W*(?:(?:and|but|so|also)\W+)?(?!(?:i|we)\b)(?:[\w'-]+ ){1,4}?(?:says?|said"
    r"|claims?|claimed|swears?|swore|promises|promised|reckons|insists|insisted|thinks|believes|(?:assured|assures|told|tells)"
    r" (?:me|us))\b(?! (?:yes|no|so|hello|goodbye|thanks|what|why|how)\b)(?= \w)"
    r"|\baccording to\b|\bword is\b|\b(?:i was|we were) (?:told|informed|assured)\b"
)
# The same in the sentence after it.
_TAKEN_BACK = re.compile(
    r"^\W*(?:(?:ha)+|lol|well|sorry|ok|oh|erm?|h+m+|actually|or|and|but|no|nah|ah|oops|wait)?"
    r"(?:\W+(?:ha)+|\W+lol|\W+well|\W+sorry|\W+no)*\W*"
    r"(?:(?:not|no|nope|nah|never|wrong|false|not sure|i think|maybe|hopefully)\W*$"
    r"|(?:not (?:yet|really|quite|all|true|everything|entirely|exactly|completely|fully)"
    r"|(?:just |only )?(?:kidding|joking)|jk|j/k|was a joke|joke|as if|yeah,? right|i wish|i lied"
    r"|in (?:my|our) (?:dreams?|head|mind)|dream on|wishful|psych|april|except"
    r"|apart from (?!that|this)|(?:that's|it's|that is|it is) (?:a lie|not true|a joke)"
    r"|not sure (?:though|yet|about))\b"
    r"|(?:did|have|has|was|were|am|are|is) (?:i|we|it|they|he|she)(?: really)?\W*$)"
)
# What only looks further than this hardly says so.
_SHORT = 400
_NEAR = 3
_BRIEF = 2


class _Looked:
    """What clauses fit best, each looked up once."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._best: dict[tuple[str, ...], Match | None] = {}

    def best(self, terms: tuple[str, ...]) -> Match | None:
        """Return what fits these stems best, if anything has one in common with them."""
        if terms not in self._best:
            found = self.index.matches(terms)
            self._best[terms] = found[0] if found else None
        return self._best[terms]


def weighed(clauses: Sequence[Clause], index: Index) -> list[Clause]:
    """Mark as partial what is told as done in clauses and taken back beside them."""
    sentences = [list(group) for _, group in groupby(clauses, key=lambda one: one.sentence)]
    looked = _Looked(index)
    made: list[Clause] = []
    for sentence, then in zip(sentences, [*sentences[1:], []], strict=False):
        hedged = _hedged(sentence, looked) | _taken_back(sentence, then, looked)
        made += [
            replace(one, partial=True) if place in hedged and one.intent is Intent.DONE else one
            for place, one in enumerate(sentence)
        ]
    return made


def is_doubtful(sentence: Sequence[Clause], then: Sequence[Clause]) -> bool:
    """Whether a sentence, or the one after it, says that it isn't for certain or not the whole."""
    low = _plain(sentence)
    unsure = any(look.search(low) for look in (_IRONY, _HEARSAY, _SOFT, _UNSURE))
    lacks = _LACKS.search(low) is not None and not _LACKS_NOTHING.search(low)
    return unsure or lacks or (bool(then) and bool(_TAKEN_BACK.search(_plain(then))))


def _plain(sentence: Sequence[Clause]) -> str:
    return words.plain(as_said(sentence)[:_SHORT])


def _hedged(sentence: Sequence[Clause], looked: _Looked) -> set[int]:
    """Return the places in a sentence of which something in it takes the certainty away."""
    everywhere = set(range(len(sentence)))
    if all(one.intent is not Intent.DONE for one in sentence):
        return set()
    if _IRONY.search(_plain(sentence)):
        return everywhere
    hedged: set[int] = set()
    for place, clause in enumerate(sentence):
        # What is left out by name leaves the rest as it was said.
        if clause.excepted:
            continue
        low = words.plain(clause.text[:_SHORT])
        if _HEARSAY.search(low):
            hedged |= set(range(place, len(sentence)))
        if _SOFT.search(low):
            hedged |= set(range(place + 1)) if len(clause.terms) <= _BRIEF else {place}
        if _is_due(sentence, place):
            hedged |= {place, place + 1}
        lacks = _lacks(low, looked.best(clause.terms))
        if lacks:
            hedged |= {place} | _owned_up(sentence, place, looked)
        if _LEADING.search(low):
            hedged |= everywhere
        elif place and (lacks or _objects(sentence, place, low)):
            hedged |= _spoken_of(sentence, place, looked)
        elif place and (clause.intent is Intent.NEXT or _PART_FAILS.search(low)):
            hedged |= _to_be_done(sentence, place, looked)
    return hedged


def _is_due(sentence: Sequence[Clause], place: int) -> bool:
    """Whether a clause goes on "until Friday", as some say for "by Friday"."""
    until = "until" in sentence[place].tail and place + 1 < len(sentence)
    return until and bool(_SOON.search(words.plain(sentence[place + 1].text[:_SHORT])))


def _taken_back(
    sentence: Sequence[Clause],
    then: Sequence[Clause],
    looked: _Looked,
) -> set[int]:
    """Return the places in a sentence that the next one takes back, or says what lacks of them."""
    if not then:
        return set()
    if _TAKEN_BACK.search(_plain(then)):
        return _spoken_of([*sentence, then[0]], len(sentence), looked)
    found: set[int] = set()
    for one in then[:_NEAR]:
        lacks = _lacks(words.plain(one.text[:_SHORT]), looked.best(one.terms))
        # Behind a dash it goes on; else it is of the very thing that was told as done.
        if lacks and as_said(then)[:1].islower():
            found |= _spoken_of([*sentence, one], len(sentence), looked)
        elif lacks or one.intent is Intent.OPEN:
            found |= _same(sentence, one, looked)
    return found


def _same(
    sentence: Sequence[Clause],
    other: Clause,
    looked: _Looked,
) -> set[int]:
    """Return the places in a sentence that are about what a clause elsewhere is about."""
    found: set[int] = set()
    for place, clause in enumerate(sentence):
        match = looked.best(clause.terms)
        if match is not None and len(looked.index.shared(match.candidate, other.terms)) > 1:
            found.add(place)
    return found


def _lacks(low: str, match: Match | None) -> bool:
    """Whether something is left out, unless the task itself says so: "without helping"."""
    found = _LACKS.search(low)
    if found is None or _LACKS_NOTHING.search(low):
        return False
    if match is None:
        return True
    names = (match.candidate.title, *match.candidate.aliases)
    own = re.compile(rf"\b{re.escape(found[0].strip())}\b")
    return not any(own.search(words.plain(name)) for name in names)


def _objects(sentence: Sequence[Clause], place: int, low: str) -> bool:
    """Whether a clause objects to those before it: "but she has not answered yet"."""
    clause = sentence[place]
    if _UNSURE.search(low):
        return True
    if clause.intent in (*_UNTRUE, Intent.NEXT) and _ONE_OF_THEM.search(low):
        return True
    joined = _BUT.search(sentence[place - 1].tail) or _BUT.match(low.lstrip(" ,(-"))
    return bool(joined) and clause.intent in _UNTRUE


def _spoken_of(
    sentence: Sequence[Clause],
    place: int,
    looked: _Looked,
) -> set[int]:
    """Return the places before an objection that it may speak of: none if of something else."""
    before = range(place)
    named = looked.best(sentence[place].terms)
    if named is None or not _is_name(named):
        return set(before)
    about = named.candidate
    near = {
        one
        for one in before
        if (match := looked.best(sentence[one].terms)) is not None
        and (
            match.candidate.id == about.id
            or (not match.candidate.is_task and match.candidate.step_slug == about.step_slug)
        )
    }
    return set(before) if near else set()


def _owned_up(
    sentence: Sequence[Clause],
    place: int,
    looked: _Looked,
) -> set[int]:
    """Return the places after it that lack what was owned first: "no figures yet, but compared"."""
    return {
        after
        for after in range(place + 1, len(sentence))
        if (match := looked.best(sentence[after].terms)) is not None
        and looked.index.shared(match.candidate, sentence[place].terms)
    }


def _to_be_done(
    sentence: Sequence[Clause],
    place: int,
    looked: _Looked,
) -> set[int]:
    """Return the places of which more is to come, or doesn't: "Bo signed, I sign tomorrow"."""
    clause = sentence[place]
    after = set(clause.terms)
    said = {term for one in sentence[:place] for term in one.terms}
    named = looked.best(sentence[place].terms)
    found: set[int] = set()
    for one in range(place):
        match = looked.best(sentence[one].terms)
        if match is None:
            continue
        if named is not None and _is_name(named):
            same = named.candidate == match.candidate
        else:
            # What is to come is the same again; what fails is a part of it not told before.
            comes = clause.intent is Intent.NEXT
            told = after & set(sentence[one].terms) if comes else after - said - words.COMMON_VERBS
            same = bool(looked.index.shared(match.candidate, told))
        if same:
            found |= set(range(one + 1))
    return found


def _is_name(match: Match) -> bool:
    return match.score >= SURE and (len(match.used) > 1 or match.covered >= NAMED)
