"""Which steps somebody means who looks for words: one rule for the API and for every page."""

import re
import unicodedata

from milepost.contexts.programs.types import Step

_MARKS = re.compile("[\u0300-\u036f]")


def says(step: Step, text: str) -> bool:
    """Tell whether a step says every word of a text, each anywhere in it; no words, any step.

    Neither case nor accents matter: who looks for "cafe" or "CAFÉ" finds "café".
    """
    words = _plain(text).split()
    if not words:
        return True
    said = _plain(
        "\n".join((step.title, step.purpose, step.description, *step.deliverables, *step.criteria))
    )
    return all(word in said for word in words)


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
