"""Team: who sees whom, in the matrix, on a person's page, and in their answers."""

import re

import pytest

from milepost.contexts.identity.types import Level, Role
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State
from milepost.web.coach import matrix, team
from tests.factories.people import Place, Someone
from tests.factories.programs import demo_answers, fast_track
from tests.web.people.conftest import Browser, hand_in, words_of

FIRST = ("sprint-0-woop", "sprint-1-identity")


def names_in(text: str) -> list[str]:
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<th scope="row"><a href="/team/[^"]+">([^<]+)</a>', body)


def cells_of(text: str, name: str) -> list[str]:
    line = next(line for line in text.splitlines() if f">{name}</a>" in line)
    return re.findall(r'<td class="mx (\w+)">', line)


async def test_the_matrix_shows_every_state_of_whom_one_sees(
    place: Place, learner: Browser, guru: Browser, admin: Browser
) -> None:
    assert learner.someone is not None
    assert guru.someone is not None
    await hand_in(place, learner.someone, *FIRST)
    await place.person("Lotte Brouwer")
    await place.grant(learner.someone, guru.someone, level=Level.BASIC)

    seen = await guru.get("/team")
    assert names_in(seen.text) == ["Maya Verbeek"]
    cells = cells_of(seen.text, "Maya Verbeek")
    assert len(cells) == len(fast_track().steps)
    assert cells[:2] == ["completed", "completed"]
    assert "unlocked" in cells
    assert "locked" in cells
    assert '<td class="mx completed">Completed</td>' in seen.text

    # Who walks stands first; the others follow, by name.
    everybody = await admin.get("/team")
    assert names_in(everybody.text) == [
        "Maya Verbeek",
        "Ada Admin",
        "Daniel Osei",
        "Lotte Brouwer",
    ]
    assert "Not begun" in words_of(everybody.text)


async def test_filters(place: Place, learner: Browser, admin: Browser) -> None:
    assert learner.someone is not None
    acme = await place.organization("Acme")
    await place.organization("Other")
    await place.person("Lotte Brouwer", organization=acme)
    await hand_in(place, learner.someone, *FIRST)
    for query, expected in (
        ("text=maya", ["Maya Verbeek"]),
        ("text=%00", ["Maya Verbeek", "Ada Admin", "Lotte Brouwer"]),
        ("standing=under_way", ["Maya Verbeek"]),
        ("standing=not_started", ["Ada Admin", "Lotte Brouwer"]),
        ("standing=nonsense&organization=nonsense", ["Maya Verbeek", "Ada Admin", "Lotte Brouwer"]),
        (f"organization={acme.id}", ["Lotte Brouwer"]),
        ("standing=finished", []),
    ):
        page = await admin.get(f"/team?{query}")
        assert page.status_code == 200
        assert names_in(page.text) == expected, query
    assert "Nobody fits" in words_of((await admin.get("/team?standing=finished")).text)


async def test_filters_answer_htmx_with_the_list_alone(admin: Browser) -> None:
    for address, name in (("/team?text=ada", "Ada Admin"), ("/people?text=ada", "Ada Admin")):
        part = await admin.get(address, hx_request="true", hx_target="section#people")
        assert name in part.text
        assert "<main" not in part.text
        other = await admin.get(address, hx_request="true", hx_target="main#main")
        assert "<main" in other.text


async def test_long_lists_come_in_pages_that_a_filter_reads_through(
    place: Place, learner: Browser, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert learner.someone is not None
    monkeypatch.setattr(team, "PAGE", 2)
    for name in ("Anna A", "Bert B", "Carl C", "Zoe Z"):
        await place.person(name)
    await hand_in(place, learner.someone, *FIRST)
    found: list[str] = []
    address = "/team"
    while address:
        page = (await admin.get(address)).text
        found += names_in(page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert found == ["Ada Admin", "Anna A", "Bert B", "Carl C", "Maya Verbeek", "Zoe Z"]
    assert names_in((await admin.get("/team?standing=under_way")).text) == ["Maya Verbeek"]
    monkeypatch.setattr(team, "MOST_READ", 2)
    stopped = await admin.get("/team?standing=under_way")
    assert "Look further" in words_of(stopped.text)
    assert (await admin.get("/team?cursor=nonsense")).status_code == 422


async def test_the_team_is_not_for_learners(learner: Browser) -> None:
    assert (await learner.get("/team")).status_code == 403


async def test_without_a_full_grant_answers_stay_closed(
    place: Place, learner: Browser, guru: Browser, admin: Browser
) -> None:
    assert learner.someone is not None
    assert guru.someone is not None
    await hand_in(place, learner.someone, *FIRST)
    await place.grant(learner.someone, guru.someone, level=Level.DETAILED)
    wish = demo_answers()["sprint-0-woop"]["wish"]
    for browser in (guru, admin):
        page = await browser.get(f"/team/{learner.someone.id}")
        assert page.status_code == 200
        assert "Answers are not shared with you" in words_of(page.text)
        assert "sprint-0-woop" not in page.text
        # The wish is a result of WOOP: what a grant of results shows, and no administrator sees.
        assert (wish in page.text) == (browser is guru)
        assert demo_answers()["sprint-0-woop"]["outcome"] not in page.text
        closed = await browser.get(f"/team/{learner.someone.id}/sprint-0-woop")
        assert closed.status_code == 403
        assert "has not shared answers" in words_of(closed.text)
        assert wish not in closed.text
    # Who has no grant at all can ask for one, and is told that they did.
    asked = await admin.post("/sharing/ask", {"user_id": str(learner.someone.id), "level": "full"})
    assert asked.headers["location"] == f"/team/{learner.someone.id}"
    page = await admin.get(f"/team/{learner.someone.id}")
    assert "You asked. They have not answered yet." in words_of(page.text)


async def test_a_stranger_to_the_coach_is_not_there(place: Place, guru: Browser) -> None:
    other = await place.person("Lotte Brouwer")
    assert (await guru.get(f"/team/{other.id}")).status_code == 404
    # Known by name, because they could be asked for help, but sharing nothing.
    assert (await guru.get(f"/team/{place.admin.id}")).status_code == 404


async def test_a_coach_reads_versions_and_writes_a_review(
    place: Place, learner: Browser, guru: Browser
) -> None:
    maya: Someone | None = learner.someone
    assert maya is not None
    assert guru.someone is not None
    await hand_in(place, maya, *FIRST, "sprint-0-woop")
    await place.grant(maya, guru.someone)
    page = await guru.get(f"/team/{maya.id}")
    assert f'href="/team/{maya.id}/sprint-0-woop"' in page.text
    answers = await guru.get(f"/team/{maya.id}/sprint-0-woop")
    assert demo_answers()["sprint-0-woop"]["wish"] in words_of(answers.text)
    assert "Version 2, newest" in words_of(answers.text)
    assert (await guru.get(f"/team/{maya.id}/sprint-0-woop?version=9")).status_code == 404

    address = f"/team/{maya.id}/sprint-0-woop/reviews"
    empty = await guru.post(address, {"version": "1", "text": "  ", "verdict": "revise"})
    assert empty.status_code == 422
    assert "Write a few words" in words_of(empty.text)
    assert re.search(r'value="revise" checked', empty.text)
    odd = await guru.post(address, {"version": "1", "text": "Kept", "verdict": "great"})
    assert odd.status_code == 422
    assert "Kept</textarea>" in odd.text
    written = await guru.post(
        address, {"version": "1", "text": "Brave.\r\n<b>Why</b> \x00now?", "verdict": "strong"}
    )
    assert written.status_code == 303
    shown = await guru.get(written.headers["location"])
    assert "Brave.\n&lt;b&gt;Why&lt;/b&gt; now?" in shown.text
    assert "1 review of other versions" in words_of(
        (await guru.get(f"/team/{maya.id}/sprint-0-woop")).text
    )
    assert "Reviewed" in words_of((await guru.get(f"/team/{maya.id}")).text)


async def test_a_locked_step_says_why_to_a_coach_too(
    place: Place, learner: Browser, guru: Browser
) -> None:
    assert learner.someone is not None
    assert guru.someone is not None
    await hand_in(place, learner.someone, *FIRST)
    await place.grant(learner.someone, guru.someone)
    of_maya = f"/team/{learner.someone.id}"
    page = await guru.get(f"{of_maya}/sprint-3-values")
    said = words_of(page.text)
    assert page.status_code == 409
    assert "Locked for Maya Verbeek, because something it builds on is not there yet" in said
    assert f'href="{of_maya}?program=fast-track"' in page.text
    opener = re.search(rf'class="button" href="{of_maya}/([^"]+)">([^<]+) comes first<', page.text)
    assert opener is not None
    first = await guru.get(f"{of_maya}/{opener[1]}")
    assert first.status_code == 200
    assert opener[2] in words_of(first.text)
    assert "Maya Verbeek has not begun this." in words_of(first.text)
    assert "Both versions" not in page.text


async def test_a_coach_who_sees_answers_reads_a_draft_and_reviews_none(
    place: Place, learner: Browser, guru: Browser
) -> None:
    maya: Someone | None = learner.someone
    assert maya is not None
    assert guru.someone is not None
    journey = await hand_in(place, maya, "sprint-0-woop")
    await place.grant(maya, guru.someone)
    for slug, data in (
        ("sprint-1-identity", {"personal_dream": "A quiet workshop"}),
        ("sprint-0-woop", {**demo_answers()["sprint-0-woop"], "wish": "Another wish"}),
    ):
        async with place.db.transaction(maya.actor) as tx:
            await journeys.save_draft(
                tx,
                journey_id=journey.id,
                step_slug=slug,
                data=data,
                seen=None,
                now=maya.actor.now,
            )
    person = await guru.get(f"/team/{maya.id}")
    address = f"/team/{maya.id}/sprint-1-identity"
    assert f'href="{address}"' in person.text
    draft = await guru.get(address)
    said = words_of(draft.text)
    assert "A quiet workshop" in said
    assert "Draft, not submitted" in said
    assert "Write a review" not in said
    assert "A version can be reviewed once it is submitted." in said

    # What was submitted comes first; the draft of the next one is beside it.
    submitted = await guru.get(f"/team/{maya.id}/sprint-0-woop")
    assert "Another wish" not in words_of(submitted.text)
    assert "Draft of version 2" in words_of(submitted.text)
    assert "Write a review" in words_of(submitted.text)
    newer = await guru.get(f"/team/{maya.id}/sprint-0-woop?version=2")
    assert "Another wish" in words_of(newer.text)


def test_how_far_somebody_is_in_one_word() -> None:
    assert matrix.standing(["", ""], 0) == matrix.NOT_STARTED
    assert matrix.standing([State.UNLOCKED, State.LOCKED], 0) == matrix.NOT_STARTED
    assert matrix.standing([State.IN_PROGRESS, State.LOCKED], 0) == matrix.UNDER_WAY
    assert matrix.standing([State.COMPLETED, State.UNLOCKED], 1) == matrix.UNDER_WAY
    assert matrix.standing([State.COMPLETED, State.SKIPPED], 2) == matrix.FINISHED


def test_bands_cover_every_column_in_order() -> None:
    found = matrix.bands(fast_track())
    assert sum(band.width for band in found) == len(fast_track().steps)
    assert found[0].title == "Foundation"


async def test_places_are_at_most_six_and_only_those_that_open(
    place: Place, learner: Browser, guru: Browser, admin: Browser
) -> None:
    expected = {
        learner: ["/today", "/map", "/sharing", "/account"],
        guru: ["/team", "/today", "/sharing", "/account"],
        admin: ["/team", "/today", "/sharing", "/account", "/people"],
    }
    for browser, places in expected.items():
        page = (await browser.get("/account")).text
        nav = page.partition('aria-label="Places"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]+)"', nav) == places
        assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == ["/account"]
        for address in places:
            assert (await browser.get(address)).status_code == 200, address
    assert place.admin.user.role == Role.ADMIN
