"""Clauses: a message cut where a thought ends, and what each thought tells.

What is done, doing, next, blocked or free again shows in small words; so does what only looks like
it: a question, something not done, something that would be if. A clause without such words goes on
with what the one before it, or a heading like "Done:", told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milepost.contexts.standups.rules import orders, telling, words
from milepost.contexts.standups.rules.telling import Intent


@dataclass(frozen=True, slots=True)
class Clause:
    """A thought as it was said. `begins`: it tells of beginning; `closes`: of something whole;
    `partial`: of some of it, or not for certain; `talk`: of talk about it; `reason`: only why the
    clause before it is so; `excepted`: left out of what the clause before it tells.

    `sentence` counts, so that neighbours can be read together; so does `line`, which a heading
    begins as well. `place` counts within the sentence; `tail` is what was cut away behind it.
    """

    text: str
    sentence: int
    intent: Intent
    line: int = 0
    begins: bool = False
    closes: bool = False
    partial: bool = False
    talk: bool = False
    reason: bool = False
    excepted: bool = False
    terms: tuple[str, ...] = ()
    place: int = 0
    tail: str = ""


# Beyond this nobody reads it either; it also bounds the work.
MOST = 60

_SENTENCE = re.compile(
    # Not after what is only shortened: "with est. hours".
    r"(?<!\best\.)(?<!\bincl\.)(?<!\bapprox\.)(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bca\.)"
    r"(?<=[.!?…])\s+|\n+|;\s*"
    # "Ten talks - done" is one thought, however long the dash.
    r"|\s[–—-]{1,2}\s(?!(?i:done|finished|completed?|ready)\s*(?:[.!,;\n]|$))"
    r"|(?<=[^\W\d_])\s?[✅👍🎉]+\s?"
)
_BULLET = re.compile(r"^\s*(?:[-*•+>]+|\(?\d{1,2}[.)](?=\s)|\[[ x]?\])\s*")
_NUMBERED = re.compile(r"\s*\((?:\d|[a-d])\)\s*")
_HEADING = re.compile(
    r"^\s*(?:(?P<done>yesterday|y(?:da?y)?|did|done|finished|completed|accomplished|closed"
    r"|last week)"
    r"|(?P<next>next(?: up| week)?|today|t|tomorrow|tmrw|tmr|todo|to do|plan(?:s|ned)?|this week"
    r"|upcoming|later|tonight)"
    r"|(?P<doing>doing|in progress|wip|working on)"
    r"|(?P<blocked>b|block(?:ed|ers?|ing)|stuck|problems?|impediments?))\s*[:=]\s*"
)
# What is to come today may be begun now.
_TODAY = re.compile(r"(?:today|t|tonight|this week)\b")
_CUT = re.compile(
    r",\s+|\s+&\s+|\s+\+\s+|[()]|:\s+"
    r"|\s+(?:and|but|then|while|whereas|although|so|because|bc|since|before|after|until)\s+"
)
_REASON = re.compile(r"\b(?:because|bc|since|until|before)\b|[:(]", re.IGNORECASE)
_STOPS = (".", "!", "…")
_TOGETHER = re.compile(r"\band\b|[&+]")
# "Had the letter been read we would be done" is one without an "if".
_CONDITION = re.compile(r"\W*(?:if|unless|had (?:i|we|he|she|they|(?:\w+ ){1,4}(?:been|had)))\b")
_QUESTION = re.compile(
    r"^(?:so |and |but |ok )*(?:who|what|where|why|when|how|which|does|did we|did you|did any|do we"
    r"|do you|is there|are there|are we|(?:is|are|was|were) (?:the|our|my|this|that|these|those"
    r"|it|they)|did (?:i|he|she|they)|have they|has (?:the|he|she|it)|should (?:we|i)|shall"
    r"|can (?:we|i|you|some|any)|could (?:you|some|any)|has any|have we|have you|any(?:one|body))\b"
)


def cut(text: str) -> list[Clause]:
    """Cut a message into clauses, each with what it tells."""
    made: list[Clause] = []
    heading = Intent.NONE
    later = False
    line = 0
    for number, (sentence, begins) in enumerate(_sentences(words.squeezed(text))):
        found = _HEADING.match(words.plain(sentence))
        body = sentence
        if found is not None:
            heading = Intent(found.lastgroup or Intent.NONE)
            later = heading is Intent.NEXT and not _TODAY.match(found["next"])
            body = sentence[found.end() :]
            line += 1
        elif made and not _BULLET.match(sentence):
            heading, later = Intent.NONE, False
        line += begins
        question = body.rstrip().endswith("?") or bool(_QUESTION.match(words.plain(body).strip()))
        made += [
            replace(one, line=line)
            for one in _clauses(body, number, heading, question=question, later=later)
        ]
        if len(made) >= MOST:
            break
    return made[:MOST]


def _sentences(text: str) -> list[tuple[str, bool]]:
    """Cut a text into sentences, each with whether it begins a line."""
    made: list[tuple[str, bool]] = []
    for line in _NUMBERED.sub("\n", text).split("\n"):
        parts = [part for part in _SENTENCE.split(line) if part and part.strip()]
        made += [(part, place == 0) for place, part in enumerate(parts)]
    return made


def _clauses(
    body: str, number: int, heading: Intent, *, question: bool, later: bool
) -> list[Clause]:
    body = _BULLET.sub("", body)
    order = orders.order_in(body)
    if order is not None:
        return _ordered(order, number)
    plain = words.plain(body)
    conditional = telling.is_unreal(plain) or bool(_CONDITION.match(plain))
    regretted = telling.is_regretted(plain)
    before = heading
    made: list[Clause] = []
    for part, tail in _parts(body):
        low = words.plain(part)
        reason = bool(made) and _is_reason(made[-1], low)
        if question:
            intent = Intent.NONE
        elif conditional:
            intent = Intent.DOUBT
        elif reason:
            intent = Intent.BLOCKED
        else:
            intent = telling.told(low)
            if intent is Intent.NONE or (made and _goes_on(made[-1], low)):
                intent = before
            elif heading is Intent.BLOCKED and intent in (Intent.OPEN, Intent.DONE):
                intent = heading
            elif _is_to_come(made, intent, low, later=later):
                intent = Intent.NEXT
            if regretted and intent is Intent.DONE:
                intent = Intent.DOUBT
        told = _clause(part, number, intent, place=len(made), tail=tail)
        made.append(replace(told, reason=reason))
        before = intent
    return _told_late(_put_off(made))


def _clause(text: str, number: int, intent: Intent, *, place: int, tail: str) -> Clause:
    low = words.plain(text)
    return Clause(
        text,
        number,
        intent,
        begins=telling.begins(low, intent),
        closes=telling.closes(low),
        partial=telling.is_partial(low),
        talk=telling.is_talk(low),
        terms=tuple(words.content(words.tokens(text))),
        place=place,
        tail=tail,
    )


def _ordered(order: orders.Order, number: int) -> list[Clause]:
    """Return what the bot is told to note, as if it had been told to be so."""
    made = [
        _clause(part, number, order.intent, place=place, tail=tail)
        for place, (part, tail) in enumerate(_parts(order.what))
    ]
    return [
        replace(
            one,
            begins=order.intent is Intent.DOING,
            closes=order.intent is Intent.DONE,
            partial=one.partial or order.vague,
        )
        for one in made
    ]


def _is_to_come(made: Sequence[Clause], intent: Intent, low: str, *, later: bool) -> bool:
    """Whether what sounds done, or under way, only comes: "Tomorrow, we start", "Next: start"."""
    if not later and not (len(made) == 1 and telling.is_only_later(words.plain(made[0].text))):
        return False
    return intent is Intent.DOING or (intent is Intent.DONE and telling.may_be_to_come(low))


def _put_off(made: list[Clause]) -> list[Clause]:
    """Take what is put off behind it ("we start billing, next week") for what is to come."""
    if len(made) < 2 or not telling.is_only_later(words.plain(made[-1].text)):
        return made
    *others, before, last = made
    if before.intent is Intent.DOING:
        before = replace(before, intent=Intent.NEXT, begins=False)
    return [*others, before, last]


def _is_reason(before: Clause, low: str) -> bool:
    """Whether a clause only says why the one before it is blocked."""
    if before.intent is not Intent.BLOCKED:
        return False
    if _REASON.search(before.tail):
        return True
    # "Because the bank is slow and the form is missing"
    told = telling.told(low)
    return before.reason and told in (Intent.NONE, Intent.OPEN, Intent.BLOCKED)


def _goes_on(before: Clause, low: str) -> bool:
    """Whether a clause goes on with what is to be done, or isn't: "wants to build and put it"."""
    ahead = before.intent in (Intent.NEXT, Intent.OPEN, Intent.DOUBT)
    return ahead and bool(_TOGETHER.search(before.tail)) and telling.goes_on(low)


def _parts(body: str) -> list[tuple[str, str]]:
    """Cut a sentence into clauses, each with what stood between it and the next."""
    edges = [0, *(edge for found in _CUT.finditer(body) for edge in found.span()), len(body)]
    spans: list[tuple[int, int]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        part = body[start:end]
        if part.strip():
            spans.append((start + len(part) - len(part.lstrip()), start + len(part.rstrip())))
    nexts = [start for start, _ in spans[1:]]
    return [
        (body[start:end], body[end:then])
        for (start, end), then in zip(spans, [*nexts, len(body)], strict=False)
    ]


def as_said(clauses: Sequence[Clause]) -> str:
    """Put neighbouring clauses together again, as they were said before they were cut."""
    said = ""
    for clause, then in zip(clauses, [*clauses[1:], None], strict=True):
        said += clause.text
        if ")" in said and "(" not in said.partition(")")[0]:
            # It begins within a bracket: "(kind) and Jonas (busy)".
            said = f"({said}"
        if then is None:
            closes = clause.tail.lstrip().startswith(")") and said.count("(") > said.count(")")
            said += ")" if closes else ""
        elif (then.sentence, then.place) == (clause.sentence, clause.place + 1):
            said += clause.tail
        elif then.reason and (then.sentence, then.place) == (clause.sentence + 1, 0):
            # How the sentence before a reason ended is only kept where it is a stop.
            said += " " if clause.text.rstrip()[-1:] in _STOPS else " – "
        else:
            said += " … "
    return said


def _told_late(made: list[Clause]) -> list[Clause]:
    """Give a subject cut off from what is told of it ("A, B and C are done") what follows."""
    after = Intent.NONE
    closes = False
    turned: list[Clause] = []
    for clause in reversed(made):
        if clause.intent is Intent.NONE and after is not Intent.NONE and clause.terms:
            clause = replace(clause, intent=after, closes=closes)
        after, closes = clause.intent, clause.closes
        turned.append(clause)
    return turned[::-1]
