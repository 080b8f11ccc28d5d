"""What people write about a plan, tidied: one short line, a few lines, a longer text.

What nobody sees is left out: it comes along with pasted text, and could turn a line round.
"""

from collections.abc import Sequence

from milepost.contexts.journeys.errors import WrongPlan
from milepost.platform.unseen import is_blank, without_unseen

LINE = 200
LINES = 20
TEXT = 10_000


def one_line(text: str, *, what: str) -> str:
    """Tidy what must be one short line. Raises WrongPlan."""
    text = " ".join(without_unseen(" ".join(text.split())).split())
    if is_blank(text):
        raise WrongPlan(f"A {what} can't be empty: write a few words.", field=what)
    if len(text) > LINE:
        raise WrongPlan(f"A {what} is at most {LINE} characters long.", field=what)
    return text


def few_lines(lines: Sequence[str] | None, *, what: str) -> list[str] | None:
    """Tidy a short list of lines; None stays None. Raises WrongPlan."""
    if lines is None:
        return None
    if len(lines) > LINES:
        raise WrongPlan(f"At most {LINES} of these fit on the page.", field=what)
    return [one_line(line, what=what) for line in lines]


def long_text(text: str | None, *, what: str) -> str | None:
    """Tidy a text of several paragraphs; None stays None. Raises WrongPlan."""
    if text is None:
        return None
    text = seen_only(text)
    if len(text) > TEXT:
        raise WrongPlan(f"A {what} is at most {TEXT:,} characters long.", field=what)
    return text


def seen_only(text: str) -> str:
    """Leave out what nobody sees, and what stands around the words; of blanks nothing is left."""
    return "" if is_blank(text) else without_unseen(text).strip()
