"""What scripts make better: parts of a page swapped, Back, and the theme."""

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.town import Town

# When the page's theme is set, and when something is painted first.
WHEN = """
new MutationObserver((_, me) => {
  if (!document.documentElement?.dataset.theme) return;
  window.themed = performance.now();
  me.disconnect();
}).observe(document, { subtree: true, childList: true, attributeFilter: ['data-theme'] });
"""
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"
FIRST_PAINT = "() => performance.getEntriesByName('first-paint')[0]?.startTime ?? null"


async def test_the_map_opens_a_sheet_without_a_page_load(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya)
    page = visitor.page
    await visitor.go("/map")
    await page.evaluate("window.same = true")
    async with page.expect_response(lambda answer: "/map?step=" in answer.url) as coming:
        await page.locator('.map.wide [data-stop="sprint-8-goals"]').click()
    answer = await coming.value
    # A part of the page, not the page again.
    assert "<html" not in await answer.text()
    sheet = page.locator("#detail [data-sheet]")
    await expect(sheet.get_by_role("heading", level=2)).to_have_text("Goals")
    await expect(page).to_have_url(f"{town.url}/map?step=sprint-8-goals")
    assert await page.evaluate("window.same")

    # Along a neighbour in the sheet, into the tool, and back: the sheet is as it was left.
    await sheet.get_by_role("link", name="Cash").click()
    await expect(sheet.get_by_role("heading", level=2)).to_have_text("Cash")
    assert await page.evaluate("window.same")
    await sheet.get_by_role("link", name="Read Cash").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cash")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Map")
    await expect(sheet.get_by_role("heading", level=2)).to_have_text("Cash")
    await page.reload()
    await expect(sheet.get_by_role("heading", level=2)).to_have_text("Cash")
    await sheet.get_by_role("link", name="Close").click()
    await expect(sheet).to_have_count(0)
    await expect(page).to_have_url(f"{town.url}/map")


async def test_the_list_answers_while_one_types(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya)
    page = visitor.page
    await visitor.go("/map?view=list")
    await page.evaluate("window.same = true")
    await page.get_by_label("State").select_option(label="Locked")
    rows = page.locator("#rows tbody tr")
    await expect(rows.filter(has_text="Completed")).to_have_count(0)
    await page.get_by_label("Words").press_sequentially("pricing")
    await expect(rows).to_have_count(1)
    assert await page.evaluate("window.same")


async def test_a_line_that_fails_is_told(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya)
    page = visitor.page
    visitor.expected += ["ERR_", "Failed to fetch"]
    await visitor.go("/map")
    await visitor.context.set_offline(True)
    await page.locator('.map.wide [data-stop="sprint-8-goals"]').click()
    await expect(page.locator("#toasts")).to_contain_text("did not reach Milepost")
    await visitor.context.set_offline(False)


async def test_the_theme_stays_and_never_flashes(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya, color_scheme="light")
    page = visitor.page
    html = page.locator("html")
    await page.add_init_script(WHEN)
    await visitor.go("/today")
    light = await page.evaluate(BACKGROUND)
    await page.get_by_role("button", name="Switch between light and dark").click()
    await expect(html).to_have_attribute("data-theme", "dark")
    dark = await page.evaluate(BACKGROUND)
    assert dark != light
    for leave in (page.reload, lambda: visitor.go("/map")):
        await leave()
        await expect(html).to_have_attribute("data-theme", "dark")
        await page.wait_for_function(f"({FIRST_PAINT})() !== null")
        assert await page.evaluate("window.themed") < await page.evaluate(FIRST_PAINT)
        assert await page.evaluate(BACKGROUND) == dark
    # Back to what the system has: nothing is remembered, the system decides again.
    await page.get_by_role("button", name="Switch between light and dark").click()
    await page.reload()
    assert await html.get_attribute("data-theme") is None
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate(BACKGROUND) == dark
