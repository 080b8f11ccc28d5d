"""Half way through: what changed since, versions side by side, what is locked, reviews."""

from playwright.async_api import expect

from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.factories.programs import demo_answers

VALUES = demo_answers()["sprint-1-identity"]["core_values"]
OTHER_VALUES = ["Patience", *VALUES[1:]]


async def test_an_outdated_answer_is_kept_or_takes_the_new_value(
    town: Town, visit: Visit, axe_source: str
) -> None:
    tess = await town.newcomer("Tess Mulder")
    done = ("sprint-0-woop", "sprint-1-identity", "sprint-2-vision", "sprint-3-values")
    await town.hand_in(tess, *done)
    await town.hand_in(tess, "sprint-1-identity", minutes=5, core_values=OTHER_VALUES)
    visitor = await visit(tess)
    page = visitor.page
    await visitor.go("/today")
    changed = page.get_by_role("region", name="What changed")
    outdated = changed.locator(".callout.outdated")
    await expect(outdated).to_have_count(2)
    assert await axe.problems(page, axe_source) == []

    vision = outdated.filter(has_text="Vision")
    await expect(vision).to_contain_text("Patience")
    await vision.get_by_role("button", name="Keep what I used").click()
    await expect(page.locator("#toasts")).to_contain_text("ept")
    await expect(outdated).to_have_count(1)

    await visitor.go("/tools/sprint-3-values")
    section = page.get_by_role("region", name="Changed since you wrote this")
    await expect(section.get_by_text("You used")).to_be_visible()
    await expect(section.get_by_text(VALUES[0])).to_be_visible()
    await expect(section.get_by_text("It is now")).to_be_visible()
    await expect(section.get_by_text("Patience")).to_be_visible()
    assert await axe.problems(page, axe_source) == []
    await section.get_by_role("button", name="Take the new one").click()
    await expect(page).to_have_url(f"{town.url}/tools/sprint-3-values")
    await expect(section).to_have_count(0)
    await expect(page.locator(".page-head")).to_contain_text("Completed")
    await visitor.go("/today")
    await expect(outdated).to_have_count(0)


async def test_versions_stand_side_by_side(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya)
    page = visitor.page
    await visitor.go("/tools/sprint-6-cash")
    await page.get_by_role("link", name="2 versions").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Versions of Cash")
    await page.get_by_role("link", name="Version 2").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("version 1 and 2")
    changed = page.locator(".pair", has=page.locator(".changed"))
    await expect(changed).to_have_count(1)
    older, newer = changed.locator(".versions > div").all_inner_texts, changed.locator(".changed")
    assert (await older())[0].split()[-1] == str(demo_answers()["sprint-6-cash"]["target_days"])
    await expect(newer).to_contain_text("55")


async def test_a_locked_tool_says_why_and_how_to_open_it(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya)
    page = visitor.page
    visitor.expected.append("status of 409")
    assert await visitor.go("/tools/sprint-30-program-overview") == 409
    why = page.locator(".callout.locked")
    await expect(why).to_contain_text("Locked, because something it builds on is not there yet")
    way = page.get_by_role("region", name="How to open it")
    first = way.get_by_role("listitem").first
    await expect(first.get_by_role("link")).to_have_text("Value proposition")
    # Nothing of the tool itself is shown: no question, no field.
    await expect(page.locator("form.form, textarea")).to_have_count(0)
    await why.get_by_role("link", name="Continue with Value proposition").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Value proposition")
    await expect(page.locator("form.form")).to_be_visible()


async def test_a_review_is_read(town: Town, visit: Visit) -> None:
    visitor = await visit(town.maya)
    page = visitor.page
    await visitor.go("/tools/sprint-0-woop")
    review = page.get_by_role("region", name="Reviews").get_by_role("article")
    await expect(review).to_contain_text("Daniel Osei")
    await expect(review).to_contain_text("You named yourself as the obstacle")
    await expect(review).to_contain_text("Strong")
