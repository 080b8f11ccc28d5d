"""The same walk with scripts switched off: every action is a form, every answer a page."""

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.factories.people import PASSWORD
from tests.factories.programs import demo_answers

WOOP = demo_answers()["sprint-0-woop"]
IDENTITY = demo_answers()["sprint-1-identity"]


async def test_the_core_walk(town: Town, visit: Visit) -> None:
    ines = await town.newcomer("Ines Costa")
    visitor = await visit(java_script_enabled=False)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go("/today")
    await page.get_by_label("E-mail address").fill(ines.user.email)
    await page.get_by_label("Password").fill("not my password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("E-mail address")).to_have_value(ines.user.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Begin Fast Track").click()
    await page.get_by_role("link", name="Open WOOP").click()
    await page.get_by_role("button", name="Start").click()

    # Too early, and a day that is none: all of it comes back as it was typed.
    await page.locator("#f-wish").fill(WOOP["wish"])
    await page.get_by_role("radio", name="4", exact=True).check()
    await page.get_by_role("button", name="Submit").click()
    summary = page.get_by_role("group", name="3 fields need another look")
    await expect(summary.get_by_role("link")).to_have_count(3)
    await expect(page.locator("#f-wish")).to_have_value(WOOP["wish"])
    await expect(page.get_by_role("radio", name="4", exact=True)).to_be_checked()
    await summary.get_by_role("link").first.click()
    await expect(page).to_have_url(f"{town.url}/tools/sprint-0-woop#f-outcome")

    # Put aside, and found again.
    await page.locator("#f-outcome").fill(WOOP["outcome"])
    await page.get_by_role("button", name="Save draft").click()
    await expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    await visitor.go("/tools/sprint-0-woop")
    await expect(page.locator("#f-outcome")).to_have_value(WOOP["outcome"])
    await page.locator("#f-obstacle").fill(WOOP["obstacle"])
    await page.locator("#f-plan").fill(WOOP["plan"])
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("WOOP is done")


async def test_rows_are_added_and_moved(town: Town, visit: Visit) -> None:
    rui = await town.newcomer("Rui Alves")
    await town.hand_in(rui, "sprint-0-woop")
    visitor = await visit(rui, java_script_enabled=False)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go("/tools/sprint-1-identity")
    values = page.locator("[name^='core_values.']:not([type=hidden])")
    shown = await values.count()
    for place, value in enumerate(IDENTITY["core_values"][:shown]):
        await values.nth(place).fill(value)
    await page.get_by_role("button", name="Add another to Your core values").click()
    await expect(values).to_have_count(shown + 1)
    await expect(values.nth(0)).to_have_value(IDENTITY["core_values"][0])
    await values.nth(shown).fill("Humour")
    await page.get_by_role("button", name=f"Move up {shown + 1} of Your core values").click()
    await expect(values.nth(shown - 1)).to_have_value("Humour")

    rows = page.locator(".entries.rows [data-entry]")
    before = await rows.count()
    await page.get_by_role("button", name="Add a row").click()
    await expect(rows).to_have_count(before + 1)
    await rows.nth(0).get_by_label("Value").fill("Keep your word")
    await page.get_by_role("button", name="Submit").click()
    # A row begun has to be finished, and it says so where it stands.
    await expect(page.locator("[data-error-for='f-value_proof-0-decision']")).to_be_visible()
    await expect(rows.nth(0).get_by_label("Value")).to_have_value("Keep your word")
    await rows.nth(0).get_by_label("What I decided").fill("Finished at the agreed price")
    await page.locator("#f-personal_dream").fill(IDENTITY["personal_dream"])
    strengths = page.locator("[name^='strengths.']:not([type=hidden])")
    for place, strength in enumerate(IDENTITY["strengths"][:3]):
        await strengths.nth(place).fill(strength)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Identity is done")
    await page.get_by_role("link", name="Read what I wrote").click()
    await expect(page.locator("dl.answered")).to_have_count(3)
    await expect(page.get_by_text("Humour")).to_be_visible()


async def test_places_and_filters(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya, java_script_enabled=False)
    page = visitor.page
    await visitor.go("/map")
    # What only scripts can do is not offered.
    await expect(page.locator("[data-theme-switch], .map-keys").filter(visible=True)).to_have_count(
        0
    )
    await page.locator('.map.wide [data-stop="sprint-8-goals"]').click()
    await expect(page.locator("#detail").get_by_role("heading", level=2)).to_be_visible()
    await visitor.go("/map?view=list")
    await page.get_by_label("Words").fill("pricing")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("#rows tbody tr")).to_have_count(1)
