"""A founder with a browser whose company walks an older version of a little framework."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import COOKIE
from milepost.contexts.identity.types import System, Token
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import StepEdit
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.main import create_app
from milepost.platform.db import Database, Transaction
from milepost.settings import Settings
from tests.factories.frameworks import make_checklist, make_framework
from tests.factories.people import Someone, make_place

NOW = datetime.now(UTC)


HIDDEN = ("_csrf", "journey", "version", "plan")


def versions() -> tuple[Program, Program]:
    """A framework, and its next version: a step is new, one has another title, one is retired."""
    first, second, third = (
        make_checklist("find-ten-people", order=1),
        make_checklist("write-the-script", order=2),
        make_checklist("print-flyers", order=3),
    )
    slug = f"little-{uuid4().hex[:8]}"
    newer = (
        replace(first, title="Find twelve people"),
        second,
        replace(third, active=False),
        make_checklist("hold-the-talks", order=4),
    )
    return make_framework(slug, (first, second, third)), make_framework(slug, newer)


async def publish(owner: psycopg.AsyncConnection, program: Program) -> None:
    async with owner.transaction():
        await programs.publish(Transaction(owner, None), program=program, now=NOW)


class Founder:
    """Somebody whose company walks the older version, with a browser."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        db: Database,
        owner: psycopg.AsyncConnection,
        someone: Someone,
        newest: Program,
    ) -> None:
        self.client = client
        self.db = db
        self.owner = owner
        self.someone = someone
        self.newest = newest

    async def publish(self, program: Program) -> None:
        self.newest = program
        await publish(self.owner, program)

    async def edit(self, slug: str, **parts: object) -> None:
        """Write a step in the company's own words."""
        async with self.db.transaction(self.someone.actor) as tx:
            (journey,) = await journeys.list_my_journeys(tx)
            await journeys.edit_step(
                tx,
                journey_id=journey.id,
                step_slug=slug,
                edit=replace(StepEdit(), **parts),
                seen=None,
                now=NOW,
            )

    async def get(self, path: str) -> httpx2.Response:
        return await self.client.get(path, headers={"accept": "text/html"})

    async def send(self, path: str, page: str, **fields: str | list[str]) -> httpx2.Response:
        """Send a form of a page, with the hidden fields it has."""
        hidden = {name: field(page, name) for name in HIDDEN}
        return await self.client.post(
            path, data={**hidden, **fields}, headers={"accept": "text/html"}
        )

    async def titles(self) -> list[str]:
        async with self.db.transaction(self.someone.actor) as tx:
            (journey,) = await journeys.list_my_journeys(tx)
            walk = await journeys.get_walk(tx, journey_id=journey.id)
        return [step.title for step in walk.program.steps]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


@asynccontextmanager
async def founder_of(
    db: Database, owner: psycopg.AsyncConnection, secret: bytes, folder: Path
) -> AsyncGenerator[Founder]:
    older, newer = versions()
    await publish(owner, older)
    place = await make_place(db, now=NOW)
    company = await place.organization("Kelp and Co")
    someone = await place.person("Rosa Lindt", organization=company)
    async with db.transaction(someone.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=older.slug, now=NOW)
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=NOW)
        await journeys.edit_step(
            tx,
            journey_id=journey.id,
            step_slug="find-ten-people",
            edit=StepEdit(title="Find ten skippers"),
            seen=None,
            now=NOW,
        )
    await publish(owner, newer)
    async with db.transaction(System(place.tenant_id)) as tx:
        signed_in = await identity.open_session(
            tx,
            user_id=someone.id,
            token=Token.make(place.tenant_id),
            kind="cookie",
            address="10.0.0.1",
            user_agent="test",
            now=NOW,
        )
    app = create_app(Settings(data=folder), db, secret)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url="http://localhost",
        cookies={COOKIE: str(signed_in.token)},
    ) as client:
        yield Founder(client, db, owner, someone, newer)
