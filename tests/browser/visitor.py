"""A window of the browser, the person who sits in front of it, and what went wrong in it."""

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from milepost.contexts.identity.http import COOKIE
from tests.browser.town import Town
from tests.factories.people import Someone

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
# The machine may be busy with other tests.
PATIENCE = 15_000
MOST_TABS = 120

expect.set_options(timeout=PATIENCE)


@dataclass(slots=True)
class Visitor:
    """A browser window: `page` is its first tab."""

    context: BrowserContext
    page: Page
    url: str
    # Parts of the console's errors that belong to what a test does.
    expected: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    async def go(self, path: str) -> int:
        """Type an address; the status of what it answers."""
        answer = await self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    async def new_tab(self) -> Page:
        self.page = await self.context.new_page()
        return self.page

    def watch(self, page: Page) -> None:
        """Note what goes wrong in a tab."""
        page.on("console", lambda message: self._heard(message))
        page.on("pageerror", lambda error: self._note(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        # What the content security policy refuses is told as an error as well.
        if message.type == "error":
            self._note(f"{message.text} ({message.location['url']})")

    def _note(self, trouble: str) -> None:
        if not any(part in trouble for part in self.expected):
            self.troubles.append(trouble)


async def open_visitor(
    chromium: Browser, town: Town, someone: Someone | None, **options: Any
) -> Visitor:
    """Open a window with a fresh profile, signed in as somebody or as nobody."""
    chosen = {"viewport": DESK, "reduced_motion": "reduce", "locale": "en-GB", **options}
    context = await chromium.new_context(**chosen)
    context.set_default_timeout(PATIENCE)
    if someone is not None:
        token = await town.session_of(someone)
        await context.add_cookies(
            [{"name": COOKIE, "value": token, "url": town.url, "httpOnly": True}]
        )
    visitor = Visitor(context, await context.new_page(), town.url)
    visitor.watch(visitor.page)
    context.on("page", lambda page: visitor.watch(page))
    return visitor


async def tab_to(page: Page, target: Locator, *, back: bool = False) -> None:
    """Press Tab until something has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        if await has_focus(target):
            return
    raise AssertionError(f"{target} is not reached by the Tab key")


async def has_focus(target: Locator) -> bool:
    return bool(await target.count()) and bool(
        await target.first.evaluate("one => one === document.activeElement")
    )


UNDER_THE_HAND = """(y) => {
  const box = document.querySelector('.held')?.getBoundingClientRect();
  return Boolean(box) && box.top - 4 <= y && y <= box.bottom + 4;
}"""


async def drag(page: Page, grip: Locator, onto: Locator, *, down: float) -> None:
    """Take something by its grip and let it go over something else, `down` pixels from its top."""
    await carry(page, grip, onto, down=down)
    await page.mouse.up()


async def carry(page: Page, grip: Locator, onto: Locator, *, down: float) -> None:
    """Take something by its grip and hold it over something else, `down` pixels from its top."""
    await onto.scroll_into_view_if_needed()
    await grip.hover()
    await page.mouse.down()
    box = await onto.bounding_box()
    assert box is not None
    # A browser tells where a drag is only every now and then; a hand waits until it sees that what
    # it holds has come along.
    arrived = 0
    for nudge in range(60):
        await page.mouse.move(box["x"] + 80 + nudge % 6, box["y"] + down, steps=4)
        await page.wait_for_timeout(60)
        arrived += bool(await page.evaluate(UNDER_THE_HAND, box["y"] + down))
        if arrived > 3:
            break
    assert arrived > 3, "What was taken hold of did not come along."


async def saved(page: Page) -> None:
    """Wait until the page says that the server holds what was typed."""
    await expect(page.locator("[data-save-words]")).to_contain_text("Saved ")
