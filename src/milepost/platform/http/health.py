"""Whether this process lives, whether it can serve, and its figures."""

import asyncio

import structlog
from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from milepost.platform.db import Actor, Database
from milepost.platform.errors import AppError, Unavailable
from milepost.platform.http import metrics

_SECONDS = 2.0

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.http")


class NotReady(Unavailable):
    """Requests would fail just now; `data["reason"]` says why."""

    code = "not_ready"


def router(*, db: Database, actor: Actor, latest_migration: int) -> APIRouter:
    """Make the routes; `actor` needs no rights, `latest_migration` is what this code needs."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    async def healthz() -> Response:
        return PlainTextResponse("ok\n")

    @routes.get("/readyz")
    async def readyz() -> Response:
        await check_ready(db, actor, latest_migration)
        return PlainTextResponse("ready\n")

    @routes.get("/metrics")
    async def figures() -> Response:
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    return routes


async def check_ready(db: Database, actor: Actor, latest_migration: int) -> None:
    """Raise NotReady unless the database answers soon, with the schema this code was made for."""
    try:
        async with asyncio.timeout(_SECONDS), db.transaction(actor) as tx:
            applied = await tx.value("select max(number) from platform.migrations")
    except (TimeoutError, AppError, OSError) as error:
        log.warning("not_ready", reason=type(error).__name__)
        raise NotReady("The database doesn't answer.", reason="database") from error
    if applied != latest_migration:
        raise NotReady("The database waits for its migrations.", reason="migrations")
