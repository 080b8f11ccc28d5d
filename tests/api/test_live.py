"""Open pages hear of changes at once; and a server that stops lets them go."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Level, Role
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes import listening
from milepost.main import create_app
from milepost.platform import live
from milepost.platform.db import Database
from milepost.platform.http import server
from milepost.settings import Settings
from tests.api.companies import FIRST, Company, make_company, make_viewer
from tests.api.conftest import API, Caller
from tests.api.walking import Walk, ok, refused
from tests.conftest import SECRET


class Listener:
    """Somebody's open page: what it was told, in order."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self, seconds: float = 5) -> str | None:
        """The step that changed, once one has. Raises StopAsyncIteration at the end."""
        async with asyncio.timeout(seconds):
            while not (line := await anext(self._lines)).startswith("data: "):
                pass
        return json.loads(line.removeprefix("data: "))["step"]

    async def end(self, seconds: float = 5) -> None:
        """Wait until nothing comes any more."""
        async with asyncio.timeout(seconds):
            async for _ in self._lines:
                pass


@pytest.fixture
async def company(place, as_caller) -> Company:
    return await make_company(place, as_caller)


@pytest.fixture
async def walk(company) -> Walk:
    return await company.begin()


@pytest_asyncio.fixture(loop_scope="session")
async def http(live_server: str) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=live_server, timeout=30) as client:
        yield client


@asynccontextmanager
async def listening_to(
    http: httpx2.AsyncClient, walk: Walk, who: Caller
) -> AsyncGenerator[Listener]:
    path = API + walk.path + "/events"
    async with http.stream("GET", path, headers=who.headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        listener = Listener(response)
        # The first event says that from now on nothing is missed.
        assert await listener.next() is None
        yield listener


async def test_two_who_tick_at_once_both_see_both_within_a_second(company, walk, http):
    there = (await walk.open(FIRST))["tasks"]
    members = (company.founder, company.cofounder)
    async with (
        listening_to(http, walk, company.founder) as hers,
        listening_to(http, walk, company.cofounder) as his,
    ):
        begun = time.monotonic()
        await asyncio.gather(
            *(
                Caller(http, who.token).call(
                    "PATCH", walk.step(FIRST, f"/tasks/{task['id']}"), {"is_completed": True}
                )
                for who, task in zip(members, there, strict=False)
            )
        )
        for page in (hers, his):
            assert [await page.next(1), await page.next(1)] == [FIRST, FIRST]
        assert time.monotonic() - begun < 1
    for who in members:
        step = ok(await who.get(walk.step(FIRST)))
        assert [task["is_completed"] for task in step["tasks"][:2]] == [True, True]


async def test_what_changes_is_named(company, walk, http):
    async with listening_to(http, walk, company.cofounder) as member:
        ok(await walk.caller.post(walk.step(FIRST, "/complete")))
        assert await member.next() == FIRST
        ok(await walk.caller.post(walk.step(FIRST, "/move"), {"after": "shared-workspace"}))
        assert await member.next() is None


async def test_nobody_listens_to_what_is_not_shown_to_them(newcomer, walk, http):
    refused(await Caller(http, newcomer.token).get(walk.path + "/events"), 404, "not_found")
    refused(await http.get(API + walk.path + "/events"), 401, "not_signed_in")


@pytest.mark.parametrize("level", list(Level))
async def test_when_a_company_is_at_work_is_no_matter_of_its_investors(
    place, as_caller, company, walk, http, level
):
    investor = await make_viewer(place, as_caller, company, level)
    ok(await investor.get(walk.path))
    refused(await Caller(http, investor.token).get(walk.path + "/events"), 404, "not_found")


async def test_a_person_listens_to_their_own_journey_and_no_coach_does(place, as_caller, http):
    learner = await place.person("Lea Learner")
    guru = await place.person("Gus Guru", role=Role.GURU)
    await place.grant(learner, guru, level=Level.FULL)
    hers, his = await as_caller(learner), await as_caller(guru)
    begun = ok(await hers.post("/journeys", {"program": "fast-track"}), 201)
    walk = Walk(hers, begun["id"])
    async with listening_to(http, walk, hers):
        ok(await his.get(walk.path))
        refused(await Caller(http, his.token).get(walk.path + "/events"), 404, "not_found")


async def test_whoever_is_signed_out_or_no_member_any_more_hears_no_more(
    place, company, walk, http
):
    async with (
        listening_to(http, walk, company.cofounder) as member,
        listening_to(http, walk, company.founder) as leaver,
    ):
        assert (await company.cofounder.delete("/sessions/current")).status_code == 204
        ok(await walk.caller.post(walk.step(FIRST, "/start")))
        await member.end()
        assert await leaver.next() == FIRST
        ok(await walk.caller.post(walk.step(FIRST, "/complete")))
        assert await leaver.next() == FIRST
        async with place.db.transaction(place.system) as tx:
            await tx.run(
                """
                update identity.memberships
                   set ended_at = %(now)s
                 where subject_id = %(id)s
                """,
                {"now": place.now, "id": company.founder.someone.id},
            )
            await live.announce(tx, topic=journeys.topic(UUID(walk.journey_id)), what=FIRST)
        await leaver.end()


async def test_a_quiet_page_is_kept_open(walk, http, monkeypatch):
    monkeypatch.setattr(listening, "KEEP_ALIVE_SECONDS", 0.1)
    path = API + walk.path + "/events"
    async with http.stream("GET", path, headers=walk.caller.headers) as response:
        lines = response.aiter_lines()
        async with asyncio.timeout(5):
            while await anext(lines) != ": still here":
                pass


async def test_a_quiet_page_of_somebody_signed_out_is_let_go(company, walk, http, monkeypatch):
    monkeypatch.setattr(listening, "KEEP_ALIVE_SECONDS", 0.1)
    async with listening_to(http, walk, company.cofounder) as listener:
        assert (await company.cofounder.delete("/sessions/current")).status_code == 204
        await listener.end()


async def test_a_server_that_stops_waits_for_no_open_page(database, walk, tmp_path):
    db = Database(database.app)
    app = create_app(Settings(data=tmp_path), db, SECRET)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(
        server.serve(
            app, listener, stop=stop, on_ready=ready.set, on_stop=app.state.switchboard.hang_up
        )
    )
    await ready.wait()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with (
        httpx2.AsyncClient(base_url=address, timeout=30) as http,
        listening_to(http, walk, walk.caller) as page,
    ):
        stop.set()
        await page.end(2)
        async with asyncio.timeout(3):
            await running
    listener.close()
