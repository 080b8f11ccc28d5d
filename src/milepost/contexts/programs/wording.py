"""What a person reads when an answer does not fit its field.

Written for somebody in front of the field, so no message repeats the field's name, and each says
what to do.
"""

from collections.abc import Mapping
from typing import Any

from milepost.contexts.programs.layout import options_of, widget_of

NOT_A_DATE = "This is not a date; write it as 2026-03-02."
TWICE = "Each entry may stand here once."
UNFITTING = "This does not fit the field."

# So many options can be read at a glance; a longer list is on the page already.
_FEW = 8


def missing(schema: Mapping[str, Any]) -> str:
    """For a field that must have an answer."""
    match widget_of(schema):
        case "choice" | "yes_no":
            return "Choose an answer."
        case "date":
            return "Choose a date."
        case "choices" | "ranked" | "rows":
            return too_few(schema, max(1, schema.get("minItems", 1)))
        case _:
            return "Fill this in."


def too_short(limit: int) -> str:
    """For a text below its least length."""
    return "Fill this in." if limit == 1 else f"Write at least {limit:,} characters."


def too_long(limit: int, length: int) -> str:
    """For a text above its greatest length."""
    return f"Write at most {limit:,} characters; this has {length:,}."


def too_few(schema: Mapping[str, Any], limit: int) -> str:
    """For a list with too few entries."""
    match widget_of(schema):
        case "choices":
            return f"Choose at least {limit:,}."
        case "rows":
            return f"Add at least {limit:,} {'row' if limit == 1 else 'rows'}."
        case _:
            return f"Write at least {limit:,} {'entry' if limit == 1 else 'entries'}."


def too_many(schema: Mapping[str, Any], limit: int) -> str:
    """For a list with too many entries."""
    match widget_of(schema):
        case "choices":
            return f"Choose at most {limit:,}."
        case "rows":
            return f"Keep at most {limit:,} {'row' if limit == 1 else 'rows'}."
        case _:
            return f"Keep at most {limit:,} {'entry' if limit == 1 else 'entries'}."


def out_of_range(schema: Mapping[str, Any]) -> str:
    """For a number outside its bounds."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"Give a number from {low:,} to {high:,}."
    if low is not None:
        return f"Give a number of {low:,} or more."
    return f"Give a number of {high:,} or less."


def wrong_type(schema: Mapping[str, Any]) -> str:
    """For a value of another type than the field's."""
    match widget_of(schema):
        case "choice":
            return not_offered(schema)
        case "date":
            return NOT_A_DATE
        case "number":
            whole = schema["type"] == "integer"
            return "Give a whole number." if whole else "Give a number."
        case "yes_no":
            return "Answer yes or no (true or false)."
        case "money" if "amount" in schema.get("properties", {}):
            return "Give an amount and its currency."
        case "money":
            return "Give a row with its columns."
        case "choices" | "ranked":
            return "Give a list."
        case "rows":
            return "Give a list of rows."
        case _:
            return "Write text here."


def not_offered(schema: Mapping[str, Any]) -> str:
    """For a choice that is not among the options."""
    labels = [label for _, label in options_of(schema)]
    if len(labels) > _FEW:
        return "Choose one of the options."
    return f"Choose one of: {', '.join(labels)}."


def unknown(name: str) -> str:
    """For an entry that the form does not have."""
    return f"There is no field called {name[:80]} here."
