"""Layouts: every field in one place, widgets that fit their fields, prefill of the same type."""

from collections.abc import Iterator, Mapping
from typing import Any

from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.check.shape import did_you_mean
from milepost.contexts.programs.layout import options_of, widget_of
from milepost.contexts.programs.types import Fault

# What may be drawn instead of the widget that the type implies.
_INSTEAD = {"text": {"long"}, "number": {"scale"}}


def check(step: Outline, producers: Mapping[str, Outline]) -> Iterator[Fault]:
    """What is wrong with how a step's form is shown."""
    layout = step.content.get("layout", {})
    yield from _sections(step, layout)
    yield from _widgets(step, layout)
    yield from _scale_labels(step, layout)
    for name, field in layout.get("prefill", {}).items():
        fault = _prefill(step, name, field, producers)
        if fault:
            yield step.source.fault(fault, "layout", "prefill", name)


def _unknown(step: Outline, name: str) -> str:
    return f"The form has no field {name}{did_you_mean(name, step.properties)}"


def _sections(step: Outline, layout: Mapping[str, Any]) -> Iterator[Fault]:
    if "sections" not in layout:
        return
    placed: set[str] = set()
    for number, section in enumerate(layout["sections"]):
        for index, name in enumerate(section["fields"]):
            place = ("layout", "sections", number, "fields", index)
            if name not in step.properties:
                yield step.source.fault(_unknown(step, name), *place)
            elif name in placed:
                yield step.source.fault(f"The field {name} stands in two places.", *place)
            placed.add(name)
    for name in step.properties:
        if name not in placed:
            yield step.source.fault(f"The field {name} stands in no section.", "layout", "sections")


def _widgets(step: Outline, layout: Mapping[str, Any]) -> Iterator[Fault]:
    for name, widget in layout.get("widgets", {}).items():
        if name not in step.properties:
            yield step.source.fault(_unknown(step, name), "layout", "widgets", name)
            continue
        schema = step.properties[name]
        implied = widget_of(schema)
        if widget != implied and widget not in _INSTEAD.get(implied, ()):
            yield step.source.fault(
                f"A field of this type is drawn as {implied}, not as {widget}.",
                *("layout", "widgets", name),
            )
        elif widget == "scale" and not _is_scale(schema):
            yield step.source.fault(
                f"For a scale {name} must be a whole number with minimum and maximum.",
                *("layout", "widgets", name),
            )


def _is_scale(schema: Mapping[str, Any]) -> bool:
    return schema["type"] == "integer" and "minimum" in schema and "maximum" in schema


def _scale_labels(step: Outline, layout: Mapping[str, Any]) -> Iterator[Fault]:
    for name in layout.get("scale_labels", {}):
        if name not in step.properties:
            yield step.source.fault(_unknown(step, name), "layout", "scale_labels", name)
        elif layout.get("widgets", {}).get(name) != "scale":
            yield step.source.fault(
                f"The field {name} is not drawn as a scale.", "layout", "scale_labels", name
            )


def _prefill(step: Outline, name: str, field: str, producers: Mapping[str, Outline]) -> str | None:
    if name not in step.properties:
        return _unknown(step, name)
    needs = [need.name for need in step.needs]
    if field not in needs:
        return f"{field} is not among the needs{did_you_mean(field, needs)}"
    producer = producers.get(field)
    if producer is None or not producer.sound:
        return None
    source = next(give["from"] for give in producer.content["gives"] if give["field"] == field)
    given = producer.properties.get(source)
    if given is not None and not _fits(given, step.properties[name]):
        return f"{field} is of another type than the field {name}."
    return None


def _fits(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a value of one field can stand in another, its length aside."""
    match widget_of(given), widget_of(wanted):
        case "number", "number":
            return given["type"] == wanted["type"] or wanted["type"] == "number"
        case "choice", "choice":
            return _values(given) <= _values(wanted)
        case (("choices" | "ranked"), ("choices" | "ranked")):
            return _fits(given["items"], wanted["items"])
        case "money", "money":
            currencies = (side["properties"]["currency"] for side in (given, wanted))
            return _values(next(currencies)) <= _values(next(currencies))
        case "rows", "rows":
            return _rows_fit(given["items"], wanted["items"])
        case one, other:
            return one == other


def _rows_fit(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    columns = wanted["properties"]
    return set(wanted["required"]) <= set(given["required"]) and all(
        name in columns and _fits(schema, columns[name])
        for name, schema in given["properties"].items()
    )


def _values(schema: Mapping[str, Any]) -> set[str]:
    return {value for value, _ in options_of(schema)}
