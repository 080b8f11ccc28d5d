"""The learner's pages as an application, and people who walk through them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from milepost import web
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import COOKIE
from milepost.contexts.identity.types import System, Token
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.settings import Settings
from milepost.web import forms
from milepost.web.learner.answers import ordered_form
from tests.factories.people import Place, Someone
from tests.factories.programs import demo_answers, fast_track


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody signed in with a browser."""

    client: httpx2.AsyncClient
    place: Place
    someone: Someone

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={"accept": "text/html", **named})

    async def post(
        self,
        path: str,
        fields: Iterable[tuple[str, str]] = (),
        *,
        csrf: str | None = None,
        method: str = "POST",
        **headers: str,
    ) -> httpx2.Response:
        token = await self.csrf() if csrf is None else csrf
        body = httpx2.QueryParams([("_csrf", token), *fields])
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(
            method,
            path,
            content=str(body),
            headers={
                "accept": "text/html",
                "content-type": "application/x-www-form-urlencoded",
                **named,
            },
        )

    async def csrf(self) -> str:
        page = await self.get("/today")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert found is not None
        return found[1]

    async def journey(self) -> Journey:
        async with self.place.db.transaction(self.someone.actor) as tx:
            journey, _ = await journeys.get_or_create(
                tx, program_slug="fast-track", now=self.someone.actor.now
            )
        return journey

    async def hand_in(self, *slugs: str, minutes: int = 0, **changed: Any) -> Journey:
        """Hand in the demo's answers, by the engine itself."""
        journey = await self.journey()
        for slug in slugs:
            async with self.place.db.transaction(self.someone.actor) as tx:
                await journeys.submit(
                    tx,
                    journey_id=journey.id,
                    step_slug=slug,
                    data={**demo_answers()[slug], **changed},
                    seen=None,
                    now=self.someone.actor.now + timedelta(minutes=minutes),
                )
        return journey


def fields_of(slug: str, data: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    """What a browser would post for these answers."""
    step = fast_track().step(slug)
    return forms.fields(ordered_form(step), demo_answers()[slug] if data is None else data)


def revision_in(text: str) -> str:
    found = re.search(r'name="revision" value="([^"]*)"', text)
    assert found is not None
    return found[1]


def words_of(text: str) -> str:
    """The page as it reads, without its marks."""
    body = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


@pytest.fixture
def app(place: Place, secret: bytes, tmp_path: Path) -> FastAPI:
    app = FastAPI()
    app.state.db = place.db
    app.state.settings = Settings(data=tmp_path)
    app.state.secret = secret
    web.install(app)
    problems.install(app, problems.answering(web.render_problem))
    return app


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of somebody signed out."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def walker(app: FastAPI, as_walker: Callable[..., Awaitable[Walker]]) -> Walker:
    """Somebody who has not begun."""
    return await as_walker()


@pytest_asyncio.fixture(loop_scope="session")
async def as_walker(app: FastAPI, place: Place) -> AsyncIterator[Callable[..., Awaitable[Walker]]]:
    """Sign a new person in: `nora = await as_walker("Nora Lind")`."""
    clients: list[httpx2.AsyncClient] = []

    async def sign_in(name: str = "Nora Lind") -> Walker:
        someone = await place.person(name)
        async with place.db.transaction(System(place.tenant_id)) as tx:
            signed_in = await identity.open_session(
                tx,
                user_id=someone.id,
                token=Token.make(place.tenant_id),
                kind="cookie",
                address="10.0.0.1",
                user_agent="test",
                now=clock.now(),
            )
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app),
            base_url="http://localhost",
            cookies={COOKIE: str(signed_in.token)},
        )
        clients.append(client)
        return Walker(client, place, someone)

    yield sign_in
    for client in clients:
        await client.aclose()
