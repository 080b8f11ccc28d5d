"""Forms: fields that fit together, examples that could be handed in, gives taken from a field."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from jsonschema import Draft202012Validator

from milepost.contexts.programs import forms
from milepost.contexts.programs.check.demo import keys
from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.check.shape import did_you_mean
from milepost.contexts.programs.files import KeyPath
from milepost.contexts.programs.layout import options_of, widget_of
from milepost.contexts.programs.types import Fault

# Which keys of JSON Schema say something about which type; the others are for all.
_BELONGS = {
    "string": {"minLength", "maxLength", "format", "oneOf", "enum"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "boolean": set[str](),
    "array": {"minItems", "maxItems", "uniqueItems", "items"},
    "object": {"properties", "required", "additionalProperties"},
}
_FOR_ALL = {"type", "title", "description", "examples"}
_BOUNDS = (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"))


def check(step: Outline, needed: Set[str]) -> Iterator[Fault]:
    """What is wrong with a step's form and what is taken from it; `needed` are fields in use."""
    form = step.content["form"]
    faults = [*_walk(step, form, ("form",)), *_not_a_schema(step, form)]
    yield from faults
    if not faults:
        yield from _examples(step, form)
    yield from _gives(step, form, needed)


def _gives(step: Outline, form: Mapping[str, Any], needed: Set[str]) -> Iterator[Fault]:
    for index, give in enumerate(step.content.get("gives", ())):
        name, place = give["from"], ("gives", index, "from")
        if name not in step.properties:
            hint = did_you_mean(name, step.properties)
            yield step.source.fault(f"The form has no field {name}{hint}", *place)
        elif give["field"] in needed and name not in form["required"]:
            yield step.source.fault(
                f"Other steps need {give['field']}, so the form must require {name}.", *place
            )


def _not_a_schema(step: Outline, form: Mapping[str, Any]) -> Iterator[Fault]:
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(form):
        yield step.source.fault(
            f"This is not JSON Schema: {error.message}.", "form", *error.absolute_path
        )


def _walk(step: Outline, schema: Mapping[str, Any], path: KeyPath) -> Iterator[Fault]:
    """A schema and all below it."""
    for key in schema:
        if key not in _FOR_ALL and key not in _BELONGS[schema["type"]]:
            yield step.source.fault(
                f"{key} says nothing about the type {schema['type']}.", *path, key
            )
    for low, high in _BOUNDS:
        if low in schema and high in schema and schema[low] > schema[high]:
            yield step.source.fault(f"{low} is above {high}.", *path, low)
    values = [value for value, _ in options_of(schema)]
    if len(set(values)) != len(values):
        yield step.source.fault("An option is listed twice.", *path)
    if schema["type"] == "array":
        yield from _walk(step, schema["items"], (*path, "items"))
    if schema["type"] == "object":
        yield from _required(step, schema, path)
        for name, below in schema["properties"].items():
            yield from _walk(step, below, (*path, "properties", name))


def _required(step: Outline, schema: Mapping[str, Any], path: KeyPath) -> Iterator[Fault]:
    for index, name in enumerate(schema["required"]):
        field = schema["properties"].get(name)
        if field is None:
            hint = did_you_mean(name, schema["properties"])
            yield step.source.fault(
                f"required names {name}, which is not in properties{hint}",
                *path,
                "required",
                index,
            )
        elif widget_of(field) == "text" and not field.get("minLength"):
            yield step.source.fault(
                f"{name} is required, so it needs minLength: 1.", *path, "properties", name
            )


def _examples(step: Outline, form: Mapping[str, Any]) -> Iterator[Fault]:
    first = {name: field["examples"][0] for name, field in step.properties.items()}
    for error in forms.validate(form, first):
        name, *rest = keys(error.path) or ("",)
        yield step.source.fault(
            f"The first examples do not make a valid answer: {error.path}: {error.message}",
            *("form", "properties", name, "examples", 0, *rest),
        )
    for name, field in step.properties.items():
        for index, example in enumerate(field["examples"][1:], start=1):
            for error in forms.validate(form, {**first, name: example}):
                if error.path.split("/")[0] == name:
                    yield step.source.fault(
                        f"This example is not a valid answer: {error.message}",
                        *("form", "properties", name, "examples", index),
                    )
