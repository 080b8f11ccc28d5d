"""Forms: what is posted becomes data of the right types, and nothing typed is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from milepost.web import form_values, forms
from tests.web.form_examples import DATA, SCHEMA


def schema_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


# Control characters and surrogates are refused, and spaces around a text are dropped: both below.
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip() and text)
long_texts = st.lists(texts, min_size=1, max_size=4).map("\n".join)
dates = st.dates().map(lambda day: day.isoformat())
numbers = st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12).filter(
    lambda value: value == 0 or abs(value) > 1e-9
)
rows = st.fixed_dictionaries(
    {"name": texts},
    optional={"score": st.integers(1, 5), "since": dates, "stays": st.booleans()},
)
submissions = st.fixed_dictionaries(
    {
        "dream": long_texts,
        "revenue": st.fixed_dictionaries(
            {
                "amount": st.integers(0, 10**12)
                | st.floats(0, 1e12).filter(lambda v: v == 0 or v > 1e-9),
                "currency": st.sampled_from(["EUR", "USD", "GBP", "CHF"]),
            }
        ),
        "core_values": st.lists(texts, min_size=2, max_size=7),
        "people": st.lists(rows, min_size=1, max_size=5),
    },
    optional={
        "nickname": texts,
        "head_count": st.integers(0, 100000),
        "margin": numbers,
        "decided_on": dates,
        "style": st.sampled_from(["coach", "captain"]),
        "levers": st.lists(st.sampled_from(["price", "cost"]), min_size=1, max_size=2, unique=True),
        "confidence": st.integers(1, 10),
        "shared": st.booleans(),
    },
)


@given(submissions)
def test_what_a_form_shows_is_what_it_posts_back(data: dict[str, Any]) -> None:
    assert Draft202012Validator(SCHEMA).is_valid(data)
    parsed = forms.parse(SCHEMA, forms.fields(SCHEMA, data))
    assert parsed.errors == {}
    assert parsed.data == data
    assert forms.problems(SCHEMA, parsed) == {}


@given(
    st.lists(
        st.tuples(
            st.text(max_size=30)
            | st.sampled_from(
                ["people.0.name", "revenue.amount", "_action", "core_values.1", "margin"]
            ),
            st.text(max_size=60),
        ),
        max_size=20,
    )
)
def test_no_post_whatever_it_holds_breaks_the_reading(pairs: list[tuple[str, str]]) -> None:
    parsed = forms.parse(SCHEMA, pairs)
    again = forms.parse(
        SCHEMA, [(name, text) for name, held in parsed.raw.items() for text in held]
    )
    assert again.data == parsed.data
    assert again.raw == parsed.raw


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", 1200),
        ("1 200,50", 1200.5),
        ("1\u202f200.50", 1200.5),
        ("1,200.50", 1200.5),
        ("1.200,50", 1200.5),
        ("1'200", 1200),
        ("1,200,000", 1200000),
        ("1.200.000", 1200000),
        ("0.125", 0.125),
        ("0,125", 0.125),
        (",5", 0.5),
        ("1234.567", 1234.567),
        ("1.2340", 1.234),
        ("-5", -5),
        ("\u22125", -5),
        (" 7 ", 7),
    ],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert form_values.number(text.strip()) == value


@pytest.mark.parametrize("text", ["1,200", "1.200", "12.345", "999,999"])
def test_a_number_with_two_readings_is_asked_about(text: str) -> None:
    with pytest.raises(form_values.Unreadable, match="two ways"):
        form_values.number(text)


@pytest.mark.parametrize(
    "text",
    [
        "many",
        "1e5",
        "inf",
        "nan",
        "1 2",
        "12 34 567",
        "1,2,3",
        "--1",
        "5%",
        "٣",
        "9" * 41,
        "1.2,3.4",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(form_values.Unreadable):
        form_values.number(text)


def test_a_wrong_number_comes_back_as_typed_and_the_rest_is_kept() -> None:
    pairs = [
        ("head_count", "a few"),
        ("nickname", "Jo"),
        ("people.0.name", "Joost"),
        ("people.0.score", "x"),
    ]
    parsed = forms.parse(SCHEMA, pairs)
    assert parsed.data == {"nickname": "Jo", "people": [{"name": "Joost"}]}
    assert parsed.raw["head_count"] == ["a few"]
    assert set(parsed.errors) == {"head_count", "people.0.score"}
    assert "a few" in parsed.errors["head_count"]


def test_money_takes_its_sign_and_notices_a_contradiction() -> None:
    euro = forms.parse(SCHEMA, [("revenue.amount", "€ 1 200,50"), ("revenue.currency", "EUR")])
    assert euro.data == {"revenue": {"amount": 1200.5, "currency": "EUR"}}
    dollar = forms.parse(SCHEMA, [("revenue.amount", "$ 12"), ("revenue.currency", "EUR")])
    assert dollar.data == {}
    assert "EUR" in dollar.errors["revenue.amount"]
    assert "revenue" not in forms.problems(SCHEMA, dollar)


def test_a_currency_alone_says_nothing() -> None:
    assert forms.parse(SCHEMA, [("revenue.amount", " "), ("revenue.currency", "EUR")]).data == {}


def test_blank_entries_are_dropped_and_the_rest_keeps_its_order() -> None:
    parsed = forms.parse(
        SCHEMA,
        [
            ("people.0.name", ""),
            ("people.2.name", "Amina"),
            ("people.10.name", "Joost"),
            ("people.11.name", " "),
            ("core_values.0", ""),
            ("core_values.1", "Care"),
        ],
    )
    assert parsed.data == {
        "people": [{"name": "Amina"}, {"name": "Joost"}],
        "core_values": ["Care"],
    }
    assert parsed.raw["people.1.name"] == ["Joost"]


def test_errors_point_at_the_entries_as_they_are_drawn_again() -> None:
    parsed = forms.parse(
        SCHEMA, [("people.0.name", ""), ("people.1.score", "x"), ("people.2.since", "1 May")]
    )
    assert set(parsed.errors) == {"people.0.score", "people.1.since"}
    assert parsed.raw["people.0.score"] == ["x"]
    assert forms.check(SCHEMA, parsed.data)["people.1.name"] == "This is needed before you submit."


def test_characters_that_cannot_be_stored_are_told_not_dropped_in_silence() -> None:
    for bad in ("a\x00b", "a\ud800b", "a\x1bb"):
        parsed = forms.parse(SCHEMA, [("dream", bad)])
        assert parsed.data == {}
        assert "cannot be stored" in parsed.errors["dream"]


def test_a_text_too_long_is_kept_as_typed_and_says_by_how_much() -> None:
    parsed = forms.parse(SCHEMA, [("nickname", "x" * 1_000_000)])
    assert parsed.data == {}
    assert parsed.errors["nickname"] == "This is 1,000,000 characters long; 20 fit here."
    assert len(parsed.raw["nickname"][0]) == 1_000_000


def test_line_ends_of_a_browser_become_those_of_data() -> None:
    assert forms.parse(SCHEMA, [("dream", "one\r\ntwo\rthree")]).data == {
        "dream": "one\ntwo\nthree"
    }


def test_choices_outside_the_options_are_refused() -> None:
    parsed = forms.parse(
        SCHEMA, [("style", "tyrant"), ("levers", "price"), ("levers", "luck"), ("shared", "maybe")]
    )
    assert parsed.data == {"levers": ["price"]}
    assert set(parsed.errors) == {"style", "levers", "shared"}


def test_unknown_fields_and_the_forms_own_are_ignored() -> None:
    parsed = forms.parse(
        SCHEMA,
        [
            ("csrf_token", "t"),
            ("revision", "3"),
            ("people.0.salary", "9"),
            ("people.x.name", "Q"),
            ("style.x", "1"),
        ],
    )
    assert (parsed.data, parsed.raw, parsed.errors) == ({}, {}, {})


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("add:core_values", ["A", "B", "C", ""]),
        ("remove:core_values:1", ["A", "C"]),
        ("up:core_values:2", ["A", "C", "B"]),
        ("down:core_values:0", ["B", "A", "C"]),
        ("up:core_values:0", ["A", "B", "C"]),
        ("down:core_values:2", ["A", "B", "C"]),
        ("remove:core_values:9", ["A", "B", "C"]),
        ("remove:core_values", ["A", "B", "C"]),
        ("add:dream", ["A", "B", "C"]),
        ("add:nothing", ["A", "B", "C"]),
        ("explode:core_values:1", ["A", "B", "C"]),
    ],
)
def test_entries_are_added_removed_and_moved_by_buttons(action: str, expected: list[str]) -> None:
    posted = [
        ("core_values.0", "A"),
        ("core_values.1", "B"),
        ("core_values.2", "C"),
        ("margin", "oops"),
    ]
    parsed = forms.parse(SCHEMA, [*posted, ("_action", action)])
    shown = [parsed.raw[name][0] for name in sorted(parsed.raw) if name.startswith("core_values.")]
    assert shown == expected
    assert parsed.raw["margin"] == ["oops"]
    assert parsed.action == action


def test_rows_move_whole_and_two_presses_of_add_give_two_rows() -> None:
    posted = [("people.0.name", "Joost"), ("people.0.score", "4"), ("people.1.name", "Amina")]
    parsed = forms.parse(SCHEMA, [*posted, ("_action", "down:people:0")])
    assert parsed.rearranged
    assert parsed.data == {"people": [{"name": "Amina"}, {"name": "Joost", "score": 4}]}
    once = forms.parse(SCHEMA, [*posted, ("_action", "add:people")])
    again = [(name, text) for name, held in once.raw.items() for text in held]
    twice = forms.parse(SCHEMA, [*again, ("_action", "add:people")])
    assert [name for name in twice.raw if name.endswith(".name")] == [
        f"people.{at}.name" for at in range(4)
    ]


def test_no_more_entries_than_the_form_allows() -> None:
    full = [(f"core_values.{at}", "x") for at in range(7)]
    parsed = forms.parse(SCHEMA, [*full, ("_action", "add:core_values")])
    assert len(parsed.raw) == 7


def test_submit_is_no_rearranging() -> None:
    parsed = forms.parse(SCHEMA, [("_action", "submit")])
    assert (parsed.action, parsed.rearranged) == ("submit", False)


def test_what_is_missing_is_said_in_words() -> None:
    found = forms.check(
        SCHEMA,
        {
            **DATA,
            "core_values": ["One"],
            "head_count": -1,
            "confidence": 11,
            "people": [{"score": 1}],
        },
    )
    assert found == {
        "core_values": "Give at least 2; you have 1 so far.",
        "head_count": "Give at least 0.",
        "confidence": "Give at most 10.",
        "people.0.name": "This is needed before you submit.",
    }
    assert forms.check(SCHEMA, DATA) == {}
    assert set(forms.check(SCHEMA, {})) == set(SCHEMA["required"])


def test_whole_numbers_only_where_the_schema_wants_them() -> None:
    schema = schema_of(whole={"type": "integer"}, part={"type": "number"})
    parsed = forms.parse(schema, [("whole", "2,5"), ("part", "2,5")])
    assert parsed.data == {"part": 2.5}
    assert "whole number" in parsed.errors["whole"]
    assert forms.parse(schema, [("whole", "2.0")]).data == {"whole": 2}


def test_a_date_that_does_not_exist_is_refused() -> None:
    schema = schema_of(day={"type": "string", "format": "date"})
    assert "no such day" in forms.parse(schema, [("day", "2026-02-30")]).errors["day"]
    assert forms.parse(schema, [("day", "2 March")]).raw["day"] == ["2 March"]
