"""Which steps are found by words: every word, in anything the step says, however it is written."""

from dataclasses import replace

import pytest

from milepost.contexts.journeys import rules
from milepost.contexts.programs.types import Step
from tests.factories.frameworks import make_checklist


def cafe() -> Step:
    step = make_checklist("cafe", order=1)
    assert step.checklist is not None
    return replace(
        step,
        title="Open the Café",
        purpose="So that neighbours meet.",
        checklist=replace(
            step.checklist,
            description="Find a landlord in Łódź or Straße 12.",
            deliverables=("A signed lease",),
            criteria=("Thirty guests came",),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "cafe",
        "CAFÉ",
        "cafe\u0301",
        "neighbours",
        "landlord",
        "lease",
        "thirty GUESTS",
        "guests café",
        "lease   open",
        "STRASSE",
    ],
)
def test_every_word_is_looked_for_in_all_that_it_says(text: str) -> None:
    assert rules.says(cafe(), text)


@pytest.mark.parametrize("text", ["bakery", "café bakery", "signed guests twelve"])
def test_a_word_that_it_nowhere_says_leaves_it_out(text: str) -> None:
    assert not rules.says(cafe(), text)
