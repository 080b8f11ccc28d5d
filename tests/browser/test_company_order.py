"""What is moved keeps the focus and says where it is; of two at one task both keep their words."""

from datetime import date

from playwright.async_api import expect

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey, Task
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import drag
from tests.factories.people import Someone

FIRST = "founder-motivation"
PAGE = f"/company/steps/{FIRST}"


async def tasks(town: Town, who: Someone, journey: Journey) -> list[Task]:
    async with town.place.db.transaction(who.actor) as tx:
        return await journeys.list_tasks(tx, journey_id=journey.id, step_slug=FIRST)


async def test_at_the_end_of_a_list_the_focus_stays_with_what_was_moved(
    town: Town, visit: Visit
) -> None:
    (ines,) = await town.company("Moss Order", ines="Inês Prado")
    await town.walk_together(ines)
    visitor = await visit(ines)
    page = visitor.page
    said = page.locator("#live")
    await visitor.go(PAGE)
    rows = page.locator(".task")
    count = await rows.count()
    last = page.locator(f"#{await rows.nth(count - 2).get_attribute('id')}")
    await last.locator(".task-edit > summary").click()
    await last.get_by_role("button", name="Down").focus()
    await page.keyboard.press("Enter")
    await expect(said).to_have_text(f"Moved to {count} of {count}.")
    await expect(last.get_by_role("button", name="Up")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(said).to_have_text(f"Moved to {count - 1} of {count}.")
    await expect(last.get_by_role("button", name="Up")).to_be_focused()
    async with page.expect_response("**/tasks/move"):
        await drag(page, page.locator("[data-grip]").first, rows.nth(1), down=30)
    await expect(said).to_have_text(f"Moved to 2 of {count}.")

    await visitor.go("/company/plan")
    steps = page.locator("[data-order]").first.locator("[data-item]")
    names = [str(await one.get_attribute("data-item")) for one in await steps.all()]
    await page.locator(f"#down-{names[-2]}").focus()
    await page.keyboard.press("Enter")
    await expect(said).to_have_text(f"Moved to {len(names)} of {len(names)}.")
    await expect(page.locator(f"#up-{names[-2]}")).to_be_focused()
    await page.locator(f"#up-{names[1]}").focus()
    await page.keyboard.press("Enter")
    await expect(said).to_have_text(f"Moved to 1 of {len(names)}.")
    await expect(page.locator(f"#down-{names[1]}")).to_be_focused()
    async with page.expect_response("**/company/plan/move"):
        await drag(page, steps.nth(2).locator("[data-grip]"), steps.nth(0), down=6)
    await expect(said).to_have_text(f"Moved to 1 of {len(names)}.")
    assert await steps.first.evaluate("one => one.contains(document.activeElement)")


async def test_a_double_click_adds_one_task(town: Town, visit: Visit) -> None:
    (ines,) = await town.company("Moss Twice", ines="Inês Prado")
    await town.walk_together(ines)
    visitor = await visit(ines)
    page = visitor.page
    await visitor.go(PAGE)
    await page.locator("#add-task > summary").click()
    new = page.locator("#new-task")
    for title in ("Call the bank", "Call the landlord"):
        await new.get_by_label("Task").fill(title)
        await new.get_by_role("button", name="Add").dblclick()
        await expect(new.get_by_label("Task")).to_have_value("")
        await expect(page.locator(".task", has_text=title)).to_have_count(1)
    await page.reload()
    await expect(page.locator(".task", has_text="Call the")).to_have_count(2)


async def test_two_at_one_task(town: Town, visit: Visit) -> None:
    ines, maria = await town.company("Moss Both", ines="Inês Prado", maria="Maria Reis")
    journey = await town.walk_together(ines)
    visitor = await visit(ines)
    page = visitor.page
    visitor.expected.append("status of 409")
    await visitor.go(PAGE)
    # From then on nothing that others do is missed.
    await expect(page.locator("[data-live]")).to_have_attribute("data-following", "yes")
    task = page.locator(".task").first
    await task.locator(".task-edit > summary").click()
    title, due = task.get_by_label("Task"), task.get_by_label("Due")
    await title.fill("In our own words")

    async def change(said: journeys.TaskEdit) -> None:
        first = (await tasks(town, ines, journey))[0]
        async with town.place.db.transaction(maria.actor) as tx:
            await journeys.edit_task(
                tx,
                journey_id=journey.id,
                task_id=first.id,
                edit=said,
                now=town.place.now,
            )

    await change(journeys.TaskEdit(due_on=date(2031, 12, 24)))
    await expect(task).to_contain_text("due")
    await task.get_by_role("button", name="Save").click()
    await expect(task.locator(".task-title")).to_have_text("In our own words")
    await expect(due).to_have_value("2031-12-24")
    assert (await tasks(town, ines, journey))[0].due_on == date(2031, 12, 24)

    # Both write the same part: the second is told, and both values are there.
    await title.fill("In mine")
    await change(journeys.TaskEdit(title="In Maria's"))
    await expect(task.locator(".task-title")).to_have_text("In Maria's")
    await task.get_by_role("button", name="Save").click()
    await expect(task).to_contain_text("It is called “In Maria's” now.")
    await expect(page.locator("#live")).to_contain_text("Somebody else changed this task")
    await expect(title).to_have_value("In mine")
    # It stays through what others do meanwhile, until it is sent on purpose.
    second = page.get_by_role("checkbox").nth(1)
    async with town.place.db.transaction(maria.actor) as tx:
        await journeys.tick(
            tx,
            journey_id=journey.id,
            task_id=(await tasks(town, ines, journey))[1].id,
            is_completed=True,
            now=town.place.now,
        )
    await expect(second).to_be_checked()
    await expect(title).to_have_value("In mine")
    await task.get_by_role("button", name="Put mine in its place").click()
    await expect(task.locator(".task-title")).to_have_text("In mine")
    await expect(task.get_by_role("button", name="Save")).to_have_count(1)


async def test_a_step_that_a_colleague_takes_away(town: Town, visit: Visit) -> None:
    ines, maria = await town.company("Moss Gone", ines="Inês Prado", maria="Maria Reis")
    journey = await town.walk_together(ines)
    looking, taking = await visit(ines), await visit(maria)
    looking.expected.append("status of 404")
    await looking.go(PAGE)
    await expect(looking.page.locator("[data-live]")).to_have_attribute("data-following", "yes")
    await taking.go(f"/company/plan/steps/{FIRST}")
    await taking.page.locator("#remove summary").click()
    await taking.page.get_by_role("button", name="Yes, take it away").click()
    await expect(taking.page.locator("#toasts")).to_contain_text("Taken out of the plan")
    await expect(taking.page.locator(f"#step-{FIRST}")).to_have_count(0)
    await expect(looking.page.locator("#toasts")).to_contain_text("not there any more")
    async with town.place.db.transaction(ines.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
    assert walk.program.find_step(FIRST) is None
