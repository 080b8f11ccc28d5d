"""What is on its way, or less than a task asks for, isn't told as done."""

import pytest

from milepost.contexts.standups import evaluation, rules
from milepost.contexts.standups.evaluation import Engine, reader
from milepost.contexts.standups.rules import Index
from milepost.contexts.standups.rules.clauses import Intent, cut
from milepost.contexts.standups.types import Kind
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings
from tests.contexts.standups.desks import amid_its_journey


@pytest.fixture(scope="module")
def index() -> Index:
    return amid_its_journey()


@pytest.fixture(scope="module", params=list(Engine))
def understand(request: pytest.FixtureRequest) -> evaluation.Read:
    return reader(request.param, embeddings_of(Settings()))


@pytest.mark.parametrize(
    "text",
    [
        "3yr sheet half done",
        "sheet of three years: half-finished",
        "sheet of three years half ready",
        "thin slice half built",
        "half done: comparison of candidates",
        "the chapter on risks is half-written",
        "chapter on risks: half",
        "chapter on risks 3/4 done",
        "risk chapter two thirds written",
        "two thirds of the risk chapter done",
        "Sheet of three years: 60% filled",
        "the thin slice is part-built",
        "half way through the chapter on risks",
        "ten candidates half listed",
    ],
)
def test_what_is_half_done_is_not_proposed_and_is_said_to_be_so(text, index, understand):
    told = understand(text, index)
    assert told.proposals == ()
    assert rules.reply(told).startswith("Noted as partly done: “")


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("estimated each capability in half days", "estimate-half-days"),
        ("finished the half-written chapter on risks", "write-the-risks"),
        ("wrote the chapter on risks in half an hour", "write-the-risks"),
        ("the chapter on risks is written, 100% done", "write-the-risks"),
        ("wrote the chapter on risks, it is one and a half pages", "write-the-risks"),
    ],
)
def test_half_of_something_else_takes_nothing_away(text, task, index, understand):
    assert task in {one.target for one in understand(text, index).sure}


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("rehearsed against a kind buyer", "rehearse-three-roles"),
        ("rehearsed against the kind and the busy buyer", "rehearse-three-roles"),
        ("replayed one past dispute against the page", "replay-old-disputes"),
        (
            "showed the list to a design partner and asked whether they would pay",
            "show-scope-to-partners",
        ),
        ("listed four candidates with the person who may sign", "list-ten-candidates"),
    ],
)
def test_fewer_than_a_task_asks_for_are_asked_about(text, task, index, understand):
    told = understand(text, index)
    assert task not in {one.target for one in told.sure}
    assert task in {one.target for one in told.options}


@pytest.mark.parametrize(
    ("text", "task"),
    [
        (
            "rehearsed against a kind, a busy and a finance-minded buyer",
            "rehearse-three-roles",
        ),
        ("replayed three past disputes against the page", "replay-old-disputes"),
        ("replayed past disputes against the page", "replay-old-disputes"),
        ("replayed 4 past disputes against the page", "replay-old-disputes"),
        (
            "compared the two candidates on the five questions with figures",
            "compare-candidates",
        ),
        ("listed ten candidates with the person who may sign", "list-ten-candidates"),
        ("we listed 12 areas of work with estimated hours per week", "list-areas"),
    ],
)
def test_as_many_as_it_asks_for_are_enough(text, task, index, understand):
    assert task in {one.target for one in understand(text, index).sure}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("1 refused", Intent.OPEN),
        ("two of them declined", Intent.OPEN),
        ("three have rejected", Intent.OPEN),
        ("the bank refused", Intent.BLOCKED),
        ("our application was rejected", Intent.BLOCKED),
    ],
)
def test_who_counts_refusals_is_not_blocked_by_them(text, intent):
    assert cut(text)[0].intent is intent


def test_how_far_it_came_is_said_back_as_one(index, understand):
    told = understand("LOIs: asked 4 of 10 in person, 2 signed, 1 refused", index)
    assert told.proposals == ()
    assert rules.reply(told) == (
        "Noted as partly done: “LOIs: asked 4 of 10 in person, 2 signed, 1 refused”. Tell me when"
        " all of it is."
    )


@pytest.mark.parametrize(
    "text", ["starting the LOI step today", "LOI step: starting", "we started on the LOIs"]
)
def test_a_long_name_may_be_told_by_its_initials(text, index, understand):
    (one,) = understand(text, index).sure
    assert (one.kind, one.target) == (Kind.START_STEP, "letters-of-intent")


def test_initials_that_read_like_a_word_are_no_name():
    tap = evaluation.as_step("terms-and-privacy", "Publish terms and privacy", "unlocked")
    index = Index([tap])
    assert rules.read("starting with the tap today", index).proposals == ()
    assert rules.read("starting with terms and privacy today", index).sure


def test_a_quote_from_within_a_bracket_is_whole(index):
    told = rules.read("Rehearsed the sales talk with Ana (kind) and Jonas (busy)", index)
    assert "By “(kind) and Jonas (busy)”, did you mean" in rules.reply(told)
    assert rules.read("Fed the cat (twice)", index).done == ("Fed the cat (twice)",)


def test_the_follow_up_mail_is_not_the_letter(index, understand):
    told = understand("follow up email template ready", index)
    assert "draft-letter-template" not in {one.target for one in told.sure}
    assert "prepare-follow-up" in {one.target for one in told.proposals}
