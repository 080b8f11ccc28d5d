"""A step's benchmark as a page and through the API, of companies that walk the framework."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import bands
from milepost.contexts.insights.privacy.values import Cell
from milepost.contexts.journeys import service as journeys
from milepost.contexts.programs import service as programs
from milepost.platform import clock, jobs
from milepost.web.company import distribution
from tests.contexts.insights.companies import Town
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_venture
from tests.web.people.conftest import Browser, app, open_browser, words_of

__all__ = ["app", "open_browser"]

STEP, OTHER = "founder-motivation", "personal-runway"
DAYS = (3, 5, 6, 9, 12, 16, 25, 40, 11, 8, 13, 70)
PAGE = f"/company/steps/{STEP}/benchmark"
API = f"/api/v1/programs/startup-journey/steps/{STEP}/benchmarks"


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place: Place) -> Venture:
    made = await make_venture(place, "Alder", steps=(STEP, OTHER))
    await made.finish(STEP, days=12, confidence=2)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def founder(venture: Venture, open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    return await open_browser(venture.founder)


@pytest_asyncio.fixture(loop_scope="session")
async def told(
    place: Place, venture: Venture, operator: psycopg.AsyncConnection, secret: bytes
) -> None:
    """Eighteen others shared how the step went, and it was counted."""
    async with place.db.transaction(place.system) as tx:
        version = await programs.find_latest(tx, slug="startup-journey")
    assert version is not None
    town = Town(operator, version.program_id, version.id, place.now)
    for number, company in enumerate(await town.companies(place, 18)):
        await town.outcome(
            company,
            step=STEP,
            days=DAYS[number % len(DAYS)],
            confidence=number % 5 + 1,
            industry="health" if number < 10 else "food",
            stage="validation",
        )
    await insights.refresh_all(place.db, secret=secret, settle=timedelta(), now=place.now)


@pytest.mark.usefixtures("told")
async def test_the_page_shows_the_distribution_and_where_one_is(founder: Browser) -> None:
    answer = await founder.get(PAGE)
    assert answer.status_code == 200
    words = words_of(answer.text)
    assert "as at least 15 companies told it" in words
    assert "You: 12" in words
    assert "confidence 2 of 5" in words
    assert answer.text.count('class="bar') >= 4
    assert len(re.findall(r'class="dot"', answer.text)) == 1
    assert "8 to 14 days You" in words, "the table says the same"
    assert "The dot is you; you don’t share this, and aren’t counted." in words
    assert "Rounded and blurred on purpose, so that no company can be picked out" in words
    assert "take it as a rough picture" in words, "of fifteen"
    assert "style=" not in answer.text


@pytest.mark.usefixtures("told")
async def test_it_is_narrowed_by_a_form(founder: Browser) -> None:
    words = words_of((await founder.get(f"{PAGE}?industry=health")).text)
    assert "as at least 10 companies in health told it" in words
    words = words_of((await founder.get(f"{PAGE}?industry=food&stage=scale")).text)
    assert "Too few to tell" in words
    assert "in food at the stage of scale" in words
    page = await founder.get(f"{PAGE}?industry=<script>")
    assert "as at least 15 companies told it" in words_of(page.text), "no such industry"


@pytest.mark.usefixtures("told")
async def test_without_figures_the_page_says_why(founder: Browser) -> None:
    words = words_of((await founder.get(f"/company/steps/{OTHER}/benchmark")).text)
    assert "Too few to tell" in words
    assert "How companies stay unknown" in words


@pytest.mark.usefixtures("told")
async def test_the_page_says_what_the_figures_hold_of_ones_own(
    venture: Venture, founder: Browser, secret: bytes
) -> None:
    place = venture.place

    async def tell(days: int, *, share: bool) -> UUID:
        async with place.db.transaction(venture.founder.actor) as tx:
            outcome = await journeys.capture_outcome(
                tx,
                journey_id=venture.journey.id,
                step_slug=STEP,
                task_results={},
                time_taken_days=days,
                confidence_level=3,
                notes="",
                key_learnings=[],
                share_anonymously=share,
                now=clock.now(),
            )
        return outcome.id

    async def words() -> str:
        return words_of((await founder.get(PAGE)).text)

    await tell(12, share=True)
    await tell(40, share=True)
    said = await words()
    assert "You: 40" in said
    assert "The dot is what you wrote last; the figures may hold what you wrote before" in said
    outcome_id = await tell(40, share=False)
    said = await words()
    assert "The dot is you; you no longer share this, and the next figures leave you out." in said
    await insights.refresh_all(place.db, secret=secret, settle=timedelta(), now=clock.now())
    said = await words()
    assert "The dot is you; you don’t share this, and aren’t counted." in said

    async with place.db.transaction(venture.founder.actor) as tx:
        await journeys.set_sharing(tx, outcome_id=outcome_id, share=True, now=clock.now())
    assert (await founder.client.get(API)).json()["own"]["share_anonymously"] is True


async def test_before_the_first_night_the_page_says_so(
    place: Place, founder: Browser, operator: psycopg.AsyncConnection
) -> None:
    assert "Nothing is calculated yet" in words_of((await founder.get(PAGE)).text)
    async with place.db.transaction(place.system) as tx:
        await jobs.defer(tx, insights.REFRESH_BENCHMARKS)
    try:
        assert "Being worked out" in words_of((await founder.get(PAGE)).text)
    finally:
        await operator.execute(
            "delete from procrastinate.procrastinate_jobs where task_name = %(name)s",
            {"name": insights.REFRESH_BENCHMARKS},
        )
    missing = await founder.get("/company/steps/no-such-step/benchmark")
    assert missing.status_code == 404


@pytest.mark.usefixtures("told")
async def test_the_api_tells_the_same(
    founder: Browser, venture: Venture, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    body = (await founder.client.get(API)).json()
    assert (body["step"], body["companies"], body["withheld"]) == (STEP, 15, None)
    assert body["quartiles"]["first"] <= body["quartiles"]["median"] <= body["quartiles"]["third"]
    assert sum(band["share"] for band in body["durations"]) == 100
    assert body["durations"][-1]["last_day"] is None
    assert sum(body["confidence"]["shares"]) == 100
    # What was said is turned over for one in ten, and which ones differs from run to run.
    assert body["finished_share"] in range(10, 100, 10)
    page = words_of((await founder.get(PAGE)).text)
    assert re.search(rf"Finished it (at \w+ )?{body['finished_share']:.0f}\s?%", page)
    assert body["pool"] == "tenant"
    assert body["filters"] == {"industries": ["food", "health"], "stages": ["validation"]}
    assert body["own"]["time_taken_days"] == 12
    assert body["own"]["share_anonymously"] is False

    withheld = (await founder.client.get(API, params={"industry": "mobility"})).json()
    assert (withheld["companies"], withheld["withheld"]) == (None, "too_few")
    assert withheld["durations"] == []

    outsider = await open_browser(await venture.place.person())
    assert (await outsider.client.get(API)).json()["own"] is None
    nobody = await open_browser()
    assert (await nobody.client.get(API)).status_code == 401


async def test_a_tenant_joins_the_pool_of_all_through_the_api(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    admin = await open_browser(place.admin)
    headers = {"x-csrf-token": await admin.csrf()}
    path = "/api/v1/tenant"
    assert (await admin.client.get(path)).json()["joins_pool"] is False
    joined = await admin.client.patch(path, json={"joins_pool": True}, headers=headers)
    assert joined.status_code == 200, joined.text
    assert joined.json()["joins_pool"] is True
    left = await admin.client.patch(path, json={"joins_pool": False}, headers=headers)
    assert left.json()["joins_pool"] is False
    person = await open_browser(await place.person())
    refused = await person.client.patch(
        path, json={"joins_pool": True}, headers={"x-csrf-token": await person.csrf()}
    )
    assert refused.status_code == 403


def test_days_lie_in_the_picture_as_in_the_bands() -> None:
    shares = (10.0, 0.0, 20.0, 30.0, 20.0, 10.0, 10.0, 0.0, 0.0, 0.0)
    cell = Cell(10, 6, 11, 20, shares, (0, 0, 100, 0, 0), 3, None)
    drawn = distribution.draw(bands(shares), cell, own_days=3000)
    assert len(drawn.bars) == 10
    assert len(drawn.ticks) == 9
    assert max(bar.height for bar in drawn.bars) == distribution.FLOOR - distribution.TOP
    assert drawn.first < drawn.median < drawn.third
    assert drawn.own == distribution.WIDTH - distribution.LEFT, "as far as the picture goes"
    assert drawn.bars[-1].own
    assert drawn.bars[-1].words == "more than 180 days"
    places = [distribution.at(bands(shares), days) for days in range(400)]
    assert places == sorted(places)
    assert distribution.at(bands(shares), 7) == drawn.ticks[2].x


async def test_an_administrator_joins_on_the_page_of_people(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    admin = await open_browser(place.admin)
    assert "Join all others" in (await admin.get("/people")).text
    answer = await admin.post("/people/benchmarks/pool", {"joins": "yes"})
    assert answer.status_code == 303
    assert "Compare among ourselves only" in (await admin.get("/people")).text
    await admin.post("/people/benchmarks/pool", {"joins": "no"})
    person = await open_browser(await place.person())
    refused = await person.post("/people/benchmarks/pool", {"joins": "yes"})
    assert refused.status_code == 403
