"""One's own account: devices, time zone, password, taking the data along, leaving."""

import json
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.factories.people import PASSWORD

NEW_PASSWORD = "nine quiet harbours"


async def test_another_device_is_signed_out(town: Town, visit: Visit) -> None:
    anna = await town.newcomer("Anna Winter")
    here, there = await visit(anna), await visit(anna)
    await there.go("/today")
    await here.go("/account")
    devices = here.page.get_by_role("region", name="Where you are signed in").get_by_role(
        "listitem"
    )
    await expect(devices).to_have_count(2)
    await expect(devices.filter(has_text="This device")).to_have_count(1)
    await devices.get_by_role("button", name="Sign out").click()
    await expect(devices).to_have_count(1)
    await there.page.get_by_role("link", name="Map", exact=True).click()
    await expect(there.page).to_have_url(f"{town.url}/sign-in?next=/map")
    await here.go("/today")
    await expect(here.page.get_by_role("heading", level=1)).to_have_text("Welcome, Anna Winter")


async def test_time_zone_name_and_theme(town: Town, visit: Visit) -> None:
    visitor = await visit(await town.newcomer("Jo Ferreira"))
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go("/account")
    you = page.get_by_role("region", name="You", exact=True)
    await you.get_by_label("Time zone").fill("Nowhere/City")
    await you.get_by_label("Name").fill("Jo Ferreira Lima")
    await you.get_by_role("button", name="Save").click()
    await expect(you.get_by_role("alert")).to_be_visible()
    await expect(you.get_by_label("Name")).to_have_value("Jo Ferreira Lima")
    await you.get_by_label("Time zone").fill("Asia/Tokyo")
    await you.get_by_role("radio", name="Dark").check()
    await you.get_by_role("button", name="Save").click()
    await expect(page.locator("#toasts")).to_contain_text("Saved.")
    await expect(page.locator(".person")).to_have_text("Jo Ferreira Lima")
    await expect(you.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_a_new_password(town: Town, visit: Visit) -> None:
    vic = await town.newcomer("Vic Moreau")
    visitor = await visit(vic)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go("/account")
    section = page.get_by_role("region", name="Password", exact=True)
    await section.get_by_text("Change your password").click()
    for old, refused in (("a wrong guess", True), (PASSWORD, False)):
        await section.get_by_label("The password now").fill(old)
        await section.get_by_label("New password").fill(NEW_PASSWORD)
        await section.get_by_label("The new one again").fill(NEW_PASSWORD)
        await section.get_by_role("button", name="Change password").click()
        if refused:
            await expect(section.get_by_role("alert")).to_be_visible()
    await expect(page.locator("#toasts")).to_contain_text("Your password is changed.")
    await page.get_by_role("button", name="Sign out").first.click()
    await expect(page).to_have_url(f"{town.url}/sign-in")
    await page.get_by_label("E-mail address").fill(vic.user.email)
    await page.get_by_label("Password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Vic Moreau")


async def test_the_data_is_taken_along(town: Town, visit: Visit, tmp_path: Path) -> None:
    rosa = await town.newcomer("Rosa Klein")
    await town.hand_in(rosa, "sprint-0-woop", wish="A wish that nobody else has")
    visitor = await visit(rosa)
    await visitor.go("/account")
    async with visitor.page.expect_download() as coming:
        await visitor.page.get_by_role("link", name="Download my data").click()
    download = await coming.value
    file = tmp_path / download.suggested_filename
    await download.save_as(file)
    assert file.suffix == ".json"
    text = file.read_text("utf-8")
    assert rosa.user.email in text
    assert "A wish that nobody else has" in text
    assert isinstance(json.loads(text), dict)


async def test_leaving_for_good(town: Town, visit: Visit) -> None:
    tom = await town.newcomer("Tom Jansen")
    await town.hand_in(tom, "sprint-0-woop")
    visitor = await visit(tom)
    page = visitor.page
    visitor.expected.append("status of 422")
    await visitor.go("/account")
    section = page.get_by_role("region", name="Delete your account")
    await section.get_by_text("Delete everything about me here").click()
    for word, refused in (("delte", True), ("delete", False)):
        await section.get_by_label("Type delete").fill(word)
        await section.get_by_label("Your password").fill(PASSWORD)
        await section.get_by_role("button", name="Delete my account for good").click()
        if refused:
            await expect(section.get_by_role("alert")).to_be_visible()
    await expect(page.locator("#toasts")).to_contain_text("is deleted")
    await page.get_by_label("E-mail address").fill(tom.user.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_be_visible()
