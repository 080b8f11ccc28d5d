"""Clauses: a message cut where a thought ends, and what each thought tells.

What is done, doing, next, blocked or free again shows in small words; so does what only looks like
it: a question, something not done, something that would be if. A clause without such words goes on
with what the one before it, or a heading like "Done:", told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from milepost.contexts.standups.rules import words


class Intent(StrEnum):
    """What a clause tells about what it speaks of."""

    DONE = "done"
    DOING = "doing"
    NEXT = "next"
    BLOCKED = "blocked"
    FREE = "free"
    OPEN = "open"
    DOUBT = "doubt"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Clause:
    """A thought as it was said. `begins`: it tells of beginning; `closes`: of something whole;
    `partial`: of some of it; `talk`: of talk about it.

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
    terms: tuple[str, ...] = ()
    place: int = 0
    tail: str = ""


# Beyond this nobody reads it either; it also bounds the work.
MOST = 60

_SENTENCE = re.compile(
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
    r"|(?P<next>next(?: up)?|today|t|tomorrow|todo|to do|plan|planned|this week|upcoming)"
    r"|(?P<doing>doing|in progress|wip|working on)"
    r"|(?P<blocked>b|block(?:ed|ers?|ing)|stuck|problems?|impediments?))\s*[:=]\s*"
)
_CUT = re.compile(
    r",\s+|\s+&\s+|\s+\+\s+|[()]|:\s+"
    r"|\s+(?:and|but|then|while|whereas|although|so|because|bc|since|before|after|until)\s+"
)
_RELATIVE = re.compile(r"\b(?:who|that|which|what)\b.*")

_QUESTION = re.compile(
    r"^(?:so |and |but |ok )*(?:who|what|where|why|when|how|which|does|did we|did you|did any|do we"
    r"|do you|is there|are there|are we|should (?:we|i)|shall|can (?:we|i|you|some|any)"
    r"|could (?:you|some|any)|has any|have we|have you|any(?:one|body))\b"
)
_NOT = re.compile(
    r"\b(?:not(?!-)|never|n't|neither|hardly|barely|almost|nearly|partly|partially|mostly|halfway"
    r"|unfinished|incomplete|fail(?:ed)? to|forgot to|yet to|supposed to|wanted to|meant to"
    r"|hoped to|tried to|was going to|were going to|still (?:open|to do|missing|due|have to|need)"
    r"|no (?:time|progress|news|update|chance|luck)|nobody|no one|half of|some of|part of"
    r"|most of|(?:only|just) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|half|some)\b"
    r"|(?:one|two|three|four|five|\d+) (?:out )?of (?:the )?(?:\d+|two|three|four|five|six|seven"
    r"|eight|ten|twenty)|(?:didn|don|doesn|isn|wasn|weren|hasn|haven|hadn|aren|couldn|wouldn)'?t)\b"
)
_DOUBT = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|might|i think|i guess|i believe|i suppose|not sure"
    r"|unsure|if|unless|as soon as|in case|could have|would have|would be|hopefully|supposedly)\b"
)
_BLOCKED = re.compile(
    r"\b(?:stuck|blocked|blockers?|block(?:s|ing) (?:me|us|on|by|that|this)"
    r"|waiting (?:for|on)|await(?:ing)?|(?:can|ca|could)(?:not|n't|nt|'t) (?:go on"
    r"|continue|proceed|move|get|start|finish|reach|do)|can't|cannot|can not"
    r"|drags? on|on hold|held up|stalled|rejected|suspended|refused|(?:does|do|is|are|has|have)"
    r"(?:n't| not|nt) (?:work|working|answer|answering|reply|replied|respond|responding|back"
    r"|answered|come back)|bottleneck|stands still|at a standstill|struggling)\b"
)
# What was in the way and is no longer: "we are unblocked", "the blocker is gone".
_FREE = re.compile(
    r"(?:\b(?:unblocked|unstuck|no longer (?:blocked|stuck|on hold|held up|stalled|waiting))"
    r"|(?:\bnot|n't) (?:blocked|stuck|on hold|held up|stalled|waiting)(?: \w+){0,6}?"
    r" (?:any ?more|any longer)"
    r"|\b(?:blocker|roadblock|impediment|bottleneck)s? (?:(?:of|on|for|with|in|at) (?:\w+ ){1,6}?)?"
    r"(?:(?:is|are|was|were|has been|have been) )?"
    r"(?:\w+ly )?(?:gone|resolved|solved|cleared|lifted|removed|fixed|sorted)"
    r"|\b(?:resolved|solved|cleared|lifted|removed|fixed) (?:the|our|that|my|this) (?:blocker"
    r"|roadblock|impediment|bottleneck)s?)\b"
)
_UNBLOCKED = re.compile(
    r"\b(?:(?:was|were) waiting|no blockers?|nothing (?:is )?block\w*"
    r"|(?:not|isn't|aren't) (?:stuck|blocked)"
    r"|block(?:ed|ers?)?\s*[:=]?\s*(?:none|nothing|no|nope|-+|n/?a)\s*\W*$)"
)
# Time set aside is blocked on purpose.
_RESERVED = re.compile(
    r"\bblocked (?:out|off)\b|\bblocked\b[^,]*\b(?:calend[ae]rs?|diar(?:y|ies)|agendas?)\b"
)
# What somebody only heard of or dreams of says nothing about what is.
_UNREAL = re.compile(
    r"^\W*(?:\w+ ){0,2}imagine\b|\bone can dream\b|\bheard (?:from \w+ )?that\b|\brumou?r\b"
    r"|\bno idea (?:if|whether)\b|\bapparently\b|\ballegedly\b"
)
# What is told as done and regretted in the same breath isn't done.
_REGRET = re.compile(
    r"\b(?:not (?:\w+ )?(?:happy|satisfied|convinced|good enough|final)|unhappy|needs? (?:more"
    r" work|another)|redo|from scratch|could ?(?:not|n't|nt) agree|no agreement|disagreed)\b"
)
_PARTIAL = re.compile(r"^\W*(?:\w+ ){0,2}some\b|\b(?:a (?:few|couple|bit|little)|several)\b")
_TALK = re.compile(r"\b(?:talked|spoke|discussed|debated|argued|chatted|thought)\b[^,]*\babout\b")
_NEXT = re.compile(
    r"\b(?:will|'ll|shall|going to|gonna|plan(?:ning)? to|planned for|want(?:s)? to|would like"
    r"|i'd like|we'd like|intend|about to|let's|lets|have to|has to|need(?:s)? to|must|should"
    r"|ought|tomorrow|next|later|soon|today i|today we|this afternoon|tonight|this evening"
    r"|on (?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day|in the next|to be done|(?:is|are) due)\b"
)
_LATER = re.compile(
    r"\b(?:tomorrow|next (?:week|month|up|is|are)|(?:is|are|comes?) next|this afternoon|tonight)\b"
)
_BEGIN = re.compile(
    r"\b(?:start|starts|started|starting|begin|begins|began|begun|beginning|launching into"
    r"|kick(?:s|ed|ing)?(?: it)? off|kickoff|tak(?:e|es|ing) up|took up|pick(?:ed|ing)? up"
    r"|div(?:e|ed|ing) into|get(?:ting)? going with|embark\w*)\b"
)
_DOING = re.compile(
    r"\b(?:work(?:ing|ed)? on|in progress|underway|under way|busy with|currently|in the middle of"
    r"|(?:am|are|is|'m|'re) (?!done|going)\w+ing|still \w+ing)\b"
    r"|^\W*(?!\b(?:pricing|meeting|training|billing|banking|hiring|onboarding|funding|marketing|waiting|landing|everything|nothing"
    r"|something|interviewing)\b)\w+ing\b"
)
# To have worked on something isn't to be through with it.
_AT_IT = re.compile(r"\b(?:worked on|continued|kept (?:on )?\w+ing|went on with)\b")
_CLOSES = re.compile(
    r"\b(?:done|finished|complete|completed|closed|wrapped up|ticked off|100 ?%|over with|ready"
    r"|behind us)\b|✅|✔|☑|👍"
)
_DONE = re.compile(
    r"\b(?:done|finished|complete|completed|closed|wrapped|ticked|ready|did|live|full|exists?"
    r"|up and running|in place|now|was|were|has been|have been|is set|are set)\b|✅|✔|☑|👍"
)
_PAST = re.compile(r"\b(?!need|embed|speed|feed|seed|shed|indeed|hundred|red\b|bed\b)\w{2,}ed\b")
_IRREGULAR = re.compile(
    r"\b(?:wrote|written|sent|held|met|drew|drawn|found|built|spoke|spoken|told|paid|ran|gave"
    r"|given|taught|heard|bought|sold|struck|led|won|fed|shown|learnt|left|chose|chosen|cut|set|put"
    r"|read|got|made|took|taken|began|begun|went|kept|thought|brought|hit|split|went|sorted|shot"
    r"|rang|rung|threw|thrown|broke|broken|caught|dug|drove|driven|flew|grew|grown|lost|spun|swept|woke"
    r"|hired|won|sat|saw|seen|swapped|picked|agreed|laid|rewrote|rewritten|taken|passed)\b"
)
_OF_NOUNS = re.compile(r"\b(?:the|a|an|our|my|their|its|each|every) (?:cut|set|read|split|hit)\b")
_FUTURE_READ = re.compile(
    r"\b(?:to|will|'ll|can|should|must|shall|let's) (?:cut|set|read|put|hit)\b"
)


def cut(text: str) -> list[Clause]:
    """Cut a message into clauses, each with what it tells."""
    made: list[Clause] = []
    heading = Intent.NONE
    line = 0
    for number, (sentence, begins) in enumerate(_sentences(text)):
        found = _HEADING.match(words.plain(sentence))
        body = sentence
        if found is not None:
            heading = Intent(found.lastgroup or Intent.NONE)
            body = sentence[found.end() :]
            line += 1
        elif made and not _BULLET.match(sentence):
            heading = Intent.NONE
        line += begins
        question = body.rstrip().endswith("?") or bool(_QUESTION.match(words.plain(body).strip()))
        made += [
            replace(one, line=line) for one in _clauses(body, number, heading, question=question)
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


def _clauses(body: str, number: int, heading: Intent, *, question: bool) -> list[Clause]:
    body = _BULLET.sub("", body)
    unreal = bool(_UNREAL.search(words.plain(body)))
    conditional = unreal or words.plain(body).lstrip().startswith(("if ", "unless "))
    regretted = bool(_REGRET.search(words.plain(body)))
    before = heading
    made: list[Clause] = []
    for part, tail in _parts(body):
        low = words.plain(part)
        terms = tuple(words.content(words.tokens(part)))
        if question:
            intent = Intent.NONE
        elif conditional:
            intent = Intent.DOUBT
        else:
            intent = told(low)
            if intent is Intent.NONE:
                intent = before
            elif heading is Intent.BLOCKED and intent in (Intent.OPEN, Intent.DONE):
                intent = heading
            if regretted and intent is Intent.DONE:
                intent = Intent.DOUBT
        made.append(
            Clause(
                part,
                number,
                intent,
                begins=bool(_BEGIN.search(low)),
                closes=bool(_CLOSES.search(low)),
                partial=bool(_PARTIAL.search(low)),
                talk=bool(_TALK.search(low)),
                terms=terms,
                place=len(made),
                tail=tail,
            )
        )
        before = intent
    return _told_late(made)


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
        if then is None:
            closes = clause.tail.lstrip().startswith(")") and said.count("(") > said.count(")")
            said += ")" if closes else ""
        elif (then.sentence, then.place) == (clause.sentence, clause.place + 1):
            said += clause.tail
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


def told(low: str) -> Intent:
    """Tell what a clause in lower case says about what it speaks of."""
    if _FREE.search(low):
        return Intent.DOUBT if _DOUBT.search(low) else Intent.FREE
    if _UNBLOCKED.search(low):
        return Intent.NONE
    if _DOUBT.search(low):
        return Intent.DOUBT
    if _RESERVED.search(low):
        return Intent.DONE
    if _BLOCKED.search(low):
        return Intent.BLOCKED
    # What somebody else did or didn't ("an outsider who did not say a word") is not the news.
    main = _RELATIVE.sub("", low) if not low.startswith(("who", "that", "which", "what")) else low
    if _NOT.search(main):
        return Intent.OPEN
    if _LATER.search(low):
        return Intent.NEXT
    past = _is_past(main) and not _AT_IT.search(main)
    if _NEXT.search(low) and not past:
        return Intent.NEXT
    if _BEGIN.search(low):
        return Intent.DOING
    if past:
        return Intent.DONE
    if _DOING.search(low):
        return Intent.DOING
    return Intent.DONE if _DONE.search(low) else Intent.NONE


def _is_past(low: str) -> bool:
    bare = _FUTURE_READ.sub("", _OF_NOUNS.sub("", low))
    return bool(_PAST.search(bare) or _IRREGULAR.search(bare) or _CLOSES.search(bare))
