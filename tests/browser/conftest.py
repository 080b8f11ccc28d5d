"""One Milepost with its demo, one Chromium, and visitors with a browser window each.

What a test writes, it writes as people of its own; the demo's people are for looking.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Member, System, User
from milepost.contexts.insights import service as insights
from milepost.contexts.programs import service as programs
from milepost.platform import clock
from milepost.platform.db import Database
from milepost.platform.db.connect import DatabaseAccess, open_database
from tests.browser.town import ADMIN, PIA, TOM, Town
from tests.browser.visitor import Visitor, open_visitor
from tests.cli.commands import Running, Spot, up
from tests.contexts.insights.companies import Town as Sharing
from tests.factories.databases import looking
from tests.factories.people import Place, Someone

FIRST_STEPS = ("founder-motivation", "idea-shortlist", "problem-statement")

SETTLED_SECONDS = 60.0
JOBS_SOON = """
    select j.task_name, j.status::text as status
    from procrastinate.procrastinate_jobs j
    where j.status in ('todo', 'doing')
      and coalesce(j.scheduled_at, now()) < now() + interval '1 minute'
"""

Visit = Callable[..., Awaitable[Visitor]]

CHROMIUM = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def milepost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Milepost of `milepost up --demo`, worker and outbox included."""
    folder = tmp_path_factory.mktemp("milepost")
    started: list[Running] = []
    try:
        yield up(
            Spot(folder), folder / "data", "--demo", "--host", "127.0.0.1", started=started.append
        )
    finally:
        for one in started:
            one.end()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(milepost: Running) -> AsyncIterator[Town]:
    """The demo's people, and the way to make more of them."""
    with open_database(data_dir=milepost.data, url=None) as access:
        db = Database(access.roles.app, max_size=2)
        await db.open()
        async with db.transaction(System()) as tx:
            (tenant,) = await identity.list_tenants(tx)
        async with db.transaction(System(tenant.id)) as tx:
            users: dict[str, User] = {
                user.email: user for user in (await identity.list_users(tx)).items
            }
        now = clock.now()
        people = {
            email: Someone(user, Member(tenant.id, user.id, now)) for email, user in users.items()
        }
        place = Place(db, tenant.id, tenant.slug, people[ADMIN], now)
        town = Town(milepost.url, milepost.data / "outbox", place, people)
        people.update(await _harbour(place))
        await town.walk_together(people[PIA], *FIRST_STEPS)
        town.ids["outcome"] = (await town.tell(people[PIA], FIRST_STEPS[0])).id
        await _community(access, place)
        async with db.transaction(System(tenant.id)) as tx:
            listed = (await identity.list_organizations(tx, limit=200)).items
        town.ids.update({one.slug: one.id for one in listed})
        await _nothing_left_to_do(access.roles.operator)
        yield town
        await db.close()


async def _nothing_left_to_do(operator: str) -> None:
    """Wait for what the worker still makes: advice that comes to a page moves what is there."""
    ends = time.monotonic() + SETTLED_SECONDS
    async with looking(operator) as db:
        while (left := [row async for row in await db.execute(JOBS_SOON)]) != []:
            assert time.monotonic() < ends, left
            await asyncio.sleep(0.2)


async def _community(access: DatabaseAccess, place: Place) -> None:
    """Companies that shared how a step went, and the benchmark that counts them."""
    async with place.db.transaction(place.system) as tx:
        version = await programs.find_latest(tx, slug="startup-journey")
    assert version is not None
    async with looking(access.roles.operator) as operator:
        sharing = Sharing(operator, version.program_id, version.id, place.now)
        for number, company in enumerate(await sharing.companies(place, 12)):
            await sharing.outcome(
                company,
                step=FIRST_STEPS[0],
                days=(3, 5, 6, 9, 12, 16, 25, 40, 11, 8, 13, 70)[number],
                confidence=number % 5 + 1,
                industry="health",
                stage="validation",
            )
    await insights.refresh_all(place.db, secret=access.secret, settle=timedelta(), now=clock.now())


async def _harbour(place: Place) -> dict[str, Someone]:
    """The company that tests look at."""
    company = await place.organization("Harbour Lights")
    return {
        email: await place.person(name, email=email, organization=company)
        for email, name in ((PIA, "Pia Roth"), (TOM, "Tom Okafor"))
    }


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    assert program is not None, "the browser tests need Chromium: make browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(town: Town, chromium: Browser) -> AsyncIterator[Visit]:
    """Open a browser window with a fresh profile: `maya = await visit(someone)`, or signed out.

    When the test ends, no page may have told of an error that the test did not expect.
    """
    opened: list[Visitor] = []

    async def open_window(someone: Someone | None = None, **options: Any) -> Visitor:
        visitor = await open_visitor(chromium, town, someone, **options)
        opened.append(visitor)
        return visitor

    yield open_window
    for visitor in opened:
        await visitor.context.close()
    assert [trouble for visitor in opened for trouble in visitor.troubles] == []


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The rules of axe, as the page runs them."""
    file = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"
    assert file.is_file(), "the browser tests need axe-core: make dev"
    return file.read_text("utf-8")
