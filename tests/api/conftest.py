"""The whole application over HTTP, and people who call it.

Requests go through every middleware; no socket is opened. What concurrency or a program of
its own needs runs against `live_server`.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System, Token
from milepost.main import create_app
from milepost.platform import clock
from milepost.platform.db import Database
from milepost.platform.http import server
from milepost.settings import Settings
from tests.conftest import SECRET
from tests.factories.people import Place, Someone

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token: `await caller.get("/me")`."""

    client: httpx2.AsyncClient
    token: str
    someone: Someone | None = None
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", {"authorization": f"Bearer {self.token}"})

    async def call(
        self, method: str, path: str, json: Any = None, *, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        body = {} if json is None else {"json": json}
        return await self.client.request(
            method, API + path, headers=self.headers | (headers or {}), **body
        )

    async def get(self, path: str) -> httpx2.Response:
        return await self.call("GET", path)

    async def post(self, path: str, json: Any = None, *, key: str | None = None) -> httpx2.Response:
        """Send with an Idempotency-Key, as a careful client does."""
        headers = {"idempotency-key": key or f"t-{uuid4().hex}"}
        return await self.call("POST", path, json, headers=headers)

    async def delete(self, path: str) -> httpx2.Response:
        return await self.call("DELETE", path)


SignIn = Callable[[Someone], Awaitable[Caller]]


@pytest.fixture(scope="session")
def app(db: Database, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application as a server runs it; its database is opened by the tests."""
    settings = Settings(data=tmp_path_factory.mktemp("data"), default_tenant="main")
    return create_app(settings, db, SECRET)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="session")
def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    return app.openapi()


@pytest.fixture
def as_caller(client: httpx2.AsyncClient, db: Database) -> SignIn:
    """Sign somebody in without their password: `caller = await as_caller(person)`."""

    async def sign_in(someone: Someone) -> Caller:
        return Caller(client, await token_of(db, someone), someone)

    return sign_in


async def token_of(db: Database, someone: Someone) -> str:
    """Open a session for somebody, and return its token."""
    token = Token.make(someone.actor.tenant_id)
    async with db.transaction(System(someone.actor.tenant_id)) as tx:
        await identity.open_session(
            tx,
            user_id=someone.id,
            token=token,
            kind="bearer",
            address="10.0.0.1",
            user_agent="test",
            now=clock.now(),
        )
    return str(token)


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(place: Place, as_caller: SignIn) -> Caller:
    """Somebody who has not begun anything."""
    return await as_caller(await place.person())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live_server(app: FastAPI) -> AsyncIterator[str]:
    """The application on a free port of this machine; its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(
        server.serve(
            _Served(app),
            listener,
            stop=stop,
            on_ready=ready.set,
            on_stop=app.state.switchboard.hang_up,
        )
    )
    await ready.wait()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    stop.set()
    await running
    await app.state.switchboard.close()
    listener.close()


class _Served:
    """The application without its start and end: the tests' database outlives this server."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
