"""A posted form of a step, read; and what the engine's refusals mean for its fields."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from milepost.contexts.journeys.errors import WrongAnswers
from milepost.contexts.programs.types import Step
from milepost.web import forms
from milepost.web.forms import Parsed
from milepost.web.learner.answers import ordered_form


async def read(request: Request, step: Step) -> tuple[Parsed, str]:
    """Read the answers, and the etag of what their author saw when they began to write."""
    form = await request.form()
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    shown = next((value for name, value in pairs if name == "revision"), "")
    seen = request.headers.get("if-match") or f'"{shown}"'
    return forms.parse(ordered_form(step), pairs), seen


def refusals(error: WrongAnswers) -> dict[str, str]:
    """Return a message for each field that the engine refused, by the field's name in the form."""
    found: dict[str, str] = {}
    errors: list[Mapping[str, Any]] = error.data.get("errors", [])
    for one in errors:
        found.setdefault(str(one["path"]).replace("/", "."), str(one["message"]))
    return found
