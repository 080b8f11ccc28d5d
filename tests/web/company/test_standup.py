"""The standup's page: what was proposed, what is asked first, and who read it where it matters."""

import re
from collections.abc import Awaitable, Callable, Iterator

import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.factories.models import Asked, FakeModel, Reply, fake_model
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_venture
from tests.web.people.conftest import Browser, app, field, open_browser, words_of

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = "founder-motivation"
PAGE = "/company/standup"
STUCK = "Working on the founder motivation. It's blocked because Sam is ill."


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place: Place) -> Venture:
    return await make_venture(place, "Alder", steps=(STEP,))


@pytest_asyncio.fixture(loop_scope="session")
async def founder(venture: Venture, open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    return await open_browser(venture.founder)


@pytest.fixture
def model(app: FastAPI) -> Iterator[FakeModel]:
    """A model that the application asks, and whose first answer takes all of the day's tokens."""
    with fake_model(_whole_step) as running:
        settings = running.settings(app.state.settings)
        app.state.settings = settings.model_copy(update={"ai_daily_tokens": 100})
        yield running


def _whole_step(asked: Asked) -> Reply:
    """The answer of a model that is sure of the first step on offer."""
    said = "\n".join(str(message["content"]) for message in asked["messages"])
    offers = (line.split() for line in said.splitlines())
    name = next(words[0] for words in offers if words[1:2] == ["step"])
    meant = {"kind": "complete_step", "id": name, "confidence": 0.98, "said": "All is done"}
    return Reply({"done": ["All is done"], "next": [], "blocked": [], "actions": [meant]})


async def say(founder: Browser, text: str) -> str:
    """Say something by the page's form; return how the page reads then."""
    page = (await founder.get(PAGE)).text
    fields = {name: field(page, name) for name in ("_csrf", "journey", "name")}
    sent = await founder.post(PAGE, {**fields, "text": text}, csrf=fields["_csrf"])
    assert sent.status_code == 303
    return words_of((await founder.get(PAGE)).text)


async def test_a_blocker_of_its_own_sentence_is_noted_at_what_was_spoken_of(
    founder: Browser,
) -> None:
    page = await say(founder, STUCK)
    assert "Shall I note that “" in page
    assert "Note as blocked :" in page
    assert "Milepost , read by fixed rules" in page
    assert "language model" not in page
    assert "data-model-seconds" not in (await founder.get(PAGE)).text


async def test_a_question_is_answered_by_typing(founder: Browser) -> None:
    page = await say(founder, "The founder motivation step is done.")
    assert "did you mean the whole step “" in page
    page = await say(founder, "yes")
    assert page.count("Completed “") == 2  # in the reply, and beside what was proposed
    # What is completed is worth a word on how it went.
    raw = (await founder.get(PAGE)).text
    (onward,) = re.findall(r"<p class=\"what-then\" data-what-then>(.*?)</p>", raw)
    assert f'href="/company/steps/{STEP}/outcome"' in onward
    assert "I have no question open that this could answer." in await say(founder, "yes")


async def test_what_belongs_to_no_step_is_said_back(founder: Browser) -> None:
    page = await say(founder, "Got two letters of intent signed. We are blocked by the bank.")
    assert "I noted what blocks you: “We are blocked by the bank”." in page
    assert "I heard that this is done: “Got two letters of intent signed”." in page


async def test_a_models_whole_step_is_asked_about_and_used_up_tokens_are_told(
    founder: Browser, model: FakeModel
) -> None:
    page = await say(founder, "All is done with this one.")
    assert "By “All is done”, did you mean the whole step “" in page
    assert "Shall I" not in page
    assert "did not help" not in page
    assert "Milepost , read by a language model" in page
    assert 'data-model-seconds="10"' in (await founder.get(PAGE)).text

    page = await say(founder, STUCK)
    assert len(model.asked) == 1
    assert "Milepost , read by fixed rules" in page
    assert "Shall I note that “" in page
    assert (
        "A language model was asked, and did not help: The 100 tokens that models may take in a"
        " day are used up. So this was worked out by fixed rules." in page
    )
