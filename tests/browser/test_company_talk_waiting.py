"""A message on its way: what the page says while nobody answers, and what it says of the answer."""

import json
import re
from datetime import timedelta

from playwright.async_api import Page, WebSocketRoute, expect

from milepost.platform import clock
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import Visitor

STEP = "founder-motivation"
STANDUP = "/company/standup"
SECONDS = 30


class Middle:
    """Between page and server: holds back what the server says, and may change it."""

    def __init__(self) -> None:
        self.lines: list[WebSocketRoute] = []
        self.held: list[str | bytes] = []
        self.silent = False
        self.engine = ""

    async def stand_in(self, page: Page) -> None:
        """Take every line of a page from now on."""
        await page.route_web_socket(re.compile("/ws/standup"), self._between)

    def let_go(self) -> None:
        """Pass on what was held back."""
        self.silent = False
        held, self.held = self.held, []
        for frame in held:
            self.lines[-1].send(frame)

    def _between(self, line: WebSocketRoute) -> None:
        self.lines.append(line)
        line.connect_to_server().on_message(self._hear)

    def _hear(self, frame: str | bytes) -> None:
        if self.engine:
            frame = json.dumps({**json.loads(frame), "engine": self.engine})
        if self.silent:
            self.held.append(frame)
        else:
            self.lines[-1].send(frame)


async def test_what_was_sent_is_being_read(town: Town, visit: Visit) -> None:
    visitor, middle = await _talker(town, visit, "Poplar Radio", "Pim Vos")
    page = visitor.page
    await page.clock.install()
    await visitor.go(STANDUP)
    middle.silent = True
    # Without this, time goes on by itself as well, on a busy machine past what is looked at here.
    await page.clock.pause_at(clock.now() + timedelta(minutes=1))
    await _say(page, "Read slowly")
    state = page.locator(".pending [data-state]")
    await page.clock.run_for(900)
    await expect(state).to_be_hidden()
    await page.clock.run_for(200)
    await expect(state).to_have_text("Reading it…")
    await expect(state.locator(".spinner")).to_be_visible()
    await page.clock.run_for(7500)
    # No model is set up here, so that none is spoken of.
    await expect(state).to_have_text("Reading it… This takes longer than usual.")
    middle.let_go()
    await expect(page.locator(".turn.bot")).to_have_count(1)
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator("[data-state]:visible")).to_have_count(0)


async def test_a_model_that_takes_its_time_is_spoken_of(town: Town, visit: Visit) -> None:
    visitor, middle = await _talker(town, visit, "Cherry Loft", "Cas Mora")
    page = visitor.page
    await _as_with_a_model(page)
    await page.clock.install()
    await visitor.go(STANDUP)
    middle.silent = True
    # Without this, time goes on by itself as well, on a busy machine past what is looked at here.
    await page.clock.pause_at(clock.now() + timedelta(minutes=1))
    await _say(page, "Read slowly")
    await page.clock.run_for(8100)
    await expect(page.locator(".pending [data-state]")).to_have_text(
        "Reading it… A language model is being asked; fixed rules answer if it takes longer than"
        f" {SECONDS} seconds."
    )
    middle.engine = "llm"
    middle.let_go()
    reply = page.locator(".turn.bot")
    await expect(reply).to_have_count(1)


async def test_only_while_the_line_is_down_nothing_was_sent(town: Town, visit: Visit) -> None:
    visitor, middle = await _talker(town, visit, "Birch Tiles", "Bo Lind")
    page = visitor.page
    visitor.expected.append("ERR_INTERNET_DISCONNECTED")
    await visitor.go(STANDUP)
    middle.silent = True
    await _say(page, "On its way")
    waiting = page.locator(".pending [data-state]")
    await expect(waiting).to_have_text("Reading it…")
    await visitor.context.set_offline(True)
    await _say(page, "Written in a tunnel")
    await expect(waiting.first).to_contain_text("its answer comes when the line is back")
    await expect(waiting.last).to_have_text("Not sent yet")
    await expect(waiting.last.locator(".spinner")).to_be_hidden()
    await visitor.context.set_offline(False)
    await expect(waiting.last).to_have_text("Reading it…")
    middle.silent = False
    await middle.lines[-1].close(code=1012)
    await expect(page.locator(".turn.bot")).to_have_count(2)
    await expect(page.locator(".turn.said")).to_have_count(2)


async def test_who_read_it_and_which_step_is_meant_stand_there_at_once(
    town: Town, visit: Visit
) -> None:
    """A reply is drawn the same when it comes and when the page is loaded again."""
    visitor, _ = await _talker(town, visit, "Rowan Kitchen", "Rae Quist")
    page = visitor.page
    await visitor.go(f"/company/steps/{STEP}")
    step = await page.get_by_role("heading", level=1).inner_text()
    task = await page.locator(".task-title").first.inner_text()
    await visitor.go(STANDUP)
    await _say(page, f"Done: {task}")
    proposal, head = page.locator(".proposal"), page.locator(".turn.bot .turn-head")
    await expect(proposal.locator(".proposal-what")).to_have_text(
        f"Mark the task complete: {task} in {step}"
    )
    await expect(head).to_contain_text("Milepost, read by fixed rules")
    drawn = [await one.inner_text() for one in (proposal, head.locator("> span").first)]
    await page.reload()
    assert [await one.inner_text() for one in (proposal, head.locator("> span").first)] == drawn
    # A step's own title is not said twice.
    await _say(page, "The founder motivation step is done.")
    await expect(page.locator(".proposal", has_text="Complete the step")).to_contain_text(step)
    await expect(page.locator(".proposal").last.locator("[data-of-step]")).to_be_hidden()


async def test_a_model_that_read_it_is_named(town: Town, visit: Visit) -> None:
    visitor, middle = await _talker(town, visit, "Cedar Optics", "Cy Amado")
    middle.engine = "llm"
    page = visitor.page
    await visitor.go(STANDUP)
    await _say(page, "Hello")
    await expect(page.locator(".turn.bot .turn-head")).to_contain_text(
        "Milepost, read by a language model"
    )


async def _talker(town: Town, visit: Visit, company: str, name: str) -> tuple[Visitor, Middle]:
    (someone,) = await town.company(company, someone=name)
    await town.walk_together(someone)
    visitor, middle = await visit(someone), Middle()
    await middle.stand_in(visitor.page)
    return visitor, middle


async def _as_with_a_model(page: Page) -> None:
    """Let the page be as it comes where a model is set up, before its scripts run."""
    await page.add_init_script(
        f"""document.addEventListener('readystatechange', () => {{
          const talk = document.querySelector('[data-standup]');
          if (talk) talk.dataset.modelSeconds = '{SECONDS}';
        }});"""
    )


async def _say(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.keyboard.press("Enter")
