"""What no answer may hold: what nobody sees, and what leads elsewhere."""

import pytest

from milepost.platform import ai
from milepost.platform.ai import plain


@pytest.mark.parametrize(
    "character",
    list(
        "\x00\x07\x1b\x85\u00ad\u200b\u200f\u202a\u202e\u2028\u2060\u2066\u2069\ufeff\ud800\U000e0041"
    ),
)
def test_what_nobody_sees_is_found(character: str) -> None:
    assert plain.holds_unseen(f"Start now{character} with it.")


def test_what_everybody_sees_is_fine() -> None:
    assert not plain.holds_unseen("Größe, 日本, हिन्दी, 👍🏽 ❤️\n\tEUR 5 “so”…")


def test_joiners_are_fine_where_people_used_them() -> None:
    picture = "👩\u200d💻"
    assert plain.holds_unseen(picture, asked="We wrote code.")
    assert not plain.holds_unseen(picture, asked=f"We wrote {picture} code.")


@pytest.mark.parametrize(
    "text",
    [
        "Send it to pay-us.evil.example/login now.",
        "Go to www.evil today.",
        "See bit.ly/x for more.",
        "See ｅｖｉｌ．ｃｏｍ for more.",
        "See evil。com for more.",
        "See ev\u200dil.example for more.",
        "See xn--80ak6aa92e.com for more.",
        "Open 10.1.2.3 in a browser.",
        "Open localhost:8000 in a browser.",
        "Open javascript:alert(1) in a browser.",
        "Write to anna@example.com today.",
        "Write to anna (at) example (dot) com today.",
        "Go to evil dot com today.",
        "Call +49 30 123456 today.",
        "Call (030) 1234567 today.",
        "Pay to DE89 3704 0044 0532 0130 00 today.",
        "Read [more](there) of it.",
        "Use <b>this</b> now.",
    ],
)
def test_what_leads_elsewhere_is_found(text: str) -> None:
    assert ai.leads_away(text)


@pytest.mark.parametrize(
    "text",
    [
        "Talk to 5 customers, e.g. the ten in Berlin, by Friday.",
        "It took 4 days (3.5 were planned), 2.5 times as long.",
        "On 2026-11-21 at 14:30, or on 3.5.2026.",
        "Raise EUR 30,000 or 1,250,000 for 12 months.",
        "Ask: what then? Tell them... and wait.",
        "i.e. U.S. firms, weeks 1-2, then 3/4 of it.",
        "Note the dot on the map.",
    ],
)
def test_plain_sentences_are_fine(text: str) -> None:
    assert not ai.leads_away(text)


def test_every_text_of_an_answer_is_looked_at() -> None:
    assert sorted(plain.texts_of({"a": ["b", {"c": ("d", 1, None)}]})) == ["a", "b", "c", "d"]
