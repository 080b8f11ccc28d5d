"""Sharing: what is given, asked for, changed and ended, and what was read."""

from datetime import timedelta

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Level, ListedGrant
from milepost.platform import clock
from tests.factories.people import Place
from tests.web.people.conftest import Browser, hand_in, words_of


async def given(browser: Browser) -> list[ListedGrant]:
    assert browser.someone is not None
    async with browser.place.db.transaction(browser.someone.actor) as tx:
        return list((await identity.list_given(tx)).items)


async def test_sharing_changing_and_ending(learner: Browser, guru: Browser) -> None:
    assert learner.someone is not None
    assert guru.someone is not None
    empty = words_of((await learner.get("/sharing")).text)
    assert "Nobody sees your answers" in empty
    assert "Administrators see everybody’s progress, never answers." in empty

    tomorrow = (clock.now() + timedelta(days=1)).date()
    shared = await learner.post(
        "/sharing",
        {"audience": str(guru.someone.id), "level": "basic", "ends_on": tomorrow.isoformat()},
    )
    assert (shared.status_code, shared.headers["location"]) == (303, "/sharing")
    page = await learner.get("/sharing")
    assert "Shared. It holds from now on." in page.text
    assert "Shared. It holds" not in (await learner.get("/sharing")).text
    assert "Daniel Osei Coach Sees progress : which tools you began and finished" in words_of(
        page.text
    )
    (grant,) = await given(learner)
    assert grant.level == Level.BASIC
    assert grant.ends_at is not None
    assert grant.ends_at.date() == tomorrow + timedelta(days=1)

    await learner.post(f"/sharing/{grant.id}/level", {"level": "full"})
    (changed,) = await given(learner)
    assert (changed.id, changed.level, changed.ends_at) == (grant.id, Level.FULL, grant.ends_at)

    assert (await guru.get(f"/team/{learner.someone.id}")).status_code == 200
    await learner.post(f"/sharing/{grant.id}/end")
    assert (await guru.get(f"/team/{learner.someone.id}")).status_code == 404
    assert "1 share that ended or was declined" in words_of((await learner.get("/sharing")).text)


async def test_what_can_not_be_shared_comes_back_as_it_was_typed(
    learner: Browser, guru: Browser
) -> None:
    assert guru.someone is not None
    someone = str(guru.someone.id)
    for fields, told in (
        ({"audience": "", "level": "full"}, "Choose whom to share with."),
        ({"audience": someone, "level": "all"}, "Choose what they see."),
        ({"audience": someone, "level": "full", "ends_on": "2020-01-01"}, "end before it begins"),
        ({"audience": someone, "level": "full", "ends_on": "soon"}, "Write the day as"),
        ({"audience": someone, "level": "full", "ends_on": "9999-12-31"}, "Write the day as"),
    ):
        answer = await learner.post("/sharing", fields)
        assert answer.status_code == 422, fields
        assert told in words_of(answer.text)
        assert f'value="{fields.get("ends_on", "")}"' in answer.text
    assert not await given(learner)


async def test_a_coach_asks_by_address_and_the_answer_tells_nothing(
    learner: Browser, guru: Browser
) -> None:
    assert learner.someone is not None
    known = await guru.post("/sharing/ask", {"email": learner.someone.user.email})
    unknown = await guru.post("/sharing/ask", {"email": "nobody@people.milepost.test"})
    assert known.headers["location"] == unknown.headers["location"] == "/sharing"
    page = words_of((await learner.get("/sharing")).text)
    assert "Daniel Osei asks to see everything" in page
    (asked,) = await given(learner)
    assert "Maya" not in words_of((await guru.get("/sharing")).text)

    # Nobody accepts in somebody else's place.
    assert (await guru.post(f"/sharing/{asked.id}/accept")).status_code == 403
    await learner.post(f"/sharing/{asked.id}/accept")
    assert "Maya Verbeek" in words_of((await guru.get("/sharing")).text)
    assert (await guru.get(f"/team/{learner.someone.id}")).status_code == 200

    # What is asked for on top is the person's to give, and nothing is lost without a word.
    await learner.post(f"/sharing/{asked.id}/level", {"level": "basic"})
    more = await guru.post("/sharing/ask", {"email": learner.someone.user.email, "level": "full"})
    assert more.status_code == 409
    assert "lets you in already and shows you progress. Only they can show you" in more.text


async def test_a_request_can_be_declined(learner: Browser, guru: Browser) -> None:
    assert learner.someone is not None
    await guru.post("/sharing/ask", {"email": learner.someone.user.email})
    (asked,) = await given(learner)
    await learner.post(f"/sharing/{asked.id}/decline")
    assert (await guru.get(f"/team/{learner.someone.id}")).status_code == 404


async def test_only_coaches_ask(learner: Browser, guru: Browser) -> None:
    assert guru.someone is not None
    answer = await learner.post("/sharing/ask", {"email": guru.someone.user.email})
    assert answer.status_code == 403


async def test_what_was_read_is_told_by_day_and_person(
    place: Place, learner: Browser, guru: Browser
) -> None:
    assert learner.someone is not None
    assert guru.someone is not None
    await hand_in(place, learner.someone, "sprint-0-woop")
    await place.grant(learner.someone, guru.someone)
    assert "Nothing yet." in words_of((await learner.get("/sharing")).text)
    await guru.get("/team")
    await guru.get(f"/team/{learner.someone.id}")
    await guru.get(f"/team/{learner.someone.id}/sprint-0-woop")
    page = words_of((await learner.get("/sharing")).text)
    assert "today Daniel Osei" in page
    assert "WOOP" in page
    assert "Progress 2×" in page


async def test_a_grant_of_others_is_nobody_elses(
    place: Place, learner: Browser, guru: Browser
) -> None:
    other = await place.person("Lotte Brouwer")
    assert guru.someone is not None
    grant = await place.grant(other, guru.someone)
    for what in ("level", "end", "accept", "decline"):
        answer = await learner.post(f"/sharing/{grant.id}/{what}", {"level": "basic"})
        assert answer.status_code == 404, what
