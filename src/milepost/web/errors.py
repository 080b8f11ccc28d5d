"""What a person sees of a refusal: a page, a fragment for htmx, or the way to the sign-in."""

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from milepost.contexts.identity import http as identity_http
from milepost.platform.http import problems
from milepost.platform.http.problems import Problem
from milepost.web import pages
from milepost.web.places import local

# Codes whose own message says more than the page of their status.
_OWN_WORDS = frozenset({403, 409, 422, 429})


def render_page(request: Request, problem: Problem) -> Response:
    """Answer a browser: signed-out visitors go to the sign-in, everybody else is told."""
    if problem.status == 401:
        return _to_sign_in(request)
    template = "errors/fragment.html" if _from_htmx(request) else "errors/error.html"
    context: dict[str, object] = {
        "reference": problems.request_id(request.scope) if problem.status >= 500 else None,
        "back": _back(request),
    }
    if problem.status in _OWN_WORDS and problem.detail:
        context["happened"] = problem.detail
    return pages.plain(request, template, status=problem.status, **context)


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
