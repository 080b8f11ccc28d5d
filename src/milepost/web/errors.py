"""What a person sees of a refusal: a page, a fragment for htmx, or the way to the sign-in."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from milepost.contexts.identity import http as identity_http
from milepost.platform.http import problems
from milepost.platform.http.problems import Problem
from milepost.web import pages, typed
from milepost.web.places import local

# Where the error's own message says more than the page of its status.
_OWN_WORDS = frozenset({403, 409, 422, 429, 503})
# A form that shows no token of this session: it may be another site's.
_FOREIGN = "foreign_request"
_COPY = "Copy from below what you typed. Then go back, and load the page to see how things are now."
# Pages of steps: a step that opens another has its page beside it.
_STEPS = ("/tools/", "/company/steps/")


def render_page(request: Request, problem: Problem) -> Response:
    """Answer a browser: signed-out visitors go to the sign-in, everybody else is told."""
    if problem.status == 401:
        return _to_sign_in(request)
    template = "errors/fragment.html" if _from_htmx(request) else "errors/error.html"
    context: dict[str, object] = {
        "code": _code(request, problem),
        "onward": _onward(request, problem),
        "reference": problems.request_id(request.scope) if problem.status >= 500 else None,
        "back": _back(request),
    }
    words = _words(request, problem)
    if words:
        context |= {"typed": words, "todo": _COPY}
    if (problem.status in _OWN_WORDS or words) and problem.detail:
        context["happened"] = problem.detail
    return pages.plain(request, template, status=problem.status, **context)


def _words(request: Request, problem: Problem) -> Sequence[tuple[str, str]]:
    """What was typed in the form that is refused; what a foreign page put into one isn't told."""
    own = request.headers.get("sec-fetch-site") == "same-origin"
    return typed.noted(request) if own or problem.code != _FOREIGN else ()


def _code(request: Request, problem: Problem) -> str:
    """The code whose words fit; an address that is followed was not typed into fields."""
    if problem.code == "invalid" and request.method in identity_http.SAFE_METHODS:
        return "bad_address"
    return problem.code


def _onward(request: Request, problem: Problem) -> tuple[str, str] | None:
    """Where to go instead: the step that opens a locked one, where there are pages of steps."""
    way: Sequence[Mapping[str, str]] = (problem.data.get("why") or {}).get("way") or ()
    pages_of = next((place for place in _STEPS if request.url.path.startswith(place)), None)
    if problem.code != "step_locked" or not way or pages_of is None:
        return None
    return f"{pages_of}{quote(way[0]['slug'])}", f"Go to {way[0]['title']}"


def _to_sign_in(request: Request) -> Response:
    came_from = _wanted(request)
    to = "/sign-in" if came_from == "/" else f"/sign-in?next={quote(came_from, safe='/')}"
    if _from_htmx(request):
        response: Response = HTMLResponse("", headers={"hx-redirect": to})
    else:
        response = RedirectResponse(to, 303)
    if request.cookies.get(identity_http.COOKIE):
        identity_http.clear_session_cookie(response, request)
    return response


def _wanted(request: Request) -> str:
    """The page to come back to: the one asked for, or the one whose form was sent."""
    if request.method in identity_http.SAFE_METHODS and not _from_htmx(request):
        query = f"?{request.url.query}" if request.url.query else ""
        return local(request.url.path + query)
    return _referring(request) or "/"


def _back(request: Request) -> tuple[str, str] | None:
    to = _referring(request)
    return (to, "Go back") if to and to != request.url.path else None


def _referring(request: Request) -> str | None:
    """The page of ours that the request came from."""
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host"):
        return None
    to = local(parts.path + (f"?{parts.query}" if parts.query else ""))
    return None if to == "/" and parts.path != "/" else to


def _from_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"
