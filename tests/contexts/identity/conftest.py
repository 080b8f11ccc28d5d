"""The API of identity as a program of its own, and people who call it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from milepost.contexts.identity import jobs as identity_jobs
from milepost.contexts.identity import routes
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import SignedIn, System
from milepost.platform.db import Database
from milepost.platform.http import problems
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Outbox
from milepost.settings import Settings
from tests.factories.people import Place, Someone


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token: `await caller.get("/me")`."""

    client: httpx2.AsyncClient
    signed_in: SignedIn

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.signed_in.token}"}

    async def call(self, method: str, path: str, json: Any = None, **headers: str):
        return await self.client.request(
            method,
            f"/api/v1{path}",
            json=json,
            headers=self.headers
            | {name.replace("_", "-"): value for name, value in headers.items()},
        )


@pytest.fixture
def app(db: Database, secret: bytes, tmp_path: Path) -> FastAPI:
    app = FastAPI()
    app.state.db = db
    app.state.settings = Settings(data=tmp_path)
    app.state.secret = secret
    app.include_router(routes.router, prefix="/api/v1")
    problems.install(app, problems.answering(None))
    return app


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def as_caller(client: httpx2.AsyncClient, place: Place, secret: bytes):
    """Sign somebody in: `caller = await as_caller(person)`."""

    async def sign_in(someone: Someone, kind: str = "bearer") -> Caller:
        from milepost.contexts.identity.types import Token
        from milepost.platform import clock

        async with place.db.transaction(System(place.tenant_id)) as tx:
            signed_in = await identity.open_session(
                tx,
                user_id=someone.id,
                token=Token.make(place.tenant_id),
                kind=kind,
                address="10.0.0.1",
                user_agent="test",
                now=clock.now(),
            )
        return Caller(client, signed_in)

    return sign_in


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


@pytest.fixture
def context(db: Database, outbox: Path, tmp_path: Path) -> JobContext:
    assert identity_jobs.send_reset
    return JobContext(
        db=db,
        settings=Settings(data=tmp_path, base_url="https://milepost.test"),
        mailer=Outbox(outbox, "Milepost <milepost@localhost>"),
        system_actor=System,
    )
