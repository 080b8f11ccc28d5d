"""Whose pages these are: the walk of the person signed in, and a page in its program's colours."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.programs.types import Program
from milepost.platform.db import Transaction
from milepost.web import pages

# What a program may call by other names.
_WORDS: Mapping[str, str] = {
    "program": "program",
    "step": "step",
    "steps": "steps",
    "phase": "phase",
    "phases": "phases",
    "submission": "answer",
    "coach": "coach",
}


async def find_walk(tx: Transaction) -> Walk | None:
    """Return the walk the person is on: of several, the one they were in last."""
    found = await journeys.list_journeys(tx, subject_id=tx.actor.user_id)
    if not found:
        return None
    newest = max(found, key=lambda journey: journey.updated_at)
    return await journeys.get_walk(tx, journey_id=newest.id)


def words(program: Program | None) -> dict[str, str]:
    """Return what the program calls its parts."""
    return {**_WORDS, **(program.vocabulary if program else {})}


async def page(
    request: Request,
    tx: Transaction,
    walk: Walk | None,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> Response:
    """Draw a page about a walk, in its program's words and colours."""
    if walk is not None:
        context = {"program": walk.program, "hue": walk.program.accent, **context}
    words_here = words(walk.program if walk else None)
    return await pages.page(
        request, tx, f"learner/{template}", status=status, words=words_here, **context
    )
