"""What a clause tells by its small words: what is done, doing, next, blocked or free again.

So does what only looks like it: what is not done, would be, is wished for, was lost or heard of.
"""

import re
from enum import StrEnum

from milepost.contexts.standups.rules import parts


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


_RELATIVE = re.compile(r"\b(?:who|(?<!\bafter )that|which|what)\b.*")
_NOT = re.compile(
    r"\b(?:not(?!-)|never|n't|neither|hardly|barely|almost|nearly|partly|partially|mostly|halfway"
    r"|unfinished|incomplete|fail(?:ed)? to|forgot to|yet to|supposed to|wanted to|meant to"
    r"|hoped to|tried to|was going to|were going to|still (?:open|to do|missing|due|have to|need)"
    r"|none of|no \w+ (?:has|have|had|is|was|are|were|did|does)"
    r"|no (?:time|progress|news|update|chance|luck)|nobody|no one|half of|some of|part of"
    r"|most of|(?:only|just) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|half|some)\b"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|\d+) (?:out )?of (?:the )?(?:\d+|two|three"
    r"|four|five|six|seven|eight|ten|twenty)"
    r"|(?<!\d)\d{1,2} ?(?:%|percent) (?:done|finished|complete|ready|there)"
    r"|(?:nothing|none|no \w+|not much|little)(?: (?!else)\w+){0,2}? (?:done|finished|achieved"
    r"|happened|completed|accomplished|ready)"
    r"|(?:did|do|done|achieved) (?:absolutely |basically )?nothing"
    r"|(?:didn|don|doesn|isn|wasn|weren|hasn|haven|hadn|aren|couldn|wouldn)'?t)\b"
)
# "No candidates listed", "the repair of what fails isn't done".
_NONE_OF = re.compile(
    r"^\W*(?:but |and |so |still |yet )?(?:no|zero|not one|not a single) "
    r"(?!problems?|issues?|trouble|surprises?|doubt|longer)\w+ "
)
_UNDONE = re.compile(
    r"(?:n't|\bnot) (?:\w+ ){0,2}?(?:done|ready|finished|completed?|there)(?: yet)?\W*$"
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
_PARTIAL = re.compile(
    r"^\W*(?:\w+ ){0,2}some\b|^\W*(?:\w+ )?half (?:of|the|our|my|them)\b|^\W*most\b"
    r"|\b(?:(?:on|for|with|to|in|of) most|a (?:few|couple|bit|little)|several)\b"
)
_TALK = re.compile(r"\b(?:talked|spoke|discussed|debated|argued|chatted|thought)\b[^,]*\babout\b")
_NEXT = re.compile(
    r"\b(?:will|'ll|shall|going to|gonna|plan(?:ning)? to|planned for|want(?:s)? to|would like"
    r"|i'd like|we'd like|intend|about to|let's|lets|have to|has to|need(?:s)? to|must|should"
    r"|ought|tomorrow|next|later|soon|today i|today we|this afternoon|tonight|this evening"
    r"|on (?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day|in the next|to be done|(?:is|are) due)\b"
)
# To begin some day, tomorrow, or to wish to, is not to begin.
_SOME_DAY = re.compile(
    r"\b(?:on (?:the )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d+(?:st|nd|rd|th)?)"
    r"|next|tomorrow|tmrw|later(?! today)|some ?day|the day after"
    r"|soon|eventually|in (?:a|an|one|two|three|four|\d+|some|a few) (?:days?|weeks?|months?)"
    r"|wants to|would love|plans to|planned to|hop(?:e|es|ed|ing) to|intends to|should|must"
    r"|ought to|needs? to|ha(?:ve|s) to|promised|offered)\b"
)
# What is to come may be begun now, if it is said to come at once.
_AT_ONCE = re.compile(
    r"\b(?:today|tonight|this (?:morning|noon|afternoon|evening)|now|right away|at once"
    r"|immediately|let's|lets|about to|later today)\b"
)
# All that a clause says is that it is to come: what stands beside it is planned.
_ONLY_LATER = re.compile(
    r"^\W*(?:(?:and|then|so|but|from|starting|as of|probably|only)\W+)?(?:tomorrow|tmrw|tmr|next"
    r"(?: (?:up|week|month|monday|tuesday|wednesday|thursday|friday))?|the day after"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"(?: (?:morning|afternoon|evening|first thing))?\W*$"
)
# "Next I read the offers": the same word tells what was done, and what is to be.
_READ_NEXT = re.compile(
    r"^\W*(?:(?:and|so|ok|then|up)\W+)*next (?:i|we|they)(?: \w+ly| all| both)?"
    r" (?:cut|set|read|put|hit|split|let|quit|shut|spread|cost)\b"
)
_MAY_BE_TO_COME = re.compile(
    r"^\W*(?:i|we|they)(?: \w+ly| all| both)? (?:cut|set|read|put|hit|split|let|quit|shut|spread)\b"
)
_NO_LONGER = re.compile(r"not\b|n't\b|no longer\b")
# "Is to be unblocked", "wants to get unstuck".
_WISHED = re.compile(
    r"\b(?:to|will|'ll|would|should|must|shall|hope\w*|try\w*|trying|need\w*|want\w*)\b"
    r"(?: \w+){0,4} ?$"
)
_LATER = re.compile(
    r"\b(?:tomorrow|tmrw|tmr|next (?:week|month|up|is|are)|(?:is|are|comes?) next"
    r"|this afternoon|tonight)\b"
)
_BEGIN = re.compile(
    r"\b(?:start(?![ -]?ups?\b)|starts|started|starting|begin|begins|began|begun|beginning"
    r"|launching into|kick(?:s|ed|ing)?(?: it)? off|kickoff|tak(?:e|es|ing) up|took up"
    r"|pick(?:ed|ing)? up|div(?:e|ed|ing) into|get(?:ting)? going with|embark\w*)\b"
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
_PAST = re.compile(
    r"\b(?!need|minded|embed|speed|feed|seed|shed|indeed|hundred|red\b|bed\b)\w{2,}ed\b"
)
_IRREGULAR = re.compile(
    r"\b(?:wrote|written|sent|held|met|drew|drawn|found|built|spoke|spoken|told|paid|ran|gave"
    r"|given|taught|heard|bought|sold|struck|led|won|fed|shown|learnt|left|chose|chosen|cut|set|put"
    r"|read|got|made|took|taken|began|begun|went|kept|thought|brought|hit|split|went|sorted|shot"
    r"|rang|rung|threw|thrown|broke|broken|caught|dug|drove|driven|flew|grew|grown|lost|spun|swept|woke"
    r"|hired|won|sat|saw|seen|swapped|picked|agreed|laid|rewrote|rewritten|taken|passed)\b"
)
# What went wrong or was left out is over as well, and nothing is done by it.
_MISHAP = re.compile(
    r"\b(?:lost|skipped|postponed|abandoned|shelved|gave up|given up|put off|missed|neglected"
    r"|forgot|ghosted|backed out|pulled out|fell through|broke down|crashed|(?:was|were|got|been)"
    r" (?:cancell?ed|postponed|called off)|cancell?ed\W*$|called off)\b"
)
# Where somebody was, or how they were, is no deed.
_STATE = re.compile(
    r"^\W*(?:(?:and|but|i|we|he|she|they|\w+) )?(?:was|were|been) (?:(?:all|just|at home|really|so"
    r"|too|very) )*(?:at|in|on|with|away|off|out|sick|ill|wrong|tired|busy|there|here|late|right)\b"
)
_SUBJECT = r"(?:i|we|he|she|they|you|it|this|that|everybody|everyone|somebody|someone)"
# Somebody will, wants to or should: whatever follows of it hasn't been done, were it told in the
# past tense ("will have listed", "will be signed").
_AHEAD = re.compile(
    # What is no word is never given back: a line of dashes would be tried at each of them.
    r"^\W*+(?:(?:and|but|so|then|tomorrow|today|tonight|now|soon|later|next \w+|on \w+day"
    r"|this \w+|by (?:the end of )?(?:this |next )?\w+)\W++){0,3}"
    rf"(?:{_SUBJECT}\b|(?:(?!{_SUBJECT}\b)[\w'-]+ ){{1,4}}?)?(?:\s*(?:am|are|is|'m|'re|'s)\b)?\s*"
    r"(?:'ll|'d like to|'d love to"
    r"|(?:will|won't|shall|gonna|going to|wants? to|wanna|would (?:like|love) to|plans to"
    r"|planned to|(?<=\bi )plan to|(?<=\bwe )plan to|(?<=\bthey )plan to|plann?ing to"
    r"|hop(?:es?|ed|ing) to|intend(?:s|ed)? to|about to|promised to|offered to|let's"
    r"|lets|has to|have to|needs? to|must|should|ought to|supposed to|scheduled to)\b)"
)
_WILL_HAVE = re.compile(
    r"(?:\b(?:will|shall|should|must|gonna|going to)|'ll)"
    r" (?:also |then |all |soon |hopefully )?have (?!to\b)\w|\b(?:is|are) to be\b"
)
# The same word tells what was done and what is to be: "wants to build it and put it to use".
_BARE = re.compile(r"^\W*(?:then )?(?:put|cut|set|read|hit|split|let|quit|shut|spread|cost)\b")
# What happened to people, or in their heads, isn't got done.
_NO_DEED = re.compile(
    r"\b(?:went|woke|slept|felt|thought|lost|broke|forgot|stayed|rested|celebrated|struggled"
    r"|worried|waited|hoped|wished|wondered|tried|cancell?ed|failed|died|quit|ended up)\b"
    r"|^\W*only\b|\btook (?:\d|a |an |the whole|all |us |me |long|for)"
    r"|^\W*(?:i|we|he|she|they)(?: was| were| am| are| is|'m|'re|'s)"
    r" (?!done|ready|finished|through)"
)
_OF_NOUNS = re.compile(r"\b(?:the|a|an|our|my|their|its|each|every) (?:cut|set|read|split|hit)\b")
_FUTURE_READ = re.compile(
    r"\b(?:to|will|'ll|can|should|must|shall|let's) (?:cut|set|read|put|hit)\b"
)


def told(low: str) -> Intent:
    """Tell what a clause in lower case says about what it speaks of."""
    free = _FREE.search(low)
    if free is not None:
        return _told_free(low, free)
    if _UNBLOCKED.search(low):
        return Intent.NONE
    if _DOUBT.search(low):
        return Intent.DOUBT
    if _RESERVED.search(low):
        return Intent.DONE
    if parts.is_refused_by_some(low):
        return Intent.OPEN
    if _BLOCKED.search(low):
        return Intent.BLOCKED
    # What somebody else did or didn't ("an outsider who did not say a word") is not the news.
    main = _RELATIVE.sub("", low) if not low.startswith(("who", "that", "which", "what")) else low
    if _is_open(low, main):
        return Intent.OPEN
    if _LATER.search(low) or _READ_NEXT.search(low) or _is_ahead(main):
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
    return Intent.DONE if _DONE.search(low) and not _STATE.search(low) else Intent.NONE


def goes_on(low: str) -> bool:
    """Whether a clause may go on with the infinitive of the one before it, by how it begins."""
    return bool(_BARE.search(low))


def begins(low: str, intent: Intent) -> bool:
    """Whether a clause tells of a beginning, and not of a plan to begin."""
    if not _BEGIN.search(low):
        return False
    at_once = _AT_ONCE.search(low) is not None and not _SOME_DAY.search(low)
    return intent is not Intent.NEXT or at_once


def is_only_later(low: str) -> bool:
    """Whether all that a clause says is that something is to come."""
    return bool(_ONLY_LATER.search(low))


def may_be_to_come(low: str) -> bool:
    """Whether a clause says of no time of its own that it is over: "I read the offers"."""
    return bool(_MAY_BE_TO_COME.search(low))


def closes(low: str) -> bool:
    """Whether a clause tells of something whole."""
    return bool(_CLOSES.search(low))


def is_partial(low: str) -> bool:
    """Whether a clause tells of some of it only."""
    return bool(_PARTIAL.search(low))


def is_talk(low: str) -> bool:
    """Whether a clause tells of talk about it."""
    return bool(_TALK.search(low))


def is_unreal(low: str) -> bool:
    """Whether a sentence tells of what was only heard of or dreamt of."""
    return bool(_UNREAL.search(low))


def is_regretted(low: str) -> bool:
    """Whether a sentence regrets what it tells."""
    return bool(_REGRET.search(low))


def is_deed(low: str) -> bool:
    """Whether somebody tells plainly that they got something done."""
    if _STATE.search(low) or _NO_DEED.search(low):
        return False
    return _is_past(_RELATIVE.sub("", low))


def _told_free(low: str, free: re.Match[str]) -> Intent:
    """Tell whether what is out of the way is said to be so, and not only wished for."""
    if _DOUBT.search(low):
        return Intent.DOUBT
    before = low[: free.start()]
    # "The blocker of the plan is not gone"; but "not blocked any more".
    own = _NO_LONGER.match(free[0])
    if _NOT.search(before) or (own is None and _NOT.search(free[0])):
        return Intent.BLOCKED
    return Intent.NEXT if _WISHED.search(before) else Intent.FREE


def _is_open(low: str, main: str) -> bool:
    undone = _NOT.search(main) or _UNDONE.search(low) or parts.is_in_part(main)
    return bool(undone) or _is_none(main) or _is_mishap(main)


def _is_none(main: str) -> bool:
    found = _NONE_OF.search(main)
    return found is not None and _is_past(main[found.end() :])


def _is_mishap(main: str) -> bool:
    found = _MISHAP.search(main)
    return found is not None and not _is_past(main[: found.start()])


def _is_ahead(main: str) -> bool:
    found = _AHEAD.search(main) or _WILL_HAVE.search(main)
    return found is not None and not _is_past(main[: found.end()])


def _is_past(low: str) -> bool:
    bare = _FUTURE_READ.sub("", _OF_NOUNS.sub("", low))
    return bool(_PAST.search(bare) or _IRREGULAR.search(bare) or _CLOSES.search(bare))
