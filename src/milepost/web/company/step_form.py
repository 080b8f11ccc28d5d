"""The form of a step in a company's own words: what it holds, and what was changed in it."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from starlette.requests import Request

from milepost.contexts.journeys.errors import WrongPlan
from milepost.contexts.journeys.types import StepEdit, UnsentForm
from milepost.contexts.programs.types import Step
from milepost.web.form_values import normalised, printable

# A line that begins something of its own: an entry of a list, a heading, a quotation, code.
_BEGINS = re.compile(r"\s*([-*+>#]|\d+[.)]\s)|\s{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The form as it was typed, or as it begins."""

    title: str = ""
    description: str = ""
    deliverables: str = ""
    criteria: str = ""
    phase: str = ""
    domain: str = ""
    days: str = ""
    after: tuple[str, ...] = ()
    tasks: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What is kept of it until it is sent."""
        return {**asdict(self), "after": list(self.after)}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen; a phase and a domain are always chosen."""
        typed = (self.title, self.description, self.deliverables, self.criteria, self.days)
        return not self.after and not any(text.strip() for text in (*typed, self.tasks))


def restored(begun: UnsentForm) -> Written:
    """Fill the form with what its author wrote in it before."""
    known = {one.name for one in fields(Written)} & begun.data.keys()
    left = Written(**{name: begun.data[name] for name in known})
    return replace(left, after=tuple(left.after))


def of_step(step: Step) -> Written:
    """Show a step in the form."""
    return Written(
        title=step.title,
        description=flowing(step.description),
        deliverables="\n".join(step.deliverables),
        criteria="\n".join(step.criteria),
        phase=step.phase,
        domain=step.domain,
        days=str(step.days or ""),
        after=tuple(step.after),
    )


async def read(request: Request) -> Written:
    """Read what was typed."""
    form = await request.form()

    def text(name: str) -> str:
        value = form.get(name)
        return printable(normalised(value)) if isinstance(value, str) else ""

    chosen = [value for value in form.getlist("after") if isinstance(value, str) and value]
    return Written(
        title=text("title"),
        description=text("description"),
        deliverables=text("deliverables"),
        criteria=text("criteria"),
        phase=text("phase"),
        domain=text("domain"),
        days=text("days"),
        after=tuple(dict.fromkeys(chosen)),
        tasks=text("tasks"),
    )


def lines(text: str) -> list[str]:
    """Read one entry a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def content(written: Written) -> StepEdit:
    """Say all that was typed, for a step that is new. Raises WrongPlan."""
    if not written.title.strip():
        raise WrongPlan("Give it a title: a few words that say what is to be done.", field="title")
    return StepEdit(
        title=written.title,
        description=written.description.strip(),
        deliverables=lines(written.deliverables),
        criteria=lines(written.criteria),
        phase=written.phase,
        domain=written.domain,
        after=list(written.after),
        days=days(written.days),
    )


def changes(written: Written, *, shown: Step, framework: Step | None) -> StepEdit:
    """Say what differs from what was shown; what is as in the framework again is restored.

    Raises WrongPlan for what can't be read.
    """
    typed = content(written)
    values: dict[str, Any] = {}
    restored: set[str] = set()
    for name in ("title", "description", "deliverables", "criteria", "phase", "domain", "days"):
        value = getattr(typed, name)
        if value == _plain(shown, name):
            continue
        if framework is not None and value == _plain(framework, name):
            restored.add(name)
        else:
            values[name] = value
    # What a step comes after depends on the plan: it is restored by asking for that alone.
    if set(written.after) != set(shown.after):
        values["after"] = list(written.after)
    return StepEdit(**values, restore=frozenset(restored))


def is_as_shown(written: Written, shown: Step) -> bool:
    """Tell whether the form says what it said when it was opened."""
    try:
        return changes(written, shown=shown, framework=None) == StepEdit()
    except WrongPlan:
        return False


def days(text: str) -> int:
    """Read a number of days; nothing is none. Raises WrongPlan."""
    try:
        return int(text.strip()) if text.strip() else 0
    except ValueError:
        raise WrongPlan("Write the days as a number, like 5.", field="days") from None


def flowing(text: str) -> str:
    """Join the lines of each paragraph, which a program's file breaks as its author likes."""
    joined: list[str] = []
    for line in text.strip().splitlines():
        if joined and joined[-1] and line.strip() and not _BEGINS.match(line):
            joined[-1] = f"{joined[-1]} {line.strip()}"
        else:
            joined.append(line.rstrip())
    return "\n".join(joined)


def _plain(step: Step, name: str) -> Any:
    if name == "description":
        return flowing(step.description)
    value = getattr(step, name)
    if isinstance(value, str):
        return value.strip()
    return list(value) if isinstance(value, Sequence) else value
