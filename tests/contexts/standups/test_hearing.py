"""What leads to nothing is said back as what it was taken for; a plan starts nothing."""

import pytest

from milepost.contexts.standups import evaluation, rules
from milepost.contexts.standups.evaluation import Engine, reader
from milepost.contexts.standups.rules import Index
from milepost.contexts.standups.types import Kind, Proposal, Understood
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings
from tests.contexts.standups.desks import amid_its_journey

NOT_UNDERSTOOD = "I found nothing in this"


@pytest.fixture(scope="module")
def index() -> Index:
    return amid_its_journey()


@pytest.fixture(scope="module", params=list(Engine))
def understand(request: pytest.FixtureRequest) -> evaluation.Read:
    return reader(request.param, embeddings_of(Settings()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tmrw: compare stack candidates", "Noted as planned: “compare stack candidates”."),
        ("tomorrow we compare the candidates", "Noted as planned: “tomorrow we compare"),
        ("writing the chapter on risks", "Noted as under way: “writing the chapter on risks”."),
        (
            "bank still hasn't sent the outline, waiting",
            "I take it that you are waiting: “bank still hasn't sent the outline, waiting”.",
        ),
        ("havent logged minutes", "I take this as not done: “havent logged minutes”."),
        ("I haven't logged the minutes yet", "I take this as not done: “I haven't logged"),
        (
            "showed the list to 2 of the 3 design partners",
            "Noted as partly done: “showed the list to 2 of the 3 design partners”.",
        ),
        ("almost finished the chapter on risks", "Noted as partly done: “almost finished"),
        ("thx", "You're welcome."),
        ("ok thanks a lot!", "You're welcome."),
        ("👍🏽", "You're welcome."),
    ],
)
def test_what_was_understood_is_told_as_what(text, said, index, understand):
    told = understand(text, index)
    assert told.proposals == ()
    assert rules.reply(told).startswith(said)


@pytest.mark.parametrize("text", ["Lunch was good.", "Hi all!", "the weather", "tick it", "?"])
def test_what_was_not_understood_is_told_so(text, index, understand):
    assert rules.reply(understand(text, index)).startswith(NOT_UNDERSTOOD)


def test_a_thank_you_beside_news_is_not_all_there_is(index, understand):
    told = understand("Thanks! Wrote the chapter on risks.", index)
    assert [one.target for one in told.sure] == ["write-the-risks"]
    assert "welcome" not in rules.reply(told)


def test_what_is_planned_besides_is_said_back_too(index, understand):
    told = understand("Wrote the chapter on risks. Tomorrow I call the bank.", index)
    said = rules.reply(told)
    assert said.startswith("Shall I mark “Write the chapter on risks")
    assert said.endswith(
        "Noted as planned: “Tomorrow I call the bank”. Tell me when it is begun or done."
    )


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("skip the business plan", "Write a business plan of thirty pages"),
        ("let's skip letters of intent", "Get three letters of intent"),
        ("can we skip the trademark search?", "Check and protect the name"),
        ("let's drop the letters of intent", "Get three letters of intent"),
    ],
)
def test_who_wants_to_skip_is_told_where_and_how(text, step, index, understand):
    told = understand(text, index)
    assert told.proposals == ()
    said = rules.reply(told)
    assert f"open “{step}”, skip it there and say why" in said


@pytest.mark.parametrize(
    "text",
    [
        "skipped lunch",
        "we skip nothing",
        "no skipping around",
        "I will drop the letters at the post office tomorrow",
        "Let's drop the price of the pilot",
        "drop off the letters of intent is done",
        "drop me a line",
    ],
)
def test_not_every_skip_is_one(text, index, understand):
    assert "skip a step" not in rules.reply(understand(text, index))


@pytest.mark.parametrize(
    "text",
    [
        "Next week we start the technology choice",
        "tomorrow we start the technology choice",
        "Tomorrow, we start the technology choice",
        "we start the technology choice, next week",
        "Next: start technology choice",
        "tomorrow: kick off technology choice",
        "Technology choice starts tomorrow",
        "we'll begin the technology choice next month",
        "I will start the technology choice",
        "the technology choice begins on monday",
    ],
)
def test_a_plan_to_begin_starts_nothing(text, index, understand):
    told = understand(text, index)
    assert told.proposals == ()
    assert rules.reply(told).startswith("Noted as planned: “")


@pytest.mark.parametrize(
    "text",
    [
        "today we start the technology choice",
        "Today: start technology choice",
        "I will start with the technology choice this afternoon",
        "starting the technology choice now",
        "let's start the technology choice",
        "We started the technology choice",
        "please start the technology choice",
    ],
)
def test_what_is_begun_today_is_proposed(text, index, understand):
    (one,) = understand(text, index).sure
    assert (one.kind, one.target) == (Kind.START_STEP, "technology-choice")


@pytest.mark.parametrize(
    "text",
    [
        "Next I read the chapter on risks",
        "Next, I read the chapter on risks",
        "Tomorrow, I read the chapter on risks",
        "Next: I read the chapter on risks",
        "next we put the thin slice into operation",
    ],
)
def test_what_comes_next_is_not_read_as_past(text, index, understand):
    told = understand(text, index)
    assert told.proposals == ()
    assert rules.reply(told).startswith("Noted as planned: “")


@pytest.mark.parametrize(
    "text", ["Next I wrote the chapter on risks", "After that we wrote the chapter on risks"]
)
def test_a_tale_in_its_order_is_past(text, index, understand):
    assert "write-the-risks" in {one.target for one in understand(text, index).sure}


def test_what_begins_a_step_says_so():
    def told(*proposals: Proposal) -> str:
        return rules.reply(Understood(proposals=proposals))

    first = Proposal(Kind.COMPLETE_TASK, "a", "Write it", 0.9, begins="The plan")
    second = Proposal(Kind.COMPLETE_TASK, "b", "Read it", 0.9, begins="The book")
    plain = Proposal(Kind.COMPLETE_TASK, "c", "Sign it", 0.9)
    start = Proposal(Kind.START_STEP, "plan", "The plan", 0.9)
    assert told(first).endswith(
        "The step “The plan” isn't begun yet: to mark a task of it complete begins it."
    )
    assert told(first, second).endswith(
        "The steps “The plan” and “The book” aren't begun yet: to mark a task of one complete"
        " begins it."
    )
    assert "begun" not in told(plain)
    # That is what is proposed beside it.
    assert "begun" not in told(first, start)
