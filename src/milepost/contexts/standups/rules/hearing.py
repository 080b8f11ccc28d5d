"""What was understood and leads to nothing: plans, what is under way or waited for, a thank-you.

Whoever wrote it is told as what it was taken, to know it from what wasn't understood.
"""

import re
from collections.abc import Sequence

from milepost.contexts.standups.rules import parts, words
from milepost.contexts.standups.rules.clauses import Clause, Intent, as_said
from milepost.contexts.standups.rules.matching import Index, Match
from milepost.contexts.standups.rules.meaning import Finding
from milepost.contexts.standups.rules.steps import NAMED, is_named
from milepost.contexts.standups.types import Heard

_WAITS = re.compile(
    r"\bwaiting\b|\bawait\w*\b"
    r"|\b(?:still|yet to|so far)\b.{0,80}\b(?:hasn|haven|has not|have not|no|not)\b"
    r"|\b(?:he|she|they|nobody|no one|somebody) (?:still )?"
    r"(?:hasn|haven|has not|have not|didn|did not)"
    r"|\b(?:hasn'?t|haven'?t|has not|have not|no) (?:yet )?(?:answer\w*|repl(?:y|ie[ds]|ying)\b"
    r"|respon\w+|sent"
    r"|come back|called|written back|news|word|reaction|back|heard)\b"
    r"|\bstill (?:hasn'?t|haven'?t|no\b|nothing\b|not\b)"
)
# "I haven't heard" waits; what one hasn't done oneself is undone.
_OWN = re.compile(r"^\W*(?:(?:and|but|so|still|sorry)\W+)*(?:i|we)\b(?!.*\b(?:heard|waiting)\b)")
_THANKS = re.compile(
    r"^\W*(?:(?:ok|okay|great|cool|perfect|super|nice|awesome|brilliant|many|very|so|good|got it"
    r"|all right|alright|yes|yeah|hi|hey|well done|wow|lovely|bot|milepost)\W+)*"
    r"(?:thx|thanks?|thank you|tx|ty|tnx|cheers|much appreciated|danke|merci|great|cool|perfect"
    r"|nice|awesome|brilliant|super|lovely|got it|well done|good job|👍|🙏|❤️?|😊|🎉)"
    r"(?:\W+(?:a lot|so much|very much|for (?:that|this|it|the help|your help)|bot|milepost|all"
    r"|everyone|everybody|team|again|then|you|much|thanks?))*[\W\ufe0f]*$"
)
_THUMBS = frozenset("👍👌🙏🎉😊❤ \n!.\ufe0f") | frozenset(map(chr, range(0x1F3FB, 0x1F400)))
# What only looks further than this hardly says so; a thank-you is shorter.
_SHORT, _THANKS_LONGEST = 400, 80
_SKIP = re.compile(
    r"^\W*(?:(?:please|pls|plz|ok|so|and|also|then|just|now)\W+)*"
    r"(?:(?:let's|lets|can (?:we|i|you)|could (?:we|i|you)|may (?:we|i)|how (?:do|can) (?:we|i)"
    r"|(?:i|we)(?:'d| would)? (?:want|like|need|will|have|decided|plan)(?: to)?"
    r"|we'll|i'll|want to) )?"
    r"(?:(?:skip|leave out|get rid of)\b|(?P<drop>drop)\b(?! off\b))(?P<what>.*)"
)


def heard_in(text: str, clauses: Sequence[Clause], found: Sequence[Finding], index: Index) -> Heard:
    """Tell what of a message was understood that nothing is proposed about."""
    placed = {place for one in found if one.proposals for place in one.run.places}
    asked = {clause.sentence for one in found if one.proposals for clause in one.run.clauses}
    skips = _skips(clauses, index)
    left = [
        (place, one)
        for place, one in enumerate(clauses)
        if place not in placed and not one.reason and not (skips and one.sentence in skips)
    ]
    open_ones = [
        (place, one)
        for place, one in left
        if one.intent is Intent.OPEN and one.sentence not in asked
    ]
    kinds = {place: _kind(one) for place, one in open_ones}
    return Heard(
        planned=_told([one for _, one in left if one.intent is Intent.NEXT], clauses),
        under_way=_told([one for _, one in left if one.intent is Intent.DOING], clauses),
        waiting=_whole(kinds, "waiting", clauses),
        partly=_whole(kinds, "partly", clauses),
        undone=_whole(kinds, "undone", clauses),
        skips=tuple(skips.values()),
        thanks=_is_thanks(text.strip()),
    )


def _is_thanks(text: str) -> bool:
    if len(text) > _THANKS_LONGEST:
        return False
    return bool(_THANKS.search(words.plain(text))) or _is_thumb(text)


def _is_thumb(text: str) -> bool:
    return bool(text.strip()) and all(char in _THUMBS for char in text.strip())


def _kind(clause: Clause) -> str:
    low = words.plain(clause.text[:_SHORT])
    if parts.is_partly(low):
        return "partly"
    return "waiting" if _WAITS.search(low) and not _OWN.search(low) else "undone"


def _whole(kinds: dict[int, str], kind: str, clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Quote each sentence once, as what most of it says: waiting before the rest."""
    by_sentence: dict[int, list[int]] = {}
    for place in kinds:
        by_sentence.setdefault(clauses[place].sentence, []).append(place)
    return tuple(
        as_said(clauses[places[0] : places[-1] + 1])
        for places in by_sentence.values()
        if min((kinds[place] for place in places), key=_ORDER.index) == kind
        and any(clauses[place].terms for place in places)
    )


_ORDER = ("waiting", "partly", "undone")


def _told(chosen: Sequence[Clause], clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Quote what was told so: neighbours of one sentence together."""
    together: list[list[Clause]] = []
    for clause in chosen:
        last = together[-1][-1] if together else None
        if last and (clause.sentence, clause.place) == (last.sentence, last.place + 1):
            together[-1].append(clause)
        else:
            together.append([clause])
    return tuple(as_said(one) for one in together if any(clause.terms for clause in one))


def _skips(clauses: Sequence[Clause], index: Index) -> dict[int, str]:
    """Name the step of each sentence that wants one skipped; nothing, where none is named."""
    found: dict[int, str] = {}
    for clause in clauses:
        told = _SKIP.search(words.plain(clause.text[:_SHORT])) if clause.place == 0 else None
        if told is None:
            continue
        matches = index.matches(words.content(words.tokens(told["what"])))
        named = [one for one in matches[:1] if is_named(one)]
        # Letters are dropped at the post office, and prices too: a step only by its name.
        if told["drop"] and not any(_is_a_step(one) for one in named):
            continue
        found[clause.sentence] = named[0].candidate.step_title if named else ""
    return found


def _is_a_step(match: Match) -> bool:
    return match.explained >= NAMED and match.covered >= NAMED and not match.candidate.is_task
