"""What the board is narrowed to: words are looked for as the API looks for them."""

from dataclasses import replace

import pytest

from milepost.contexts.journeys.types import State
from milepost.web.company.filters import Filters
from tests.factories.frameworks import make_checklist


@pytest.mark.parametrize(
    ("text", "stays"),
    [("lease", True), ("GUESTS cafe", True), ("neighbours café", True), ("guests bakery", False)],
)
def test_words_are_looked_for_in_all_that_a_step_says(text: str, stays: bool) -> None:
    step = make_checklist("cafe", order=1)
    assert step.checklist is not None
    step = replace(
        step,
        title="Open the Café",
        purpose="So that neighbours meet.",
        checklist=replace(
            step.checklist, deliverables=("A signed lease",), criteria=("Thirty guests came",)
        ),
    )
    assert Filters(text=text).let_through(step, State.UNLOCKED) is stays
