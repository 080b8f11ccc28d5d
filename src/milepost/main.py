"""The composition root: builds the application, subscribes handlers, names the jobs.

Nothing else knows all contexts at once.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from milepost import web
from milepost.contexts.identity import jobs as identity_jobs
from milepost.contexts.identity import routes as identity_routes
from milepost.contexts.identity.events import GrantEnded, GrantMade, PoolChanged
from milepost.contexts.identity.types import Nobody, System
from milepost.contexts.insights import handlers as insight_handlers
from milepost.contexts.insights import jobs as insight_jobs
from milepost.contexts.insights import routes as insight_routes
from milepost.contexts.journeys import handlers as journey_handlers
from milepost.contexts.journeys import jobs as journey_jobs
from milepost.contexts.journeys import routes as journey_routes
from milepost.contexts.journeys.events import (
    CompanyMoved,
    HistoryImported,
    OutcomeCaptured,
    PlanChanged,
    ReviewWritten,
)
from milepost.contexts.programs import routes as program_routes
from milepost.contexts.standups import jobs as standup_jobs
from milepost.contexts.standups import routes as standup_routes
from milepost.platform import events, jobs, logs
from milepost.platform.db import Database, migrations
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.http import health, middleware, openapi, problems
from milepost.platform.http import server as http_server
from milepost.platform.live import Switchboard
from milepost.platform.mail import mailer
from milepost.settings import Settings, shipped

API = "/api/v1"
VERSION = "0.1.0"
Serve = Callable[[asyncio.Event, Callable[[], None]], Awaitable[None]]

# Imported for what they register.
JOBS = (identity_jobs, journey_jobs, insight_jobs, standup_jobs, events)

events.subscribe(ReviewWritten, journey_handlers.tell_of_review, name="journeys.tell_of_review")
events.subscribe(
    OutcomeCaptured, insight_handlers.ask_for_suggestions, name="insights.ask_for_suggestions"
)
for changed in (GrantMade, GrantEnded):
    events.subscribe(
        changed, insight_handlers.renew_portfolio, name=f"insights.renew_portfolio.{changed.name}"
    )
for moved in (CompanyMoved, PlanChanged, OutcomeCaptured, HistoryImported):
    events.subscribe(
        moved, insight_handlers.recount_portfolios, name=f"insights.recount_portfolios.{moved.name}"
    )
events.subscribe(
    PoolChanged, insight_handlers.refresh_benchmarks, name="insights.refresh_benchmarks"
)


def create_app(settings: Settings, db: Database, secret: bytes) -> FastAPI:
    """Put the application together. `db` is opened and closed with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        await db.open()
        try:
            yield
        finally:
            await switchboard.close()
            await db.close()

    switchboard = Switchboard(db.conninfo)
    app = FastAPI(
        title="Milepost",
        version=VERSION,
        summary="Guided journeys: programs of steps that people and companies walk.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses=problems.responses(),
    )
    app.state.settings = settings
    app.state.db = db
    app.state.secret = secret
    app.state.switchboard = switchboard
    for routes in (
        identity_routes,
        program_routes,
        journey_routes,
        insight_routes,
        standup_routes,
    ):
        app.include_router(routes.router, prefix=API)
    app.include_router(standup_routes.socket_router)
    app.include_router(
        health.router(
            db=db,
            actor=Nobody(),
            latest_migration=migrations.load(shipped("migrations"))[-1].number,
        )
    )
    web.install(app)
    middleware.install(
        app,
        trusted_proxies=settings.trusted_proxies,
        pool_stats=db.stats,
        render_page=web.render_problem,
    )
    _document(app)
    return app


def server(access: DatabaseAccess, settings: Settings, listener: socket.socket) -> Serve:
    """Make what a server process runs."""

    async def serve(stop: asyncio.Event, ready: Callable[[], None]) -> None:
        logs.configure(settings.log_level)
        app = create_app(settings, Database(access.roles.app), access.secret)
        await http_server.serve(
            app, listener, stop=stop, on_ready=ready, on_stop=app.state.switchboard.hang_up
        )

    return serve


def worker(access: DatabaseAccess, settings: Settings) -> Serve:
    """Make what the worker process runs."""

    async def serve(stop: asyncio.Event, ready: Callable[[], None]) -> None:
        del ready
        logs.configure(settings.log_level)
        # Counting for a benchmark takes four connections; two are left for other jobs.
        database = Database(access.roles.app, max_size=6)
        await database.open()
        try:
            context = job_context(settings, database, access.secret)
            # The parent waits fifteen seconds for its children.
            await jobs.run_worker(access.roles.app, context, stop, finish_seconds=10)
        finally:
            await database.close()

    return serve


def job_context(settings: Settings, db: Database, secret: bytes) -> jobs.JobContext:
    """Make what jobs work with."""
    return jobs.JobContext(
        db=db,
        settings=settings,
        mailer=mailer(settings.mail, settings.data),
        system_actor=System,
        secret=secret,
    )


def _document(app: FastAPI) -> None:
    """Describe what the framework doesn't know: errors as they are, keys, examples."""
    original = app.openapi

    def described() -> dict[str, object]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi.finish(original())
        return app.openapi_schema

    app.openapi = described
