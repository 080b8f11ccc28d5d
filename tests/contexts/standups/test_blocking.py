"""What blocks is noted at the step that is named, with the reason, and at no other."""

import pytest

from milepost.contexts.standups import evaluation, rules
from milepost.contexts.standups.evaluation import Engine, reader
from milepost.contexts.standups.rules import Index
from milepost.contexts.standups.types import Kind, Proposal, Understood
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings
from tests.contexts.standups.desks import amid_its_journey


@pytest.fixture(scope="module")
def index() -> Index:
    return amid_its_journey()


@pytest.fixture(scope="module", params=list(Engine))
def understand(request: pytest.FixtureRequest) -> evaluation.Read:
    return reader(request.param, embeddings_of(Settings()))


def blockers(understood: Understood) -> list[Proposal]:
    return [one for one in understood.proposals if one.kind is Kind.NOTE_BLOCKER]


@pytest.mark.parametrize(
    ("text", "step", "said"),
    [
        ("stuck on founder roles, Tomasz is ill until friday", "founder-roles", None),
        (
            "cant start technology choice - waiting for the toradex board",
            "technology-choice",
            "cant start technology choice – waiting for the toradex board",
        ),
        ("founder roles is blocked. Tomasz is ill.", "founder-roles", None),
        (
            "stuck on the technology choice; the supplier doesnt answer",
            "technology-choice",
            "stuck on the technology choice – the supplier doesnt answer",
        ),
        ("Tomasz is ill, founder roles is stuck", "founder-roles", None),
        ("stuck on letters of intent, the lawyer is on holiday", "letters-of-intent", None),
        ("letters of intent: the bank refused", "letters-of-intent", None),
        ("stuck on founder roles because Tomasz is ill", "founder-roles", None),
        ("founder roles is blocked. Still no answer from Tomasz.", "founder-roles", None),
        ("stuck on letters of intent. No answer from the lawyer.", "letters-of-intent", None),
        (
            "stuck on letters of intent. The candidates haven't answered in writing yet.",
            "letters-of-intent",
            None,
        ),
    ],
)
def test_the_reason_is_kept_with_it(text, step, said, index, understand):
    told = understand(text, index)
    (noted,) = blockers(told)
    assert (noted.target, noted.sure, noted.said) == (step, True, said or text)
    assert "I don't know which step" not in rules.reply(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stuck on founder roles", "stuck on founder roles"),
        ("founder roles is blocked. Lunch was good.", "founder roles is blocked."),
        ("founder roles is blocked. Is Tomasz back?", "founder roles is blocked."),
        ("founder roles is blocked. Wrote the chapter on risks.", "founder roles is blocked."),
        ("stuck on founder roles, wrote the chapter on risks", "stuck on founder roles"),
        ("founder roles is blocked\nTomasz is ill", "founder roles is blocked"),
        ("founder roles is blocked. Tomorrow I see the bank.", "founder roles is blocked."),
        ("founder roles is blocked. No other problems.", "founder roles is blocked."),
        ("stuck on founder roles. Nothing else.", "stuck on founder roles."),
        ("stuck on founder roles. No further news.", "stuck on founder roles."),
    ],
)
def test_what_is_something_else_is_no_reason(text, said, index, understand):
    (noted,) = blockers(understand(text, index))
    assert (noted.target, noted.said) == ("founder-roles", said)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (
            "stuck on founder roles, letters of intent is blocked too",
            {"founder-roles", "letters-of-intent"},
        ),
        (
            "stuck on founder roles - the letters of intent are stuck as well",
            {"founder-roles", "letters-of-intent"},
        ),
        (
            "stuck on founder roles and waiting for the trademark attorney on close matches",
            {"founder-roles", "trademark-search"},
        ),
    ],
)
def test_two_that_are_named_are_two(text, steps, index, understand):
    noted = blockers(understand(text, index))
    assert {one.target for one in noted} == steps
    assert all(one.sure for one in noted)


def test_words_that_two_steps_share_name_neither_for_sure(index, understand):
    noted = blockers(understand("lawyer hasnt answered, cant send the letter", index))
    assert {one.target for one in noted} == {"letters-of-intent"}


def test_a_task_of_another_step_that_is_open_is_said_back_as_that(index, understand):
    open_one = "Haven't replayed the three past disputes yet"
    told = understand(f"Stuck on letters of intent. {open_one}.", index)
    (noted,) = blockers(told)
    assert (noted.target, noted.said) == ("letters-of-intent", "Stuck on letters of intent.")
    assert f"I take this as not done: “{open_one}”" in rules.reply(told)
