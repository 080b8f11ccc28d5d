"""Team where persons walk several programs: which one is shown, and that the choice stays."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Domain, Phase, Program
from milepost.platform.db import Database, Transaction, roles
from tests.factories.databases import as_app, looking
from tests.factories.people import Place, Someone, make_place
from tests.factories.programs import make_step
from tests.web.people.conftest import Browser, hand_in, words_of
from tests.web.people.test_team_pages import names_in

WINTER_TERM = Program(
    slug="winter-term",
    title="Winter Term",
    summary="",
    accent=20,
    vocabulary={"step": "lesson", "steps": "lessons"},
    phases=(Phase("only", "First weeks"),),
    domains=(Domain("only", "Numbers"),),
    steps=tuple(
        replace(make_step(number), title=title)
        for number, title in ((40, "Counting"), (41, "Measuring"))
    ),
)


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: programs are everybody's, and this one is not for other tests."""
    return new_database(f"team_programs_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with looking(own_database.owner) as owner:
        await publish(owner)
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database) -> Place:
    return await make_place(db, now=datetime.now(UTC))


async def publish(owner: psycopg.AsyncConnection) -> None:
    async with owner.transaction():
        tx = Transaction(owner, None)
        await programs.publish(tx, program=WINTER_TERM, now=datetime.now(UTC))
        await journeys.ensure_tool_schemas(tx, program=WINTER_TERM)


async def begin_winter_term(place: Place, someone: Someone) -> None:
    async with place.db.transaction(someone.actor) as tx:
        journey, _ = await journeys.get_or_create(
            tx, program_slug=WINTER_TERM.slug, now=someone.actor.now
        )
        await journeys.start(
            tx, journey_id=journey.id, step_slug=WINTER_TERM.steps[0].slug, now=someone.actor.now
        )


def row_of(text: str, name: str) -> str:
    line = next(line for line in text.splitlines() if f">{name}</a>" in line)
    return words_of(f"<main {line}")


def address_of(text: str, words: str) -> str:
    found = re.search(rf'<a[^>]*\bhref="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{words}<', text)
    assert found is not None, words
    return unescape(found[1])


async def test_an_administrator_chooses_which_of_two_programs_the_team_is_shown_in(
    place: Place, admin: Browser
) -> None:
    maya, wim = await place.person("Maya Verbeek"), await place.person("Wim Jansen")
    await hand_in(place, maya, "sprint-0-woop")
    await begin_winter_term(place, wim)

    first = (await admin.get("/team")).text
    assert "Fast Track: who is where" in words_of(first)
    assert "Maya Verbeek 1 /31 Completed" in row_of(first, "Maya Verbeek")
    assert "Not begun" in row_of(first, "Wim Jansen")

    address = address_of(first, "Winter Term")
    second = (await admin.get(address)).text
    assert re.search(r'aria-current="page">Winter Term<', second)
    assert "Winter Term: who is where" in words_of(second)
    assert "Counting" in second
    assert "In progress" in row_of(second, "Wim Jansen")
    assert "Not begun" in row_of(second, "Maya Verbeek")
    assert 'class="hue-20"' in second
    # Who walks it stands first, whatever their name.
    assert names_in(second) == ["Wim Jansen", "Ada Admin", "Maya Verbeek"]


async def test_the_chosen_program_stays_through_filters_a_person_and_back(
    place: Place, admin: Browser
) -> None:
    wim = await place.person("Wim Jansen")
    await begin_winter_term(place, wim)
    chosen = (await admin.get("/team?program=winter-term")).text
    # The form carries it, so that a filter asks for the same program.
    assert '<input type="hidden" name="program" value="winter-term">' in chosen
    filtered = (await admin.get("/team?program=winter-term&standing=under_way")).text
    assert "Winter Term: who is where" in words_of(filtered)
    assert address_of(filtered, "All") == "/team?program=winter-term"
    nobody = (await admin.get("/team?program=winter-term&text=zzzz")).text
    assert address_of(nobody, "Show everybody") == "/team?program=winter-term"

    person = address_of(filtered, "Wim Jansen")
    assert person == f"/team/{wim.id}?program=winter-term"
    page = (await admin.get(person)).text
    assert "Counting 0% filled in In progress" in words_of(page)
    assert address_of(page, "Team") == "/team?program=winter-term"


@pytest.mark.parametrize("asked", ["no-such-program", "startup-journey", "%00"])
async def test_a_program_that_persons_do_not_walk_leads_to_the_first(
    admin: Browser, asked: str
) -> None:
    page = (await admin.get(f"/team?program={asked}")).text
    assert "Fast Track: who is where" in words_of(page)
    assert 'name="program" value="fast-track"' in page


async def test_the_team_is_shown_in_what_most_of_it_walks_by_page_and_api_alike(
    place: Place, admin: Browser
) -> None:
    school, firm = await place.organization("School"), await place.organization("Firm")
    wim = await place.person("Wim Jansen", organization=school)
    ina = await place.person("Ina Smit", organization=school)
    maya = await place.person("Maya Verbeek", organization=firm)
    await hand_in(place, maya, "sprint-0-woop")
    for one in (wim, ina):
        await begin_winter_term(place, one)
    page = (await admin.get("/team")).text
    assert "Winter Term: who is where" in words_of(page)
    # A person is shown in what they walk, unless it was chosen what to show.
    assert 'aria-label="Fast Track: 1 of 31' in (await admin.get(f"/team/{maya.id}")).text
    chosen = (await admin.get(f"/team/{maya.id}?program=winter-term")).text
    assert "Maya Verbeek has not begun" in words_of(chosen)
    await begin_winter_term(place, maya)
    both = (await admin.get(f"/team/{maya.id}?program=fast-track")).text
    assert re.search(r'aria-current="page">Fast Track<', both)
    assert f'href="/team/{maya.id}?program=winter-term">Winter Term<' in both
    for organization, title, slug in (
        (school, "Winter Term", "winter-term"),
        # As many walk the one as the other: the first by title.
        (firm, "Fast Track", "fast-track"),
    ):
        seen = (await admin.get(f"/team?organization={organization.id}")).text
        assert f"{title}: who is where" in words_of(seen)
        told = await admin.client.get(f"/api/v1/organizations/{organization.id}/progress")
        assert told.json()["program"] == slug
