"""Says in plain words what is wrong with which field of a request, without quoting it back."""

from collections.abc import Mapping, Sequence
from typing import Any

_PLACES = ("body", "query", "path", "header", "cookie")
_LONGEST_NAME = 80
_MOST_ERRORS = 100
_OTHERWISE = "This value can't be used."

# By pydantic's error type; {names} are filled from the limits in its context, never from the input.
_MESSAGES: Mapping[str, str] = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This must be text.",
    "string_too_short": "At least {min_length} characters.",
    "string_too_long": "At most {max_length} characters.",
    "string_pattern_mismatch": "This doesn't have the form it should have.",
    "string_unicode": "This must be text.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "int_parsing_size": "This number is too large.",
    "float_type": "This must be a number.",
    "float_parsing": "This must be a number.",
    "finite_number": "This must be a number.",
    "decimal_type": "This must be a number.",
    "decimal_parsing": "This must be a number.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "greater_than": "More than {gt}.",
    "greater_than_equal": "At least {ge}.",
    "less_than": "Less than {lt}.",
    "less_than_equal": "At most {le}.",
    "multiple_of": "A multiple of {multiple_of}.",
    "too_short": "At least {min_length} entries.",
    "too_long": "At most {max_length} entries.",
    "list_type": "This must be a list.",
    "tuple_type": "This must be a list.",
    "set_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "dataclass_type": "This must be an object.",
    "none_required": "This must be empty.",
    "enum": "One of {expected}.",
    "literal_error": "One of {expected}.",
    "union_tag_invalid": "One of {expected_tags}.",
    "uuid_type": "This must be an id.",
    "uuid_parsing": "This must be an id.",
    "date_type": "This must be a date.",
    "date_parsing": "This must be a date, like 2026-03-02.",
    "date_from_datetime_parsing": "This must be a date, like 2026-03-02.",
    "datetime_type": "This must be a time.",
    "datetime_parsing": "This must be a time, like 2026-03-02T14:00:00Z.",
    "datetime_from_date_parsing": "This must be a time, like 2026-03-02T14:00:00Z.",
    "timezone_aware": "This time must say its time zone.",
    "url_parsing": "This must be an address, like https://example.org.",
    "bytes_type": "This must be text.",
}


def described(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One entry for each error: where it is, what it is, in words and as a code."""
    return [_described(error) for error in errors[:_MOST_ERRORS]]


def _described(error: Mapping[str, Any]) -> dict[str, str]:
    where = list(error.get("loc", ()))
    place = str(where[0]) if where and where[0] in _PLACES else "body"
    rest = where[1:] if where and where[0] in _PLACES else where
    return {
        "in": place,
        "path": ".".join(_name(part) for part in rest),
        "message": _message(error),
        "code": str(error["type"]),
    }


def _message(error: Mapping[str, Any]) -> str:
    context: Mapping[str, Any] = error.get("ctx", {})
    if error["type"] == "value_error" and "error" in context:
        # Raised by a validator of ours, in words meant for a person.
        return str(context["error"])
    try:
        return _MESSAGES.get(error["type"], _OTHERWISE).format(**context)
    except (KeyError, IndexError):
        return _OTHERWISE


def _name(part: Any) -> str:
    # A key may be the caller's: no longer than a name, and writable whatever it holds.
    text = str(part)
    text = text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")
