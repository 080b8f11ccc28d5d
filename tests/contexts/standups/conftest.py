"""A company at the start of the shipped journey, its people, and lines to the bot."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System, Token
from milepost.contexts.programs import files
from milepost.contexts.programs.types import Program
from milepost.main import create_app
from milepost.platform import clock
from milepost.platform.db import Database, roles
from milepost.platform.http import server
from milepost.settings import Settings, shipped
from tests.conftest import SECRET
from tests.factories.companies import Company, make_company
from tests.factories.people import Place, Someone

# Of the one step that is open from the start.
STEP = "founder-motivation"
TOLD = "Fixed two stop conditions, in money and health."


@pytest.fixture(scope="session")
def startup_journey() -> Program:
    return files.load(shipped("programs") / "startup-journey")


@pytest_asyncio.fixture(loop_scope="session")
async def company(place: Place, startup_journey: Program) -> Company:
    return await make_company(place, startup_journey)


async def sign_in(db: Database, someone: Someone, *, kind: str = "bearer") -> str:
    """Open a session, and return its token."""
    token = Token.make(someone.actor.tenant_id)
    async with db.transaction(System(someone.actor.tenant_id)) as tx:
        await identity.open_session(
            tx,
            user_id=someone.id,
            token=token,
            kind=kind,
            address="10.0.0.1",
            user_agent="test",
            now=clock.now(),
        )
    return str(token)


class Served:
    """A running server, which a test may stop."""

    def __init__(self, app: FastAPI, address: str, stop: asyncio.Event) -> None:
        self.app = app
        self.address = address
        self.stop = stop


@asynccontextmanager
async def serving(settings: Settings, conninfo: str) -> AsyncIterator[Served]:
    """The application on a free port of this machine, with a pool of its own."""
    app = create_app(settings, Database(conninfo), SECRET)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(
        server.serve(
            app,
            listener,
            stop=stop,
            on_ready=ready.set,
            on_stop=app.state.switchboard.hang_up,
            grace_seconds=3,
        )
    )
    await ready.wait()
    yield Served(app, f"127.0.0.1:{listener.getsockname()[1]}", stop)
    stop.set()
    await running
    listener.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(
    database: roles.Roles, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    settings = Settings(data=tmp_path_factory.mktemp("standups"))
    async with serving(settings, database.app) as running:
        yield running


class Line:
    """A client on the line: sends values, gets frames."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, frame: Any) -> None:
        await self.connection.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def next(self, seconds: float = 5) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            return json.loads(await self.connection.recv())

    async def ask(self, frame: Any) -> dict[str, Any]:
        await self.send(frame)
        return await self.next()

    async def silent(self, seconds: float = 0.3) -> None:
        """Make sure that nothing comes."""
        with pytest.raises(TimeoutError):
            await self.next(seconds)

    async def closed(self, seconds: float = 5) -> int:
        """Wait until the server hangs up, reading on; return its code."""
        async with asyncio.timeout(seconds):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        assert self.connection.close_code is not None
        return self.connection.close_code


@asynccontextmanager
async def dial(
    served: Served,
    journey: object,
    token: str,
    *,
    after: str | None = None,
    protocols: list[str] | None = None,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[Line]:
    """Call the bot, as a program does unless `headers` say otherwise."""
    behind = "" if after is None else f"&after={after}"
    offered = protocols if protocols is not None else [f"bearer.{token}"]
    async with connect(
        f"ws://{served.address}/ws/standup?journey={journey}{behind}",
        subprotocols=offered or None,
        additional_headers=headers,
        compression=None,
        proxy=None,
    ) as connection:
        yield Line(connection)
