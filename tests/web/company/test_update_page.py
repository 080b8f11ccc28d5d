"""The page of a newer framework: what it would change, and taking all, some or none of it."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import COOKIE
from milepost.contexts.identity.types import System, Token
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import StepEdit
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.main import create_app
from milepost.platform.db import Database, Transaction, roles
from milepost.settings import Settings
from tests.factories.databases import as_app, looking
from tests.factories.frameworks import make_checklist, make_framework
from tests.factories.people import Someone, make_place

NOW = datetime.now(UTC)


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


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: its programs are nobody else's."""
    return new_database(f"update_pages_{worker_id}")


@pytest_asyncio.fixture(loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(loop_scope="session")
async def owner(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.owner) as connection:
        yield connection


async def publish(owner: psycopg.AsyncConnection, program: Program) -> None:
    async with owner.transaction():
        await programs.publish(Transaction(owner, None), program=program, now=NOW)


class Founder:
    """Somebody whose company walks the older version, with a browser."""

    def __init__(self, client: httpx2.AsyncClient, db: Database, someone: Someone) -> None:
        self.client = client
        self.db = db
        self.someone = someone

    async def get(self, path: str) -> httpx2.Response:
        return await self.client.get(path, headers={"accept": "text/html"})

    async def send(self, path: str, page: str, **fields: str | list[str]) -> httpx2.Response:
        """Send a form of a page, with the hidden fields it has."""
        hidden = {name: _field(page, name) for name in ("_csrf", "journey", "version", "plan")}
        return await self.client.post(
            path, data={**hidden, **fields}, headers={"accept": "text/html"}
        )

    async def titles(self) -> list[str]:
        async with self.db.transaction(self.someone.actor) as tx:
            (journey,) = await journeys.list_my_journeys(tx)
            walk = await journeys.get_walk(tx, journey_id=journey.id)
        return [step.title for step in walk.program.steps]


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


@pytest_asyncio.fixture(loop_scope="session")
async def founder(
    db: Database, owner: psycopg.AsyncConnection, secret: bytes, tmp_path: Path
) -> AsyncIterator[Founder]:
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
    app = create_app(Settings(data=tmp_path), db, secret)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url="http://localhost",
        cookies={COOKIE: str(signed_in.token)},
    ) as client:
        yield Founder(client, db, someone)


async def test_it_is_said_quietly_and_in_full(founder: Founder) -> None:
    home = (await founder.get("/company")).text
    assert "see what it would change for you" in home
    page = (await founder.get("/company/update")).text
    assert "Hold the talks" in page.partition('id="new-title"')[2]
    changed = page.partition('id="changed-title"')[2].partition('id="retired-title"')[0]
    # What it would be stands beside what it is.
    assert "Find ten skippers" in changed
    assert "Find twelve people" in changed
    assert "You have your own words for: title" in changed
    assert "Print flyers" in page.partition('id="retired-title"')[2]
    # Nothing moves by itself.
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]


async def test_looking_at_a_choice_changes_nothing(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    looked = await founder.send("/company/update", page, what="look", take=["hold-the-talks"])
    assert looked.status_code == 200
    assert "1 step would be new in your plan" in looked.text
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]


async def test_all_of_it_is_taken_and_ones_own_words_stay(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    taken = await founder.send("/company/update", page, what="all")
    assert taken.headers["location"] == "/company"
    assert await founder.titles() == [
        "Find ten skippers",
        "Write the script",
        "Print flyers",
        "Hold the talks",
    ]
    assert "see what it would change for you" not in (await founder.get("/company")).text
    # What is retired stays, and is said to be: there is nothing left to take.
    assert "Retired" not in (await founder.get("/company/update")).text
    assert (
        "gives this step to nobody new" in (await founder.get("/company/steps/print-flyers")).text
    )
    plan = (await founder.get("/company/plan")).text
    assert plan.count(">Retired<") == 1


async def test_some_of_it_is_taken_with_the_new_words(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    await founder.send(
        "/company/update",
        page,
        what="some",
        take=["find-ten-people"],
        restore=["find-ten-people"],
    )
    assert await founder.titles() == ["Find twelve people", "Write the script", "Print flyers"]


async def test_staying_is_an_answer(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    stayed = await founder.send("/company/update", page, what="none")
    assert stayed.headers["location"] == "/company"
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]
    assert "Hold the talks" not in (await founder.get("/company/update")).text


async def test_a_page_made_before_others_chose_takes_nothing(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    await founder.send("/company/update", page, what="some", take=["find-ten-people"])
    home = (await founder.get("/company")).text
    assert "see what it would change for you" in home
    late = await founder.send("/company/update", page, what="all")
    assert late.status_code == 409
    assert "changed the plan meanwhile" in late.text
    # What was left is still on offer, on the page that the refusal shows.
    taken = await founder.send("/company/update", late.text, what="all")
    assert taken.headers["location"] == "/company"
    assert "Hold the talks" in await founder.titles()


async def test_a_program_takes_it_as_the_page_does(founder: Founder) -> None:
    async with founder.db.transaction(System(founder.someone.actor.tenant_id)) as tx:
        signed_in = await identity.open_session(
            tx,
            user_id=founder.someone.id,
            token=Token.make(founder.someone.actor.tenant_id),
            kind="bearer",
            address="10.0.0.1",
            user_agent="test",
            now=NOW,
        )
    page = (await founder.get("/company/update")).text
    path = f"/api/v1/journeys/{_field(page, 'journey')}/update"
    headers = {"authorization": f"Bearer {signed_in.token}"}
    offered = (await founder.client.get(path, headers=headers)).json()
    assert {step["slug"]: step["kind"] for step in offered["steps"]} == {
        "find-ten-people": "changed",
        "print-flyers": "retired",
        "hold-the-talks": "new",
    }
    body = {
        "version_id": offered["version_id"],
        "plan_stamp": offered["plan_stamp"],
        "take": ["hold-the-talks"],
    }
    for key in ("first", "first"):
        taken = await founder.client.post(
            path, json=body, headers=headers | {"idempotency-key": key}
        )
        assert taken.status_code == 200, taken.text
        assert [step["slug"] for step in taken.json()["steps"]] == [
            "find-ten-people",
            "print-flyers",
        ]
    late = await founder.client.post(path, json=body, headers=headers | {"idempotency-key": "two"})
    assert late.status_code == 409


async def test_a_page_of_another_version_takes_nothing(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    older = page.replace(_field(page, "version"), str(uuid4()))
    refused = await founder.send("/company/update", older, what="all")
    assert refused.status_code == 409
    assert "Nothing was changed" in refused.text
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]
