"""How a page is drawn and how one leads to the next: the frame's context, redirects, notices."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Walker
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import templating
from milepost.web.belongings import Belongings, belongings
from milepost.web.form_values import printable
from milepost.web.places import places

# The notice after a redirect travels as a code: words in a cookie could be anybody's.
NOTICE_COOKIE = "milepost_notice"
_NOTICE_SECONDS = 30

# The colour of pages where no program is published yet.
PLAIN_HUE = 262

NOTICES: Mapping[str, str] = {
    "access-asked": "Asked. They see it on their Sharing page.",
    "access-changed": "Changed. It holds from now on.",
    "access-declined": "Declined. They see nothing.",
    "access-ended": "Ended. Nothing of it is shown any more.",
    "access-given": "Shared. It holds from now on.",
    "account-deleted": "Your account and everything in it is deleted.",
    "company-asked": "Asked, if there is such a company: it finds that on its Sharing page.",
    "company-begun": "Begun. Everybody who acts for your company sees it.",
    "draft-discarded": "Discarded. Nothing of it is kept.",
    "draft-saved": "Saved. Come back whenever you like.",
    "journey-archived": "Put away. Nothing is lost, and no investor sees it. Its plan takes it up.",
    "journey-changed": "Saved.",
    "journey-taken-up": "Taken up again.",
    "key-revoked": "The key is revoked. It opens nothing any more.",
    "outcome-shared": "Shared, anonymously. A benchmark counts what you wrote last about it.",
    "outcome-too-early": "First complete it, or skip it. Then write how it went.",
    "outcome-withdrawn": "Withdrawn. The next benchmark is made without your company.",
    "password-changed": "Your password is changed. Other devices are signed out.",
    "password-set": "Your password is set. Sign in with it.",
    "people-imported": "Imported. Nobody got mail: send invitations where they are needed.",
    "person-changed": "Changed.",
    "person-invited": "The invitation is on its way.",
    "plan-changed": "Saved. The plan is what you see now.",
    "profile-changed": "Saved.",
    "pool-changed": "Changed. Figures are being worked out anew.",
    "review-written": "Your review is there to read for them.",
    "request-taken-back": "Taken back, if you had asked.",
    "session-ended": "That device is signed out.",
    "sessions-ended": "All other devices are signed out.",
    "signed-out": "You are signed out.",
    "step-edited": "Saved.",
    "step-removed": "Taken out of the plan. What came after it waits for less now.",
    "step-reopened": "Open again. What it had opened stays open.",
    "step-restored": "The framework’s words are back.",
    "step-skipped": "Skipped. You can still take it up later.",
    "step-stays": "It stays: somebody worked on it meanwhile.",
    "steps-added": "Added to your plan.",
    "blocker-lifted": "Noted: that is no longer in the way.",
    "suggestion-dismissed": "Dismissed. You are not told this again.",
    "suggestion-started": "Started. It is in progress now.",
    "suggestion-task-added": "Added to the tasks of its step.",
    "task-gone": "Removed.",
    "update-stayed": "Nothing was changed. You stay with the steps as you have them.",
    "update-taken": "Taken. Your plan has the new version’s steps now.",
    "value-kept": "Kept. You are asked again only when the value changes once more.",
    "value-taken": "Taken. What you wrote before is kept as the version before.",
}
# Those that say why something was not done.
_REFUSING = frozenset({"outcome-too-early", "step-stays"})


def environment(request: Request) -> Environment:
    """The templates of the running application."""
    made: Environment = request.app.state.templates
    return made


async def page(
    request: Request,
    tx: Transaction,
    template: str,
    *,
    status: int = 200,
    has: Belongings | None = None,
    **context: Any,
) -> Response:
    """Draw a page for whoever is signed in, in the colour of the program that is walked here."""
    has = has or await belongings(tx)
    if context.get("hue") is None:
        found = await _walked(tx, has)
        context["hue"] = found.accent if found else PLAIN_HUE
    person = tx.actor
    frame = {
        "places": places(person, has, request.url.path),
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


async def walked_by(tx: Transaction, walker: Walker) -> list[Program]:
    """Return the programs that persons, or companies, walk here, by title."""
    listed = await programs.list_programs(tx)
    return [version.program for version in listed if version.program.walker is walker]


async def program(tx: Transaction, slug: str = "") -> Program | None:
    """Return the program of that name that persons walk here, or else the first by title."""
    found = await walked_by(tx, Walker.PERSON)
    named = [one for one in found if one.slug == slug]
    return next(iter(named or found), None)


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


async def _walked(tx: Transaction, has: Belongings) -> Program | None:
    """Return the program whose colour a page has that is about none."""
    if (has.company_journeys or has.firms) and not has.own_journeys:
        return next(iter(await walked_by(tx, Walker.COMPANY)), None)
    return await program(tx)


def _drawn(request: Request, template: str, status: int, context: dict[str, Any]) -> Response:
    code = request.cookies.get(NOTICE_COOKIE, "")
    notice = NOTICES.get(code, "")
    templates = environment(request)
    body = templates.get_template(template).render(
        {
            "now": clock.now(),
            "notice": notice,
            "notice_refuses": code in _REFUSING,
            **context,
        }
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
