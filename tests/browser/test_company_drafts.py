"""A company's long forms keep what is typed: a closed tab, a lost line, a second device."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, Route, expect

from milepost.contexts.journeys import service as journeys
from milepost.platform import clock
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import PHONE, Visitor, saved

STEP = "founder-motivation"
OUTCOME = f"/company/steps/{STEP}/outcome"
EDIT = f"/company/plan/steps/{STEP}"
OWN = "/company/plan/own"


async def alone(town: Town, visit: Visit, company: str) -> tuple[Visitor, Visitor]:
    """One founder of a company who is done with its first step, at a laptop and at a phone."""
    (ada,) = await town.company(company, ada="Ada Moen")
    await town.walk_together(ada, STEP)
    laptop, phone = await visit(ada), await visit(ada, viewport=PHONE)
    for one in (laptop, phone):
        one.expected.extend(["status of 409", "ERR_"])
    return laptop, phone


async def told(page: Page, words: str) -> None:
    await expect(page.locator("[data-save-words]")).to_contain_text(words)


async def test_an_outcome_is_taken_up_at_another_device(
    town: Town, visit: Visit, axe_source: str
) -> None:
    laptop, phone = await alone(town, visit, "Osprey Nets")
    page = laptop.page
    await laptop.go(OUTCOME)
    await page.locator(".result textarea").first.fill("Nine of ten said yes")
    await page.get_by_label("Notes").fill("Asked on the market")
    await page.get_by_role("radio", name="4 Sure").check()
    await page.get_by_role("checkbox", name="Count this in the benchmark").check()
    await saved(page)

    await phone.go(OUTCOME)
    small = phone.page
    await expect(small.locator(".result textarea").first).to_have_value("Nine of ten said yes")
    await expect(small.get_by_role("radio", name="4 Sure")).to_be_checked()
    await expect(small.get_by_role("checkbox", name="Count this in the benchmark")).to_be_checked()
    await expect(small.locator("form.form")).to_contain_text("You began this")
    await saved(small)
    assert await axe.problems(small, axe_source) == []
    # Sent at once after the last word: that word goes along.
    await small.get_by_label("Notes").fill("Asked on the market, twice")
    await small.get_by_role("button", name="Write it down").click()
    await expect(small.get_by_role("heading", level=1)).to_have_text(
        "Thank you, it is written down"
    )
    await expect(small.locator("main")).to_contain_text("Asked on the market, twice")
    await phone.go(OUTCOME)
    await expect(small.get_by_label("Notes")).to_have_value("")
    await expect(small.locator("[data-save-words]")).to_have_text("")
    # The laptop still shows what was sent. Going on there, its person is told.
    await page.get_by_label("Notes").fill("A third thought")
    await told(page, "Changed on another device")
    await page.get_by_role("button", name="Load theirs").click()
    await expect(page.get_by_label("Notes")).to_have_value("")
    await told(page, "This device has other text")
    await page.get_by_role("button", name="Bring it back").click()
    await expect(page.get_by_label("Notes")).to_have_value("A third thought")
    await saved(page)


async def test_a_step_of_ones_own_outlasts_a_closed_tab(town: Town, visit: Visit) -> None:
    laptop, phone = await alone(town, visit, "Osprey Crates")
    await laptop.go(OWN)
    await laptop.page.get_by_label("Title").fill("Get the harbour permit")
    await laptop.page.get_by_label("Description").fill("Before the season begins.")
    await laptop.page.get_by_label("Tasks").fill("Call the authority")
    # Closed before typing paused.
    await laptop.page.close()
    page = await laptop.new_tab()
    await laptop.go(OWN)
    await expect(page.get_by_label("Title")).to_have_value("Get the harbour permit")
    await expect(page.get_by_label("Description")).to_have_value("Before the season begins.")
    await expect(page.get_by_label("Tasks")).to_have_value("Call the authority")
    await saved(page)
    await phone.go(OWN)
    await expect(phone.page.get_by_label("Title")).to_have_value("Get the harbour permit")
    await phone.page.get_by_role("button", name="Discard draft").click()
    await expect(phone.page.locator("#toasts")).to_contain_text("Discarded")
    await expect(phone.page.get_by_label("Title")).to_have_value("")
    await expect(phone.page.get_by_role("button", name="Discard draft")).to_be_hidden()
    await page.get_by_label("Title").fill("Get the harbour permit, now")
    await told(page, "Changed on another device")
    await page.get_by_role("button", name="Keep mine").click()
    await saved(page)
    await page.get_by_role("button", name="Add it to the plan").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Get the harbour permit, now")
    await laptop.go(OWN)
    await expect(page.get_by_label("Title")).to_have_value("")
    # Sent before a word of it was saved: neither the server nor this device brings it back.
    await page.get_by_label("Title").fill("Paint the boat")
    await page.get_by_role("button", name="Add it to the plan").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Paint the boat")
    await laptop.go(OWN)
    await expect(page.get_by_label("Title")).to_have_value("")
    await expect(page.locator("[data-save-words]")).to_have_text("")


async def test_a_changed_description_outlasts_leaving_the_page(town: Town, visit: Visit) -> None:
    laptop, phone = await alone(town, visit, "Osprey Twine")
    page = laptop.page
    await laptop.go(EDIT)
    description = page.locator("#f-description")
    theirs = await description.input_value()
    await description.fill("What we make of it.")
    # Left at once, as by a slip of the hand.
    await page.get_by_role("link", name="Not now").click()
    await page.wait_for_url("**/company/plan*")
    await laptop.go(EDIT)
    await expect(description).to_have_value("What we make of it.")
    await saved(page)
    await phone.go(EDIT)
    await expect(phone.page.locator("#f-description")).to_have_value("What we make of it.")
    # For the company nothing is changed yet.
    await phone.go(f"/company/steps/{STEP}")
    await expect(phone.page.locator("main")).not_to_contain_text("What we make of it.")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#toasts .toast").first).to_be_visible()
    await phone.go(EDIT)
    await expect(phone.page.locator("form.form")).not_to_contain_text("You began this")
    await expect(phone.page.locator("#f-description")).to_have_value("What we make of it.")
    assert theirs != "What we make of it."


async def test_a_lost_line_and_a_device_that_was_faster(town: Town, visit: Visit) -> None:
    laptop, phone = await alone(town, visit, "Osprey Rope")
    page = laptop.page
    await laptop.go(OUTCOME)
    await page.get_by_label("Notes").fill("Written on a train")
    await saved(page)
    await laptop.context.set_offline(True)
    await page.get_by_label("Notes").fill("Written on a train, in a tunnel")
    await told(page, "Offline: kept on this device")
    await phone.go(OUTCOME)
    await phone.page.get_by_label("Notes").fill("From the phone")
    await saved(phone.page)
    await laptop.context.set_offline(False)
    await told(page, "Changed on another device")
    # Sent all the same, the page asks once more, and nothing of either is lost.
    await page.get_by_role("radio", name="4 Sure").check()
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.locator(".callout")).to_contain_text("on another device")
    await expect(page.get_by_label("Notes")).to_have_value("Written on a train, in a tunnel")
    await told(page, "Changed on another device")
    await phone.page.reload()
    await expect(phone.page.get_by_label("Notes")).to_have_value("From the phone")
    await page.get_by_role("button", name="Load theirs").click()
    await expect(page.get_by_label("Notes")).to_have_value("From the phone")
    await page.get_by_role("button", name="Bring it back").click()
    await expect(page.get_by_label("Notes")).to_have_value("Written on a train, in a tunnel")
    await saved(page)
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it is written down")


async def test_a_form_waits_for_a_save_that_is_under_way(town: Town, visit: Visit) -> None:
    laptop, _ = await alone(town, visit, "Osprey Buoys")
    page = laptop.page
    asked, answered = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await answered.wait()
        await route.continue_()

    await laptop.go(OUTCOME)
    await page.route("**/outcome/draft", late)
    await page.get_by_label("Notes").fill("On its way")
    await asked.wait()
    await page.get_by_label("Notes").fill("On its way, and more")
    await page.get_by_role("radio", name="4 Sure").check()
    await page.get_by_role("button", name="Write it down").click(no_wait_after=True)
    await page.wait_for_timeout(300)
    answered.set()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it is written down")
    await expect(page.locator("main")).to_contain_text("On its way, and more")
    await page.unroute("**/outcome/draft")
    await laptop.go(OUTCOME)
    await expect(page.get_by_label("Notes")).to_have_value("")
    await expect(page.locator("[data-save-words]")).to_have_text("")


async def test_an_example_is_one_click_away(town: Town, visit: Visit, axe_source: str) -> None:
    laptop, _ = await alone(town, visit, "Osprey Sails")
    page = laptop.page
    await laptop.go(OUTCOME)
    for name in ("learnings", "notes"):
        field = page.locator(f"#{name}")
        around = page.locator(".field", has=field)
        await around.locator("details.example summary").click()
        await around.get_by_role("button", name="Use this example").click()
        assert len(await field.input_value()) > 150
    assert (await page.locator("#learnings").input_value()).count("\n") == 2
    await page.locator(".results-part details.example summary").click()
    await expect(page.locator(".results-part .example-body")).to_contain_text("interviews held")
    await saved(page)
    assert await axe.problems(page, axe_source) == []
    await (
        page.locator(".field", has=page.locator("#notes"))
        .get_by_role("button", name="Put back what was there")
        .click()
    )
    await expect(page.locator("#notes")).to_have_value("")


async def test_what_a_colleague_does_meanwhile_loses_no_word(
    town: Town, visit: Visit, axe_source: str
) -> None:
    ada, ben = await town.company("Osprey Hooks", ada="Ada Moen", ben="Ben Loy")
    journey = await town.walk_together(ada, STEP)

    async def meanwhile(act: Callable[..., Awaitable[Any]], **what: Any) -> Any:
        async with town.place.db.transaction(ben.actor) as tx:
            return await act(tx, journey_id=journey.id, now=clock.now(), **what)

    task = await meanwhile(journeys.add_task, step_slug=STEP, title="Ask the harbour")
    laptop = await visit(ada)
    laptop.expected.extend(["status of 409", "ERR_"])
    page = laptop.page
    await laptop.go(OUTCOME)
    # Typed where there is no line, and its task is taken away before there is one again.
    await laptop.context.set_offline(True)
    await page.get_by_label("Ask the harbour").fill("Nobody was there")
    await told(page, "Offline: kept on this device")
    await meanwhile(journeys.remove_task, task_id=task.id)
    await page.close()
    await laptop.context.set_offline(False)
    page = await laptop.new_tab()
    await laptop.go(OUTCOME)
    gone = page.get_by_label("A task that is gone")
    await expect(gone).to_have_value("Nobody was there")
    await saved(page)
    # The step is taken up again, and the last words are typed just before the button is pressed.
    await meanwhile(journeys.reopen, step_slug=STEP)
    await page.get_by_label("Notes").fill("Said at the last moment")
    await page.get_by_role("radio", name="4 Sure").check()
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.locator(".callout")).to_contain_text("This can’t be written down just now")
    await expect(page.get_by_label("Notes")).to_have_value("Said at the last moment")
    await expect(gone).to_have_value("Nobody was there")
    assert await axe.problems(page, axe_source) == []
    await laptop.go(f"/company/steps/{STEP}")
    await page.get_by_role("link", name="see what you wrote").click()
    await expect(page.get_by_label("Notes")).to_have_value("Said at the last moment")
    await page.get_by_label("Notes").fill("Said at the last moment, and after it")
    await saved(page)
    await meanwhile(journeys.complete, step_slug=STEP)
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it is written down")
    await expect(page.locator("main")).to_contain_text("Said at the last moment, and after it")
    await expect(page.locator(".results")).to_contain_text("Nobody was there")
