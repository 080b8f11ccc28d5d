"""A company and a firm: let in, looked at, seen looking, and shown the door."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.town import INVESTOR, Town
from tests.browser.visitor import PHONE
from tests.factories.portfolios import make_member, make_organization, make_venture

# How much of a table is out of its frame, to be moved into it sideways.
OUTSIDE = "one => one.scrollWidth - one.clientWidth"
LABEL = "one => getComputedStyle(one, '::before').content"
FIRST, SECOND = "founder-motivation", "personal-runway"


async def test_a_firm_is_let_in_looks_and_is_shown_the_door(
    town: Town, visit: Visit, axe_source: str, tmp_path: Path
) -> None:
    place = town.place
    venture = await make_venture(place, "Ashgrove Tools", steps=(FIRST, SECOND), founder="Ada Ash")
    await venture.finish(
        FIRST, at=place.now - timedelta(days=4), confidence=2, notes="Slower than it looked."
    )
    firm = await make_organization(place, "Elmwood Capital", kind="investor")
    founder = await visit(venture.founder)
    investor = await visit(await make_member(place, firm, "Ivo Elm"))
    investor.expected += ["status of 404"]
    page = investor.page

    await investor.go("/portfolio")
    await expect(page.get_by_role("heading", name="No company shows you anything")).to_be_visible()

    await founder.go("/sharing")
    await founder.page.get_by_role("link", name="Ashgrove Tools").click()
    share = founder.page.get_by_role("region", name="Let a firm in")
    await share.get_by_label("Firm").select_option(label="Elmwood Capital")
    await share.get_by_role("radio", name="Detailed").check()
    await share.get_by_role("button", name="Let in").click()
    sees = founder.page.locator(".grant", has_text="Elmwood Capital")
    await expect(sees).to_contain_text("Sees detailed")

    await investor.go("/portfolio")
    row = page.get_by_role("row", name="Ashgrove Tools")
    await expect(row).to_contain_text("50%")
    await expect(row).to_contain_text("2.0 (last 2)")
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Table as CSV").click()
    file = tmp_path / "portfolio.csv"
    await (await started.value).save_as(file)
    header, line = csv.reader(file.read_text("utf-8-sig").splitlines())
    assert dict(zip(header, line, strict=True))["Company"] == "Ashgrove Tools"
    shown = [await cell.inner_text() for cell in await row.get_by_role("cell").all()]
    assert [text.strip() for text in shown] == line[1:]
    # Filtering needs no press of a button, and leaves the place of the typist alone.
    await page.get_by_label("Company", exact=True).fill("zzz")
    await expect(page.get_by_role("heading", name="No company fits")).to_be_visible()
    # A link that is pressed while the table is being renewed leads nowhere.
    async with page.expect_response(lambda answer: "text=ash" in answer.url):
        await page.get_by_label("Company", exact=True).fill("ash")
    await page.wait_for_load_state("networkidle")
    await page.get_by_role("row", name="Ashgrove Tools").get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ashgrove Tools")
    await expect(page.locator("main")).to_contain_text("Confidence 2 of 5")
    await expect(page.locator("main")).not_to_contain_text("Slower than it looked.")
    assert await axe.problems(page, axe_source) == []

    await sees.get_by_role("link", name="View as Elmwood Capital").click()
    await expect(founder.page.locator("main")).to_contain_text("As an investor sees you")
    await expect(founder.page.locator("main")).not_to_contain_text("Slower than it looked.")
    await founder.page.get_by_role("link", name="Full", exact=True).click()
    await expect(founder.page.locator("main")).to_contain_text("Slower than it looked.")
    await founder.go(f"/sharing/companies/{venture.id}")
    reads = founder.page.get_by_role("region", name="What they read").locator("tbody")
    await expect(reads).to_contain_text("Ivo Elm")
    await expect(reads).to_contain_text("The company’s page")
    await sees.get_by_role("button", name="End what Elmwood Capital sees").click()
    await expect(sees).to_have_count(0)

    # The page is still open at the investor's; the next look shows nothing any more.
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("Ashgrove Tools")
    await investor.go("/portfolio")
    await expect(page.get_by_role("heading", name="No company shows you anything")).to_be_visible()


@pytest.mark.parametrize("wide", [1280, 1440, 1920])
async def test_all_of_the_heat_map_is_seen_at_once(town: Town, visit: Visit, wide: int) -> None:
    investor = await visit(town.people[INVESTOR], viewport={"width": wide, "height": 1000})
    page = investor.page
    await investor.go("/portfolio")
    columns = page.locator(".companies").get_by_role("columnheader")
    await expect(columns).to_have_count(16)
    for column in await columns.all():
        await expect(column).to_be_in_viewport(ratio=1)
    assert await page.locator(".companies").evaluate(OUTSIDE) == 0
    # Nor would it be, were every company through with everything.
    for share in await page.locator("td.domain").all():
        await share.evaluate("one => { one.textContent = '100%'; }")
    assert await page.locator(".companies").evaluate(OUTSIDE) == 0


async def test_the_heat_map_on_a_phone(town: Town, visit: Visit) -> None:
    """A row is a card there, with the words of the columns in it."""
    investor = await visit(town.people[INVESTOR], viewport=PHONE)
    page = investor.page
    await investor.go("/portfolio")
    rows = page.locator(".companies tbody").get_by_role("row")
    await expect(rows).to_have_count(3)
    for row in await rows.all():
        await row.scroll_into_view_if_needed()
        cells = await row.get_by_role("cell").all()
        assert len(cells) == 15
        for cell in cells:
            await expect(cell).to_be_visible()
            box = await cell.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
        labels = [await cell.evaluate(LABEL) for cell in cells]
        assert labels[:5] == [
            '"You see"',
            '"Progress"',
            '"Stalled steps"',
            '"Confidence"',
            '"Pace"',
        ]
        assert '"Finance"' in labels[5:13]
        shades = {
            await cell.evaluate("one => getComputedStyle(one).backgroundColor")
            for cell in await row.locator(".domain").all()
        }
        assert len(shades) > 1
    assert await page.locator(".companies").evaluate(OUTSIDE) == 0
