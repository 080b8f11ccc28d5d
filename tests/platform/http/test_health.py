"""Ready means: the database answers soon, and has the schema this code was made for."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from milepost.contexts.identity.types import Nobody
from milepost.platform.db import Database, migrations
from milepost.platform.http import health, middleware
from milepost.settings import shipped

LATEST = migrations.load(shipped("migrations"))[-1].number


def asking(db: Any, latest: int = LATEST) -> AsyncClient:
    app = FastAPI()
    middleware.install(app)
    app.include_router(health.router(db=db, actor=Nobody(), latest_migration=latest))
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://milepost.test")


async def test_ready_with_the_right_schema(db: Database) -> None:
    async with asking(db) as client:
        assert (await client.get("/healthz")).text == "ok\n"
        assert (await client.get("/readyz")).status_code == 200


@pytest.mark.parametrize("latest", [LATEST + 1, LATEST - 1])
async def test_not_ready_with_another_schema(db: Database, latest: int) -> None:
    async with asking(db, latest) as client:
        answer = await client.get("/readyz", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["reason"]) == (503, "migrations")
        assert (await client.get("/healthz")).status_code == 200


async def test_not_ready_when_the_database_is_silent() -> None:
    class Silent:
        @asynccontextmanager
        async def transaction(self, actor: Nobody) -> AsyncIterator[None]:
            await asyncio.sleep(60)
            yield

    started = time.monotonic()
    async with asking(Silent()) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "database")
    assert time.monotonic() - started < 4


async def test_figures_are_prometheus_text(db: Database) -> None:
    async with asking(db) as client:
        await client.get("/healthz")
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'route="/healthz",status="200"' in answer.text
