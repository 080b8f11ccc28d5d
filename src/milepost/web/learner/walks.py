"""Whose pages these are: the walk of the person signed in, and a page in its program's colours.

Somebody may walk several programs. Which of them is in hand is what they chose last, or opened
last; a browser remembers it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Journey
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Walker
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.belongings import Belongings, belongings

# Which of several programs this browser has in hand.
COOKIE = "milepost_program"

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


@dataclass(frozen=True, slots=True)
class Choice:
    """A program that the person walks, or could begin."""

    slug: str
    title: str
    begun: bool


async def find_walk(
    request: Request, tx: Transaction, *, program: str = "", step: str = ""
) -> Walk | None:
    """Return the walk the person has in hand, or the one in the `program` they ask for.

    A `step` is looked for in all that they walk, and first in what is in hand. Without a choice
    the journey that was touched last counts.
    """
    found = await journeys.list_journeys(tx, subject_id=tx.actor.user_id)
    if not found:
        return None
    walked = [(one, await _program_of(tx, one)) for one in found]
    remembered = request.cookies.get(COOKIE, "")

    def fits(one: tuple[Journey, Program]) -> tuple[bool, bool, bool, float]:
        journey, its = one
        return (
            bool(step) and its.find_step(step) is not None,
            its.slug == program,
            its.slug == remembered,
            journey.changed_at.timestamp(),
        )

    journey, _ = max(walked, key=fits)
    return await journeys.get_walk(tx, journey_id=journey.id)


async def choices(tx: Transaction) -> list[Choice]:
    """List the programs the person walks, then those they can begin; none where there is one."""
    found = await journeys.list_journeys(tx, subject_id=tx.actor.user_id)
    walked = {its.slug: its for its in [await _program_of(tx, one) for one in found]}
    others = [one for one in await pages.walked_by(tx, Walker.PERSON) if one.slug not in walked]
    begun = sorted(walked.values(), key=lambda one: (one.title, one.slug))
    listed = [Choice(one.slug, one.title, begun=True) for one in begun]
    listed += [Choice(one.slug, one.title, begun=False) for one in others]
    return listed if len(listed) > 1 else []


def remember(response: Response, program_slug: str) -> Response:
    """Let this browser have a program in hand from now on."""
    response.set_cookie(
        COOKIE, program_slug, path="/", max_age=31_536_000, httponly=True, samesite="lax"
    )
    return response


async def _program_of(tx: Transaction, journey: Journey) -> Program:
    return (await programs.get_version(tx, version_id=journey.version_id)).program


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
    has: Belongings | None = None,
    **context: Any,
) -> Response:
    """Draw a page about a walk, in its program's words and colours; it is in hand from now on."""
    has = has or await belongings(tx)
    if walk is not None:
        context = {"program": walk.program, "hue": walk.program.accent, **context}
    response = await pages.page(
        request,
        tx,
        f"learner/{template}",
        status=status,
        has=has,
        words=words(walk.program if walk else None),
        **context,
    )
    several = len(has.own_journeys) > 1
    if walk is not None and several and request.cookies.get(COOKIE) != walk.program.slug:
        remember(response, walk.program.slug)
    return response
