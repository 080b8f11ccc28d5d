"""Deciding by keyboard: the focus goes on to what is next, and what became of it is said."""

import re

from playwright.async_api import Page, expect

from milepost.contexts.journeys import service as journeys
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import tab_to

STEP = "founder-motivation"
STANDUP = "/company/standup"
LIGHTHOUSES = ("Photograph the lighthouse lamp", "Photograph the lighthouse tower")


async def test_a_standup_is_decided_one_after_the_other(town: Town, visit: Visit) -> None:
    (ana,) = await town.company("Larch Studio", ana="Ana Prado")
    await town.walk_together(ana)
    visitor = await visit(ana)
    page = visitor.page
    first, second = (await _tasks(page, visitor.url))[:2]
    await visitor.go(STANDUP)
    await page.get_by_label("Your message").fill(f"Done: {first}. Done: {second}.")
    await page.keyboard.press("Enter")
    proposals = page.locator(".proposal")
    await expect(proposals).to_have_count(2)
    await tab_to(page, proposals.first.get_by_role("button", name="Confirm"), back=True)
    await page.keyboard.down("Enter")
    # On to the one that is still to be decided.
    await expect(proposals.first.locator(".verdict")).to_contain_text("complete.")
    await expect(proposals.last.get_by_role("button", name="Confirm")).to_be_focused()
    # A key that is held down any longer decides nothing more.
    for _ in range(3):
        await page.keyboard.down("Enter")
    await page.keyboard.up("Enter")
    await expect(page.locator("#live")).to_contain_text("Marked “")
    await page.keyboard.press("Tab")
    await expect(proposals.last.get_by_role("button", name="Dismiss")).to_be_focused()
    await page.keyboard.press("Enter")
    # Nothing is left to decide: what came of the last.
    verdict = proposals.last.locator(".verdict")
    await expect(verdict).to_contain_text("Left “")
    await expect(verdict).to_be_focused()
    await expect(page.locator("#live")).to_contain_text("Left “")


async def test_none_of_several_is_said_in_one_breath(town: Town, visit: Visit) -> None:
    (edo,) = await town.company("Willow Freight", edo="Edo Bianchi")
    journey = await town.walk_together(edo)
    async with town.place.db.transaction(edo.actor) as tx:
        for title in LIGHTHOUSES:
            await journeys.add_task(
                tx, journey_id=journey.id, step_slug=STEP, title=title, now=edo.actor.now
            )
    visitor = await visit(edo)
    page = visitor.page
    await visitor.go(STANDUP)
    await page.get_by_label("Your message").fill("Photographed the lighthouse.")
    await page.keyboard.press("Enter")
    none = page.get_by_role("button", name="None of these")
    await expect(none).to_be_visible()
    there = await page.locator(".proposal").count()
    assert there > 1
    await tab_to(page, none, back=True)
    await page.keyboard.press("Enter")
    await expect(page.locator(".verdict:visible")).to_have_count(there)
    await expect(page.locator("#live")).to_have_text(re.compile(r"(Left “[^”]+” as it is\. ?){2,}"))
    await expect(page.locator(".verdict:focus")).to_have_count(1)


async def test_what_was_completed_leads_to_how_it_went(town: Town, visit: Visit) -> None:
    (gil,) = await town.company("Maple Signs", gil="Gil Serra")
    await town.walk_together(gil)
    visitor = await visit(gil)
    page = visitor.page
    await visitor.go(STANDUP)
    await page.get_by_label("Your message").fill("The founder motivation step is done.")
    await page.keyboard.press("Enter")
    proposal = page.locator(".proposal", has_text="Complete the step")
    onward = proposal.get_by_role("link", name="Write down how it went")
    confirm = proposal.get_by_role("button", name="Confirm")
    await expect(confirm).to_be_visible()
    await expect(onward).to_have_count(0)
    await confirm.focus()
    await page.keyboard.press("Enter")
    await expect(proposal.locator(".verdict")).to_contain_text("Completed “")
    await expect(onward).to_be_visible()
    await page.reload()
    await expect(onward).to_be_visible()
    await onward.click()
    await expect(page).to_have_url(f"{town.url}/company/steps/{STEP}/outcome")


async def test_suggestions_are_answered_one_after_the_other(town: Town, visit: Visit) -> None:
    (ros,) = await town.company("Alder Bikes", ros="Ros Keane")
    await town.walk_together(ros, STEP)
    await town.tell(ros, STEP)
    visitor = await visit(ros)
    page = visitor.page
    await visitor.go("/company/suggestions")
    cards = page.locator(".suggestion")
    await expect(cards.first).to_be_visible()
    there = await cards.count()
    assert there >= 3
    words = [await card.locator("h3").inner_text() for card in await cards.all()]
    await tab_to(page, cards.first.locator(".suggestion-acts button").first)
    await page.keyboard.down("Enter")
    await expect(cards).to_have_count(there - 1)
    await page.keyboard.down("Enter")
    await page.keyboard.up("Enter")
    told = page.locator("[data-answered]")
    await expect(page.locator("#live")).to_have_text(await told.inner_text())
    # The next one has come to its place.
    await expect(cards.first.locator("h3")).to_have_text(words[1])
    await expect(cards.first.locator(".suggestion-acts button").first).to_be_focused()

    await tab_to(page, cards.first.locator(".dismiss > summary"))
    await page.keyboard.press("Enter")
    await tab_to(page, cards.first.get_by_role("button", name="Dismiss it"))
    await page.keyboard.press("Enter")
    await expect(cards).to_have_count(there - 2)
    await expect(page.locator("#live")).to_contain_text("Dismissed.")
    await expect(cards.first.locator(".suggestion-acts button").first).to_be_focused()
    while await cards.count():
        left = await cards.count()
        await page.keyboard.press("Enter")
        await expect(cards).to_have_count(left - 1)
    await expect(told).to_be_focused()


async def test_after_an_outcome_they_are_answered_where_they_stand(
    town: Town, visit: Visit
) -> None:
    (ivo,) = await town.company("Hazel Press", ivo="Ivo Lund")
    await town.walk_together(ivo, STEP)
    outcome = await town.tell(ivo, STEP)
    visitor = await visit(ivo)
    page = visitor.page
    await visitor.go(f"/company/steps/{STEP}/outcome/{outcome.id}")
    cards = page.locator(".suggestion")
    await expect(cards.first).to_be_visible()
    await tab_to(page, cards.first.locator(".suggestion-acts button").first)
    await page.keyboard.press("Enter")
    await expect(cards.first.locator(".answered-line")).to_be_visible()
    await expect(cards.nth(1).locator(".suggestion-acts button").first).to_be_focused()


async def _tasks(page: Page, url: str) -> list[str]:
    """What the first step's tasks are called."""
    await page.goto(f"{url}/company/steps/{STEP}")
    return await page.locator(".task-title").all_inner_texts()
