"""Turns every refusal into one answer: problem+json for programs, a page for people.

`AppError` kinds become statuses here and nowhere else. What was sent is never echoed, and what went
wrong inside is told to the log only, under the request id that the answer carries.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from milepost.platform.errors import AppError, Kind
from milepost.platform.http import field_errors

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}

_CODES: Mapping[int, str] = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many",
    503: "unavailable",
}

# What a person reads when nobody had more to say than the status.
_DETAILS: Mapping[int, str] = {
    400: "This request can't be read.",
    404: "There is nothing here, or it is not shown to you.",
    405: "This address doesn't do that.",
    413: "This is more than is taken at once.",
    415: "This kind of content is not taken here.",
}
_UNEXPECTED = "Something went wrong on our side. What was saved before is safe. Try again."

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.http")


class Refused(HTTPException):
    """A refusal while a body is being read, where only an HTTPException passes unchanged."""

    def __init__(
        self, status: int, code: str, detail: str, *, errors: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(status, detail)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal, ready to be told to a program or to a person."""

    status: int
    code: str
    detail: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase


RenderPage = Callable[[Request, Problem], Response]
Answer = Callable[[Request, Exception], Response]


def request_id(scope: Scope) -> str | None:
    """The id under which the log knows this request."""
    return scope.get("state", {}).get("request_id")


def problem_of(error: Exception) -> Problem:
    """What an error looks like from outside."""
    match error:
        case AppError():
            status = STATUS[error.kind]
            return Problem(status, error.code, error.message, error.data, _headers(status, error))
        case RequestValidationError():
            return _validation_problem(error.errors())
        case HTTPException():
            return _http_problem(error)
        case _:
            return Problem(500, "unexpected", _UNEXPECTED)


def document(problem: Problem, request: Request) -> dict[str, Any]:
    """The members of the problem+json answer; those of RFC 9457 win over the error's own."""
    return {
        **_plain(problem.data),
        "type": f"urn:milepost:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "instance": request.scope.get("path", ""),
        "request_id": request_id(request.scope),
    }


def wants_json(request: Request) -> bool:
    """Whether a program is asking: by the address, or by what it accepts."""
    path: str = request.scope.get("path", "")
    if path == "/api" or path.startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "text/html" not in accept and ("application/json" in accept or MEDIA_TYPE in accept)


def answering(render_page: RenderPage | None) -> Answer:
    """Make the one function that answers an error."""

    def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        response = None
        if render_page is not None and not wants_json(request):
            response = _page(render_page, request, problem)
        if response is None:
            response = JSONResponse(
                document(problem, request), problem.status, media_type=MEDIA_TYPE
            )
        for name, value in problem.headers.items():
            response.headers[name] = value
        if problem.status == 401 and wants_json(request):
            response.headers["WWW-Authenticate"] = 'Bearer realm="milepost"'
        return response

    return answer


def install(app: FastAPI, answer: Answer) -> None:
    """Let `answer` speak for every expected error; middleware does for the unexpected."""

    async def handler(request: Request, error: Exception) -> Response:
        return answer(request, error)

    for kind in (AppError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handler)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problem answers of a route for OpenAPI: `responses=problems.responses(404)`."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({400, 401, 413, 422, *statuses})
    }


def add_schema(document: dict[str, Any]) -> dict[str, Any]:
    """Put the problem's schema into an OpenAPI document, where `responses` point."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = SCHEMA
    # FastAPI documents a 422 of its own that this server never gives.
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            found = operation["responses"].get("422")
            if found and "application/json" in found.get("content", {}):
                operation["responses"]["422"] = responses(422)[422]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document


SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457); some codes add members of their own.",
    "type": "object",
    "additionalProperties": True,
    "required": ["type", "title", "status", "code", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "description": "stable, for programs"},
        "detail": {"type": "string", "description": "for a person"},
        "instance": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {
                    "in": {"type": "string", "enum": ["body", "query", "path", "header", "cookie"]},
                    "path": {"type": "string"},
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
    "examples": [
        {
            "type": "urn:milepost:problem:not_found",
            "title": "Not Found",
            "status": 404,
            "code": "not_found",
            "detail": "There is nothing here, or it is not shown to you.",
            "instance": "/api/v1/programs/unknown",
            "request_id": "0198c0de7a3b4c5d",
        }
    ],
}


def _headers(status: int, error: AppError) -> dict[str, str]:
    seconds = error.data.get("retry_after")
    if status in (429, 503) and isinstance(seconds, int | float):
        return {"Retry-After": str(max(1, math.ceil(seconds)))}
    return {}


def _validation_problem(errors: Sequence[Any]) -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem(400, "malformed_json", "This is not JSON.")
    return Problem(
        422,
        "invalid",
        "Something in this is missing or not as it should be.",
        {"errors": field_errors.described(errors)},
    )


def _http_problem(error: HTTPException) -> Problem:
    status = error.status_code
    if isinstance(error, Refused):
        data = {"errors": field_errors.described(error.errors)} if error.errors else {}
        return Problem(status, error.code, str(error.detail), data)
    code = _CODES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    # The framework's own details say no more than the status, or quote what was sent.
    detail = _DETAILS.get(status, HTTPStatus(status).description or HTTPStatus(status).phrase)
    return Problem(status, code, detail, headers=dict(error.headers or {}))


def _page(render_page: RenderPage, request: Request, problem: Problem) -> Response | None:
    try:
        return render_page(request, problem)
    except Exception:
        # The page that tells of an error must not hide it behind one of its own.
        log.exception("error_page_failed", status=problem.status, code=problem.code)
        return None


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = jsonable_encoder(dict(data))
    return plain
