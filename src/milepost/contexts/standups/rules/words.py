"""Words: a text cut into stems, words of the same meaning brought together."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from threading import Lock

import snowballstemmer

_BLANKS = re.compile(r"[^\S\n]{2,}")
_LINE_ENDS = re.compile(r"[^\S\n]?\n\s*")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+")
_stemmer = snowballstemmer.stemmer("english")
# It works on one word at a time; long messages are read in threads.
_stemming = Lock()


def listed(text: str) -> frozenset[str]:
    """Read a list of words that stands as running text."""
    return frozenset(text.split())


_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS: Mapping[str, str] = {
    **{word: str(number) for number, word in enumerate(_UNITS)},
    **{word: str(20 + 10 * place) for place, word in enumerate(_TENS)},
    "hundred": "100",
    "dozen": "12",
    "first": "first",
}

# What says little about which task is meant. Verbs of doing are in, as people change them freely.
STOP = listed(
    """
    a about above after again all also am an and another any anybody anything are as at back be
    because been before being below best both bring brought but by can cannot could day days did
    do does doing done each either else ever every everybody everything few finally finish
    finished for from further get gets getting go goes going got had has have having he her here
    hers him his how i if in instead into is it its itself just last later lets made make makes
    many may me might mine more most much must my near need needs never next no nobody none nor
    not nothing now of off ok okay on once one only onto open or other others our ours out over
    own per please put quite rather ready really said same say says see self set she should since so
    some somebody someone something soon still such take taken takes than that the their theirs
    them then there these they thing things this those though through till to today together
    tomorrow tmrw tonight too took under until up upon us very was we well went were what when where
    whether which while who whom whose why will with within without would yes yesterday yet you
    your yours start started starting begin beginning began begun complete completed completely
    step steps task tasks progress week weeks monday tuesday wednesday thursday friday saturday
    sunday morning afternoon evening noon night hour whole entire entirely
    """
)

# Each line is one meaning. The words are stemmed like any other.
_SAME = """
customer client buyer shopper
lawyer attorney counsel solicitor legal
interview conversation
call phone ring telephone
mail email message letter
write draft compose jot formulate
choose pick select settle decide
collect gather assemble
price pricing fee
company organization firm business venture
list table sheet
money cash funds
document paper form extract
investor vc backer angel
invoice bill billing
employee hire staff colleague recruit
check verify examine inspect screen
publish release launch live ship online
talk speak chat discuss
calculate compute reckon work
send sent forward
read studied study
repair fix mend
describe explain
find found source
rival competitor competing competition
cofounder founder
site website homepage web
page onepager
test try trial experiment
fill full complete
cancel cancelled canceled churn leaver quit left
intro introduction referral
quote estimate
wife husband family home household partner
cost expense spending outlay expenditure
note notes record log
finish end
divide split share
rate score grade rank
approve approved sign-off ok
vesting equity
contract agreement deal
assistant accountant bookkeeper
subscription recurring
name naming brand
visitor stranger traffic
pay salary wage wages
folder directory file
meet met meeting
question ask asked
answer reply respond
sort group cluster
month months
tool app software
idea concept
"""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Cut a word to its stem; a number written as a word becomes its digits."""
    if word in NUMBERS:
        return NUMBERS[word]
    with _stemming:
        stemmed: str = _stemmer.stemWord(word.replace("'", ""))
    return _IRREGULAR.get(word, stemmed)


def _of_lines(lines: str) -> dict[str, str]:
    meanings: dict[str, str] = {}
    for line in lines.strip().splitlines():
        first, *others = line.split()
        for word in (first, *others):
            meanings.setdefault(_stemmer.stemWord(word), _stemmer.stemWord(first))
    return meanings


_IRREGULAR: Mapping[str, str] = {
    past: _stemmer.stemWord(present)
    for past, present in (
        ("wrote", "write"), ("written", "write"), ("chose", "choose"), ("chosen", "choose"),
        ("sent", "send"), ("held", "hold"), ("met", "meet"), ("drew", "draw"), ("drawn", "draw"),
        ("found", "find"), ("built", "build"), ("spoke", "speak"), ("told", "tell"),
        ("paid", "pay"), ("kept", "keep"), ("ran", "run"), ("gave", "give"), ("given", "give"),
        ("taught", "teach"), ("heard", "hear"), ("bought", "buy"), ("sold", "sell"),
        ("struck", "strike"), ("led", "lead"), ("won", "win"), ("gone", "go"), ("fed", "feed"),
        ("shown", "show"), ("learnt", "learn"), ("left", "leave"), ("counted", "count"),
        ("called", "call"), ("taken", "take"), ("thought", "think"), ("dealt", "deal"),
        ("email", "mail"), ("emails", "mail"), ("emailed", "mail"), ("emailing", "mail"),
    )
}  # fmt: skip
_MEANING = _of_lines(_SAME)


def meaning(stemmed: str) -> str:
    """Return the one word that stands for all of the same meaning."""
    return _MEANING.get(stemmed, stemmed)


# What is done to nearly everything: in common with a task, these tell little of which one.
COMMON_VERBS = frozenset(
    stem(verb)
    for verb in listed(
        """
        write draft send call phone meet hold sign read check talk speak ask run find fix close
        list choose prepare review update build create add
        """
    )
)


# What says that something is in the way, and nothing of what.
BLOCKING = frozenset(map(stem, ("blocked", "blocker", "stuck", "waiting", "hold", "stalled")))


def plain(text: str) -> str:
    """Put a text into lower case without accents, with straight apostrophes."""
    straight = text.replace("’", "'").replace("`", "'")
    folded = unicodedata.normalize("NFKD", straight)
    return "".join(char for char in folded if not unicodedata.combining(char)).lower()


def squeezed(text: str) -> str:
    """Make one of the blanks, and of the line ends, that stand together: they say no more."""
    return _LINE_ENDS.sub("\n", _BLANKS.sub(" ", text))


def tokens(text: str) -> list[str]:
    """Cut a text into words as they stand, in lower case."""
    return _WORD.findall(plain(text))


def content(words: Iterable[str]) -> list[str]:
    """Return the stems of the words that say what is meant, in order, each once."""
    seen: dict[str, None] = {}
    for word in words:
        bare = word.removesuffix("'s")
        if bare not in STOP and "'" not in bare and (len(bare) > 1 or bare.isdigit()):
            seen.setdefault(stem(bare))
    return list(seen)
