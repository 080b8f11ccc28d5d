"""A blocker in a sentence of its own is about what was spoken of just before."""

import time

import pytest

from milepost.contexts.standups import evaluation
from milepost.contexts.standups.evaluation import Engine, reader
from milepost.contexts.standups.rules import SURE, Index, asks, read, reply
from milepost.contexts.standups.types import Kind, Understood
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings, shipped

BANK, CASH, LOG = "business-banking", "cash-plan", "objection-log"
WHOLE = "It's blocked because the bank hasn't answered."


@pytest.fixture(scope="module")
def index() -> Index:
    """A company in the middle of its journey, as the corpus has one."""
    examples = evaluation.load("tuning", shipped("programs") / "startup-journey")
    return next(one.index for one in examples if one.index.find(BANK) and one.index.find(LOG))


@pytest.fixture(scope="module", params=list(Engine))
def understand(request: pytest.FixtureRequest) -> evaluation.Read:
    return reader(request.param, embeddings_of(Settings()))


def blockers(understood: Understood) -> list[tuple[str, bool]]:
    return [(one.target, one.sure) for one in understood.proposals if one.kind is Kind.NOTE_BLOCKER]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        # Of a task that was done, of one under way, of a step that was only named.
        (f"Compared three banks for the business account. {WHOLE}", BANK),
        (f"Working on business banking. {WHOLE}", BANK),
        ("We went on with the cash plan. Unfortunately it's on hold since Ana is ill.", CASH),
        ("Working on the cash plan.\nBut that is stuck, Ana is ill.", CASH),
        ("Working on the cash plan. Stuck because Sam is ill.", CASH),
        ("Today I do the cash plan. We're blocked until Sam is back.", CASH),
    ],
)
def test_what_points_back_is_noted_there(text, step, index, understand):
    told = understand(text, index)
    assert blockers(told) == [(step, True)]
    (noted,) = (one for one in told.sure if one.kind is Kind.NOTE_BLOCKER)
    # Less sure than if it had been named, and told in its own words.
    assert SURE <= noted.confidence < 0.95
    assert text.endswith(noted.said.split(", ")[-1])
    assert noted.label in reply(told)


def test_what_is_done_is_proposed_beside_what_blocks(index, understand):
    told = understand(f"Compared three banks for the business account. {WHOLE}", index)
    assert [one.kind for one in told.sure] == [Kind.COMPLETE_TASK, Kind.NOTE_BLOCKER]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Working on the cash plan. Waiting for an answer from Ana.", {CASH}),
        ("Working on business banking and the cash plan. It's stuck, Ana is ill.", {BANK, CASH}),
    ],
)
def test_what_may_point_back_is_asked_about(text, steps, index, understand):
    told = understand(text, index)
    assert {one.target for one in told.options if one.kind is Kind.NOTE_BLOCKER} == steps
    assert blockers(Understood(proposals=told.sure)) == []


@pytest.mark.parametrize(
    "text",
    [
        "It's blocked because Sam is ill.",
        "Went for lunch with Sam. It's blocked.",
        # What is through holds nobody up unless it is said to.
        "Wrote two letters to my aunt about the cash plan. Stuck because Sam is ill.",
        # Lines and headings stand for themselves.
        "Doing the cash plan\nBlocked: Sam is ill",
        "Next: cash plan. Blocked: Sam is ill",
        "- the cash plan goes on\n- waiting for Sam",
        "Working on the cash plan. It isn't blocked.",
        "Working on the cash plan. No blockers.",
        "Working on the cash plan. If Sam is ill it's blocked.",
        "Working on the cash plan. Is it blocked?",
    ],
)
def test_what_does_not_is_left(text, index):
    assert blockers(read(text, index)) == []


def test_what_names_its_own_step_is_noted_there(index, understand):
    told = understand("Working on the cash plan. The objection log is stuck.", index)
    assert blockers(told) == [(LOG, True)]


def test_meaning_tells_what_was_spoken_of_where_words_do_not(index):
    before = "Pondering for how long the reserves carry us."
    text = f"{before} It's stuck, Ana is ill."
    assert blockers(read(text, index)) == []
    assert before in asks(text, index)
    title = next(one.title for one in index.candidates if one.id == CASH)
    other = next(one.title for one in index.candidates if one.id == LOG)
    for near, expected in (
        ([(title, 0.9), (other, 0.1)], [(CASH, True)]),
        ([(title, 0.8), (other, 0.75)], [(CASH, False), (LOG, False)]),
        ([(title, 0.4), (other, 0.1)], []),
    ):
        assert blockers(read(text, index, {before: near})) == expected
    # What words tell isn't looked up.
    named = "Working on the cash plan."
    assert named not in asks(f"{named} It's stuck, Ana is ill.", index)


def test_a_chain_of_blockers_takes_no_time(index):
    began = time.process_time()
    told = read("Working on the cash plan. " + "It's stuck. They are ill. " * 300, index)
    assert blockers(told) == [(CASH, True)]
    assert time.process_time() - began < 0.5
