"""Files against their published JSON Schema: unknown keys, wrong types, what is missing."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from milepost.contexts.programs.files import Folder, Source
from milepost.contexts.programs.types import Fault

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys and values",
}
# The patterns of the published schemas, in words.
_PATTERNS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case letters and digits, with single hyphens between",
    "^[a-z][a-z0-9_]*$": "lower-case letters, digits and underscores, a letter first",
    "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$": "names joined by dots, like identity.core_values",
    "^[A-Z]{3}$": "three capital letters, like EUR",
    "^[0-9]+\\.[0-9]+$": "two numbers with a dot between, like 1.0",
}


@dataclass(frozen=True, slots=True)
class Schemas:
    """The published schemas of a program's files."""

    program: Draft202012Validator
    step: Draft202012Validator


@lru_cache(maxsize=4)
def load_schemas(folder: Path) -> Schemas:
    """Read the published schemas from the folder that they are shipped in."""
    return Schemas(
        program=_validator(folder / "program.schema.json"),
        step=_validator(folder / "step.schema.json"),
    )


def _validator(file: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads(file.read_text("utf-8")))


def check_program(folder: Folder, schemas: Schemas) -> Iterator[Fault]:
    """What is wrong with program.yaml by itself."""
    source = folder.program
    if source.content is None:
        return
    yield from _misfits(source, schemas.program)
    slug = source.content.get("slug")
    if isinstance(slug, str) and slug != folder.slug:
        yield source.fault(f"The slug is {slug}, but the folder is called {folder.slug}.", "slug")
    for key in ("phases", "domains"):
        yield from _used_twice(source, key)


def check_step(source: Source, schemas: Schemas) -> Iterator[Fault]:
    """What is wrong with a step's file by itself, form included."""
    if source.content is not None:
        yield from _misfits(source, schemas.step)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: with the nearest known one, if one is near."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else "."


def _used_twice(source: Source, key: str) -> Iterator[Fault]:
    entries: Any = source.content.get(key)
    if not isinstance(entries, list):
        return
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        slug: Any = entry.get("slug") if isinstance(entry, dict) else None
        if isinstance(slug, str):
            if slug in seen:
                yield source.fault(f"The slug {slug} is used twice.", key, index, "slug")
            seen.add(slug)


def _misfits(source: Source, validator: Draft202012Validator) -> Iterator[Fault]:
    for error in validator.iter_errors(source.content):
        yield from _explain(source, error)


def _explain(source: Source, error: ValidationError) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    value: Any = error.instance
    if "propertyNames" in error.absolute_schema_path:
        # Here the instance is a key, and the path leads to what holds it.
        yield source.fault(f"The key {value} {_rule(error)}.", *path, value)
    elif error.validator == "additionalProperties":
        known: Mapping[str, object] = schema.get("properties", {})
        for key in value:
            if key not in known:
                hint = did_you_mean(key, known)
                yield source.fault(f"{_place(path)}unknown key {key}{hint}", *path, key)
    elif error.validator == "required":
        for key in schema["required"]:
            if key not in value:
                yield source.fault(f"{_place(path)}{key} is missing.", *path)
    elif error.validator == "not":
        # All that the schemas forbid are the keys of the other kind of step.
        yield source.fault(
            f"{_place(path, own=True)}is not for a step of kind {source.content['kind']}.", *path
        )
    else:
        yield source.fault(f"{_place(path, own=True)}{_rule(error)}.", *path)


def _place(path: tuple[str | int, ...], *, own: bool = False) -> str:
    """The keys that lead to a value, as the beginning of a sentence about it."""
    if not path:
        return "The file " if own else ""
    return f"{_named(path)} " if own else f"{_named(path)}: "


def _named(path: tuple[str | int, ...]) -> str:
    """Keys joined by dots; an entry of a list is counted from 1, as people count."""
    for place in range(len(path) - 1, -1, -1):
        entry = path[place]
        if isinstance(entry, int):
            around, within = _named(path[:place]), ".".join(map(str, path[place + 1 :]))
            named = f"entry {entry + 1} of {around}" if around else f"entry {entry + 1}"
            return f"{within} of {named}" if within else named
    return ".".join(map(str, path))


def _rule(error: ValidationError) -> str:
    limit: Any = error.validator_value
    match error.validator:
        case "type" if error.instance is None:
            return "is empty"
        # 1.0, yes and “Note: three quotes” are no text to YAML, though they look like it.
        case "type" if limit == "string" and isinstance(error.instance, int | float | dict):
            return "must be text; put it in quotes"
        case "type":
            return f"must be {_TYPES[limit]}"
        case "enum" if len(limit) == 1:
            return f"must be {json.dumps(limit[0])}"
        case "enum":
            return f"must be one of {', '.join(str(one) for one in limit)}"
        case "pattern":
            return f"must be written with {_PATTERNS[limit]}"
        case "minLength" if not error.instance:
            return "is empty"
        case "minLength":
            return f"is too short to say anything: write at least {limit:,} characters"
        case "maxLength":
            return f"is longer than {limit:,} characters"
        case "minItems" | "minProperties":
            return f"must have at least {limit:,} {'entry' if limit == 1 else 'entries'}"
        case "maxItems" | "maxProperties":
            return f"must have at most {limit:,} entries"
        case "minimum":
            return f"must be {limit:,} or more"
        case "maximum":
            return f"must be {limit:,} or less"
        case "uniqueItems":
            return "holds the same entry twice"
        case _:
            return f"is not right: {error.message}"
