"""Taking a step out of the plan on its page, and skipping one that a colleague dealt with."""

from collections.abc import Awaitable, Callable

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import StepEdit
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_member, make_venture
from tests.web.people.conftest import Browser, app, open_browser, words_of

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = "founder-motivation"


async def walked(venture: Venture, act: Callable[..., Awaitable[object]], slug: str) -> None:
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        await act(tx, journey_id=venture.journey.id, step_slug=slug, now=venture.place.now)


async def test_a_mistyped_step_is_taken_away_after_a_question(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    async with place.db.transaction(venture.founder.actor) as tx:
        _, slug = await journeys.add_own_step(
            tx,
            journey_id=venture.journey.id,
            content=StepEdit(title="Vsit bakers", phase="ideation", domain="customers"),
            tasks=["Go"],
            now=place.now,
        )
    browser = await open_browser(venture.founder)
    page = await browser.get(f"/company/plan/steps/{slug}")
    assert "Yes, take it away" in page.text
    assert "what you wrote in it is gone then" in words_of(page.text)
    form = {"journey": str(venture.journey.id)}
    gone = await browser.post(f"/company/plan/steps/{slug}/remove", form)
    assert gone.status_code == 303
    assert gone.headers["location"].startswith("/company/plan#phase-")
    plan = words_of((await browser.get("/company/plan")).text)
    assert "Vsit bakers" not in plan
    assert (await browser.get(f"/company/steps/{slug}")).status_code == 404
    # A second press, or a colleague's: it is gone.
    assert (await browser.post(f"/company/plan/steps/{slug}/remove", form)).status_code == 404


async def test_a_step_of_the_framework_is_on_offer_again(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    browser = await open_browser(venture.founder)
    assert f'value="{STEP}"' not in (await browser.get("/company/plan/add")).text
    gone = await browser.post(
        f"/company/plan/steps/{STEP}/remove", {"journey": str(venture.journey.id)}
    )
    assert gone.status_code == 303
    assert f'value="{STEP}"' in (await browser.get("/company/plan/add")).text


async def test_what_was_worked_on_meanwhile_stays_and_says_why(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    browser = await open_browser(venture.founder)
    await walked(venture, journeys.start, STEP)
    stays = await browser.post(
        f"/company/plan/steps/{STEP}/remove", {"journey": str(venture.journey.id)}
    )
    assert stays.headers["location"] == f"/company/plan/steps/{STEP}#remove"
    page = (await browser.get(f"/company/plan/steps/{STEP}")).text
    assert "Yes, take it away" not in page
    assert "because it was begun, or skipped, before. Skip it instead" in words_of(page)


async def test_a_reason_typed_while_a_colleague_completes_the_step_is_not_lost(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    browser = await open_browser(venture.founder)
    await walked(venture, journeys.complete, STEP)
    form = {"journey": str(venture.journey.id), "reason": "We know why already."}
    page = await browser.post(f"/company/steps/{STEP}/skip", form)
    assert page.status_code == 409
    said = words_of(page.text)
    assert "Your reason is not stored" in said
    assert "We know why already." in said
    assert "Take it up again" in said


async def test_two_reasons_for_one_skip_are_both_shown(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    sam = await make_member(place, venture.organization, "Sam Ode")
    first, second = await open_browser(venture.founder), await open_browser(sam)
    form = {"journey": str(venture.journey.id)}
    path = f"/company/steps/{STEP}/skip"
    assert (await first.post(path, {**form, "reason": "Too early."})).status_code == 303
    told = await second.post(path, {**form, "reason": "Too late."})
    assert told.status_code == 409
    said = words_of(told.text)
    assert "“Too early.”" in said
    assert "Too late." in said
    assert "Put mine in its place" in said
    mine = await second.post(path, {**form, "reason": "Too late.", "instead": "yes"})
    assert mine.status_code == 303
    assert "“Too late.”" in words_of((await first.get(f"/company/steps/{STEP}")).text)
