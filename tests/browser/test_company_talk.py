"""How a step went, what is suggested after it, and the standup: written, answered, not lost."""

import re
from uuid import UUID

from playwright.async_api import Page, WebSocketRoute, expect

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level
from milepost.contexts.journeys import service as journeys
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import PHONE, saved, tab_to
from tests.factories.people import Someone

STEP = "founder-motivation"
OUTCOME = f"/company/steps/{STEP}/outcome"
STANDUP = "/company/standup"


async def test_how_it_went_and_what_follows(town: Town, visit: Visit, axe_source: str) -> None:
    (lea,) = await town.company("Tidal Maps", lea="Lea Brandt")
    await town.walk_together(lea, STEP)
    visitor = await visit(lea)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go(OUTCOME)
    share = page.get_by_role("checkbox", name="Count this in the benchmark")
    await expect(share).not_to_be_checked()
    await expect(page.get_by_role("link", name="See what others have shared")).to_be_visible()
    await page.locator(".result textarea").first.fill("Nine of them said the same")

    # The page goes away before anything was sent; what was typed does not.
    await saved(page)
    await page.reload()
    await expect(page.locator(".result textarea").first).to_have_value("Nine of them said the same")
    await expect(page.locator("form.form")).to_contain_text("You began this")

    await page.get_by_label("Days it took").fill("a few")
    await page.get_by_role("button", name="Write it down").click()
    summary = page.get_by_role("group", name="2 fields need another look")
    await expect(summary.get_by_role("link")).to_have_count(2)
    await expect(page.get_by_label("Days it took")).to_be_focused()
    await expect(page.get_by_label("Days it took")).to_have_value("a few")
    await expect(page.locator(".result textarea").first).to_have_value("Nine of them said the same")
    assert await axe.problems(page, axe_source) == []
    await page.get_by_label("Days it took").fill("31")
    await page.get_by_role("radio", name="2 Doubtful").check()
    await page.get_by_label("What you learnt").fill("Ask earlier\n\nAsk fewer")
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it is written down")
    await expect(page.locator(".learnt li")).to_have_text(["Ask earlier", "Ask fewer"])

    # They come by themselves, made by the worker; one that is taken up is a task of its step.
    cards = page.locator(".suggestion")
    await expect(cards.first).to_be_visible()
    assert 3 <= await cards.count() <= 5
    await expect(page.locator(".spoke")).to_contain_text("by fixed rules")
    assert await axe.problems(page, axe_source) == []
    card = page.locator(".suggestion", has=page.get_by_role("button", name="Add this task")).first
    title = await card.locator(".becomes em").inner_text()
    name = await card.get_attribute("id")
    await card.get_by_role("button", name="Add this task").click()
    taken = page.locator(f"#{name}")
    await expect(taken.locator(".answered-line")).to_contain_text(title)
    await taken.locator(".answered-line").get_by_role("link").click()
    await expect(page.locator(".task", has_text=title)).to_have_count(1)

    # What was kept is not brought back after it was sent.
    await visitor.go(OUTCOME)
    await expect(page.locator(".result textarea").first).to_have_value("")


async def test_sharing_is_remembered_and_taken_back(town: Town, visit: Visit) -> None:
    (ole,) = await town.company("Moss Radio", ole="Ole Dahl")
    await town.walk_together(ole, STEP, "idea-shortlist")
    visitor = await visit(ole)
    page = visitor.page
    await visitor.go(OUTCOME)
    await page.get_by_role("radio", name="4 Sure").check()
    await page.get_by_role("checkbox", name="Count this in the benchmark").check()
    await page.get_by_role("button", name="Write it down").click()
    await visitor.go("/company/steps/idea-shortlist/outcome")
    await expect(page.get_by_role("checkbox", name="Count this in the benchmark")).to_be_checked()
    await visitor.go(OUTCOME)
    before = page.get_by_role("region", name="Written before").get_by_role("listitem")
    await expect(before).to_have_count(1)
    await expect(before).to_contain_text("Shared anonymously")
    await before.get_by_role("button", name="Withdraw").click()
    await expect(page.locator("#toasts")).to_contain_text("Withdrawn")
    await expect(before).to_contain_text("Only your company")
    await before.get_by_role("button", name="Share anonymously").click()
    await expect(before.get_by_role("button", name="Withdraw")).to_be_visible()


async def test_the_inbox_is_answered(town: Town, visit: Visit, axe_source: str) -> None:
    (kim,) = await town.company("Cedar Post", kim="Kim Sato")
    await town.walk_together(kim, STEP)
    visitor = await visit(kim, viewport=PHONE)
    page = visitor.page
    await visitor.go("/company/suggestions")
    await expect(page.get_by_role("heading", name="Suggestions come from")).to_be_visible()
    await town.tell(kim, STEP)
    # The page is open all the while: what was made comes to it.
    cards = page.locator(".suggestion")
    await expect(cards.first).to_be_visible()
    there = await cards.count()
    await expect(page.locator(".group h2")).to_have_count(1)
    assert await axe.problems(page, axe_source) == []
    assert await axe.too_wide(page) == []
    words = await cards.first.locator("h3").inner_text()
    await cards.first.locator(".dismiss > summary").click()
    await cards.first.get_by_label("Why").fill("Not this year")
    await cards.first.get_by_role("button", name="Dismiss it").click()
    await expect(page.get_by_role("status").filter(has_text="Dismissed.")).to_be_visible()
    await expect(cards).to_have_count(there - 1)
    await page.locator("#decided > summary").click()
    decided = page.locator("#decided li")
    await expect(decided).to_contain_text(words)
    await expect(decided).to_contain_text("Not this year")


async def test_a_standup_is_answered_and_confirmed(
    town: Town, visit: Visit, axe_source: str
) -> None:
    (ida,) = await town.company("Loft Bakery", ida="Ida Holm")
    await town.walk_together(ida)
    task = await _first_task(town, ida)
    visitor = await visit(ida)
    page = visitor.page
    await visitor.go(STANDUP)
    await tab_to(page, page.get_by_label("Your message"))
    await page.keyboard.type(f"Done: {task}")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("More later.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn.said")).to_contain_text("More later.")
    proposal = page.locator(".proposal", has_text=task)
    confirm = proposal.get_by_role("button", name="Confirm")
    await expect(confirm).to_be_visible()
    assert await axe.problems(page, axe_source) == []
    # Another tab of hers is in step, before and after.
    other = await visitor.context.new_page()
    await other.goto(town.url + STANDUP)
    await confirm.click()
    for tab in (page, other):
        done = tab.locator(".proposal", has_text=task)
        await expect(done.locator(".verdict")).to_contain_text("complete")
        await expect(done.get_by_role("button")).to_have_count(0)
    await visitor.go(f"/company/steps/{STEP}")
    await expect(page.get_by_role("checkbox", name=task)).to_be_checked()


async def test_a_lost_line_loses_and_doubles_nothing(town: Town, visit: Visit) -> None:
    (ugo,) = await town.company("Iron Orchard", ugo="Ugo Neri")
    await town.walk_together(ugo)
    visitor = await visit(ugo)
    page = visitor.page
    visitor.expected.append("ERR_INTERNET_DISCONNECTED")
    other = await visitor.context.new_page()
    for tab in (page, other):
        await tab.goto(town.url + STANDUP)
    await _say(page, "First thing")
    await visitor.context.set_offline(True)
    await page.get_by_label("Your message").fill("Written in a tunnel")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-line]")).to_contain_text("What you write is kept")
    await expect(page.locator(".pending")).to_contain_text("Not sent yet")
    await visitor.context.set_offline(False)
    for tab in (page, other):
        await expect(tab.locator(".turn.said")).to_have_text(
            [re.compile("First thing"), re.compile("Written in a tunnel")]
        )
        await expect(tab.locator(".turn.bot")).to_have_count(2)
        await expect(tab.locator(".pending")).to_have_count(0)
    await expect(page.locator("[data-line]")).to_be_hidden()
    await page.reload()
    await expect(page.locator(".turn")).to_have_count(4)


async def test_a_line_that_breaks_comes_back(town: Town, visit: Visit) -> None:
    (eva,) = await town.company("Paper Kites", eva="Eva Lang")
    await town.walk_together(eva)
    visitor = await visit(eva)
    page = visitor.page
    lines: list[WebSocketRoute] = []
    silent = False

    def between(line: WebSocketRoute) -> None:
        lines.append(line)
        server = line.connect_to_server()
        # The server hears everything; for a while its answers don't arrive.
        server.on_message(lambda frame: None if silent else line.send(frame))

    await page.route_web_socket(re.compile("/ws/standup"), between)
    await visitor.go(STANDUP)
    await _say(page, "Heard and answered")
    silent = True
    await page.get_by_label("Your message").fill("Heard, the answer is lost")
    await page.keyboard.press("Enter")
    # It was sent: only the answer isn't here.
    await expect(page.locator(".pending")).to_contain_text("Reading it…")
    silent = False
    await lines[-1].close(code=1012)
    await expect(page.locator(".turn.bot")).to_have_count(2)
    await expect(page.locator(".turn.said")).to_have_count(2)
    await expect(page.locator(".pending")).to_have_count(0)
    assert "after=2" in lines[-1].url
    await page.reload()
    await expect(page.locator(".turn")).to_have_count(4)


async def test_what_is_told_plainly(town: Town, visit: Visit) -> None:
    (max_,) = await town.company("Velvet Crane", max="Max Ober")
    await town.walk_together(max_)
    visitor = await visit(max_)
    page = visitor.page
    await visitor.go(STANDUP)
    field, send = page.get_by_label("Your message"), page.get_by_role("button", name="Send")
    await field.fill("é" * 4096)
    await expect(page.locator("[data-count]")).to_have_text("8.0 of 8 kB")
    await expect(send).to_be_enabled()
    await field.fill("é" * 4097)
    await expect(page.locator("#message-error")).to_contain_text("at most 8 kB")
    await expect(send).to_be_disabled()
    # What was typed is there again when the page is.
    await field.fill("Half a sentence")
    await page.reload()
    await expect(field).to_have_value("Half a sentence")
    # Signed out elsewhere: said where she writes, with what she wrote kept.
    other = await visitor.context.new_page()
    await other.goto(town.url + "/account")
    await other.get_by_role("button", name="Sign out").first.click()
    await expect(other).to_have_url(f"{town.url}/sign-in")
    await page.keyboard.press("Tab")
    await field.fill("After the sign-out")
    await field.press("Enter")
    await expect(page.locator("[data-line]")).to_contain_text("You are signed out")
    await expect(page.locator("[data-line]").get_by_role("link", name="Sign in")).to_be_visible()
    await expect(page.locator(".pending")).to_contain_text("After the sign-out")


async def test_what_the_bot_asks_is_answered_by_typing(town: Town, visit: Visit) -> None:
    (noa,) = await town.company("Amber Loom", noa="Noa Levi")
    await town.walk_together(noa)
    visitor = await visit(noa)
    page = visitor.page
    other = await visitor.context.new_page()
    for tab in (page, other):
        await tab.goto(town.url + STANDUP)
    await _say(page, "The founder motivation step is done.")
    await expect(page.locator(".turn.bot")).to_contain_text("did you mean the whole step")
    await _say(page, "Yes")
    for tab in (page, other):
        await expect(tab.locator(".turn.bot").last).to_contain_text("Completed “")
        await expect(tab.locator(".proposal .verdict")).to_contain_text("Completed “")
        await expect(tab.locator(".proposal").get_by_role("button")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".turn")).to_have_count(4)
    await expect(page.locator(".proposal .verdict")).to_contain_text("Completed “")


async def test_who_is_shown_everything_reads_no_talk(town: Town, visit: Visit) -> None:
    (liv,) = await town.company("Quartz Ferry", liv="Liv Aas")
    journey = await town.walk_together(liv)
    hers = await visit(liv)
    await hers.go(STANDUP)
    await _say(hers.page, "Told to the company")
    outsider = await visit(await _investor(town, liv, Level.FULL))
    outsider.expected.append("status of 404")
    assert await outsider.go(f"{STANDUP}?journey={journey.id}") == 404


async def _say(page: Page, text: str) -> None:
    """Say something, and wait for the answer."""
    answers = page.locator(".turn.bot")
    before = await answers.count()
    await page.get_by_label("Your message").fill(text)
    await page.keyboard.press("Enter")
    await expect(answers).to_have_count(before + 1)


async def _first_task(town: Town, someone: Someone) -> str:
    async with town.place.db.transaction(someone.actor) as tx:
        (journey,) = await journeys.list_my_journeys(tx)
        tasks = await journeys.list_tasks(tx, journey_id=journey.id, step_slug=STEP)
    return tasks[0].title


async def _investor(town: Town, founder: Someone, level: Level) -> Someone:
    """Somebody of a firm that the company shows as much as that."""
    firm = await town.place.organization()
    partner = await town.place.person("Ines Vest", organization=firm)
    async with town.place.db.transaction(founder.actor) as tx:
        (journey,) = await journeys.list_my_journeys(tx)
        company: UUID = journey.subject_id
    async with town.place.db.transaction(partner.actor) as tx:
        asked = await identity.make_grant(
            tx,
            audience=identity.Audience(organization_id=firm.id),
            subject_id=company,
            level=level,
            capacity=Capacity.INVESTOR,
            now=partner.actor.now,
        )
    async with town.place.db.transaction(founder.actor) as tx:
        await identity.accept(tx, grant_id=asked.id, now=founder.actor.now)
    return partner
