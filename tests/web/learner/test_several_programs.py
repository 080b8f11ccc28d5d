"""Who walks, or could walk, several programs: which one is in hand, and the way between them."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Domain, Phase, Program
from milepost.platform.db import Database, Transaction, roles
from tests.factories.databases import as_app, looking
from tests.factories.people import Place, make_place
from tests.factories.programs import demo_answers, make_step
from tests.web.learner.conftest import Walker, fields_of, revision_in, words_of

WOOP = "sprint-0-woop"
DREAM = "sprint-0-dream"
BAKERY = Program(
    slug="bakery",
    title="Bakery",
    summary="From the first loaf to a shop.",
    accent=30,
    vocabulary={"step": "step", "steps": "steps"},
    phases=(Phase("only", "Start"),),
    domains=(Domain("only", "Craft"),),
    steps=(
        replace(make_step(0), slug=DREAM, title="Dream", minutes=20, tool_schema="sprint_00_dream"),
    ),
)


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: programs are everybody's, and this one is not for other tests."""
    return new_database(f"several_programs_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with looking(own_database.owner) as owner, owner.transaction():
        tx = Transaction(owner, None)
        await programs.publish(tx, program=BAKERY, now=datetime.now(UTC))
        await journeys.ensure_tool_schemas(tx, program=BAKERY)
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(loop_scope="session")
async def place(db: Database) -> Place:
    return await make_place(db, now=datetime.now(UTC))


def switcher_of(text: str) -> list[tuple[str, str, bool]]:
    """The programs to choose from: address, words, and whether it is the one shown."""
    nav = text.partition('<nav class="tabs" aria-label="Programs">')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"( aria-current="page")?>(.*?)</a>', nav)
    return [(href, re.sub("<[^>]+>", "", said), bool(here)) for href, here, said in found]


async def begin_by_api(walker: Walker, program: str) -> None:
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        await journeys.get_or_create(tx, program_slug=program, now=datetime.now(UTC))


async def test_who_walks_one_program_is_offered_the_other(walker: Walker) -> None:
    await walker.post("/journeys", [("program", "fast-track")])
    offered = [
        ("/today?program=fast-track", "Fast Track", True),
        ("/today?program=bakery", "Bakery (not begun)", False),
    ]
    assert switcher_of((await walker.get("/today")).text) == offered
    on_map = switcher_of((await walker.get("/map")).text)
    assert on_map == [("/map?program=fast-track", "Fast Track", True), offered[1]]
    assert switcher_of((await walker.get("/map?view=list")).text) == on_map

    page = await walker.get("/today?program=bakery")
    said = words_of(page.text)
    assert "Begin Bakery" in said
    assert "Begin Fast Track" not in said
    assert [here for _, _, here in switcher_of(page.text)] == [False, True]
    # Looking at it begins nothing.
    assert "Fast Track: 0 of 31" in words_of((await walker.get("/today")).text)

    await walker.post("/journeys", [("program", "bakery")])
    assert "Bakery: 0 of 1 step done" in words_of((await walker.get("/today")).text)


async def test_what_was_begun_elsewhere_hides_nothing(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    await begin_by_api(walker, "bakery")
    today = await walker.get("/today")
    assert switcher_of(today.text) == [
        ("/today?program=bakery", "Bakery", True),
        ("/today?program=fast-track", "Fast Track", False),
    ]
    back = await walker.get("/today?program=fast-track")
    assert "Fast Track: 1 of 31 tools done" in words_of(back.text)
    # The choice stays, on the map as well.
    assert "Fast Track: 1 of 31" in words_of((await walker.get("/today")).text)
    assert "Fast Track: what is done" in words_of((await walker.get("/map")).text)
    other = await walker.get("/map?program=bakery")
    assert "Bakery: what is done" in words_of(other.text)
    assert "Bakery: 0 of 1" in words_of((await walker.get("/today")).text)


async def test_a_tool_is_found_in_the_program_that_has_it(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    await begin_by_api(walker, "bakery")
    await walker.get("/today?program=bakery")
    for path in ("", "/versions", "/versions/1", "/done?version=1"):
        assert (await walker.get(f"/tools/{WOOP}{path}")).status_code == 200, path
    assert "Dream" in words_of((await walker.get(f"/tools/{DREAM}")).text)
    await walker.get("/today?program=fast-track")
    saved = await walker.post(f"/tools/{DREAM}/draft", [("revision", "")], method="PUT")
    assert saved.status_code == 200
    started = await walker.post(f"/tools/{DREAM}/start")
    assert started.headers["location"] == f"/tools/{DREAM}#form"
    revision = revision_in((await walker.get(f"/tools/{WOOP}?write=1")).text)
    await walker.get("/today?program=bakery")
    handed_in = await walker.post(
        f"/tools/{WOOP}",
        [
            *fields_of(WOOP, {**demo_answers()[WOOP], "wish": "Another"}),
            ("_action", "submit"),
            ("revision", revision),
        ],
    )
    assert handed_in.headers.get("location", "").startswith(f"/tools/{WOOP}/done")
    assert (await walker.get("/tools/sprint-99-nothing")).status_code == 404
    # What was opened last is in hand.
    await walker.get(f"/tools/{WOOP}")
    assert "Fast Track: 1 of 31" in words_of((await walker.get("/today")).text)


@pytest.mark.parametrize("asked", ["no-such-program", "startup-journey", "%00"])
async def test_a_program_that_is_none_changes_nothing(walker: Walker, asked: str) -> None:
    await walker.hand_in(WOOP)
    for place_of in ("today", "map"):
        page = await walker.get(f"/{place_of}?program={asked}")
        assert page.status_code == 200
        assert "Fast Track: " in words_of(page.text)


async def test_a_small_program_is_told_in_words_that_fit(walker: Walker) -> None:
    said = words_of((await walker.get("/today")).text)
    bakery = said.partition("Bakery")[2].partition("Begin Bakery")[0]
    assert "20 minutes" in bakery
    assert "in all" not in bakery
    assert "hour" not in bakery
    await walker.post("/journeys", [("program", "bakery")])
    assert "Bakery: 0 of 1 step done, 20 minutes to go." in words_of(
        (await walker.get("/today")).text
    )
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        (journey,) = await journeys.list_journeys(tx, subject_id=walker.someone.id)
        await journeys.submit(
            tx,
            journey_id=journey.id,
            step_slug=DREAM,
            data={},
            seen=None,
            now=datetime.now(UTC),
        )
    said = words_of((await walker.get("/today")).text)
    assert "Bakery: 1 of 1 step done." in said
    assert "The one step of Bakery is behind you." in said
    done = words_of((await walker.get(f"/tools/{DREAM}/done?version=1")).text)
    assert "The one step is done." in done
