"""A newcomer's first hour: sign in, begin, write, come back, hand in, see what it opened."""

from playwright.async_api import expect

from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import has_focus, saved, tab_to
from tests.factories.people import PASSWORD
from tests.factories.programs import demo_answers

WOOP = demo_answers()["sprint-0-woop"]


async def test_first_hour(town: Town, visit: Visit, axe_source: str) -> None:
    noor = await town.newcomer("Noor Bakker")
    visitor = await visit()
    page = visitor.page
    await visitor.go("/today")
    await expect(page).to_have_url(f"{town.url}/sign-in?next=/today")
    await page.get_by_label("E-mail address").fill(noor.user.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Noor Bakker")

    await page.get_by_role("button", name="Begin Fast Track").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    await page.get_by_role("link", name="Open WOOP").click()
    await page.get_by_role("button", name="Start").click()
    await expect(page).to_have_url(f"{town.url}/tools/sprint-0-woop#form")
    await page.get_by_label("What do you wish").press_sequentially(WOOP["wish"])
    await saved(page)

    # The tab is closed, and the person comes back: the text is there.
    await page.get_by_label("What is the best thing").fill("The scene, begun")
    await page.close(run_before_unload=True)
    page = await visitor.new_tab()
    await visitor.go("/tools/sprint-0-woop")
    await expect(page.get_by_label("What do you wish")).to_have_value(WOOP["wish"])
    await expect(page.get_by_label("What is the best thing")).to_have_value("The scene, begun")

    for name in ("outcome", "obstacle", "plan"):
        await page.locator(f"#f-{name}").fill(WOOP[name])
    await page.get_by_role("radio", name=str(WOOP["desire"]), exact=True).check()
    await page.get_by_label("When will you look back").fill(WOOP["wish_date"])
    await page.get_by_label("A belief I never tested").check()
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("WOOP is done")
    opened = page.get_by_role("region", name="That opened")
    await expect(opened.get_by_role("heading", name="Identity")).to_be_visible()
    assert await axe.problems(page, axe_source) == []

    await opened.get_by_role("link", name="Open Identity").click()
    flowed = page.locator(".flow", has_text=WOOP["wish"][:40])
    await expect(flowed.get_by_role("link", name="WOOP")).to_be_visible()
    await expect(flowed).to_contain_text("version 1, ")

    await page.get_by_role("link", name="Map", exact=True).click()
    for label in ("WOOP, completed", "Identity, open", "Vision, locked"):
        await expect(page.locator(f'.map.wide [aria-label="{label}"]')).to_be_visible()


async def test_everything_by_keyboard_alone(town: Town, visit: Visit) -> None:
    kees = await town.newcomer("Kees Smit")
    visitor = await visit()
    page, keys = visitor.page, visitor.page.keyboard
    visitor.expected.append("status of 422")
    await visitor.go("/sign-in")
    assert await has_focus(page.get_by_label("E-mail address"))
    await keys.type(kees.user.email)
    await tab_to(page, page.get_by_label("Password"))
    await keys.type(PASSWORD)
    await keys.press("Enter")

    # Signed in: the first Tab offers the way past the side bar.
    await expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Kees Smit")
    await keys.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    assert await has_focus(skip)
    await expect(skip).to_be_in_viewport()
    await keys.press("Enter")
    assert await has_focus(page.locator("main"))
    await tab_to(page, page.get_by_role("button", name="Begin Fast Track"))
    await keys.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    await tab_to(page, page.get_by_role("link", name="Open WOOP"))
    await keys.press("Enter")
    await tab_to(page, page.get_by_role("button", name="Start"))
    await keys.press("Enter")
    await expect(page).to_have_url(f"{town.url}/tools/sprint-0-woop#form")
    await tab_to(page, page.locator("#f-wish"))
    await keys.type("Three regions, and my phone stays in my bag.")
    await tab_to(page, page.locator('[name="desire"]:checked'))
    await keys.press("ArrowRight")
    await keys.press("ArrowRight")
    await expect(page.get_by_role("radio", name="2", exact=True)).to_be_checked()

    # Too early: the summary says what is missing, and the first of it has the focus.
    await tab_to(page, page.get_by_role("button", name="Submit"))
    await keys.press("Enter")
    summary = page.get_by_role("group", name="3 fields need another look")
    await expect(summary).to_be_visible()
    await expect(page.locator("#f-outcome")).to_be_focused()
    await expect(page.locator("#f-outcome")).to_have_attribute("aria-invalid", "true")
    last = summary.get_by_role("link").last
    await tab_to(page, last, back=True)
    await keys.press("Enter")
    await expect(page.locator("#f-plan")).to_be_focused()
    for name in ("plan", "obstacle", "outcome"):
        if name != "plan":
            await tab_to(page, page.locator(f"#f-{name}"), back=True)
        await keys.type(f"My {name}")
    await tab_to(page, page.get_by_role("button", name="Submit"))
    await keys.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("WOOP is done")


async def test_the_map_by_keyboard(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya)
    page, keys = visitor.page, visitor.page.keyboard
    await visitor.go("/today")
    await tab_to(page, page.get_by_role("link", name="Map", exact=True))
    await keys.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Map")
    stop = page.locator(".map.wide [data-stop]")
    await tab_to(page, stop.first)
    await keys.press("ArrowRight")
    assert await has_focus(page.locator('.map.wide [data-stop="sprint-1-identity"]'))
    await keys.press("End")
    assert await has_focus(page.locator('.map.wide [data-stop="sprint-30-program-overview"]'))
    await keys.press("Home")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    sheet = page.locator("#detail [data-sheet]")
    await expect(sheet).to_be_visible()
    await expect(sheet.get_by_role("heading", level=2)).to_be_focused()
    await expect(page.locator("#live")).to_have_text("Identity: needs 1, opens 4.")
    await keys.press("Escape")
    await expect(sheet).to_have_count(0)
    assert await has_focus(page.locator('.map.wide [data-stop="sprint-1-identity"]'))
