"""A tool: locked, open, written in, handed in, and its versions."""

import re

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State, Submission
from tests.factories.programs import demo_answers, fast_track
from tests.web.learner.conftest import Walker, fields_of, revision_in, words_of

WOOP, IDENTITY, VISION, VALUES = (
    "sprint-0-woop",
    "sprint-1-identity",
    "sprint-2-vision",
    "sprint-3-values",
)
OVERVIEW = "sprint-30-program-overview"


async def versions_of(walker: Walker, slug: str) -> list[Submission]:
    journey = await walker.journey()
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        return await journeys.list_submissions(tx, journey_id=journey.id, step_slug=slug)


async def state_of(walker: Walker, slug: str) -> State:
    journey = await walker.journey()
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
    return walk.standings[slug].state


async def test_a_locked_tool_says_why_and_how_to_open_it_and_shows_nothing_else(
    walker: Walker,
) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get(f"/tools/{VALUES}")
    said = words_of(page.text)
    assert page.status_code == 409
    assert "It needs your Personal core values , which comes from Identity" in said
    assert "Start with Identity" in said
    assert "2 tools" in said
    assert "<textarea" not in page.text
    assert fast_track().step(VALUES).guidance[:40] not in page.text
    for path in ("versions", "versions/1", "done?version=1", "done"):
        beneath = await walker.get(f"/tools/{VALUES}/{path}")
        assert beneath.status_code == 409
        assert words_of(beneath.text) == said
    assert (await walker.post(f"/tools/{VALUES}", fields_of(VALUES))).status_code == 409


@pytest.mark.parametrize("doing", ["start", "skip"])
async def test_doing_something_in_a_locked_tool_leads_to_what_opens_it(
    walker: Walker, doing: str
) -> None:
    await walker.hand_in(WOOP)
    refused = await walker.post(f"/tools/{VALUES}/{doing}")
    said = words_of(refused.text)
    assert refused.status_code == 409
    assert "This is still locked" in said
    assert "start with Identity" in said
    assert f'href="/tools/{IDENTITY}">Go to Identity<' in refused.text
    inside = await walker.post(f"/tools/{VALUES}/{doing}", hx_request="true")
    assert "This is still locked" in inside.text
    assert f'href="/tools/{IDENTITY}">Go to Identity<' in inside.text
    for text in (refused.text, inside.text):
        assert "changed in the meantime" not in text
        assert "Both versions" not in text


async def test_what_was_done_without_saying_which_version_leads_to_the_tool(
    walker: Walker,
) -> None:
    await walker.hand_in(WOOP)
    answer = await walker.get(f"/tools/{WOOP}/done")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tools/{WOOP}")


async def test_an_address_that_cannot_be_read_speaks_of_no_marked_fields(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get(f"/tools/{WOOP}/versions/first")
    assert page.status_code == 422
    assert "This address can’t be read" in words_of(page.text)
    assert "marked fields" not in page.text


async def test_there_is_no_page_for_a_tool_that_does_not_exist(walker: Walker) -> None:
    await walker.journey()
    assert (await walker.get("/tools/sprint-99-nothing")).status_code == 404


async def test_an_open_tool_shows_guidance_what_flowed_in_and_the_form(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get(f"/tools/{IDENTITY}")
    said = words_of(page.text)
    assert page.status_code == 200
    assert "How to do it well" in said
    assert demo_answers()[WOOP]["wish"][:30] in said
    assert "WOOP , version 1" in said
    assert fast_track().step(IDENTITY).needs[0].why in said
    assert 'name="personal_dream"' in page.text
    assert f'data-autosave="/tools/{IDENTITY}/draft"' in page.text
    assert ">Start<" in page.text
    assert await state_of(walker, IDENTITY) is State.UNLOCKED


async def test_starting_begins_and_leads_to_the_form(walker: Walker) -> None:
    await walker.journey()
    answer = await walker.post(f"/tools/{WOOP}/start")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tools/{WOOP}#form")
    assert await state_of(walker, WOOP) is State.IN_PROGRESS


async def test_a_form_is_shown_in_the_authors_order(walker: Walker) -> None:
    await walker.journey()
    page = await walker.get(f"/tools/{WOOP}")
    shown = re.findall(r'data-field="([^"]+)"', page.text)
    sections = fast_track().step(WOOP).layout["sections"]
    assert shown == [name for section in sections for name in section["fields"]]


async def test_saving_keeps_what_is_there_and_asks_for_nothing(walker: Walker) -> None:
    await walker.journey()
    answer = await walker.post(
        f"/tools/{WOOP}", [("revision", ""), ("wish", "Half a wi"), ("_action", "save")]
    )
    assert answer.status_code == 303
    page = await walker.get(f"/tools/{WOOP}")
    assert "Half a wi" in page.text
    assert "Saved" in words_of(page.text)
    assert await state_of(walker, WOOP) is State.IN_PROGRESS


async def test_submitting_too_little_shows_each_field_again_as_typed(walker: Walker) -> None:
    await walker.journey()
    answer = await walker.post(
        f"/tools/{WOOP}", [("revision", ""), ("wish", "A wish & <more>"), ("_action", "submit")]
    )
    assert answer.status_code == 422
    assert "A wish &amp; &lt;more&gt;" in answer.text
    assert "This is needed before you submit." in answer.text
    assert "fields need another look" in words_of(answer.text)
    assert await versions_of(walker, WOOP) == []
    # What was typed is a draft by now; the page that came back goes on from it.
    assert revision_in(answer.text) == revision_in((await walker.get(f"/tools/{WOOP}")).text)


async def test_submitting_leads_to_what_it_opened(walker: Walker) -> None:
    await walker.journey()
    answer = await walker.post(
        f"/tools/{WOOP}", [("revision", ""), *fields_of(WOOP), ("_action", "submit")]
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/tools/{WOOP}/done?version=1"
    page = await walker.get(answer.headers["location"])
    said = words_of(page.text)
    assert "WOOP is done" in said
    assert "That opened 1 tool" in said
    assert "Open Identity" in said
    assert [one.data for one in await versions_of(walker, WOOP)] == [demo_answers()[WOOP]]


async def test_a_submit_sent_twice_is_one_version_and_the_same_answer(walker: Walker) -> None:
    await walker.journey()
    fields = [("revision", ""), *fields_of(WOOP), ("_action", "submit")]
    first = await walker.post(f"/tools/{WOOP}", fields)
    second = await walker.post(f"/tools/{WOOP}", fields)
    assert first.headers["location"] == second.headers["location"]
    assert len(await versions_of(walker, WOOP)) == 1


async def test_a_form_overtaken_by_another_device_is_shown_again_and_can_win(
    walker: Walker,
) -> None:
    await walker.journey()
    old = revision_in((await walker.get(f"/tools/{WOOP}")).text)
    await walker.post(f"/tools/{WOOP}/draft", [("revision", old), ("wish", "From the phone")])
    mine = {**demo_answers()[WOOP], "wish": "From the laptop"}
    answer = await walker.post(
        f"/tools/{WOOP}", [("revision", old), *fields_of(WOOP, mine), ("_action", "submit")]
    )
    assert answer.status_code == 409
    assert "From the laptop" in answer.text
    assert "changed on another device" in words_of(answer.text)
    assert await versions_of(walker, WOOP) == []
    again = [("revision", revision_in(answer.text)), *fields_of(WOOP, mine), ("_action", "submit")]
    assert (await walker.post(f"/tools/{WOOP}", again)).status_code == 303
    assert (await versions_of(walker, WOOP))[0].data["wish"] == "From the laptop"


async def test_rows_are_added_without_javascript_and_nothing_typed_is_lost(
    walker: Walker,
) -> None:
    await walker.hand_in(WOOP, IDENTITY, VISION)
    fields = [("revision", ""), *fields_of(VALUES), ("_action", "add:company_values")]
    answer = await walker.post(f"/tools/{VALUES}", fields)
    count = len(demo_answers()[VALUES]["company_values"])
    assert answer.status_code == 200
    assert f'name="company_values.{count}"' in answer.text
    assert await versions_of(walker, VALUES) == []


async def test_a_completed_tool_is_read_first_and_written_anew_on_demand(
    walker: Walker,
) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get(f"/tools/{WOOP}")
    assert "Write a new version" in page.text
    assert "<textarea" not in page.text
    assert demo_answers()[WOOP]["wish"][:30] in words_of(page.text)
    form = await walker.get(f"/tools/{WOOP}?write=1")
    assert "Submit version 2" in form.text
    changed = {**demo_answers()[WOOP], "wish": "Another wish"}
    fields = [("revision", revision_in(form.text)), *fields_of(WOOP, changed)]
    answer = await walker.post(f"/tools/{WOOP}", [*fields, ("_action", "submit")])
    assert answer.headers["location"].endswith("done?version=2")


async def test_versions_stand_side_by_side_with_what_changed_marked(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    await walker.hand_in(WOOP, wish="Another wish", minutes=5)
    listed = words_of((await walker.get(f"/tools/{WOOP}/versions")).text)
    assert "Version 2" in listed
    assert "1 answer changed." in listed
    page = await walker.get(f"/tools/{WOOP}/versions/2")
    assert page.text.count('class="changed"') == 1
    assert "Another wish" in page.text
    assert demo_answers()[WOOP]["wish"][:30] in words_of(page.text)
    same = await walker.get(f"/tools/{WOOP}/versions/1?with=2")
    assert same.text.count('class="changed"') == 1
    alone = await walker.get(f"/tools/{WOOP}/versions/1")
    assert 'class="changed"' not in alone.text
    assert (await walker.get(f"/tools/{WOOP}/versions/3")).status_code == 404
    assert (await walker.get(f"/tools/{WOOP}/versions/1?with=9")).status_code == 404


async def test_what_cannot_be_skipped_is_not_skipped(walker: Walker) -> None:
    await walker.journey()
    assert (await walker.post(f"/tools/{WOOP}/skip")).status_code == 409
    assert await state_of(walker, WOOP) is State.UNLOCKED


async def test_every_tool_of_the_program_can_be_walked_by_its_pages(walker: Walker) -> None:
    await walker.journey()
    for step in fast_track().topological:
        page = await walker.get(f"/tools/{step.slug}")
        assert page.status_code == 200, step.slug
        fields = [("revision", revision_in(page.text)), *fields_of(step.slug)]
        answer = await walker.post(f"/tools/{step.slug}", [*fields, ("_action", "submit")])
        assert answer.status_code == 303, (step.slug, words_of(answer.text)[:400])
    assert "You are through" in words_of((await walker.get("/today")).text)
    overview = await walker.get(f"/tools/{OVERVIEW}")
    assert "What flowed in" in overview.text
