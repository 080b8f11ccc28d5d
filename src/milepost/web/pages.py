"""How a page is drawn and how one leads to the next: the frame's context, redirects, notices."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity.types import Person
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import templating
from milepost.web.form_values import printable
from milepost.web.places import places

# The notice after a redirect travels as a code: words in a cookie could be anybody's.
NOTICE_COOKIE = "milepost_notice"
_NOTICE_SECONDS = 30

# The colour of pages where no program is published yet.
PLAIN_HUE = 262

NOTICES: Mapping[str, str] = {
    "access-asked": "Asked. They see it on their Sharing page.",
    "access-given": "Shared. It holds from now on.",
    "access-changed": "Changed. It holds from now on.",
    "access-ended": "Ended. Nothing of it is shown any more.",
    "access-declined": "Declined. They see nothing.",
    "account-deleted": "Your account and everything in it is deleted.",
    "draft-saved": "Saved. Come back whenever you like.",
    "key-revoked": "The key is revoked. It opens nothing any more.",
    "password-changed": "Your password is changed. Other devices are signed out.",
    "password-set": "Your password is set. Sign in with it.",
    "people-imported": "Imported. Nobody got mail: send invitations where they are needed.",
    "person-changed": "Changed.",
    "person-invited": "The invitation is on its way.",
    "profile-changed": "Saved.",
    "review-written": "Your review is there to read for them.",
    "session-ended": "That device is signed out.",
    "sessions-ended": "All other devices are signed out.",
    "signed-out": "You are signed out.",
    "step-skipped": "Skipped. You can still do it later, from the map.",
    "value-kept": "Kept. You are asked again only when the value changes once more.",
    "value-taken": "Taken. What you wrote before is kept as the version before.",
}


def environment(request: Request) -> Environment:
    """The templates of the running application."""
    made: Environment = request.app.state.templates
    return made


async def page(
    request: Request, tx: Transaction, template: str, *, status: int = 200, **context: Any
) -> Response:
    """Draw a page for whoever is signed in, in the colour of the program that is walked here."""
    if context.get("hue") is None:
        found = await program(tx)
        context["hue"] = found.accent if found else PLAIN_HUE
    return draw(request, tx.actor, template, status=status, **context)


def draw(
    request: Request, person: Person, template: str, *, status: int = 200, **context: Any
) -> Response:
    """Draw a page for a person, outside any transaction."""
    frame = {
        "places": places(person, request.url.path),
        "csrf_token": identity_http.csrf_token(request),
        "person": person.full_name,
        "theme": person.theme,
        "zone": templating.zone(person.time_zone),
        "me": person,
    }
    return _drawn(request, template, status, {**frame, **context})


def plain(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """Draw a page for somebody signed out."""
    return _drawn(request, template, status, {"status": status, **context})


def redirect(to: str, notice: str = "") -> RedirectResponse:
    """Lead on to another page of ours, which says how it went."""
    response = RedirectResponse(to, 303)
    if notice:
        response.set_cookie(
            NOTICE_COOKIE, notice, max_age=_NOTICE_SECONDS, path="/", httponly=True, samesite="lax"
        )
    return response


def asks_for(request: Request, part: str) -> bool:
    """Tell whether htmx asks for one part of the page alone, by its id."""
    target = request.headers.get("hx-target", "").rpartition("#")[2]
    return request.headers.get("hx-request") == "true" and target == part


async def program(tx: Transaction) -> Program | None:
    """Return the program that is walked here; of several, the first by title."""
    listed = await programs.list_programs(tx)
    return listed[0].program if listed else None


def line(text: str) -> str:
    """Read a line of a form: nothing unprintable, no spaces around it."""
    return " ".join(printable(text).split())


def until(text: str, *, zone: str) -> datetime | None:
    """Read a day of a form as the end of that day where the person is; None for no day.

    Raises ValueError for what is no day.
    """
    if not text.strip():
        return None
    try:
        after = date.fromisoformat(text.strip()) + timedelta(days=1)
        return datetime.combine(after, time(), templating.zone(zone)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def _drawn(request: Request, template: str, status: int, context: dict[str, Any]) -> Response:
    notice = NOTICES.get(request.cookies.get(NOTICE_COOKIE, ""), "")
    templates = environment(request)
    body = templates.get_template(template).render(
        {"now": clock.now(), "notice": notice, **context}
    )
    # Which links a browser may fetch when the pointer rests on them.
    asset = cast("Callable[[str], str]", templates.globals["asset"])
    response = HTMLResponse(
        body,
        status,
        headers={"cache-control": "no-store", "speculation-rules": f'"{asset("prefetch.json")}"'},
    )
    if NOTICE_COOKIE in request.cookies:
        response.delete_cookie(NOTICE_COOKIE, path="/", httponly=True, samesite="lax")
    return response
