"""The address that a server prints: it leads everybody, once signed in, to what they have to do."""

from collections.abc import Awaitable, Callable

from milepost.contexts.identity.types import Role
from tests.factories.people import PASSWORD, Place, Someone
from tests.factories.portfolios import make_member, make_organization, make_venture
from tests.web.people.conftest import Browser, field, words_of

OpenBrowser = Callable[..., Awaitable[Browser]]

STEP = "founder-motivation"


async def lands(open_browser: OpenBrowser, someone: Someone, asked: str = "/") -> str:
    """Follow the way from an address, signed out, over the sign-in to where it ends."""
    browser = await open_browser()
    sent = await browser.get(asked)
    while sent.status_code == 303 and not sent.headers["location"].startswith("/sign-in"):
        sent = await browser.get(sent.headers["location"])
    page = await browser.get(sent.headers["location"])
    fields = {
        "email": someone.user.email,
        "password": PASSWORD,
        "next": field(page.text, "next"),
    }
    gone = await browser.post("/sign-in", fields)
    at = ""
    while gone.status_code == 303:
        at = gone.headers["location"]
        gone = await browser.get(at)
    assert gone.status_code == 200
    # Who is signed in already is led to the same place.
    assert (await browser.get("/sign-in")).headers["location"] == "/"
    if asked == "/":
        assert (await browser.get("/")).headers["location"] == at
    return at


async def test_everybody_is_led_to_what_they_have_to_do(
    place: Place, open_browser: OpenBrowser
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    firm = await make_organization(place, kind="investor")
    founder = await place.person("Fay", organization=venture.organization, password=PASSWORD)
    analyst = await place.person("Ana", organization=firm, password=PASSWORD)
    admin = await place.person("Ada", role=Role.ADMIN, password=PASSWORD)
    learner = await place.person("Lea", password=PASSWORD)
    assert await lands(open_browser, founder) == "/company"
    assert await lands(open_browser, analyst) == "/portfolio"
    assert await lands(open_browser, admin) == "/team"
    assert await lands(open_browser, learner) == "/today"
    # A page that was asked for by name opens all the same.
    assert await lands(open_browser, founder, "/account") == "/account"


async def test_a_session_that_ended_asks_again_and_leads_the_same_way(
    place: Place, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(await place.person("Lea"))
    await browser.post("/sign-out")
    assert (await browser.get("/")).headers["location"] == "/sign-in"


async def test_today_points_to_the_company_that_somebody_walks_with(
    place: Place, open_browser: OpenBrowser
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    member = await make_member(place, venture.organization, "Sam Ode")
    page = (await (await open_browser(member)).get("/today")).text
    said = words_of(page)
    assert "You have not begun" not in said
    assert f"Go on with {venture.organization.name}" in said
    assert 'class="button primary" href="/company"' in page
    # Something of one's own may still be begun here.
    assert "Begin Fast Track" in said


async def test_today_points_to_the_portfolio_of_who_invests(
    place: Place, open_browser: OpenBrowser
) -> None:
    firm = await make_organization(place, kind="investor")
    analyst = await place.person("Ana", organization=firm)
    page = (await (await open_browser(analyst)).get("/today")).text
    assert "You have not begun" not in words_of(page)
    assert 'class="button primary" href="/portfolio"' in page


async def test_today_of_a_company_that_walks_nothing_yet_still_offers_it(
    place: Place, open_browser: OpenBrowser
) -> None:
    company = await make_organization(place, kind="company")
    browser = await open_browser(await place.person("Lea", organization=company))
    said = words_of((await browser.get("/today")).text)
    assert "You have not begun yet" in said
    assert f"Walk it with {company.name}" in said
