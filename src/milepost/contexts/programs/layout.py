"""How a form is shown, made complete: every field has its place, its widget and its column order.

JSON objects have no order once they are in the database, so the order that the author wrote is
kept here, beside the form. Whoever draws a form reads the layout and infers nothing.
"""

from collections.abc import Mapping
from typing import Any

WIDGETS = (
    "text",
    "long",
    "number",
    "money",
    "date",
    "choice",
    "choices",
    "ranked",
    "rows",
    "scale",
    "yes_no",
)


def widget_of(schema: Mapping[str, Any]) -> str:
    """The widget that a field's schema alone implies."""
    match schema.get("type"):
        case "string" if "oneOf" in schema or "enum" in schema:
            return "choice"
        case "string" if schema.get("format") == "date":
            return "date"
        case "integer" | "number":
            return "number"
        case "boolean":
            return "yes_no"
        case "object":
            return "money"
        case "array":
            items = schema.get("items", {})
            if items.get("type") == "object":
                return "rows"
            return "choices" if widget_of(items) == "choice" else "ranked"
        case _:
            return "text"


def options_of(schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The (value, label) pairs of a choice."""
    if "oneOf" in schema:
        return tuple((one["const"], one.get("title", one["const"])) for one in schema["oneOf"])
    return tuple((value, value) for value in schema.get("enum", ()))


def complete(form: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """The author's layout with everything left out filled in.

    `sections` lists every property once, `widgets` names one for every property, `columns` gives
    each table's columns in order and `column_widgets` their widgets.
    """
    properties: Mapping[str, Mapping[str, Any]] = form["properties"]
    widgets = {name: widget_of(schema) for name, schema in properties.items()}
    widgets.update(written.get("widgets", {}))
    tables = {
        name: schema["items"]["properties"]
        for name, schema in properties.items()
        if widgets[name] == "rows"
    }
    sections = written.get("sections") or [{"title": "", "fields": list(properties)}]
    return {
        "sections": [
            {
                "title": section.get("title", ""),
                "description": section.get("description", ""),
                "fields": list(section["fields"]),
            }
            for section in sections
        ],
        "widgets": widgets,
        "columns": {name: list(columns) for name, columns in tables.items()},
        "column_widgets": {
            name: {column: _column_widget(schema) for column, schema in columns.items()}
            for name, columns in tables.items()
        },
        "scale_labels": {
            name: list(labels) for name, labels in written.get("scale_labels", {}).items()
        },
        "prefill": dict(written.get("prefill", {})),
    }


def _column_widget(schema: Mapping[str, Any]) -> str:
    # A whole number between two near bounds is rated, not counted: people see the steps at once.
    widget = widget_of(schema)
    low, high = schema.get("minimum"), schema.get("maximum")
    if schema.get("type") == "integer" and low in (0, 1) and high is not None and high <= 10:
        return "scale"
    return widget
