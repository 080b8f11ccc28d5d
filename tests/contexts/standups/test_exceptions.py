"""What is left out isn't asked for, and what was destroyed again isn't done."""

import time

import pytest

from milepost.contexts.standups import evaluation, rules
from milepost.contexts.standups.evaluation import Engine, reader
from milepost.contexts.standups.rules import Index
from milepost.contexts.standups.types import Kind
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings
from tests.contexts.standups.desks import amid_its_journey

REPLAY = "replay-old-disputes"
SLICE = "build-thin-slice"
OTHERS = {"list-areas", "mark-want-and-can", "assign-single-owners", "set-decision-levels"}


@pytest.fixture(scope="module")
def index() -> Index:
    return amid_its_journey()


@pytest.fixture(scope="module", params=list(Engine))
def understand(request: pytest.FixtureRequest) -> evaluation.Read:
    return reader(request.param, embeddings_of(Settings()))


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("did all tasks in founder roles except the disputes replay", OTHERS),
        ("finished all of founder roles but not the disputes replay", OTHERS),
        ("finished founder roles, not the disputes replay", OTHERS),
        ("everything in founder roles except the disputes replay is done", OTHERS),
        ("did everything in founder roles but the disputes replay", OTHERS),
        ("founder roles: all done apart from replaying the three disputes", OTHERS),
        (
            "finished founder roles except for the disputes replay and the decision levels",
            OTHERS - {"set-decision-levels"},
        ),
        # Of a step that is named a word tells which.
        ("did everything in founder roles except the disputes", OTHERS),
        ("did everything in founder roles, except the disputes", OTHERS),
        ("did everything in founder roles but the disputes", OTHERS),
        ("finished founder roles but not the disputes", OTHERS),
        ("all tasks of founder roles except replaying disputes are done", OTHERS),
        (
            "done: everything in founder roles except disputes and decision levels",
            OTHERS - {"set-decision-levels"},
        ),
        (
            "did everything in founder roles except the owners and the disputes",
            OTHERS - {"assign-single-owners"},
        ),
    ],
)
def test_the_others_of_a_step_are_proposed_and_not_what_is_left_out(
    text, others, index, understand
):
    told = understand(text, index)
    assert {(one.kind, one.target) for one in told.sure} == {
        (Kind.COMPLETE_TASK, task) for task in others
    }
    assert told.options == ()


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("everything done except the risk chapter", "write-the-risks"),
        ("all finished but not the disputes replay", REPLAY),
        ("Except for the disputes replay all is done", REPLAY),
    ],
)
def test_what_is_left_out_of_all_is_said_to_be_open(text, task, index, understand):
    told = understand(text, index)
    assert task not in {one.target for one in told.proposals}
    assert "not done: “" in rules.reply(told)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("We assigned an owner for each area, too, except finance.", "assign-single-owners"),
        ("Every founder marked each area as want, can or neither. Except me.", "mark-want-and-can"),
    ],
)
def test_a_part_of_a_task_that_is_left_out_is_asked_about_as_before(text, task, index, understand):
    told = understand(text, index)
    assert task in {one.target for one in told.options}
    assert told.sure == ()


@pytest.mark.parametrize(
    "text",
    [
        "Searched web, app stores, handles and company registers, apart from that nothing new",
        "Searched web, app stores, handles and company registers, other than that a quiet day",
    ],
)
def test_that_nothing_else_happened_leaves_nothing_out(text, index, understand):
    assert "search-web-and-registers" in {one.target for one in understand(text, index).sure}


@pytest.mark.parametrize(
    "text",
    [
        "wrote the risks chapter, then threw it away",
        "Did the opening questions and offer on one page, then deleted it all, start over",
        "Wrote the risks chapter. Then deleted it by accident.",
        "wrote the risks chapter but it got deleted",
        "wrote the risks chapter and lost it",
        "wrote the risks chapter, then scrapped everything",
        "wrote the risks chapter, back to square one",
        "Built the thin slice, then tore it down",
        "filed the word in the needed classes and countries, then withdrew it",
        "Built the thin slice with the favorite, then rolled it back",
        "Built the thin slice with the favorite, then took it apart",
        "Built the thin slice with the favorite, it's all gone",
        "Built the thin slice with the favorite. It is gone now.",
    ],
)
def test_what_was_destroyed_again_is_not_done(text, index, understand):
    told = understand(text, index)
    assert told.proposals == ()
    assert rules.reply(told).startswith("I take this as not done: “")


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("wrote the risks chapter, deleted the old version", "write-the-risks"),
        ("wrote the risks chapter and threw out the old one", "write-the-risks"),
        ("threw away the old draft and wrote the risks chapter", "write-the-risks"),
        ("threw it away and wrote the risks chapter again", "write-the-risks"),
        ("wrote the risks chapter, then took it to the bank", "write-the-risks"),
        ("wrote the risks chapter, have to start over with the sheet", "write-the-risks"),
        ("Built a thin slice with the favorite and rolled it out", SLICE),
        ("Built a thin slice with the favorite, took it all down", SLICE),
        ("Built a thin slice with the favorite; everybody took it", SLICE),
        ("Built a thin slice with the favorite, it's all gone well", SLICE),
        ("Built a thin slice with the favorite. It has now gone live.", SLICE),
        ("Built a thin slice with the favorite, they have all gone out", SLICE),
        (
            "Settled in writing who sees partner data and when it is deleted",
            "settle-data-handling",
        ),
        (
            "listed ten candidates with the person who may sign, wrote the risks chapter, then"
            " threw it away",
            "list-ten-candidates",
        ),
    ],
)
def test_what_else_was_done_away_with_takes_nothing_from_it(text, task, index, understand):
    assert {one.target for one in understand(text, index).sure} == {task}


@pytest.mark.parametrize(
    "part",
    [
        "did all tasks except the disputes replay, ",
        "everything but ",
        "wrote it, then threw it all away. ",
        "except " + " " * 40,
        "all of it is gone and ",
        "still still ",
    ],
)
def test_a_message_full_of_exceptions_takes_no_time(part, index):
    text = (part * 2000)[:8192]
    began = time.process_time()
    assert rules.reply(rules.read(text, index))
    assert time.process_time() - began < 1
