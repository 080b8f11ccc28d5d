"""Phrases that say nothing: found in everything a step says to people, with what to write instead.

The list is meant to be read and added to. A phrase belongs in it if the sentence says as much, or
more, without it.
"""

import re
from collections.abc import Iterator

from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.types import Fault

_DO = "say what is to be done"
_DROP = "leave it out"
_HOW = "say in what way, with a number if there is one"
_WHO = "name the people meant"
_WHAT = "say what it is"

# A regular expression for the phrase, from a word's beginning to a word's end, and what to write.
INSTEAD = {
    # said of doing
    r"leverag(?:e|es|ed|ing)": "write “use”, and what for",
    r"utili[sz](?:e|es|ed|ing)": "write “use”",
    r"make sure to|be sure to": _DO,
    r"(?:define|develop|devise|create|craft) an? (?:[\w-]+ ){0,2}strategy": (
        "say which choice is to be made"
    ),
    r"ensur(?:e|es|ing) (?:\w+ )?alignment|align(?:ing)? (?:all |your |the )?stakeholders": (
        "say who has to agree to what"
    ),
    r"move the needle|moves the needle": "say which number changes, and by how much",
    r"hit the ground running": _DO,
    r"go(?:es|ing)? above and beyond": _DO,
    r"go(?:es|ing)? the extra mile": _DO,
    r"think(?:ing)? outside (?:of )?the box": _DO,
    r"touch(?:ing)? base|circl(?:e|ing) back": "say who speaks with whom about what",
    r"delv(?:e|es|ed|ing)": "write “look at”, and at what",
    r"deep[ -]div(?:e|es|ing)": "say what is looked at, and how closely",
    r"unlock(?:s|ed|ing)? (?:\w+ ){0,2}(?:potential|growth|value|opportunit(?:y|ies)|success)": (
        "say what becomes possible"
    ),
    r"to the next level": "say what will be better, and by how much",
    # said of things
    r"best[ -]practices?": "say which practice, and why it is good here",
    r"stakeholders?": _WHO,
    r"key takeaways?": "say what was learned",
    r"low[ -]hanging fruits?": "say which piece, and why it is quick",
    r"synerg(?:y|ies|istic)": "say what each side gains",
    r"actionable insights?": "say what can be decided with it",
    r"pain points?": "say what hurts whom",
    r"paradigm shifts?": "say what changes for whom",
    r"value[ -]adds?|added value": "say who gains what",
    # said of how things are
    r"game[ -]chang(?:er|ers|ing)": "say what changes for whom",
    r"robust(?:ly|ness)?": _HOW,
    r"seamless(?:ly)?": _HOW,
    r"crucial(?:ly)?": "say what happens without it",
    r"of (?:the )?(?:utmost|paramount) importance": "say what happens without it",
    r"plays? an? (?:key|vital|pivotal|central|important) role": "say what it does",
    r"comprehensive(?:ly)?": "say what it covers",
    r"holistic(?:ally)?": "say what it covers",
    r"cutting[ -]edge|state[ -]of[ -]the[ -]art|world[ -]class|best[ -]in[ -]class": _HOW,
    r"mission[ -]critical": "say what stops without it",
    r"win[ -]win": "say what each side gains",
    r"tailor[ -]made solutions?|innovative solutions?|end[ -]to[ -]end solutions?": _WHAT,
    # said of nothing
    r"it(?: i|'|\u2019)s (?:very |really )?(?:important|essential|vital) (?:to|that)": (
        "say it, and what happens otherwise"
    ),
    r"in today(?:'|\u2019)s (?:[\w-]+ ){0,2}(?:world|market|economy|landscape|environment)": _DROP,
    r"(?:fast-paced|ever-changing|ever-evolving|rapidly (?:changing|evolving))": _DROP,
    r"at the end of the day": _DROP,
    r"needless to say|it goes without saying": _DROP,
    r"when all is said and done": _DROP,
    r"last but not least": _DROP,
}
_EMPTY = re.compile(
    rf"\b(?:{'|'.join(f'(?P<p{number}>{phrase})' for number, phrase in enumerate(INSTEAD))})\b",
    re.IGNORECASE,
)
_ADVICE = tuple(INSTEAD.values())
_AROUND = 3


def check(step: Outline) -> Iterator[Fault]:
    """Every empty phrase in a step, with the words around it to find it by."""
    for said in step.said():
        text = " ".join(said.text.split())
        for found in _EMPTY.finditer(text):
            advice = _ADVICE[int((found.lastgroup or "p0")[1:])]
            yield step.source.fault(
                f"{said.key} says “{found[0]}” ({_around(text, found)}), which says nothing:"
                f" {advice}.",
                *said.path,
            )


def _around(text: str, found: re.Match[str]) -> str:
    before = text[: found.start()].split(" ")[-_AROUND - 1 :]
    after = text[found.end() :].split(" ")[: _AROUND + 1]
    return f"{'… ' if found.start() else ''}{' '.join(before)}{found[0]}{' '.join(after)} …"
