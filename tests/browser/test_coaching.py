"""A coach and the person they look after: reading, reviewing, and being shown the door."""

from playwright.async_api import expect

from milepost.contexts.identity.types import Role
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.town import Town

REVIEW = "The second paragraph is the plan. Say it aloud, then cut the first."


async def test_a_review_is_written_and_access_is_taken_back(
    town: Town, visit: Visit, axe_source: str
) -> None:
    mira = await town.newcomer("Mira Novak")
    paul = await town.newcomer("Paul Reiter", role=Role.GURU)
    await town.hand_in(mira, "sprint-0-woop", "sprint-1-identity")
    coach, learner = await visit(paul), await visit(mira)
    page = coach.page
    coach.expected += ["status of 403", "status of 404"]

    # Nobody sees anything until Mira says so.
    await coach.go("/team")
    await expect(page.get_by_role("heading", name="Nobody shares with you yet")).to_be_visible()
    await learner.go("/sharing")
    share = learner.page.get_by_role("region", name="Share with somebody")
    if not await share.get_by_label("Who").is_visible():
        await share.get_by_text("Choose who, and how much").click()
    await share.get_by_label("Who").select_option(value=str(paul.id))
    await share.get_by_role("radio", name="Everything").check()
    await share.get_by_role("button", name="Share").click()
    sees = learner.page.locator(".grant", has_text="Paul Reiter")
    await expect(sees).to_contain_text("everything")

    await coach.go("/team")
    await page.get_by_role("link", name="Mira Novak").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Mira Novak")
    await page.get_by_role("link", name="WOOP").click()
    await expect(page.locator("dl.answers")).to_contain_text("By March next year Kestrel")
    await page.get_by_label("To Mira Novak").fill(REVIEW)
    await page.get_by_role("radio", name="Revise").check()
    await page.get_by_role("button", name="Send review").click()
    await expect(page.locator(".review")).to_contain_text(REVIEW)
    assert await axe.problems(page, axe_source) == []

    # Mira finds it where she begins, and sees what was read.
    await learner.go("/today")
    await learner.page.get_by_role("link", name="Paul Reiter reviewed WOOP").click()
    await expect(learner.page.locator(".review")).to_contain_text(REVIEW)
    await learner.go("/sharing")
    reads = learner.page.get_by_role("region", name="What they read").locator("tbody")
    await expect(reads).to_contain_text("Paul Reiter")
    await expect(reads).to_contain_text("WOOP")
    await expect(reads).to_contain_text("Progress")

    await sees.get_by_role("button", name="End what Paul Reiter sees").click()
    await expect(sees).to_have_count(0)
    # The page is still open at the coach's; the next click shows nothing any more.
    await page.reload()
    await expect(page.get_by_text("By March next year Kestrel")).to_have_count(0)
    await expect(page.get_by_text(REVIEW)).to_have_count(0)
    await coach.go("/team")
    await expect(page.get_by_role("link", name="Mira Novak")).to_have_count(0)
    # What was read before stays written down.
    await expect(reads).to_contain_text("WOOP")


async def test_asking_to_be_let_in(town: Town, visit: Visit) -> None:
    hugo = await town.newcomer("Hugo Lindt")
    vera = await town.newcomer("Vera Kock", role=Role.GURU)
    coach, learner = await visit(vera), await visit(hugo)
    await coach.go("/sharing")
    page = coach.page
    await page.get_by_text("Ask somebody to share with you").click()
    await page.get_by_label("Their e-mail address").fill(hugo.user.email)
    await (
        page.locator("#received form[action='/sharing/ask#received']").get_by_role("button").click()
    )
    await expect(page.locator("#received")).to_contain_text("not answered yet")

    await learner.go("/sharing")
    await learner.page.get_by_role("button", name="Let Vera Kock in").click()
    await expect(learner.page.locator(".grant", has_text="Vera Kock")).to_be_visible()
    await coach.go("/team")
    await expect(page.get_by_role("link", name="Hugo Lindt")).to_be_visible()
