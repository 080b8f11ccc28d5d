"""Two members of a company at one browser: what waits on the device stays with who wrote it."""

from playwright.async_api import expect

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import COOKIE
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import service as standups
from milepost.platform import clock
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import Visitor
from tests.factories.people import Someone

STANDUP = "/company/standup"
OWN = "/company/plan/own"
SAID = "Between us: the notary was the wrong choice"


async def _sits_down(visitor: Visitor, town: Town, someone: Someone) -> None:
    """Somebody signs in, in the browser in which somebody else was signed in."""
    token = await town.session_of(someone)
    await visitor.context.clear_cookies(name=COOKIE)
    await visitor.context.add_cookies(
        [{"name": COOKIE, "value": token, "url": town.url, "httpOnly": True}]
    )


async def _company(town: Town, visit: Visit, name: str) -> tuple[Visitor, Someone, Someone]:
    ada, ben = await town.company(name, ada="Ada Moen", ben="Ben Aster")
    await town.walk_together(ada)
    visitor = await visit(ada)
    visitor.expected.extend(["status of 40", "ERR_", "WebSocket"])
    return visitor, ada, ben


async def _said_by(town: Town, someone: Someone) -> list[str]:
    async with town.place.db.transaction(someone.actor) as tx:
        (journey,) = await journeys.list_my_journeys(tx)
        entries = await standups.list_messages(
            tx, journey_id=journey.id, now=someone.actor.now, user_id=someone.id, limit=10
        )
    return [one.message.text for one in entries if one.message.speaker == "user"]


async def test_a_message_that_waits_is_said_by_who_wrote_it(town: Town, visit: Visit) -> None:
    visitor, ada, ben = await _company(town, visit, "Larkspur Tools")
    page = visitor.page
    await visitor.go(STANDUP)
    await expect(page.locator("[data-line]")).to_be_hidden()
    async with town.place.db.transaction(ada.actor) as tx:
        for session in await identity.list_sessions(tx, now=clock.now()):
            await identity.revoke_session(tx, session_id=session.id, now=clock.now())
    await page.get_by_label("Your message").fill(SAID)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-line]")).to_contain_text("You are signed out")
    await page.get_by_label("Your message").fill("and half a thought")

    await _sits_down(visitor, town, ben)
    await visitor.go(STANDUP)
    await expect(page.get_by_label("Your message")).to_have_value("")
    await page.get_by_label("Your message").fill("Ben was here")
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn.bot")).to_have_count(1)
    assert await _said_by(town, ben) == ["Ben was here"]
    assert await _said_by(town, ada) == []

    await _sits_down(visitor, town, ada)
    await visitor.go(STANDUP)
    await expect(page.locator(".turn.bot")).to_have_count(1)
    await expect(page.get_by_label("Your message")).to_have_value("and half a thought")
    assert await _said_by(town, ada) == [SAID]


async def test_a_page_left_open_says_nothing_for_somebody_else(town: Town, visit: Visit) -> None:
    visitor, ada, ben = await _company(town, visit, "Saltmarsh Bikes")
    page = visitor.page
    await visitor.go(STANDUP)
    await expect(page.locator("[data-line]")).to_be_hidden()
    await visitor.context.set_offline(True)
    await expect(page.locator("[data-line]")).to_contain_text("Offline")
    await page.get_by_label("Your message").fill(SAID)
    await page.keyboard.press("Enter")
    await _sits_down(visitor, town, ben)
    await visitor.context.set_offline(False)
    await expect(page.locator("[data-line]")).to_contain_text("Somebody else is signed in")
    assert await _said_by(town, ben) == []
    await _sits_down(visitor, town, ada)
    await visitor.go(STANDUP)
    await expect(page.locator(".turn.bot")).to_have_count(1)
    assert await _said_by(town, ada) == [SAID]


async def test_a_form_s_words_are_brought_back_to_who_typed_them(town: Town, visit: Visit) -> None:
    visitor, ada, ben = await _company(town, visit, "Millrace Foods")
    page = visitor.page
    await visitor.go(OWN)
    await visitor.context.set_offline(True)
    await page.get_by_label("Title").fill("Talk about the shares")
    await expect(page.locator("[data-save-words]")).to_contain_text("Offline: kept on this device")
    await _sits_down(visitor, town, ben)
    await visitor.context.set_offline(False)
    await visitor.go(OWN)
    await expect(page.get_by_label("Title")).to_have_value("")
    await _sits_down(visitor, town, ada)
    await visitor.go(OWN)
    await expect(page.get_by_label("Title")).to_have_value("Talk about the shares")
