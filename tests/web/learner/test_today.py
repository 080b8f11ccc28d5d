"""Today: what there is to begin, what is next and why, what changed."""

from collections.abc import Awaitable, Callable

import httpx2

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Level, Role
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Verdict
from tests.web.learner.conftest import Walker, words_of

WOOP, IDENTITY, VISION, CASH = (
    "sprint-0-woop",
    "sprint-1-identity",
    "sprint-2-vision",
    "sprint-6-cash",
)


async def test_a_stranger_is_led_to_the_sign_in(stranger: httpx2.AsyncClient) -> None:
    for path in ("/today", "/map?view=list", f"/tools/{WOOP}"):
        answer = await stranger.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=/")
        assert "today" in answer.headers["location"] or path != "/today"


async def test_the_first_page_leads_to_a_sign_in_that_leads_back(
    stranger: httpx2.AsyncClient,
) -> None:
    answer = await stranger.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    page = await stranger.get("/sign-in")
    assert 'name="next" value="/"' in page.text


async def test_who_has_not_begun_is_told_what_there_is_and_begins_it(walker: Walker) -> None:
    page = await walker.get("/today")
    said = words_of(page.text)
    assert page.status_code == 200
    assert "Fast Track" in said
    assert "31 tools" in said
    assert "6 phases" in said
    assert "You start with WOOP" in said
    begun = await walker.post("/journeys", [("program", "fast-track")])
    assert (begun.status_code, begun.headers["location"]) == (303, "/today")
    said = words_of((await walker.get("/today")).text)
    assert "0 of 31 tools done" in said
    assert "Everything starts here." in said
    assert "Open WOOP" in said


async def test_beginning_twice_is_one_journey(walker: Walker) -> None:
    await walker.post("/journeys", [("program", "fast-track")])
    await walker.post("/journeys", [("program", "fast-track")])
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        found = await journeys.list_journeys(tx, subject_id=walker.someone.id)
    assert len(found) == 1


async def test_beginning_needs_the_token_of_our_page(walker: Walker) -> None:
    answer = await walker.post("/journeys", [("program", "fast-track")], csrf="foreign")
    assert answer.status_code == 403
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        assert await journeys.list_journeys(tx, subject_id=walker.someone.id) == []


async def test_what_is_next_says_what_it_opens(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get("/today")
    said = words_of(page.text)
    assert "1 of 31 tools done" in said
    assert "Open Identity" in said
    assert "Opens Vision" in said
    assert f'href="/tools/{IDENTITY}"' in page.text


async def test_what_was_begun_comes_first_with_how_full_it_is(walker: Walker) -> None:
    journey = await walker.hand_in(WOOP, IDENTITY, VISION)
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        await journeys.save_draft(
            tx,
            journey_id=journey.id,
            step_slug=CASH,
            data={},
            seen=None,
            now=walker.someone.actor.now,
        )
    said = words_of((await walker.get("/today")).text)
    assert "Go on with Cash" in said
    assert "Continue Cash" in said
    assert "of what is needed is filled in" in said
    assert "Also open" in said


async def test_an_outdated_answer_is_told_with_both_values_and_can_be_kept(
    walker: Walker,
) -> None:
    await walker.hand_in(WOOP, IDENTITY)
    await walker.hand_in(WOOP, wish="A wish of another kind", minutes=5)
    page = await walker.get("/today")
    said = words_of(page.text)
    assert "Wish is different now" in said
    assert "A wish of another kind" in said
    kept = await walker.post(
        f"/tools/{IDENTITY}/inputs/woop.wish", [("choice", "keep"), ("back", "today")]
    )
    assert (kept.status_code, kept.headers["location"]) == (303, "/today")
    assert "is different now" not in words_of((await walker.get("/today")).text)


async def test_taking_the_new_value_makes_a_version_with_it(walker: Walker) -> None:
    journey = await walker.hand_in(WOOP, IDENTITY)
    await walker.hand_in(WOOP, wish="A wish of another kind", minutes=5)
    taken = await walker.post(f"/tools/{IDENTITY}/inputs/woop.wish", [("choice", "take")])
    assert taken.headers["location"] == f"/tools/{IDENTITY}"
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        versions = await journeys.list_submissions(tx, journey_id=journey.id, step_slug=IDENTITY)
    assert [one.version for one in versions] == [2, 1]
    assert versions[0].inputs["woop.wish"]["value"] == "A wish of another kind"


async def test_a_decision_that_is_none_is_refused(walker: Walker) -> None:
    await walker.hand_in(WOOP, IDENTITY)
    answer = await walker.post(f"/tools/{IDENTITY}/inputs/woop.wish", [("choice", "burn")])
    assert answer.status_code == 422
    answer = await walker.post(f"/tools/{IDENTITY}/inputs/woop.wish", [("choice", "take")])
    assert answer.status_code == 409


async def test_a_review_stands_on_today_and_beside_its_version(walker: Walker) -> None:
    journey = await walker.hand_in(WOOP)
    guru = await walker.place.person("Gus Guru", role=Role.GURU)
    await walker.place.grant(walker.someone, guru)
    async with walker.place.db.transaction(guru.actor) as tx:
        await journeys.write_review(
            tx,
            journey_id=journey.id,
            step_slug=WOOP,
            version=1,
            text="The obstacle is honest. <b>Make the plan smaller.</b>",
            verdict=Verdict.REVISE,
            now=guru.actor.now,
        )
    for path in ("/today", f"/tools/{WOOP}", f"/tools/{WOOP}/versions/1"):
        page = await walker.get(path)
        assert "The obstacle is honest. &lt;b&gt;Make" in page.text
        assert "Look at it again" in words_of(page.text)


async def test_who_asks_to_be_let_in_stands_on_today_until_they_have_an_answer(
    walker: Walker,
) -> None:
    guru = await walker.place.person("Gus Guru", role=Role.GURU)
    assert "asks to see your work" not in words_of((await walker.get("/today")).text)
    async with walker.place.db.transaction(guru.actor) as tx:
        grant = await identity.make_grant(
            tx, subject_id=walker.someone.id, level=Level.FULL, now=guru.actor.now
        )
    # Before they begin, and once they walk.
    assert "Gus Guru asks to see your work" in words_of((await walker.get("/today")).text)
    await walker.hand_in(WOOP)
    assert "Gus Guru asks to see your work" in words_of((await walker.get("/today")).text)
    await walker.post(f"/sharing/{grant.id}/decline", [])
    assert "asks to see your work" not in words_of((await walker.get("/today")).text)


async def test_nobody_sees_the_walk_of_another(
    as_walker: Callable[..., Awaitable[Walker]],
) -> None:
    nora, olav = await as_walker("Nora Lind"), await as_walker("Olav Berg")
    await nora.hand_in(WOOP, wish="Known to Nora alone")
    assert "Known to Nora alone" in (await nora.get(f"/tools/{WOOP}")).text
    for path in ("/today", "/map", "/map?view=list", f"/tools/{WOOP}"):
        answer = await olav.get(path)
        assert "Known to Nora alone" not in answer.text
    assert (await olav.get(f"/tools/{WOOP}")).headers["location"] == "/today"
