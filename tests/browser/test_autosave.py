"""Nothing typed is ever lost: without a line, with two devices, with a page reloaded."""

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.visitor import Visitor, saved
from tests.factories.people import Someone

WOOP = "/tools/sprint-0-woop"


async def begun(town: Town, name: str) -> Someone:
    """Somebody who has begun the program, and written nothing."""
    someone = await town.newcomer(name)
    await town.hand_in(someone)
    return someone


async def stored(visit: Visit, someone: Someone) -> str:
    """What another device of the same person shows of the wish."""
    other = await visit(someone)
    await other.go(WOOP)
    return await other.page.locator("#f-wish").input_value()


async def told(visitor: Visitor, words: str) -> None:
    await expect(visitor.page.locator("[data-save-words]")).to_contain_text(words)


async def test_without_a_line(town: Town, visit: Visit) -> None:
    odile = await begun(town, "Odile Meyer")
    visitor = await visit(odile)
    page = visitor.page
    visitor.expected.append("ERR_INTERNET_DISCONNECTED")
    await visitor.go(WOOP)
    await page.locator("#f-wish").fill("Written on a train")
    await saved(page)

    await visitor.context.set_offline(True)
    await page.locator("#f-wish").fill("Written on a train, in a tunnel")
    await told(visitor, "Offline: kept on this device")
    assert await stored(visit, odile) == "Written on a train"
    await visitor.context.set_offline(False)
    await saved(page)
    assert await stored(visit, odile) == "Written on a train, in a tunnel"


async def test_a_server_that_was_never_reached(town: Town, visit: Visit) -> None:
    visitor = await visit(await begun(town, "Pia Lund"))
    visitor.expected.append("ERR_")
    await visitor.go(WOOP)
    await visitor.page.route("**/draft", lambda route: route.abort())
    await visitor.page.locator("#f-wish").fill("Kept here alone")
    await told(visitor, "Milepost does not answer: kept on this device")
    # The tab goes away before anything reached the server; what was typed does not.
    await visitor.page.close()
    page = await visitor.new_tab()
    await visitor.go(WOOP)
    await expect(page.locator("#f-wish")).to_have_value("Kept here alone")
    await saved(page)
    await page.reload()
    await expect(page.locator("#f-wish")).to_have_value("Kept here alone")


async def test_two_devices_and_theirs_is_taken(town: Town, visit: Visit) -> None:
    yara = await begun(town, "Yara Haddad")
    laptop, phone = await visit(yara), await visit(yara)
    phone.expected.append("status of 409")
    await laptop.go(WOOP)
    await phone.go(WOOP)
    await laptop.page.locator("#f-wish").fill("From the laptop")
    await saved(laptop.page)
    await phone.page.locator("#f-wish").fill("From the phone")
    await told(phone, "Changed on another device")
    assert await stored(visit, yara) == "From the laptop"

    await phone.page.get_by_role("button", name="Load theirs").click()
    await expect(phone.page.locator("#f-wish")).to_have_value("From the laptop")
    # What was typed here was set aside, and is still to be had.
    await told(phone, "This device has other text")
    await phone.page.get_by_role("button", name="Bring it back").click()
    await expect(phone.page.locator("#f-wish")).to_have_value("From the phone")
    await saved(phone.page)
    assert await stored(visit, yara) == "From the phone"


async def test_two_devices_and_mine_is_kept(town: Town, visit: Visit) -> None:
    omar = await begun(town, "Omar Aziz")
    laptop, phone = await visit(omar), await visit(omar)
    phone.expected.append("status of 409")
    await laptop.go(WOOP)
    await phone.go(WOOP)
    await laptop.page.locator("#f-wish").fill("From the laptop")
    await saved(laptop.page)
    await phone.page.locator("#f-wish").fill("From the phone")
    await phone.page.get_by_role("button", name="Keep mine").click()
    await saved(phone.page)
    assert await stored(visit, omar) == "From the phone"


async def test_submitted_elsewhere_while_typing(town: Town, visit: Visit) -> None:
    lena = await begun(town, "Lena Vogt")
    phone = await visit(lena)
    phone.expected.append("status of 409")
    await phone.go(WOOP)
    await town.hand_in(lena, "sprint-0-woop")
    await phone.page.locator("#f-wish").fill("A second thought")
    await told(phone, "Changed on another device")
    await phone.page.get_by_role("button", name="Load theirs").click()
    await expect(phone.page.get_by_role("heading", name="Your answer, version 1")).to_be_visible()
    await phone.page.get_by_role("link", name="Write a new version").click()
    await told(phone, "This device has other text")
    await phone.page.get_by_role("button", name="Bring it back").click()
    await expect(phone.page.locator("#f-wish")).to_have_value("A second thought")


async def test_rows_and_examples(town: Town, visit: Visit) -> None:
    ivo = await begun(town, "Ivo Marin")
    await town.hand_in(ivo, "sprint-0-woop")
    visitor = await visit(ivo)
    page = visitor.page
    await visitor.go("/tools/sprint-1-identity")
    field = page.locator("[data-field='value_proof']")
    rows = field.locator("[data-entry]")
    before = await rows.count()
    await field.locator("details.example summary").click()
    await field.get_by_role("button", name="Use this example").click()
    await expect(rows.nth(0).get_by_label("Value")).to_have_value("Keep your word")
    await saved(page)
    count = await rows.count()
    await field.get_by_role("button", name="Add a row").click()
    await expect(rows).to_have_count(count + 1)
    await expect(rows.last.get_by_label("Value")).to_be_focused()
    await page.keyboard.type("Candour")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(rows.nth(count - 1).get_by_label("Value")).to_have_value("Candour")
    await rows.nth(count - 1).get_by_role("button", name="Remove").click()
    await field.get_by_role("button", name=f"Put back {count}").click()
    await expect(rows.nth(count - 1).get_by_label("Value")).to_have_value("Candour")
    await rows.nth(count - 1).get_by_label("What I decided").fill("Said it")
    await saved(page)
    await page.reload()
    await expect(rows.nth(count - 1).get_by_label("Value")).to_have_value("Candour")
    assert count >= before
