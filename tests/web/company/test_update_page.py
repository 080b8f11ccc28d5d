"""The page of a newer framework: what it would change, and taking all, some or none of it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System, Token
from milepost.contexts.journeys import service as journeys
from milepost.platform.db import Database, roles
from tests.factories.databases import as_app, looking
from tests.factories.frameworks import make_framework
from tests.web.company.updating import HIDDEN, NOW, Founder, field, founder_of


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


@pytest_asyncio.fixture(loop_scope="session")
async def founder(
    db: Database, owner: psycopg.AsyncConnection, secret: bytes, tmp_path: Path
) -> AsyncIterator[Founder]:
    async with founder_of(db, owner, secret, tmp_path) as founder:
        yield founder


async def test_it_is_said_quietly_and_in_full(founder: Founder) -> None:
    home = (await founder.get("/company")).text
    assert "see what it would change for you" in home
    page = (await founder.get("/company/update")).text
    assert "Hold the talks" in page.partition('id="new-title"')[2]
    changed = page.partition('id="changed-title"')[2].partition('id="retired-title"')[0]
    # What it would be stands beside what it is.
    assert "You wrote this part yourselves, and it stays unless you give it up: title" in changed
    assert "Yours: <strong>Find ten skippers</strong>. The new one: Find twelve people" in changed
    # Nothing says that it becomes what it doesn't.
    assert "becomes" not in changed
    assert "Print flyers" in page.partition('id="retired-title"')[2]
    # Nothing moves by itself.
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]


async def test_looking_at_a_choice_changes_nothing(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    looked = await founder.send("/company/update", page, what="look", take=["hold-the-talks"])
    assert looked.status_code == 200
    assert "1 step would be new in your plan" in looked.text
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]


async def test_a_look_tells_what_giving_up_own_words_locks(founder: Founder) -> None:
    slug = "write-the-script"
    await founder.edit(slug, title="Our script", after=[])
    newer = founder.newest
    changed = (
        replace(step, title="Write a better script", after=("find-ten-people",))
        if step.slug == slug
        else step
        for step in newer.steps
    )
    await founder.publish(make_framework(newer.slug, tuple(changed)))
    page = (await founder.get("/company/update")).text
    kept = await founder.send("/company/update", page, what="look", take=[slug])
    assert "stays as open or locked as it is" in kept.text
    given_up = await founder.send("/company/update", page, what="look", take=[slug], restore=[slug])
    assert "<strong>Our script</strong> would be locked again" in given_up.text
    # Without taking the step there is nothing to give them up for.
    ignored = await founder.send("/company/update", page, what="look", restore=[slug])
    assert "stays as open or locked as it is" in ignored.text
    await founder.send("/company/update", page, what="some", take=[slug], restore=[slug])
    step = (await founder.get(f"/company/steps/{slug}")).text
    assert "Write a better script" in step
    assert "Locked" in step


async def test_steps_that_would_wait_for_each_other_are_named_with_a_way_out(
    founder: Founder,
) -> None:
    slug = "write-the-script"
    await founder.edit("find-ten-people", after=[slug])
    newer = founder.newest
    changed = (
        replace(step, after=("find-ten-people",)) if step.slug == slug else step
        for step in newer.steps
    )
    await founder.publish(make_framework(newer.slug, tuple(changed)))
    page = unescape((await founder.get("/company/update")).text)
    assert "These can’t be taken together" in page
    assert "“Find ten skippers” would come after “Write the script”" in page
    assert 'href="/company/plan/steps/find-ten-people#after"' in page
    refused = await founder.send("/company/update", page, what="all")
    assert refused.status_code == 409
    taken = await founder.send("/company/update", page, what="some", take=["hold-the-talks"])
    assert taken.headers["location"] == "/company"


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


async def test_staying_is_an_answer_that_may_be_thought_over(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    assert "If you stay, nothing of this version is on offer any more" in page
    stayed = await founder.send("/company/update", page, what="none")
    assert stayed.headers["location"] == "/company"
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]
    assert "see what it would change for you" not in (await founder.get("/company")).text
    nothing = (await founder.get("/company/update")).text
    assert "You stayed as you are" in nothing
    for title in ("Hold the talks", "Find twelve people", "Print flyers"):
        assert title not in nothing
    again = (await founder.get("/company/update?again=yes")).text
    assert "Hold the talks" in again
    looked = await founder.send(
        "/company/update", again, what="look", again="yes", take=["hold-the-talks"]
    )
    assert "1 step would be new in your plan" in looked.text
    await founder.send("/company/update", again, what="all", again="yes")
    assert "Hold the talks" in await founder.titles()
    assert "You have the newest" in (await founder.get("/company/update")).text


async def test_nothing_ticked_is_asked_about(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    asked = await founder.send("/company/update", page, what="some")
    assert asked.status_code == 422
    assert "Nothing is ticked: tick what you want to take, or stay as you are." in asked.text
    # All of it is still on offer.
    assert "Hold the talks" in (await founder.get("/company/update")).text


async def test_what_is_only_retired_is_noted(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    await founder.send("/company/update", page, what="all")
    newer = founder.newest
    retired = (
        replace(step, active=False) if step.slug == "hold-the-talks" else step
        for step in newer.steps
    )
    await founder.publish(make_framework(newer.slug, tuple(retired)))
    page = (await founder.get("/company/update")).text
    assert "Take all of it" not in page
    noted = await founder.send("/company/update", page, what="noted")
    assert noted.headers["location"] == "/company"
    assert "You have the newest" in (await founder.get("/company/update")).text


async def test_a_page_of_what_was_taken_meanwhile_is_drawn_anew(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    await founder.send("/company/update", page, what="all")
    hidden = {name: field(page, name) for name in HIDDEN}
    looked = await founder.client.post(
        "/company/update",
        data={**hidden, "what": "look", "take": "hold-the-talks"},
        headers={"hx-request": "true", "hx-target": "moves"},
    )
    assert (looked.status_code, looked.headers["hx-refresh"]) == (204, "true")


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
    path = f"/api/v1/journeys/{field(page, 'journey')}/update"
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
    for wrong in ({"take": ["no-such"]}, {"take": ["print-flyers"]}, {"restore": ["no-such"]}):
        refused = await founder.client.post(
            path, json={"version_id": offered["version_id"], **wrong}, headers=headers
        )
        assert (refused.status_code, refused.json()["code"]) == (422, "wrong_plan")
        refused = await founder.client.get(path, params=wrong, headers=headers)
        assert refused.status_code == 422
    # Refused, nothing is settled: the rest is on offer, with what giving up one's words would do.
    choice = {"take": ["find-ten-people"], "restore": ["find-ten-people"]}
    foretold = (await founder.client.get(path, params=choice, headers=headers)).json()
    assert [step["slug"] for step in foretold["steps"]] == ["find-ten-people", "print-flyers"]
    assert foretold["steps"][0]["collides"] == ["title"]
    assert (foretold["moves"], foretold["conflict"], foretold["circle"]) == ([], None, [])
    stayed = await founder.client.post(
        path, json={"version_id": offered["version_id"], "take": []}, headers=headers
    )
    assert stayed.json()["steps"] == []
    again = (await founder.client.get(path, params={"again": "true"}, headers=headers)).json()
    assert [step["slug"] for step in again["steps"]] == ["find-ten-people", "print-flyers"]


async def test_a_page_of_another_version_takes_nothing(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    older = page.replace(field(page, "version"), str(uuid4()))
    refused = await founder.send("/company/update", older, what="all")
    assert refused.status_code == 409
    assert "Nothing was changed" in refused.text
    assert await founder.titles() == ["Find ten skippers", "Write the script", "Print flyers"]


async def test_how_a_step_went_that_is_retired_meanwhile_is_written(founder: Founder) -> None:
    slug = "print-flyers"
    async with founder.db.transaction(founder.someone.actor) as tx:
        (journey,) = await journeys.list_my_journeys(tx)
        await journeys.complete(tx, journey_id=journey.id, step_slug=slug, now=NOW)
    address = f"/company/steps/{slug}/outcome"
    form = (await founder.get(address)).text
    page = (await founder.get("/company/update")).text
    assert (await founder.send("/company/update", page, what="all")).status_code == 303
    kept = {name: field(form, name) for name in ("_csrf", "journey", "revision", "seen")}
    typed = {"days": "2", "confidence": "4", "notes": "Nobody reads flyers."}
    taken = await founder.client.post(
        address, data={**kept, **typed}, headers={"accept": "text/html"}
    )
    assert taken.status_code == 303
    assert "Nobody reads flyers." in (await founder.get(taken.headers["location"])).text


async def test_a_look_vouches_for_nothing_that_the_page_no_longer_shows(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    looking = {**{name: field(page, name) for name in HIDDEN}, "what": "look"}
    asking = {"hx-request": "true", "hx-target": "moves"}
    looked = await founder.client.post(
        "/company/update", data={**looking, "take": "hold-the-talks"}, headers=asking
    )
    assert looked.status_code == 200
    assert field(looked.text, "plan") != looking["plan"]
    await founder.edit("find-ten-people", title="Find eleven skippers")
    # The page still says “Yours: Find ten skippers”: it is drawn anew, not only its moves.
    for shown in (looking["plan"], field(looked.text, "plan")):
        again = await founder.client.post(
            "/company/update",
            data={**looking, "plan": shown, "take": "hold-the-talks"},
            headers=asking,
        )
        assert (again.status_code, again.headers["hx-refresh"]) == (204, "true")


async def test_what_a_page_of_one_choice_showed_holds_for_another(founder: Founder) -> None:
    page = (await founder.get("/company/update")).text
    looked = await founder.send("/company/update", page, what="look", take=["hold-the-talks"])
    taken = await founder.send("/company/update", looked.text, what="all")
    assert taken.headers["location"] == "/company"
    assert "Hold the talks" in await founder.titles()


async def test_the_page_after_a_step_says_of_one_skipped_before_that_it_opened_nothing(
    founder: Founder,
) -> None:
    await founder.edit("write-the-script", after=["find-ten-people"])
    home = (await founder.get("/company/steps/find-ten-people")).text
    hidden = {name: field(home, name) for name in ("_csrf", "journey")}
    step = "/company/steps/find-ten-people"
    for what, said in (("skip", {"reason": "We know them"}), ("complete", {})):
        done = await founder.client.post(f"{step}/{what}", data={**hidden, **said})
        assert done.status_code == 303
    page = (await founder.get(f"{step}/done")).text
    assert "That opened" not in page
    await founder.client.post(f"{step}/reopen", data=hidden)
    await founder.client.post(f"{step}/complete", data=hidden)
    assert "That opened" not in (await founder.get(f"{step}/done")).text


async def test_who_takes_a_step_away_is_told_where_it_is_to_be_had_again(founder: Founder) -> None:
    async def told(slug: str) -> str:
        page = await founder.get(f"/company/plan/steps/{slug}")
        return page.text.partition('id="remove-title"')[2]

    # Not answered yet, the version that they walk has it.
    assert "You can take it from the" in await told("print-flyers")
    page = (await founder.get("/company/update")).text
    await founder.send("/company/update", page, what="some", take="hold-the-talks")
    assert "You can take it again with" in await told("hold-the-talks")
    # Stayed away from, it is the newer version that more can be taken from.
    page = (await founder.get("/company/update")).text
    await founder.send("/company/update", page, what="none")
    assert "It is retired: you can’t take it again" in await told("print-flyers")
    assert "You can take it from the" in await told("hold-the-talks")
    assert "You can take it from the" in await told("write-the-script")
