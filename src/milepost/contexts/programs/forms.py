"""Answers held against a form: what is wrong with them, field by field, in words for a person.

`validate` is for what is handed in, `validate_draft` for work in progress: there a wrong type is
an error, and something missing or short is not. Both first refuse what no form could mean and no
table could hold (NUL, broken characters, bottomless nesting), whatever the schema says.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from milepost.contexts.programs import wording

DEEPEST = 8
LARGEST = 256 * 1024
# JavaScript counts exactly up to here; a larger number would come back as another one.
LARGEST_NUMBER = 2**53
# Somebody who sends a thousand mistakes learns nothing from a thousand answers.
MOST_ERRORS = 50

# What a draft may still lack, or hold half-written.
_UNFINISHED = frozenset(
    {"required", "minLength", "minItems", "minimum", "maximum", "format", "uniqueItems"}
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to put right. `path` leads to it: `people/0/name`; empty for the whole."""

    path: str
    message: str


def validate(form: Mapping[str, Any], data: object) -> tuple[FieldError, ...]:
    """What stands between these answers and handing them in; nothing if they are complete."""
    return _hygiene(data) or _misfits(form, data, allowed=frozenset())


def validate_draft(form: Mapping[str, Any], data: object) -> tuple[FieldError, ...]:
    """What stands between these answers and saving them as a draft."""
    return _hygiene(data) or _misfits(form, data, allowed=_UNFINISHED)


def is_date(text: object) -> bool:
    """Whether this is a day from 1900 to 2200, written as 2026-03-02."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return False
    try:
        return 1900 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        return False


def _hygiene(data: object) -> tuple[FieldError, ...]:
    """What is wrong with the data whatever the form; it must come first, and never fail itself."""
    if not isinstance(data, dict):
        return (FieldError("", "The answers must be an object, with one entry for each field."),)
    errors = tuple(islice(_impossible(data, ()), MOST_ERRORS))
    if not errors and len(json.dumps(data, ensure_ascii=False).encode()) > LARGEST:
        limit = f"{LARGEST // 1024} kB"
        return (FieldError("", f"This is too long: all answers together may take {limit}."),)
    return errors


def _impossible(value: Any, path: KeyPath) -> Iterator[FieldError]:
    match value:
        case str():
            if "\0" in value:
                yield _error(path, "Remove the NUL character; it cannot be stored.")
            elif not _is_text(value):
                yield _error(path, "This holds half a character; type it again.")
        case bool() | None:
            pass
        case int() | float():
            # NaN is neither above nor below anything, hence the condition the other way round.
            if not abs(value) <= LARGEST_NUMBER:
                yield _error(path, "This number is too large to keep exactly.")
        case dict() | list():
            if len(path) >= DEEPEST:
                yield _error(path, f"This is nested more than {DEEPEST} levels deep.")
                return
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(key, str) and not ("\0" not in key and _is_text(key)):
                    yield _error(path, "A field's name holds a character that cannot be stored.")
                else:
                    yield from _impossible(item, (*path, key))
        case _:
            yield _error(path, wording.UNFITTING)


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)


def _error(path: Iterable[str | int], message: str) -> FieldError:
    return FieldError("/".join(str(key) for key in path), message)


def _misfits(
    form: Mapping[str, Any], data: Any, *, allowed: frozenset[str]
) -> tuple[FieldError, ...]:
    found: dict[str, FieldError] = {}
    for error in _compiled(_Same(form)).iter_errors(data):
        if error.validator in allowed:
            continue
        for told in _explain(error):
            # Of several complaints about one answer the type is the one to hear first.
            if told.path not in found or error.validator == "type":
                found[told.path] = told
    return tuple(islice(found.values(), MOST_ERRORS))


def _explain(error: ValidationError) -> Iterator[FieldError]:
    """One error of the schema as one for each field that it is about."""
    schema: Any = error.schema
    limit: Any = error.validator_value
    value: Any = error.instance
    path = tuple(error.absolute_path)
    match error.validator:
        case "required":
            for name in limit:
                if name not in value:
                    yield _error((*path, name), wording.missing(schema["properties"].get(name, {})))
        case "additionalProperties":
            for name in value:
                if name not in schema["properties"]:
                    yield _error((*path, name), wording.unknown(name))
        case "type":
            yield _error(path, wording.wrong_type(schema))
        case "minLength":
            yield _error(path, wording.too_short(limit))
        case "maxLength":
            yield _error(path, wording.too_long(limit, len(value)))
        case "minItems":
            yield _error(path, wording.too_few(schema, limit))
        case "maxItems":
            yield _error(path, wording.too_many(schema, limit))
        case "uniqueItems":
            yield _error(path, wording.TWICE)
        case "minimum" | "maximum":
            yield _error(path, wording.out_of_range(schema))
        case "enum" | "oneOf":
            yield _error(path, wording.not_offered(schema))
        case "format":
            yield _error(path, wording.NOT_A_DATE)
        case _:
            yield _error(path, wording.UNFITTING)


def _filled(
    _validator: Validator, limit: int, value: object, _schema: object
) -> Iterator[ValidationError]:
    # Blanks are not an answer.
    if isinstance(value, str) and len(value.strip()) < limit:
        yield ValidationError("too short")


def _date_or_not_text(value: object) -> bool:
    # A format speaks of texts only; the type is checked beside it.
    return not isinstance(value, str) or is_date(value)


_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date")(_date_or_not_text)
_Validator = extend(Draft202012Validator, {"minLength": _filled})


class _Same:
    """A form as a cache key: the same object, which the cache keeps alive. Forms do not change."""

    __slots__ = ("form",)

    def __init__(self, form: Mapping[str, Any]) -> None:
        self.form = form

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.form is self.form

    def __hash__(self) -> int:
        return id(self.form)


@lru_cache(maxsize=1024)
def _compiled(same: _Same) -> Validator:
    return _Validator(same.form, format_checker=_FORMATS)
