"""What somebody typed in a form that is refused: told on the page that says so, to be copied.

Most forms come back with what was typed in them. Where a form's own page can't be drawn any more
(the task it was about is gone, its writer was taken out of the company) the words would go with it.
Only fields in which people write are told back, by their names; no secret has one of these.
"""

from collections.abc import Mapping, Sequence

from starlette.datastructures import FormData
from starlette.requests import Request

from milepost.contexts.identity import http as identity_http
from milepost.web.form_values import normalised, printable

_LABELS: Mapping[str, str] = {
    "title": "Title",
    "name": "Name",
    "description": "Description",
    "deliverables": "What exists afterwards",
    "criteria": "Done well when",
    "tasks": "Tasks",
    "reason": "Why",
    "learnings": "What you learnt",
    "notes": "Notes",
    "note": "Note",
}
_RESULT, _RESULT_OF = "result-", "title-"


async def note(request: Request) -> None:
    """Remember for this request what its form holds in words."""
    if request.method in identity_http.SAFE_METHODS:
        return
    request.state.typed = _words(await request.form())


def noted(request: Request) -> Sequence[tuple[str, str]]:
    """Return what was typed, each part with its label."""
    found: Sequence[tuple[str, str]] = getattr(request.state, "typed", ())
    return found


def _words(form: FormData) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in form.multi_items():
        if not isinstance(value, str) or not value.strip():
            continue
        label = _LABELS.get(name, "")
        if name.startswith(_RESULT):
            of = form.get(_RESULT_OF + name.removeprefix(_RESULT))
            label = printable(of) if isinstance(of, str) and of else "What came of a task"
        if label:
            found.append((label, printable(normalised(value))))
    return found
