"""A form as its template wants it: sections of controls, each with its words, texts and errors.

Deciding happens here, so that `templates/macros/form.html` only has to write down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from milepost.web import form_values, forms
from milepost.web.form_kinds import column_kind, kind, properties

__all__ = ["Control", "Entry", "Section", "View", "choice_label", "kind", "view"]

# The number that stands for "whichever entry this becomes" in the blank entry a script copies.
BLANK = 999
_MOST_RADIOS = 5


@dataclass(frozen=True, slots=True)
class Control:
    """One field, ready to be drawn. `parts` are a money's two fields; `entries` those of a list."""

    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    texts: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""
    prop: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ends: tuple[str, str] | None = None
    example: Any = None
    example_fields: str = ""
    parts: tuple[Control, ...] = ()
    entries: tuple[Entry, ...] = ()
    blank: Entry | None = None

    @property
    def id(self) -> str:
        """The id of the field's element, and the stem of those of its help and error."""
        return "f-" + self.name.replace(".", "-")

    @property
    def text(self) -> str:
        """What stands in a field that holds one text."""
        return self.texts[-1] if self.texts else ""

    @property
    def anchor(self) -> str:
        """The id of what takes the focus when somebody follows a link to this field."""
        if self.parts:
            return self.parts[0].id
        if self.entries:
            return self.entries[0].controls[0].anchor
        radios = self.kind in ("yesno", "scale", "choices") or (
            self.kind == "choice" and len(self.options) <= _MOST_RADIOS
        )
        return f"{self.id}--0" if radios and "." not in self.name else self.id

    @property
    def limits(self) -> str:
        """How many entries a list wants, in words."""
        low, high = self.prop.get("minItems", 0), self.prop.get("maxItems")
        if low > 1 and high:
            return f"{low} to {high}" if low != high else f"exactly {low}"
        if low > 1:
            return f"at least {low}"
        return f"at most {high}" if high else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, or one text of a ranked list."""

    at: int
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the form; a form without sections is one without a title."""

    id: str
    title: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole form, and its problems in the order of the page: (anchor, label, message)."""

    sections: tuple[Section, ...]
    problems: tuple[tuple[str, str, str], ...]

    @property
    def focus(self) -> str:
        """The id of the first field with a problem."""
        return self.problems[0][0] if self.problems else ""


@dataclass(frozen=True, slots=True)
class _Given:
    texts: Mapping[str, Sequence[str]]
    errors: Mapping[str, str]
    layout: Mapping[str, Any]
    required: frozenset[str]


def view(
    schema: Mapping[str, Any],
    layout: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    raw: Mapping[str, Sequence[str]] | None = None,
) -> View:
    """The form of a schema, filled with `raw` (as it was typed) or else with `data`."""
    texts: dict[str, list[str]] = {}
    if raw is None:
        for name, text in forms.fields(schema, data or {}):
            texts.setdefault(name, []).append(text)
    given = _Given(
        texts=texts if raw is None else raw,
        errors=errors or {},
        layout=layout or {},
        required=frozenset(schema.get("required", ())),
    )
    controls = {name: _control(name, prop, given) for name, prop in properties(schema).items()}
    sections = tuple(_sections(controls, given.layout))
    problems = [
        problem
        for section in sections
        for control in section.controls
        for problem in _problems(control)
    ]
    named = {control.name for section in sections for control in _all(section.controls)}
    problems += [("", "", message) for name, message in given.errors.items() if name not in named]
    return View(sections=sections, problems=tuple(problems))


def choice_label(prop: Mapping[str, Any], value: Any) -> str:
    """The words of a chosen value."""
    return dict(form_values.options(prop)).get(str(value), str(value))


def _sections(controls: Mapping[str, Control], layout: Mapping[str, Any]) -> list[Section]:
    named = layout.get("sections") or [{"title": "", "fields": list(controls)}]
    made = [
        Section(
            id=f"part-{number}",
            title=str(one.get("title", "")),
            controls=tuple(controls[name] for name in one["fields"] if name in controls),
        )
        for number, one in enumerate(named, start=1)
    ]
    placed = {control.name for section in made for control in section.controls}
    left = tuple(control for name, control in controls.items() if name not in placed)
    return [*made, Section(id="part-more", title="More", controls=left)] if left else made


def _control(name: str, prop: Mapping[str, Any], given: _Given) -> Control:
    as_kind = kind(prop, given.layout.get("widgets", {}).get(name))
    ends = given.layout.get("scale_labels", {}).get(name)
    examples = prop.get("examples") or [None]
    example_fields = forms.fields({"properties": {name: prop}}, {name: examples[0]})
    entries, blank = _entries(name, as_kind, prop, given)
    return Control(
        name=name,
        kind=as_kind,
        label=str(prop.get("title", name)),
        help=str(prop.get("description", "")),
        required=name in given.required,
        texts=tuple(given.texts.get(name, ())),
        options=_options(as_kind, prop),
        error=given.errors.get(name, ""),
        prop=prop,
        ends=(str(ends[0]), str(ends[1])) if ends else None,
        example=examples[0],
        example_fields=json.dumps(example_fields) if example_fields else "",
        parts=_money_parts(name, prop, given) if as_kind == "money" else (),
        entries=entries,
        blank=blank,
    )


def _options(as_kind: str, prop: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    match as_kind:
        case "choice":
            return tuple(form_values.options(prop))
        case "choices":
            return tuple(form_values.options(prop["items"]))
        case "yesno":
            return (("true", "Yes"), ("false", "No"))
        case "scale":
            low, high = int(prop.get("minimum", 1)), int(prop.get("maximum", 10))
            return tuple((str(value), str(value)) for value in range(low, high + 1))
        case _:
            return ()


def _money_parts(name: str, prop: Mapping[str, Any], given: _Given) -> tuple[Control, ...]:
    inside = properties(prop)
    return tuple(
        Control(
            name=f"{name}.{part}",
            kind=part_kind,
            label=part.capitalize(),
            required=name in given.required,
            texts=tuple(given.texts.get(f"{name}.{part}", ())),
            options=_options(part_kind, inside[part]),
            error=given.errors.get(f"{name}.{part}", ""),
            prop=inside[part],
        )
        for part, part_kind in (("amount", "number"), ("currency", "choice"))
    )


def _entries(
    name: str, as_kind: str, prop: Mapping[str, Any], given: _Given
) -> tuple[tuple[Entry, ...], Entry | None]:
    """The entries there are, a blank one to go on with, and the one that a script copies."""
    if as_kind not in ("ranked", "rows"):
        return (), None
    numbers = [
        int(parts[1])
        for parts in (key.split(".") for key in given.texts)
        if parts[0] == name and len(parts) > 1 and parts[1].isdecimal()
    ]
    count = max(numbers, default=-1) + 1
    last_is_blank = count > 0 and not any(
        text.strip()
        for key, texts in given.texts.items()
        if key == f"{name}.{count - 1}" or key.startswith(f"{name}.{count - 1}.")
        for text in texts
    )
    shown = max(count if last_is_blank else count + 1, prop.get("minItems", 0))
    shown = max(min(shown, prop.get("maxItems", shown)), count)
    made = tuple(_entry(name, at, as_kind, prop, given) for at in range(shown))
    return made, _entry(name, BLANK, as_kind, prop, given)


def _entry(name: str, at: int, as_kind: str, prop: Mapping[str, Any], given: _Given) -> Entry:
    items = prop["items"]
    if as_kind == "ranked":
        path = f"{name}.{at}"
        text = Control(
            name=path,
            kind="long" if items.get("maxLength", 0) > 200 else "text",
            label=str(prop.get("title", name)),
            texts=tuple(given.texts.get(path, ())),
            error=given.errors.get(path, ""),
            prop=items,
        )
        return Entry(at=at, controls=(text,))
    controls: list[Control] = []
    for column, inside in properties(items).items():
        path = f"{name}.{at}.{column}"
        as_column = column_kind(inside)
        controls.append(
            Control(
                name=path,
                kind=as_column,
                label=str(inside.get("title", column)),
                help=str(inside.get("description", "")),
                required=column in items.get("required", ()),
                texts=tuple(given.texts.get(path, ())),
                options=_options(as_column, inside),
                error=given.errors.get(path, ""),
                prop=inside,
            )
        )
    return Entry(at=at, controls=tuple(controls))


def _problems(control: Control) -> list[tuple[str, str, str]]:
    """A control's own problem, then those of its parts and entries, each with where it is."""
    found = [(control.anchor, control.label, control.error)] if control.error else []
    found += [(part.anchor, control.label, part.error) for part in control.parts if part.error]
    for entry in control.entries:
        for inner in entry.controls:
            if inner.error:
                where = f"{control.label}, {entry.at + 1}"
                label = where if control.kind == "ranked" else f"{where}: {inner.label}"
                found.append((inner.anchor, label, inner.error))
    return found


def _all(controls: Sequence[Control]) -> list[Control]:
    found: list[Control] = []
    for control in controls:
        found += [control, *control.parts]
        found += [inner for entry in control.entries for inner in entry.controls]
    return found
