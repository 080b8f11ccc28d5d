"""Outcomes, suggestions and the standup with scripts switched off: forms and pages."""

import asyncio

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.town import Town

STEP = "founder-motivation"
LOOKS = 100


async def test_how_it_went_and_what_follows(town: Town, visit: Visit) -> None:
    (ines,) = await town.company("Birch Signal", ines="Ines Costa")
    await town.walk_together(ines, STEP)
    visitor = await visit(ines, java_script_enabled=False)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go(f"/company/steps/{STEP}/outcome")
    await page.get_by_label("What you learnt").fill("Ask earlier")
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.get_by_role("group", name="1 field needs another look")).to_be_visible()
    await expect(page.get_by_label("What you learnt")).to_have_value("Ask earlier")
    await page.get_by_role("radio", name="3 Fairly sure").check()
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it is written down")
    await _suggested(page)

    await visitor.go("/company/suggestions")
    cards = page.locator(".suggestion")
    there = await cards.count()
    first = page.locator(".suggestion", has=page.get_by_role("button", name="Add this task")).first
    title = await first.locator(".becomes em").inner_text()
    await first.get_by_role("button", name="Add this task").click()
    did = page.locator("#inbox .callout")
    await expect(did).to_contain_text(title)
    await expect(cards).to_have_count(there - 1)
    await cards.first.locator(".dismiss > summary").click()
    await cards.first.get_by_role("button", name="Dismiss it").click()
    await expect(did).to_contain_text("Dismissed.")
    await expect(page.locator("#decided li")).to_have_count(2)


async def test_a_standup(town: Town, visit: Visit) -> None:
    (rui,) = await town.company("Clover Dock", rui="Rui Alves")
    await town.walk_together(rui)
    visitor = await visit(rui, java_script_enabled=False)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go(f"/company/steps/{STEP}")
    task = await page.locator(".task-title").first.inner_text()
    await visitor.go("/company/standup")
    field, send = page.get_by_label("Your message"), page.get_by_role("button", name="Send")
    await field.fill("too long " * 1000)
    await send.click()
    await expect(page.locator("#message-error")).to_contain_text("at most 8 kB")
    assert (await field.input_value()).startswith("too long")
    await field.fill(f"Done: {task}")
    await send.click()
    proposal = page.locator(".proposal", has_text=task)
    await proposal.get_by_role("button", name="Confirm").click()
    await expect(proposal.locator(".verdict")).to_contain_text("complete")
    await visitor.go(f"/company/steps/{STEP}")
    await expect(page.get_by_role("checkbox", name=task)).to_be_checked()


async def test_what_the_bot_asks_is_answered_by_typing(town: Town, visit: Visit) -> None:
    (kai,) = await town.company("Heron Press", kai="Kai Moor")
    await town.walk_together(kai)
    visitor = await visit(kai, java_script_enabled=False)
    page = visitor.page
    await visitor.go("/company/standup")
    for text in ("The founder motivation step is done.", "no"):
        await page.get_by_label("Your message").fill(text)
        await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".turn.bot").last).to_contain_text("as it is.")
    await expect(page.locator(".proposal .verdict")).to_contain_text("Left “")


async def test_before_a_step_is_behind_nobody_writes_how_it_went(town: Town, visit: Visit) -> None:
    (uma,) = await town.company("Dune Clinic", uma="Uma Voss")
    await town.walk_together(uma)
    visitor = await visit(uma, java_script_enabled=False)
    await visitor.go(f"/company/steps/{STEP}/outcome")
    await expect(visitor.page).to_have_url(f"{town.url}/company/steps/{STEP}")
    await expect(visitor.page.locator("#toasts")).to_contain_text("First complete it")


async def _suggested(page: Page) -> None:
    """Look again until the worker has made what is suggested."""
    for _ in range(LOOKS):
        if await page.locator(".suggestion").count():
            return
        await asyncio.sleep(0.2)
        await page.get_by_role("link", name="Look again").click()
    raise AssertionError("no suggestions came")
