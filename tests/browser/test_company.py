"""A company walks together: its home, its steps and tasks, its plan, and two members at once."""

import asyncio
import re
import time

from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.town import PIA, Town
from tests.browser.visitor import carry, drag, tab_to

FIRST = "/company/steps/founder-motivation"
# What one member does, the other sees within a second; the machine may be busy with other tests.
AT_ONCE = 1.0


async def test_a_company_begins(town: Town, visit: Visit) -> None:
    (rosa,) = await town.company("Kelp and Co", rosa="Rosa Lindt")
    visitor = await visit(rosa)
    page = visitor.page
    await visitor.go("/today")
    await page.get_by_role("link", name="Walk it with Kelp and Co").click()
    await page.get_by_role("button", name="Begin with every step").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Kelp and Co")
    await expect(page.locator("#column-unlocked")).to_contain_text("Open")
    await expect(page.locator("#fold-locked summary")).to_contain_text("Locked")
    places = page.get_by_role("navigation", name="Places").get_by_role("link")
    await expect(places).to_have_text(["Company", "Standup", "Suggestions", "Sharing", "Account"])
    # From now on this is where she begins.
    await visitor.go("/")
    await expect(page).to_have_url(f"{town.url}/company")


async def test_a_step_from_the_first_tick_to_what_it_opened(town: Town, visit: Visit) -> None:
    (ana,) = await town.company("Amber Rail", ana="Ana Sousa")
    await town.walk_together(ana)
    visitor = await visit(ana)
    page = visitor.page
    await visitor.go("/company")
    await page.locator("#next-1").get_by_role("link").click()
    tasks = page.get_by_role("checkbox")
    await expect(page.locator("#work .chip").first).to_have_text("Open")
    await tasks.first.click()
    # The first tick begins the step.
    await expect(tasks.first).to_be_checked()
    await expect(page.locator("#work .chip").first).to_have_text("In progress")
    for number in range(1, await tasks.count()):
        await tasks.nth(number).click()
        await expect(tasks.nth(number)).to_be_checked()
    await page.get_by_role("button", name="Complete this step").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("is done")
    await expect(page.locator("#opened-title")).to_contain_text("That opened")
    outcome = page.get_by_role("link", name="Write it down")
    assert str(await outcome.get_attribute("href")).endswith("/outcome")
    await visitor.go("/company")
    await expect(page.locator(".page-head p")).to_contain_text("1 of 168 steps")


async def test_two_members_see_each_others_ticks(town: Town, visit: Visit) -> None:
    maria, joao = await town.company("Salt Loom", maria="Maria Reis", joao="João Reis")
    await town.walk_together(maria)
    hers, his = (await visit(maria)).page, (await visit(joao)).page
    for page in (hers, his):
        await page.goto(town.url + FIRST)
        await expect(page.get_by_role("checkbox").first).not_to_be_checked()
    await _listening(his)
    took: list[float] = []
    for number in range(3):
        began = time.monotonic()
        await hers.get_by_role("checkbox").nth(number).click()
        await expect(his.get_by_role("checkbox").nth(number)).to_be_checked()
        took.append(time.monotonic() - began)
    await expect(his.locator("#live")).to_contain_text("Maria Reis ticked")
    await expect(his.locator(".task").first).to_contain_text("ticked by Maria Reis")
    await expect(hers.locator("#live")).to_have_text("")
    print("seen by the other after", [f"{one * 1000:.0f} ms" for one in took])
    assert min(took) < AT_ONCE
    # Both at once, each takes another tick back: nothing is lost.
    await hers.get_by_role("checkbox").nth(0).click(no_wait_after=True)
    await his.get_by_role("checkbox").nth(1).click(no_wait_after=True)
    for page in (hers, his):
        for number, ticked in enumerate((False, False, True)):
            await expect(page.get_by_role("checkbox").nth(number)).to_be_checked(checked=ticked)


async def test_whoever_is_writing_is_not_disturbed(town: Town, visit: Visit) -> None:
    maria, joao = await town.company("Fern Optics", maria="Maria Reis", joao="João Reis")
    await town.walk_together(maria)
    hers, his = (await visit(maria)).page, (await visit(joao)).page
    for page in (hers, his):
        await page.goto(town.url + FIRST)
    await _listening(his)
    await his.locator("#add-task > summary").click()
    title = his.locator("#new-task").get_by_label("Task")
    await title.fill("Ask our landlord")
    await hers.get_by_role("checkbox").first.click()
    await expect(hers.get_by_role("checkbox").first).to_be_checked()
    # The page goes on around what is written: see test_company_following.
    await expect(his.get_by_role("checkbox").first).to_be_checked()
    await expect(title).to_have_value("Ask our landlord")
    await expect(title).to_be_focused()


async def test_tasks_are_added_given_ordered_and_removed(town: Town, visit: Visit) -> None:
    maria, _ = await town.company("Pine Relay", maria="Maria Reis", joao="João Reis")
    await town.walk_together(maria)
    visitor = await visit(maria)
    page = visitor.page
    await visitor.go(FIRST)
    titles = page.locator(".task-title")
    there = await titles.all_inner_texts()
    await page.locator("#add-task > summary").click()
    new = page.locator("#new-task")
    await new.get_by_label("Task").fill("Ask our landlord")
    await new.get_by_label("Whose").select_option("João Reis")
    await new.get_by_label("Due").fill("2031-05-04")
    await new.get_by_role("button", name="Add").click()
    await expect(titles).to_have_text([*there, "Ask our landlord"])
    mine = page.locator(".task", has_text="Ask our landlord")
    await expect(mine).to_contain_text("João Reis")
    await expect(new.get_by_label("Task")).to_have_value("")

    # By keyboard: the button keeps the focus, so that it can be pressed again.
    await mine.locator(".task-edit > summary").click()
    up = mine.get_by_role("button", name="Up")
    await up.focus()
    await page.keyboard.press("Enter")
    await expect(titles).to_have_text([*there[:-1], "Ask our landlord", there[-1]])
    await expect(up).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(titles).to_have_text([*there[:-2], "Ask our landlord", *there[-2:]])

    await mine.get_by_label("Task").fill("Ask the landlord's agent")
    await mine.get_by_role("button", name="Save").click()
    renamed = page.locator(".task", has_text="Ask the landlord's agent")
    await expect(renamed).to_have_count(1)
    await renamed.get_by_role("button", name="Remove").click()
    await expect(titles).to_have_text(there)

    # By mouse.
    async with page.expect_response("**/tasks/move"):
        await drag(page, page.locator("[data-grip]").first, page.locator(".task").nth(1), down=30)
    await expect(titles).to_have_text([there[1], there[0], *there[2:]])
    await page.reload()
    await expect(titles).to_have_text([there[1], there[0], *there[2:]])


async def test_the_board_is_narrowed(town: Town, visit: Visit) -> None:
    visitor = await visit(town.people[PIA])
    page = visitor.page
    await visitor.go("/company")
    await page.get_by_label("Domain").select_option("Finance")
    await expect(page.locator("#steps [role=status]")).to_contain_text("of 168")
    await expect(page).to_have_url(f"{town.url}/company?domain=finance")
    await page.get_by_label("Words").fill("no step has such words")
    await expect(page.get_by_role("heading", name="Nothing fits all of that")).to_be_visible()
    await page.get_by_role("link", name="Show all").click()
    await expect(page.locator("#column-in_progress")).to_be_visible()


async def test_filters_outlast_a_renewal_asked_for_before_them(town: Town, visit: Visit) -> None:
    visitor = await visit(town.people[PIA])
    page = visitor.page
    await visitor.go("/company")
    asked, narrowed = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        asked.set()
        await narrowed.wait()
        await route.fulfill(response=answer)

    await page.route(re.compile(r"/company\?(?!.*domain=finance)"), late)
    await page.evaluate("document.body.dispatchEvent(new CustomEvent('milepost:changed'))")
    await asked.wait()
    await page.get_by_label("Domain").select_option("Finance")
    await expect(page.locator("#steps [role=status]")).to_contain_text("of 168")
    async with page.expect_response("**/company?*domain=finance*"):
        narrowed.set()
        await page.evaluate("document.body.dispatchEvent(new CustomEvent('milepost:changed'))")
    await expect(page.locator("#steps [role=status]")).to_contain_text("of 168")


async def test_the_map_says_what_a_step_needs_and_opens(town: Town, visit: Visit) -> None:
    visitor = await visit(town.people[PIA])
    page = visitor.page
    visitor.expected.append("status of 409")
    await visitor.go("/company?view=map")
    assert await page.locator("[data-stop]").count() == 168
    station = page.locator("[data-stop='first-ten-interviews']")
    await expect(station).to_have_accessible_name("Interview the first ten people, locked")
    await station.click()
    sheet = page.locator("#detail .sheet")
    await expect(sheet.get_by_role("heading")).to_have_text("Interview the first ten people")
    await expect(sheet).to_contain_text("Comes after")
    await expect(station).to_have_attribute("aria-current", "true")
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(station).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowLeft")
    await expect(station).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(sheet.get_by_role("heading")).to_be_focused()
    await page.reload()
    await expect(station).to_have_attribute("aria-current", "true")
    await sheet.get_by_role("link", name="Open", exact=True).click()
    await expect(page.locator("#work .chip").first).to_have_text("Locked")


async def test_a_plan_in_ones_own_words_and_order(town: Town, visit: Visit) -> None:
    (ines,) = await town.company("Moss Works", ines="Inês Prado")
    await town.walk_together(ines)
    visitor = await visit(ines)
    page = visitor.page
    visitor.expected.append("status of 409")
    await visitor.go("/company/plan/steps/idea-shortlist")
    title = page.locator("#f-title")
    written = await title.input_value()

    # Somebody else saves first.
    other = await visitor.new_tab()
    await visitor.go("/company/plan/steps/idea-shortlist")
    await other.locator("#f-title").fill("Compare our three ideas")
    await other.get_by_role("button", name="Save", exact=True).click()
    await expect(other.locator(".page-head")).to_contain_text("In your own words: title")
    await title.fill("Compare two ideas")
    first = title.page
    await first.get_by_role("button", name="Save", exact=True).click()
    await expect(first.locator(".callout").first).to_contain_text("Somebody else changed this")
    await expect(first.locator("#f-title")).to_have_value("Compare two ideas")
    await first.get_by_role("button", name="Save", exact=True).click()
    await expect(first.get_by_role("heading", level=1)).to_have_text("Compare two ideas")
    await first.get_by_role("button", name="Restore").click()
    await expect(first.get_by_role("heading", level=1)).to_have_text(written)


async def test_a_plans_order_by_keyboard_and_by_mouse(town: Town, visit: Visit) -> None:
    (ines,) = await town.company("Moss Rail", ines="Inês Prado")
    await town.walk_together(ines)
    visitor = await visit(ines)
    page = visitor.page
    await visitor.go("/company/plan")
    rows = page.locator("[data-order]").first.locator("[data-item]")
    names = [str(await rows.nth(at).get_attribute("data-item")) for at in range(3)]
    down = page.locator(f"#down-{names[0]}")
    await tab_to(page, down)
    await page.keyboard.press("Enter")
    await expect(rows.nth(1)).to_have_attribute("data-item", names[0])
    await expect(down).to_be_focused()
    async with page.expect_response("**/company/plan/move") as answer:
        await drag(page, rows.nth(2).locator("[data-grip]"), rows.nth(0), down=6)
    assert (await answer.value).status == 200
    await expect(rows.nth(0)).to_have_attribute("data-item", names[2])
    await page.reload()
    await expect(rows.nth(0)).to_have_attribute("data-item", names[2])


async def test_a_drag_while_an_earlier_move_is_answered_is_kept(town: Town, visit: Visit) -> None:
    (ines,) = await town.company("Moss Kites", ines="Inês Prado")
    await town.walk_together(ines)
    visitor = await visit(ines)
    page = visitor.page
    answered = asyncio.Event()

    async def late(route: Route) -> None:
        if answered.is_set():
            await route.continue_()
            return
        answer = await route.fetch()
        await answered.wait()
        await route.fulfill(response=answer)

    await visitor.go("/company/plan")
    rows = page.locator("[data-order]").first.locator("[data-item]")
    names = [str(await rows.nth(at).get_attribute("data-item")) for at in range(3)]
    await page.route("**/company/plan/move", late)
    await page.locator(f"#down-{names[0]}").press("Enter")
    await carry(page, rows.nth(2).locator("[data-grip]"), rows.nth(0), down=6)
    async with page.expect_response("**/company/plan/move"):
        answered.set()
    await page.mouse.up()
    # The first answer, which knows nothing of the drag, and then the drag's own.
    await expect(rows.nth(2)).to_have_attribute("data-item", names[0])
    await expect(rows.nth(0)).to_have_attribute("data-item", names[2])
    await page.reload()
    await expect(rows.nth(0)).to_have_attribute("data-item", names[2])
    await expect(rows.nth(1)).to_have_attribute("data-item", names[1])
    await expect(rows.nth(2)).to_have_attribute("data-item", names[0])


async def test_steps_chosen_and_of_ones_own(town: Town, visit: Visit) -> None:
    (bea,) = await town.company("Quill Energy", bea="Bea Moreno")
    visitor = await visit(bea)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go("/company")
    await page.get_by_role("button", name="Choose the steps myself").click()
    await page.get_by_role("checkbox", name="Interview the first ten people").check()
    await page.get_by_role("button", name="Add what is ticked").click()
    await expect(page.locator("[data-item]")).to_have_count(1)
    await page.get_by_role("link", name="A step of your own").click()
    await page.get_by_role("button", name="Add it to the plan").click()
    await expect(page.get_by_role("group", name="This could not be saved")).to_be_visible()
    await page.locator("#f-title").fill("Get the harbour permit")
    await page.get_by_label("Tasks").fill("Call the authority\nSend the drawings")
    await page.get_by_label("Another step that it comes after").select_option(
        "Interview the first ten people"
    )
    visitor.expected.append("status of 409")
    await page.get_by_role("button", name="Add it to the plan").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Get the harbour permit")
    await expect(page.locator("#work .callout")).to_contain_text("Interview the first ten people")
    await expect(page.locator(".task-title")).to_have_text(
        ["Call the authority", "Send the drawings"]
    )


async def test_one_of_several_journeys(town: Town, visit: Visit) -> None:
    (lea,) = await town.company("Twin Harbours", lea="Lea Brandt")
    await town.walk_together(lea)
    visitor = await visit(lea)
    page = visitor.page
    await visitor.go("/company/plan")
    await page.locator("summary", has_text="Begin another journey").click()
    await page.get_by_label("What it is called").fill("The second market")
    await page.get_by_role("button", name="Begin with every step").click()
    await expect(page.locator(".menu > summary")).to_have_text("The second market")
    await page.locator(".menu > summary").click()
    await page.get_by_role("button", name="Our first journey").click()
    await expect(page.locator(".menu > summary")).to_have_text("Our first journey")
    await visitor.go("/company/plan")
    await page.get_by_role("button", name="Put it away").click()
    await expect(page.get_by_role("button", name="Take it up again")).to_be_visible()


async def _listening(page: Page) -> None:
    """Wait until a page follows the journey."""
    await expect(page.locator("[data-following]")).to_be_attached()
