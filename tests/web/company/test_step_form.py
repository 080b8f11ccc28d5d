"""What the form of a step in one's own words makes of what was typed."""

from dataclasses import replace

import pytest

from milepost.contexts.journeys.errors import WrongPlan
from milepost.contexts.journeys.types import StepEdit
from milepost.web.company import step_form
from tests.factories.frameworks import make_checklist

FRAMEWORK = make_checklist("find-ten-people", order=1, after=("write-a-script",))
SHOWN = step_form.of_step(FRAMEWORK)


def test_a_form_sent_as_it_was_changes_nothing() -> None:
    edit = step_form.changes(SHOWN, shown=FRAMEWORK, framework=FRAMEWORK)
    assert edit == StepEdit()


def test_only_what_differs_is_ones_own() -> None:
    written = replace(SHOWN, title="Find twelve people", criteria="Ten agreed\n\n  Two paid \n")
    edit = step_form.changes(written, shown=FRAMEWORK, framework=FRAMEWORK)
    assert edit == StepEdit(title="Find twelve people", criteria=["Ten agreed", "Two paid"])


def test_the_frameworks_words_typed_again_are_the_frameworks() -> None:
    mine = replace(FRAMEWORK, title="Find twelve people")
    edit = step_form.changes(SHOWN, shown=mine, framework=FRAMEWORK)
    assert edit == StepEdit(restore=frozenset({"title"}))
    own = step_form.changes(SHOWN, shown=mine, framework=None)
    assert own == StepEdit(title=FRAMEWORK.title)


def test_what_it_comes_after_is_a_choice_without_an_order() -> None:
    two = replace(FRAMEWORK, after=("a", "b"))
    same = replace(step_form.of_step(two), after=("b", "a"))
    assert step_form.changes(same, shown=two, framework=two) == StepEdit()
    fewer = replace(SHOWN, after=())
    assert step_form.changes(fewer, shown=FRAMEWORK, framework=FRAMEWORK) == StepEdit(after=[])


def test_broken_lines_flow_and_lists_stay() -> None:
    text = "Now you leave\nthe desk.\n\n- one\n- two\n\nGo\n1. first"
    assert step_form.flowing(text) == "Now you leave the desk.\n\n- one\n- two\n\nGo\n1. first"


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (replace(SHOWN, title="  "), "title"),
        (replace(SHOWN, days="soon"), "days"),
    ],
)
def test_what_cannot_be_read_is_said_where_it_stands(
    written: step_form.Written, field: str
) -> None:
    with pytest.raises(WrongPlan) as refused:
        step_form.content(written)
    assert refused.value.data["field"] == field
