"""How a step went, as a form: sent twice, also at the same instant, it is written once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Outcome
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_venture
from tests.web.people.conftest import Browser, app, field, open_browser, words_of

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = "founder-motivation"
PAGE = f"/company/steps/{STEP}/outcome"


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place: Place) -> Venture:
    made = await make_venture(place, "Alder", steps=(STEP,))
    async with place.db.transaction(made.founder.actor) as tx:
        for act in (journeys.start, journeys.complete):
            await act(tx, journey_id=made.journey.id, step_slug=STEP, now=place.now)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def founder(venture: Venture, open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    return await open_browser(venture.founder)


async def written(venture: Venture) -> list[Outcome]:
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        return await journeys.list_outcomes(tx, journey_id=venture.journey.id)


async def form(founder: Browser, **typed: str) -> dict[str, str]:
    """The form as the page draws it now, filled in."""
    page = (await founder.get(PAGE)).text
    kept = {name: field(page, name) for name in ("_csrf", "journey", "revision", "seen")}
    return {**kept, "days": "3", "confidence": "4", "notes": "Slow.", "learnings": "Ask.", **typed}


async def test_a_form_sent_many_times_at_once_is_written_once(
    founder: Browser, venture: Venture
) -> None:
    sent = await form(founder)
    answers = await asyncio.gather(
        *(founder.post(PAGE, sent, csrf=sent["_csrf"]) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {303}
    (outcome,) = await written(venture)
    to = {answer.headers["location"] for answer in answers}
    assert to == {f"{PAGE}/{outcome.id}?written=1"}
    late = await founder.post(PAGE, sent)
    assert {late.headers["location"]} == to
    assert len(await written(venture)) == 1


async def test_two_tabs_with_the_same_words_write_once(founder: Browser, venture: Venture) -> None:
    tabs = [await form(founder), await form(founder)]
    answers = await asyncio.gather(*(founder.post(PAGE, tab) for tab in tabs))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await written(venture)) == 1


async def test_other_words_beside_the_same_figures_are_not_lost(
    founder: Browser, venture: Venture
) -> None:
    sent = await form(founder)
    for notes in ("Slow.", "Slower than we thought."):
        assert (await founder.post(PAGE, {**sent, "notes": notes})).status_code == 303
    both = await written(venture)
    assert len(both) == 2
    page = words_of((await founder.get(f"{PAGE}/{both[0].id}")).text)
    assert "Slower than we thought." in page


async def test_the_same_words_written_anew_are_written_anew(
    founder: Browser, venture: Venture
) -> None:
    for _ in range(2):
        assert (await founder.post(PAGE, await form(founder))).status_code == 303
    assert len(await written(venture)) == 2


async def test_what_was_refused_can_be_sent_again(founder: Browser, venture: Venture) -> None:
    sent = await form(founder, days="9999")
    for _ in range(2):
        refused = await founder.post(PAGE, sent)
        assert refused.status_code == 422
        assert "from 0 to 3650" in words_of(refused.text)
    assert await written(venture) == []
    assert (await founder.post(PAGE, {**sent, "days": "9"})).status_code == 303
