"""An administrator's day: the matrix, an invitation, a list from the school."""

import re

from playwright.async_api import expect

from milepost.contexts.identity.types import Role
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.town import Town

NEW_PASSWORD = "seven green bicycles"
EXPORT = """\
id,email,first name,last name,organization,role
lw-100,Bo.Jensen@school.milepost.test,Bo,Jensen,Jensen Tag,user
lw-101,ella.holm@school.milepost.test,Ella,Holm,Jensen Tag,guru
"""


async def test_the_matrix_and_its_filter(town: Town, visit: Visit) -> None:
    visitor = await visit(town.admin)
    page = visitor.page
    await visitor.go("/team")
    maya = page.locator("tbody tr", has_text="Maya Verbeek")
    await expect(maya.locator("td.mx")).to_have_count(31)
    await expect(maya.locator("td.mx.completed")).to_have_count(15)
    await page.get_by_label("Name or e-mail").press_sequentially("maya")
    await expect(page.locator("tbody tr")).to_have_count(1)
    # The address follows, so that a reload or a bookmark keeps the filter.
    await expect(page).to_have_url(f"{town.url}/team?text=maya")
    await page.reload()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="Maya Verbeek").click()
    # An administrator sees progress, never answers.
    await expect(page.get_by_text("Answers are not shared with you")).to_be_visible()
    await expect(page.locator("main .phases a")).to_have_count(0)


async def test_an_invitation_leads_in(town: Town, visit: Visit) -> None:
    admin = await visit(await town.newcomer("Greta Admin", role=Role.ADMIN))
    page = admin.page
    await admin.go("/people")
    await page.get_by_text("Invite somebody").click()
    invite = page.locator("#invite")
    await invite.get_by_label("Name").fill("Finn Olsen")
    await invite.get_by_label("E-mail address").fill("finn.olsen@people.milepost.test")
    await invite.get_by_role("button", name="Send invitation").click()
    await expect(page.locator("#toasts")).to_contain_text("The invitation is on its way.")
    await expect(page.get_by_role("link", name="Finn Olsen")).to_be_visible()

    mail = await town.mail_to("finn.olsen@people.milepost.test")
    link = re.search(r"http://\S+/sign-in/invitation/\S+", mail.get_content())
    assert link is not None
    finn = await visit()
    await finn.page.goto(link[0])
    await expect(finn.page.get_by_role("heading", level=1)).to_have_text("Welcome")
    await finn.page.get_by_label("Password").fill(NEW_PASSWORD)
    await finn.page.get_by_label("The same again").fill(NEW_PASSWORD)
    await finn.page.get_by_role("button", name="Set password").click()
    await finn.page.get_by_label("E-mail address").fill("finn.olsen@people.milepost.test")
    await finn.page.get_by_label("Password").fill(NEW_PASSWORD)
    await finn.page.get_by_role("button", name="Sign in").click()
    await expect(finn.page.get_by_role("heading", level=1)).to_have_text("Welcome, Finn Olsen")

    # The link worked once.
    late = await visit()
    late.expected.append("status of 409")
    await late.page.goto(link[0])
    await late.page.get_by_label("Password").fill("another one of mine")
    await late.page.get_by_label("The same again").fill("another one of mine")
    await late.page.get_by_role("button", name="Set password").click()
    await expect(late.page.get_by_role("heading", level=1)).to_have_text("This link has ended")


async def test_a_list_is_planned_then_taken(town: Town, visit: Visit, axe_source: str) -> None:
    admin = await visit(await town.newcomer("Nils Admin", role=Role.ADMIN))
    page = admin.page
    await admin.go("/people")
    admin.expected.append("status of 422")
    await page.get_by_role("link", name="Import a list").click()

    async def plan(text: str) -> dict[str, str]:
        await admin.go("/people/import")
        file = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
        await page.get_by_label("CSV file").set_input_files(file)
        await page.get_by_role("button", name="Show what would change").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("What would change")
        assert await axe.problems(page, axe_source) == []
        words = await page.locator(".counts dt").all_inner_texts()
        counts = await page.locator(".counts dd").all_inner_texts()
        return dict(zip(words, counts, strict=True))

    broken = await plan(EXPORT + "lw-102,no address,Kim,Berg,,user\n")
    assert broken["Refused"] == "1"
    await expect(page.get_by_role("row", name="4")).to_be_visible()
    await expect(page.get_by_role("button", name="Import ")).to_have_count(0)

    assert (await plan(EXPORT))["New"] == "2"
    await page.get_by_role("button", name="Import 2 people").click()
    await expect(page.locator("#toasts")).to_contain_text("Imported.")
    await page.get_by_label("Name or e-mail").press_sequentially("Holm")
    await expect(page.locator("#people li")).to_have_count(1)
    assert (await plan(EXPORT))["Unchanged"] == "2"
    await expect(page.get_by_text("There is nothing to do.")).to_be_visible()
