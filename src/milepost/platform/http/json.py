"""Reads JSON bodies strictly, before any model sees them.

What another program could read differently (a key twice, NaN, an integer beyond 2**53), what the
database can't hold (NUL, half a surrogate pair) and what only harms (deep nesting) is refused with
the place where it stands. Routers take it with `APIRouter(route_class=StrictRoute)`.
"""

import json
import math
import re
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr
from starlette.requests import Request
from starlette.responses import Response

from milepost.platform.http.problems import Refused

MAX_DEPTH = 32
MAX_INTEGER = 2**53

_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"\s*[-+]?[0-9._]+\s*")


class StrictRequest(Request):
    """A request whose JSON is read strictly; a body of another kind is refused."""

    async def body(self) -> bytes:
        """The body, when it is JSON or empty. Raises Refused."""
        raw = await super().body()
        if raw and not _is_json(self.headers.get("content-type", "")):
            raise Refused(415, "unsupported_media_type", "This takes application/json only.")
        return raw

    async def json(self) -> Any:
        """The value in the body. Raises Refused."""
        return parse(await self.body())


class StrictRoute(APIRoute):
    """A route whose body is read by `StrictRequest`; its description in OpenAPI stays the same."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly


class Body(BaseModel):
    """The base of bodies: no field that isn't named, no text for a number, no number for a flag."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _text(value: Any) -> Any:
    # A number, or one written as text, would be read as seconds since 1970.
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        raise ValueError("This must be text, in the form described.")
    return value


def _written(form: str) -> tuple[Any, Any]:
    """What turns a type JSON has no word for into a text of a known form, here and in OpenAPI."""
    return (
        Field(strict=False, json_schema_extra={"format": form}),
        BeforeValidator(_text, json_schema_input_type=StrictStr),
    )


_an_id, _a_day, _a_moment = _written("uuid"), _written("date"), _written("date-time")

# Ids and times as fields of a `Body`.
Id = Annotated[UUID, *_an_id]
Day = Annotated[date, *_a_day]
Moment = Annotated[AwareDatetime, *_a_moment]


def parse(raw: bytes) -> Any:
    """Read JSON. Raises Refused: 400 for what is no JSON, 422 for what can't be used."""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise Refused(400, "malformed_json", "This is not UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refused(400, "malformed_json", f"This is not JSON: see {where}.") from error
    except RecursionError as error:
        raise _too_deep() from error
    _check(value)
    return value


def _check(value: Any) -> None:
    """Look at every part of the value, without recursion."""
    todo: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    while todo:
        part, path = todo.pop()
        match part:
            case dict():
                _check_depth(path)
                for key, inner in part.items():
                    _check_text(key, path)
                    todo.append((inner, (*path, key)))
            case list():
                _check_depth(path)
                todo.extend((inner, (*path, index)) for index, inner in enumerate(part))
            case str():
                _check_text(part, path)
            case bool() | None:
                pass
            case int() if abs(part) > MAX_INTEGER:
                raise _unusable(path, "This number is too large to be kept exactly.")
            case float() if not math.isfinite(part):
                raise _unusable(path, "This number is too large.")
            case _:
                pass


def _check_depth(path: tuple[str | int, ...]) -> None:
    if len(path) >= MAX_DEPTH:
        raise _too_deep()


def _check_text(text: str, path: tuple[str | int, ...]) -> None:
    if "\x00" in text:
        raise _unusable(path, "Text can't hold the character NUL.")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise _unusable(path, "Text can't hold half a character.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refused(400, "malformed_json", "An object in this has the same key twice.")
    return made


def _constant(name: str) -> Any:
    raise Refused(400, "malformed_json", f"{name} is not JSON.")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise Refused(422, "invalid", "A number in this is too large.")
    return int(digits)


def _too_deep() -> Refused:
    return Refused(400, "malformed_json", f"This is nested deeper than {MAX_DEPTH} levels.")


def _unusable(path: tuple[str | int, ...], message: str) -> Refused:
    error = {"type": "value_error", "loc": ("body", *path), "ctx": {"error": message}}
    return Refused(422, "invalid", message, errors=[error])


def _is_json(content_type: str) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or (
        media.startswith("application/") and media.endswith("+json")
    )
