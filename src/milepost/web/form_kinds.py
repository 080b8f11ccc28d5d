"""Which kind of field a property of a form's schema asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The widgets a layout may name; every other kind follows from the type.
WIDGETS = ("long", "ranked", "scale", "rows", "money")
_LONGEST_SCALE = 11


def kind(prop: Mapping[str, Any], widget: str | None = None) -> str:
    """text, long, number, scale, date, choice, choices, yesno, money, ranked or rows."""
    if widget in WIDGETS:
        return str(widget)
    match prop.get("type"):
        case "boolean":
            return "yesno"
        case "integer" | "number":
            return "number"
        case "object":
            return "money"
        case "array":
            return _array(prop.get("items", {}))
        case _:
            if prop.get("format") == "date":
                return "date"
            return "choice" if "oneOf" in prop or "enum" in prop else "text"


def column_kind(prop: Mapping[str, Any]) -> str:
    """The kind of a column: a layout names none, so a short range of whole numbers is a scale."""
    found = kind(prop)
    if (
        found == "number"
        and prop.get("type") == "integer"
        and "minimum" in prop
        and "maximum" in prop
    ):
        return "scale" if prop["maximum"] - prop["minimum"] < _LONGEST_SCALE else "number"
    return "long" if found == "text" and prop.get("maxLength", 0) > 200 else found


def properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of an object schema, in the author's order."""
    return dict(schema.get("properties", {}))


def _array(items: Mapping[str, Any]) -> str:
    if items.get("type") == "object":
        return "rows"
    return "choices" if "oneOf" in items or "enum" in items else "ranked"
