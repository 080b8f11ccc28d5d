"""A step's questions and answers in the author's order, and the fields that come of them.

JSON objects lose their order in the database; a step's layout keeps it. Whatever is drawn of a
form, or of an answer to it, takes the properties from here.
"""

from collections.abc import Mapping
from typing import Any

from milepost.contexts.programs.types import Program, Step


def ordered_form(step: Step) -> dict[str, Any]:
    """Return the step's form with its properties, and the columns of its rows, in order."""
    given: Mapping[str, Any] = step.form.get("properties", {})
    listed = [name for part in step.layout.get("sections", ()) for name in part["fields"]]
    names = [name for name in dict.fromkeys([*listed, *given]) if name in given]
    columns: Mapping[str, Any] = step.layout.get("columns", {})
    properties = {name: _ordered_property(given[name], columns.get(name)) for name in names}
    return {**step.form, "properties": properties}


def field_property(program: Program, field_id: str) -> dict[str, Any]:
    """Return the property that a field is taken from: how its value is to be read."""
    source = program.give_of(field_id).source
    found: dict[str, Any] = ordered_form(program.producer_of(field_id))["properties"][source]
    return found


def _ordered_property(prop: dict[str, Any], columns: list[str] | None) -> dict[str, Any]:
    inside: Mapping[str, Any] = prop.get("items", {}).get("properties", {})
    if not inside:
        return prop
    names = [name for name in dict.fromkeys([*(columns or ()), *inside]) if name in inside]
    ordered = {name: inside[name] for name in names}
    return {**prop, "items": {**prop["items"], "properties": ordered}}
