"""Reading what people wrote, by its words; and writing names and numbers into a sentence."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE = re.compile(r"[^.!?\n;]+")
_STEM, _SINGULAR = 6, 4
_PART = re.compile(r"[^\W_]+")
_NAMED_WHOLE, _NAMED_BY = 48, 36
_MARKS = re.compile(r"[*`_#>]+|^\s*(?:[-+]|\d+[.)])\s+", re.MULTILINE)
# Ends before a blank and what begins anew, so that neither "e.g. this" nor 2.5 ends one.
_FIRST_SENTENCE = re.compile(r"^.+?[.!?](?=\s+[^\Wa-z]|\s*$)")
_SHORTEST, _LONGEST = 25, 240

# What says that something stands in the way, in the words founders use.
_BLOCKED = re.compile(
    r"\b(block(?:ed|er|ers|ing)|stuck|wait(?:ed|ing) (?:for|on)|held up|delay(?:ed|s)?"
    r"|no (?:answer|reply|response|budget|access)|never (?:answered|replied)|couldn'?t|could not"
    r"|can'?t (?:get|reach|go)|unable|depends? on|missing|bottleneck"
    r"|ran out|postponed|cancell?ed)\b",
    re.IGNORECASE,
)
_UNBLOCKED = re.compile(
    r"\b(?:not|no longer|never|nothing|wasn'?t|weren'?t|isn'?t) (?:\w+ )?(?:blocked|stuck|delayed"
    r"|held up|missing)\b|\bunblocked\b",
    re.IGNORECASE,
)
_COMMON = frozenset(
    {
        "about", "after", "again", "also", "been", "before", "could", "does", "each", "every",
        "first", "from", "have", "into", "just", "know", "less", "made", "make", "many", "more",
        "most", "much", "need", "next", "only", "other", "over", "people", "said", "same", "should",
        "some", "step", "such", "take", "than", "that", "their", "them", "then", "there", "they",
        "thing", "things", "this", "those", "took", "very", "want", "week", "weeks", "went", "were",
        "what", "when", "where", "which", "while", "will", "with", "would", "your",
    }
)  # fmt: skip


@lru_cache(maxsize=4096)
def significant(text: str) -> frozenset[str]:
    """Name the words of a text that say what it is about, cut to their beginnings."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(_stem(word) for word in words if word not in _COMMON)


def _stem(word: str) -> str:
    """Cut a word so that one and several are the same."""
    several = len(word) > _SINGULAR and word[-1] == "s" and word[-2] != "s"
    return (word[:-1] if several else word)[:_STEM]


def blockers(texts: Iterable[str]) -> list[str]:
    """Find the sentences that tell of something in the way."""
    sentences = (part.strip() for text in texts for part in _SENTENCE.findall(text))
    return [
        " ".join(sentence.split())
        for sentence in sentences
        if _BLOCKED.search(sentence) and not _UNBLOCKED.search(sentence)
    ]


def key(text: str) -> str:
    """Name a text so that the same words always get the same name, and others another."""
    words = _PART.findall(text.lower())
    name = "-".join(words)
    if words and len(name) <= _NAMED_WHOLE:
        return name
    told_apart = hashlib.sha256((name or text.strip()).encode()).hexdigest()[:8]
    return f"{name[:_NAMED_BY]}-{told_apart}".lstrip("-")


def opening(text: str) -> str:
    """Return how a text begins, as one plain sentence; nothing where it can't stand alone."""
    first = _MARKS.sub("", text.strip().split("\n\n", 1)[0])
    found = _FIRST_SENTENCE.match(" ".join(first.split()))
    sentence = found.group() if found else ""
    whole = sentence.count('"') % 2 == 0 and sentence.count("“") == sentence.count("”")
    return sentence if whole and _SHORTEST <= len(sentence) <= _LONGEST else ""


def clipped(text: str, most: int) -> str:
    """Cut a text at a word, so that it has at most so many characters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"


def named(titles: Sequence[str], most: int = 3) -> str:
    """List names as a sentence does."""
    shown = [f"“{clipped(title, 80)}”" for title in titles[:most]]
    if len(titles) > most:
        return ", ".join(shown) + f" and {len(titles) - most} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"
