"""A company's journey with scripts switched off: every action is a form, every answer a page."""

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.town import Town


async def test_a_step_and_its_tasks(town: Town, visit: Visit) -> None:
    maria, _ = await town.company("Slate Kitchen", maria="Maria Reis", joao="João Reis")
    visitor = await visit(maria, java_script_enabled=False)
    page = visitor.page
    visitor.expected.append("status of 409")
    await visitor.go("/company")
    await page.get_by_role("button", name="Begin with every step").click()
    await page.locator("#next-1").get_by_role("link").click()
    address = page.url
    tasks = page.get_by_role("checkbox")
    await tasks.first.click()
    await expect(tasks.first).to_be_checked()
    await tasks.first.click()
    await expect(tasks.first).not_to_be_checked()

    await page.locator("#add-task > summary").click()
    new = page.locator("#new-task")
    await new.get_by_label("Task").fill("Ask our landlord")
    await new.get_by_label("Whose").select_option("João Reis")
    await new.get_by_role("button", name="Add").click()
    mine = page.locator(".task", has_text="Ask our landlord")
    await expect(mine).to_contain_text("João Reis")
    await mine.locator(".task-edit > summary").click()
    await mine.get_by_role("button", name="Up").click()
    await expect(page.locator(".task").last).not_to_contain_text("Ask our landlord")

    await page.locator("#skip > summary").click()
    await page.locator("#reason").fill("We have done this before.")
    await page.get_by_role("button", name="Skip it").click()
    await expect(page.locator(".callout")).to_contain_text("We have done this before.")
    await page.get_by_role("button", name="Take it up again").click()
    await page.get_by_role("button", name="Complete this step").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("is done")
    await page.goto(address)
    await page.get_by_role("button", name="Take it up again").click()
    await expect(page.locator("#work .chip").first).to_have_text("In progress")


async def test_the_board_and_the_plan(town: Town, visit: Visit) -> None:
    (maria,) = await town.company("Slate Garden", maria="Maria Reis")
    await town.walk_together(maria)
    visitor = await visit(maria, java_script_enabled=False)
    visitor.expected.append("status of 409")
    page = visitor.page
    await visitor.go("/company")
    await page.get_by_label("Status").select_option("Locked")
    await page.get_by_label("Phase").select_option("Scale")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator("#fold-locked")).to_have_attribute("open", "")
    await expect(page.locator("#steps [role=status]")).to_contain_text("28 steps of 168")
    await page.locator("#fold-locked a").first.click()
    await expect(page.locator(".callout")).to_contain_text("Locked, because")

    await visitor.go("/company/plan")
    rows = page.locator("[data-order]").first.locator("[data-item]")
    first = str(await rows.first.get_attribute("data-item"))
    await page.locator(f"#down-{first}").click()
    await expect(rows.nth(1)).to_have_attribute("data-item", first)
    await page.get_by_label("Name of this journey").fill("The first market")
    await page.get_by_role("button", name="Save the name").click()
    await expect(page.get_by_label("Name of this journey")).to_have_value("The first market")
