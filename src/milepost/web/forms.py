"""Form posts read as the JSON data a step's schema asks for, and that data written as form fields.

The names of fields are paths (`people.0.name`, `revenue.amount`). Nothing typed is ever lost: `raw`
holds every field as it was typed, also where `data` cannot take it, and a form is drawn from `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from milepost.web import form_values
from milepost.web.form_kinds import kind, properties

Pairs = list[tuple[str, str]]

# Beyond any honest form; what follows is dropped before it costs anything.
_MOST_PAIRS = 10_000
_MOST_ENTRIES = 500
_ACTION = re.compile(r"(add|remove|up|down):([a-z][a-z0-9_]*)(?::(\d{1,3}))?", re.ASCII)
_ENTRY = re.compile(r"([a-z][a-z0-9_]*)\.(\d{1,3})(?:\.([a-z][a-z0-9_]*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A form post, read.

    `data` holds what could be read, `errors` a message per field name that could not, `raw` all
    fields as typed. `action` is the button pressed; `rearranged` says that it added, removed or
    moved an entry, so that the page is to be drawn again and nothing submitted.
    """

    data: dict[str, Any]
    errors: dict[str, str]
    raw: dict[str, list[str]]
    action: str | None
    rearranged: bool


def parse(schema: Mapping[str, Any], pairs: Iterable[tuple[str, str]]) -> Parsed:
    """Read a posted form. Blank fields are absent; blank entries are left out of the data."""
    posted = list(pairs)[:_MOST_PAIRS]
    action = next((value for name, value in reversed(posted) if name == "_action"), None)
    rearranged = action is not None and _entries_field(schema, action) is not None
    if action is not None and rearranged:
        posted = apply_action(schema, posted, action)
    raw = _raw(schema, posted)
    data: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, prop in properties(schema).items():
        value = _property(name, prop, raw, errors)
        if value is not None:
            data[name] = value
    return Parsed(data=data, errors=errors, raw=raw, action=action, rearranged=rearranged)


def apply_action(schema: Mapping[str, Any], pairs: Pairs, action: str) -> Pairs:
    """The posted fields after `add:people`, `remove:people:2`, `up:people:1` or `down:people:1`.

    It works on what was typed rather than on data, so that a number mistyped in one row survives
    the adding of another. An action that fits nothing changes nothing.
    """
    field = _entries_field(schema, action)
    found = _ACTION.fullmatch(action)
    if field is None or found is None:
        return pairs
    prop = properties(schema)[field]
    verb, at = found[1], int(found[3] or -1)
    entries = _entries(field, pairs)
    if verb == "add" and len(entries) < min(prop.get("maxItems", _MOST_ENTRIES), _MOST_ENTRIES):
        entries.append([(_first_column(prop), "")])
    elif verb == "remove" and 0 <= at < len(entries):
        del entries[at]
    elif verb == "up" and 0 < at < len(entries):
        entries[at - 1], entries[at] = entries[at], entries[at - 1]
    elif verb == "down" and 0 <= at < len(entries) - 1:
        entries[at], entries[at + 1] = entries[at + 1], entries[at]
    others = [pair for pair in pairs if not _belongs(pair[0], field)]
    return others + _numbered(field, entries)


def fields(schema: Mapping[str, Any], data: Mapping[str, Any]) -> Pairs:
    """The data as the fields a browser would post for it."""
    pairs: Pairs = []
    for name, prop in properties(schema).items():
        if data.get(name) is None:
            continue
        pairs += _written(name, prop, data[name])
    return pairs


def check(schema: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, str]:
    """What still keeps the data from being submitted: a message per field name, in plain words."""
    problems: dict[str, str] = {}
    validator = Draft202012Validator(dict(schema), format_checker=FormatChecker())
    for error in validator.iter_errors(dict(data)):
        name = ".".join(str(part) for part in error.absolute_path)
        if error.validator == "required":
            for missing in error.validator_value:
                if missing not in error.instance:
                    path = f"{name}.{missing}" if name else missing
                    problems.setdefault(path, "This is needed before you submit.")
        else:
            problems.setdefault(name, _in_words(error))
    return problems


def problems(schema: Mapping[str, Any], parsed: Parsed) -> dict[str, str]:
    """All that keeps a parsed form from being submitted: the unreadable and the missing."""
    found = dict(parsed.errors)
    for name, message in check(schema, parsed.data).items():
        # What was typed but could not be read is not missing.
        if not any(one == name or one.startswith(name + ".") for one in parsed.errors):
            found[name] = message
    return found


def _property(
    name: str, prop: Mapping[str, Any], raw: dict[str, list[str]], errors: dict[str, str]
) -> Any:
    """The value of one property, or None; what cannot be read is told in `errors`."""
    match kind(prop):
        case "money":
            return _money(name, prop, raw, errors)
        case "choices":
            chosen = [text for text in raw.get(name, []) if text.strip()]
            read = [_read(name, prop["items"], "choice", text, errors) for text in chosen]
            return list(dict.fromkeys(value for value in read if value is not None)) or None
        case "ranked":
            names = _entry_names(name, raw)
            read = [_single(entry, prop["items"], raw, errors) for entry in names]
            return [value for value in read if value is not None] or None
        case "rows":
            columns = properties(prop["items"])
            rows: list[dict[str, Any]] = []
            for entry in _entry_names(name, raw):
                cells = {
                    column: _single(f"{entry}.{column}", columns[column], raw, errors)
                    for column in columns
                }
                row = {column: value for column, value in cells.items() if value is not None}
                # A row whose only content could not be read still holds its place, so that the
                # errors of the rows after it keep pointing at them.
                if row or any(key.startswith(entry + ".") for key in errors):
                    rows.append(row)
            return rows or None
        case _:
            return _single(name, prop, raw, errors)


def _single(
    name: str, prop: Mapping[str, Any], raw: dict[str, list[str]], errors: dict[str, str]
) -> Any:
    text = raw.get(name, [""])[-1]
    return _read(name, prop, kind(prop), text, errors) if text.strip() else None


def _read(
    name: str, prop: Mapping[str, Any], as_kind: str, text: str, errors: dict[str, str]
) -> Any:
    try:
        return form_values.read(prop, as_kind, text)
    except form_values.Unreadable as problem:
        errors.setdefault(name, str(problem))
        return None


def _money(
    name: str, prop: Mapping[str, Any], raw: dict[str, list[str]], errors: dict[str, str]
) -> Any:
    amount = raw.get(f"{name}.amount", [""])[-1]
    currency = raw.get(f"{name}.currency", [""])[-1]
    if not amount.strip():
        return None
    known = [value for value, _ in form_values.options(properties(prop)["currency"])]
    try:
        return form_values.money(amount, currency, known)
    except form_values.Unreadable as problem:
        errors[f"{name}.amount"] = str(problem)
        return None


def _raw(schema: Mapping[str, Any], pairs: Pairs) -> dict[str, list[str]]:
    """Every known field as typed; entries numbered from 0 without gaps, the blank ones last."""
    raw: dict[str, list[str]] = {}
    for field, prop in properties(schema).items():
        mine = [pair for pair in pairs if _belongs(pair[0], field)]
        if kind(prop) in ("ranked", "rows"):
            entries = _entries(field, mine)
            entries.sort(key=lambda entry: all(not value.strip() for _, value in entry))
            mine = _numbered(field, entries)
        for name, value in mine:
            if _is_field(name, field, prop):
                raw.setdefault(name, []).append(form_values.normalised(value))
    return raw


def _is_field(name: str, field: str, prop: Mapping[str, Any]) -> bool:
    match kind(prop):
        case "money":
            return name in (f"{field}.amount", f"{field}.currency")
        case "ranked":
            return name != field and name.count(".") == 1
        case "rows":
            return name.rpartition(".")[2] in properties(prop["items"]) and name.count(".") == 2
        case _:
            return name == field


def _belongs(name: str, field: str) -> bool:
    return name == field or name.startswith(field + ".")


def _entries(field: str, pairs: Pairs) -> list[Pairs]:
    """The entries of a ranked list or of rows, each as (column, text), by their numbers."""
    found: dict[int, Pairs] = {}
    for name, value in pairs:
        match = _ENTRY.fullmatch(name)
        if match is not None and match[1] == field:
            found.setdefault(int(match[2]), []).append((match[3] or "", value))
    return [found[at] for at in sorted(found)][:_MOST_ENTRIES]


def _numbered(field: str, entries: list[Pairs]) -> Pairs:
    return [
        (f"{field}.{at}.{column}" if column else f"{field}.{at}", value)
        for at, entry in enumerate(entries)
        for column, value in entry
    ]


def _entry_names(field: str, raw: dict[str, list[str]]) -> list[str]:
    numbers = {int(found[2]) for found in map(_ENTRY.fullmatch, raw) if found and found[1] == field}
    return [f"{field}.{at}" for at in sorted(numbers)]


def _entries_field(schema: Mapping[str, Any], action: str) -> str | None:
    found = _ACTION.fullmatch(action)
    if found is None or found[2] not in properties(schema):
        return None
    return found[2] if kind(properties(schema)[found[2]]) in ("ranked", "rows") else None


def _first_column(prop: Mapping[str, Any]) -> str:
    return next(iter(properties(prop["items"])), "") if kind(prop) == "rows" else ""


def _written(name: str, prop: Mapping[str, Any], value: Any) -> Pairs:
    """One property's value as fields; a draft of another shape is shown as text."""
    as_kind = kind(prop)
    if as_kind == "money" and isinstance(value, Mapping):
        return [
            (f"{name}.{part}", form_values.written(value.get(part)))
            for part in ("amount", "currency")
        ]
    if as_kind in ("choices", "ranked", "rows") and isinstance(value, list):
        if as_kind == "choices":
            return [(name, form_values.written(one)) for one in value]
        if as_kind == "ranked":
            return [(f"{name}.{at}", form_values.written(one)) for at, one in enumerate(value)]
        return [
            (f"{name}.{at}.{column}", form_values.written(cell))
            for at, row in enumerate(value)
            if isinstance(row, Mapping)
            for column, cell in row.items()
        ]
    return [(name, form_values.written(value))]


def _in_words(error: ValidationError) -> str:
    """What a schema's complaint means to the person filling in the form."""
    limit: Any = error.validator_value
    given: Any = error.instance
    match error.validator:
        case "minItems":
            return f"Give at least {limit}; you have {len(given)} so far."
        case "maxItems":
            return f"Keep it to {limit}; you have {len(given)}."
        case "minLength":
            return (
                "This is needed before you submit."
                if limit == 1
                else f"Write at least {limit} characters."
            )
        case "maxLength":
            return f"This is {len(given):,} characters long; {limit:,} fit here."
        case "minimum" | "exclusiveMinimum":
            return f"Give {'at least' if error.validator == 'minimum' else 'more than'} {limit}."
        case "maximum" | "exclusiveMaximum":
            return f"Give {'at most' if error.validator == 'maximum' else 'less than'} {limit}."
        case "oneOf" | "enum" | "const":
            return "Choose one of the options."
        case "uniqueItems":
            return "Each may be chosen only once."
        case "format":
            return "Write the date as year-month-day, for example 2026-03-02."
        case _:
            return "This is not the kind of answer asked for here."
