"""What was confirmed to block a step: on the company's home and on the step, for its members."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Level
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import service as standups
from tests.factories.people import Place, Someone
from tests.factories.portfolios import Venture, make_member, make_organization, make_venture
from tests.web.people.conftest import Browser, app, open_browser, words_of

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

OpenBrowser = Callable[..., Awaitable[Browser]]

STEP, OTHER = "founder-motivation", "founder-agreement"
STUCK = "Founder motivation is stuck."


@dataclass(frozen=True, slots=True)
class Team:
    """A company with two who act for it; one of them has said what blocks the step."""

    venture: Venture
    tomasz: Someone


async def note(venture: Venture, who: Someone, text: str) -> None:
    """Say in the standup what blocks a step, two days ago, and confirm what the bot proposes."""
    at = venture.place.now - timedelta(days=2)
    async with venture.place.db.transaction(who.actor) as tx:
        reply = await standups.say(tx, journey_id=venture.journey.id, text=text, now=at)
        (action,) = reply.actions
        assert action.kind == "note_blocker"
        await standups.confirm(tx, journey_id=venture.journey.id, action_id=action.id, now=at)


@pytest_asyncio.fixture(loop_scope="session")
async def team(place: Place) -> Team:
    venture = await make_venture(place, "Alder", steps=(STEP,), founder="Nora Lind")
    tomasz = await make_member(place, venture.organization, "Tomasz Ode")
    await note(venture, tomasz, STUCK)
    return Team(venture, tomasz)


async def test_it_stands_on_the_home_and_on_the_step(team: Team, open_browser: OpenBrowser) -> None:
    said = "Blocked: “Founder motivation is stuck”, said by {} 2 days ago"
    for who, by in ((team.venture.founder, "Tomasz Ode"), (team.tomasz, "you")):
        browser = await open_browser(who)
        home = words_of((await browser.get("/company")).text)
        # In the card of what is next, and in that of the board.
        assert home.count(said.format(by)) == 2
        step = words_of((await browser.get(f"/company/steps/{STEP}")).text)
        assert f"“Founder motivation is stuck”, said by {by} 2 days ago" in step


async def test_it_is_gone_when_the_step_is_behind_the_company(
    team: Team, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(team.venture.founder)
    async with team.venture.place.db.transaction(team.venture.founder.actor) as tx:
        await journeys.complete(
            tx, journey_id=team.venture.journey.id, step_slug=STEP, now=team.venture.place.now
        )
    for path in ("/company", f"/company/steps/{STEP}"):
        page = await browser.get(path)
        assert page.status_code == 200
        assert "is stuck" not in page.text


async def test_a_colleague_says_on_the_step_that_it_is_out_of_the_way(
    team: Team, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(team.venture.founder)
    page = (await browser.get(f"/company/steps/{STEP}")).text
    (address,) = re.findall(r'action="(/company/blockers/[^"]+/lift)"', page)
    for _ in range(2):
        answer = await browser.post(address, {"journey": str(team.venture.journey.id)})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"/company/steps/{STEP}")
    assert "is stuck" not in (await browser.get(f"/company/steps/{STEP}")).text
    stranger = await make_venture(team.venture.place, "Birch", steps=(STEP,))
    theirs = await open_browser(stranger.founder)
    refused = await theirs.post(address, {"journey": str(stranger.journey.id)})
    assert refused.status_code == 404


async def test_what_was_only_proposed_is_not_shown(place: Place, open_browser: OpenBrowser) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    async with place.db.transaction(venture.founder.actor) as tx:
        await standups.say(tx, journey_id=venture.journey.id, text=STUCK, now=place.now)
    page = (await (await open_browser(venture.founder)).get("/company")).text
    assert "Blocked" not in words_of(page)


async def test_nobody_outside_the_company_reads_it_there(
    team: Team, open_browser: OpenBrowser
) -> None:
    place = team.venture.place
    firm = await make_organization(place, kind="investor")
    investor = await place.person("Ines Vest", organization=firm)
    await team.venture.let_in(firm, Level.DETAILED)
    foreign = await make_venture(place, "Birch", steps=(STEP,))
    for who in (investor, foreign.founder):
        browser = await open_browser(who)
        for path in ("/company", f"/company/steps/{STEP}", f"/portfolio/{team.venture.id}"):
            assert "is stuck" not in (await browser.get(path)).text


@asynccontextmanager
async def counted(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[list[str]]:
    """Note the statements that are run meanwhile and that are about what was proposed."""
    ran: list[str] = []
    original = psycopg.AsyncCursor.execute

    async def noting(self: Any, query: Any, *more: Any, **options: Any) -> Any:
        if "standups.actions" in str(query):
            ran.append(str(query))
        return await original(self, query, *more, **options)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.AsyncCursor, "execute", noting)
        yield ran


async def test_one_statement_reads_them_all(
    place: Place, open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    browser = await open_browser(venture.founder)
    for _ in range(3):
        await note(venture, venture.founder, STUCK)
    async with counted(monkeypatch) as ran:
        page = await browser.get("/company")
    assert len(ran) == 1
    # The latest of them stands for all on a card; the step's own page has every one.
    assert words_of(page.text).count("is stuck") == 2
    step = await browser.get(f"/company/steps/{STEP}")
    assert words_of(step.text).count("is stuck") == 3


async def test_a_step_of_an_archived_journey_says_what_to_do(
    team: Team, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(team.venture.founder)
    async with team.venture.place.db.transaction(team.venture.founder.actor) as tx:
        await journeys.rename(
            tx, journey_id=team.venture.journey.id, archived=True, now=team.venture.place.now
        )
    page = await browser.get(f"/company/steps/{STEP}")
    assert "This journey is archived" in words_of(page.text)
    assert f'action="/company/steps/{STEP}/start"' not in page.text
    refused = await browser.post(
        f"/company/steps/{STEP}/start", {"journey": str(team.venture.journey.id)}
    )
    assert refused.status_code == 409
    assert "Take it out of the archive first" in words_of(refused.text)


async def test_it_goes_with_its_step_and_doesnt_come_back(
    team: Team, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(team.venture.founder)
    form = {"journey": str(team.venture.journey.id)}
    left_open = (await browser.get(f"/company/steps/{STEP}")).text
    (address,) = re.findall(r'action="(/company/blockers/[^"]+/lift)"', left_open)
    # Who takes the step away is told what goes with it.
    asked = words_of((await browser.get(f"/company/plan/steps/{STEP}")).text)
    assert "“Founder motivation is stuck”, said by Tomasz Ode 2 days ago" in asked
    gone = await browser.post(f"/company/plan/steps/{STEP}/remove", form)
    assert gone.status_code == 303
    assert "is stuck" not in (await browser.get("/company")).text
    # Pressed on a page that was left open, it leads to one that is there.
    pressed = await browser.post(address, form)
    assert pressed.headers["location"].startswith("/company/plan")
    assert (await browser.get(pressed.headers["location"])).status_code == 200


async def test_a_step_taken_again_begins_without_it(team: Team, open_browser: OpenBrowser) -> None:
    venture = team.venture
    browser = await open_browser(venture.founder)
    later = venture.place.now + timedelta(hours=1)
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        await journeys.remove_step(tx, journey_id=venture.journey.id, step_slug=STEP, now=later)
        await journeys.add_framework_steps(
            tx, journey_id=venture.journey.id, slugs=[STEP], now=later
        )
    for path in ("/company", f"/company/steps/{STEP}"):
        assert "is stuck" not in (await browser.get(path)).text
    # What is said from then on is about the step that is there.
    await note(venture, team.tomasz, STUCK)
    assert "is stuck" in (await browser.get("/company")).text
