"""Answers against forms: what is refused, where, and in which words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.contexts.programs import forms
from milepost.contexts.programs.forms import FieldError


def text(**rules):
    return {"type": "string", "maxLength": 2000, **rules}


CHOICE = {
    "type": "string",
    "oneOf": [{"const": "coach", "title": "Coach"}, {"const": "captain", "title": "Captain"}],
}
FORM = {
    "type": "object",
    "additionalProperties": False,
    "required": ["dream", "values", "style", "people"],
    "properties": {
        "dream": text(minLength=1),
        "plan": text(minLength=20),
        "values": {"type": "array", "minItems": 3, "maxItems": 4, "items": text(minLength=1)},
        "style": CHOICE,
        "levers": {"type": "array", "uniqueItems": True, "minItems": 2, "items": CHOICE},
        "people": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": text(minLength=1),
                    "score": {"type": "integer", "minimum": 1, "maximum": 5},
                },
            },
        },
        "revenue": {
            "type": "object",
            "additionalProperties": False,
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "number", "minimum": 0},
                "currency": {"type": "string", "enum": ["EUR", "USD"]},
            },
        },
        "decided_on": {"type": "string", "format": "date"},
        "shared": {"type": "boolean"},
        "heads": {"type": "integer", "minimum": 0},
        "share": {"type": "number", "maximum": 1000},
    },
}
GOOD = {
    "dream": "Half of the city by bike",
    "values": ["Craft", "Candour", "Care"],
    "style": "coach",
    "people": [{"name": "Joost", "score": 4}],
}


def test_good_answers_pass():
    assert forms.validate(FORM, GOOD) == ()
    full = {
        **GOOD,
        "levers": ["coach", "captain"],
        "revenue": {"amount": 6_800_000, "currency": "EUR"},
        "decided_on": "2026-03-02",
        "shared": False,
        "heads": 42,
        "share": 0.18,
    }
    assert forms.validate(FORM, full) == ()


WRONG = [
    ("dream", "", "dream", "Fill this in."),
    ("dream", " \n ", "dream", "Fill this in."),
    ("dream", "x" * 2431, "dream", "Write at most 2,000 characters; this has 2,431."),
    ("dream", 3, "dream", "Write text here."),
    ("dream", None, "dream", "Write text here."),
    ("plan", "Short", "plan", "Write at least 20 characters."),
    ("values", ["Craft"], "values", "Write at least 3 entries."),
    ("values", ["a", "b", "c", "d", "e"], "values", "Keep at most 4 entries."),
    ("values", ["a", "b", ""], "values/2", "Fill this in."),
    ("values", "Craft", "values", "Give a list."),
    ("style", "boss", "style", "Choose one of: Coach, Captain."),
    ("style", 1, "style", "Choose one of: Coach, Captain."),
    ("levers", ["coach"], "levers", "Choose at least 2."),
    ("levers", ["coach", "coach"], "levers", "Each entry may stand here once."),
    ("levers", ["coach", "boss"], "levers/1", "Choose one of: Coach, Captain."),
    ("people", [], "people", "Add at least 1 row."),
    ("people", [{"name": "A"}] * 3, "people", "Keep at most 2 rows."),
    ("people", [{"score": 2}], "people/0/name", "Fill this in."),
    ("people", [{"name": "A", "score": 9}], "people/0/score", "Give a number from 1 to 5."),
    ("people", [{"name": "A", "score": True}], "people/0/score", "Give a whole number."),
    ("people", [{"name": "A", "age": 9}], "people/0/age", "There is no field called age here."),
    ("people", ["A"], "people/0", "Give a row with its columns."),
    ("people", {}, "people", "Give a list of rows."),
    ("revenue", {"amount": 1}, "revenue/currency", "Choose an answer."),
    ("revenue", {"amount": -1, "currency": "EUR"}, "revenue/amount", "Give a number of 0 or more."),
    ("revenue", 5, "revenue", "Give an amount and its currency."),
    ("decided_on", "2 March", "decided_on", "This is not a date; write it as 2026-03-02."),
    ("decided_on", "2026-02-30", "decided_on", "This is not a date; write it as 2026-03-02."),
    ("decided_on", "1899-12-31", "decided_on", "This is not a date; write it as 2026-03-02."),
    ("decided_on", "20260302", "decided_on", "This is not a date; write it as 2026-03-02."),
    ("decided_on", 20260302, "decided_on", "This is not a date; write it as 2026-03-02."),
    ("shared", 1, "shared", "Answer yes or no (true or false)."),
    ("heads", 1.5, "heads", "Give a whole number."),
    ("share", 1000.5, "share", "Give a number of 1,000 or less."),
    ("colour", "red", "colour", "There is no field called colour here."),
]


@pytest.mark.parametrize(("field", "value", "path", "message"), WRONG)
def test_a_wrong_answer_is_told_in_its_place(field, value, path, message):
    assert forms.validate(FORM, {**GOOD, field: value}) == (FieldError(path, message),)


def test_everything_missing_is_told():
    told = {error.path: error.message for error in forms.validate(FORM, {})}
    assert told == {
        "dream": "Fill this in.",
        "values": "Write at least 3 entries.",
        "style": "Choose an answer.",
        "people": "Add at least 1 row.",
    }


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"dream": ""},
        {"plan": "Sho"},
        {"values": ["Craft"]},
        {"people": [{"score": 0}]},
        {"decided_on": "2026-0"},
        {"levers": ["coach", "coach"]},
        {"revenue": {"amount": 3}},
    ],
)
def test_a_draft_may_be_unfinished(draft):
    assert forms.validate_draft(FORM, draft) == ()
    assert forms.validate(FORM, draft) != ()


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        ({"dream": 3}, "dream"),
        ({"heads": "42"}, "heads"),
        ({"people": [{"name": []}]}, "people/0/name"),
        ({"style": "boss"}, "style"),
        ({"colour": "red"}, "colour"),
        ({"dream": "x" * 2001}, "dream"),
    ],
)
def test_a_draft_has_the_right_types(draft, path):
    assert [error.path for error in forms.validate_draft(FORM, draft)] == [path]


def nested(levels):
    value = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        (None, "", "must be an object"),
        ([GOOD], "", "must be an object"),
        ({"dream": "a\0b"}, "dream", "NUL"),
        ({"people": [{"name": "\ud800"}]}, "people/0/name", "half a character"),
        ({"dream\0": "a"}, "", "A field's name"),
        ({"\udfff": "a"}, "", "A field's name"),
        ({"share": float("nan")}, "share", "too large"),
        ({"share": float("-inf")}, "share", "too large"),
        ({"heads": 2**53 + 1}, "heads", "too large"),
        ({"heads": 10**4000}, "heads", "too large"),
        ({"dream": {1, 2}}, "dream", "does not fit"),
        ({"dream": nested(100_000)}, "dream/0/0/0/0/0/0/0", "8 levels"),
        ({f"k{n}": "é" * 100_000 for n in range(2)}, "", "256 kB"),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("check", [forms.validate, forms.validate_draft])
def test_what_no_table_could_hold_is_refused_first(check, data, path, message):
    told = check(FORM, data)
    assert [error.path for error in told] == [path]
    assert message in told[0].message


def test_a_thousand_mistakes_get_fifty_answers():
    assert len(forms.validate(FORM, {f"k{n}": 1 for n in range(1000)})) == forms.MOST_ERRORS


def test_the_largest_exact_number_passes():
    assert forms.validate_draft(FORM, {"heads": 2**53}) == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*FORM["properties"], "x", "\0"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values)
def test_no_input_makes_the_check_fail(data):
    complete, draft = forms.validate(FORM, data), forms.validate_draft(FORM, data)
    # What may be handed in may also be saved.
    assert complete or not draft


@settings(deadline=None)
@given(st.dates())
def test_dates_are_days_from_1900_to_2200(day):
    assert forms.is_date(day.isoformat()) is (1900 <= day.year <= 2200)
