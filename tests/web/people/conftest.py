"""The pages as an application, and browsers of people in one tenant."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import COOKIE
from milepost.contexts.identity.types import Role, System, Token
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey
from milepost.main import create_app
from milepost.platform import clock
from milepost.settings import OidcProvider, Settings
from tests.factories.people import PASSWORD, Place, Someone
from tests.factories.programs import demo_answers


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser with somebody signed in, or nobody."""

    client: httpx2.AsyncClient
    place: Place
    someone: Someone | None = None

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={"accept": "text/html", **named})

    async def post(
        self,
        path: str,
        fields: dict[str, Any] | None = None,
        *,
        csrf: str | None = None,
        files: dict[str, Any] | None = None,
        **headers: str,
    ) -> httpx2.Response:
        if csrf is None and self.someone is not None:
            csrf = await self.csrf()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        token = {} if csrf is None else {"_csrf": csrf}
        return await self.client.post(
            path,
            data={**token, **(fields or {})},
            files=files,
            headers={"accept": "text/html", **named},
        )

    async def csrf(self) -> str:
        page = await self.get("/sharing")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert found is not None
        return found[1]


async def hand_in(place: Place, someone: Someone, *slugs: str) -> Journey:
    """Hand in the demo's answers for somebody, by the engine itself."""
    async with place.db.transaction(someone.actor) as tx:
        journey, _ = await journeys.get_or_create(
            tx, program_slug="fast-track", now=someone.actor.now
        )
    for minutes, slug in enumerate(slugs):
        async with place.db.transaction(someone.actor) as tx:
            await journeys.submit(
                tx,
                journey_id=journey.id,
                step_slug=slug,
                data=demo_answers()[slug],
                seen=None,
                now=someone.actor.now + timedelta(minutes=minutes),
            )
    return journey


def words_of(text: str) -> str:
    """The page as it reads, without its marks."""
    body = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def field(text: str, name: str) -> str:
    """The value of a hidden or plain field."""
    found = re.search(rf'name="{name}"[^>]*\bvalue="([^"]*)"', text)
    assert found is not None, name
    return unescape(found[1])


@pytest.fixture
def app(place: Place, secret: bytes, tmp_path: Path) -> FastAPI:
    school = OidcProvider(
        tenant=place.slug,
        slug="school",
        name="Our School",
        issuer="https://school.milepost.test",
        client_id="milepost",
        client_secret="hush",
    )
    return create_app(Settings(data=tmp_path, oidc=(school,)), place.db, secret)


@pytest_asyncio.fixture(loop_scope="session")
async def open_browser(
    app: FastAPI, place: Place
) -> AsyncIterator[Callable[..., Awaitable[Browser]]]:
    """Open a browser, signed in as somebody or as nobody."""
    async with AsyncExitStack() as stack:

        async def start(someone: Someone | None = None, user_agent: str = "test") -> Browser:
            cookies: dict[str, str] = {}
            if someone is not None:
                async with place.db.transaction(System(place.tenant_id)) as tx:
                    signed_in = await identity.open_session(
                        tx,
                        user_id=someone.id,
                        token=Token.make(place.tenant_id),
                        kind="cookie",
                        address="10.0.0.1",
                        user_agent=user_agent,
                        now=clock.now(),
                    )
                cookies = {COOKIE: str(signed_in.token)}
            client = await stack.enter_async_context(
                httpx2.AsyncClient(
                    transport=httpx2.ASGITransport(app),
                    base_url="http://localhost",
                    cookies=cookies,
                )
            )
            return Browser(client, place, someone)

        yield start


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    """A browser of somebody signed out."""
    return await open_browser()


@pytest_asyncio.fixture(loop_scope="session")
async def learner(place: Place, open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    """Maya, who walks, with a password."""
    return await open_browser(await place.person("Maya Verbeek", password=PASSWORD))


@pytest_asyncio.fixture(loop_scope="session")
async def guru(place: Place, open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    """Daniel, who coaches."""
    return await open_browser(await place.person("Daniel Osei", role=Role.GURU))


@pytest_asyncio.fixture(loop_scope="session")
async def admin(place: Place, open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    """The administrator of the tenant."""
    return await open_browser(place.admin)
