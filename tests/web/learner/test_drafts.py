"""Autosave, as the page's script calls it."""

from typing import Any

import httpx2
import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import WrongAnswers
from tests.web.learner.conftest import Walker, revision_in

WOOP, VALUES, CASH = "sprint-0-woop", "sprint-3-values", "sprint-6-cash"


async def save(
    walker: Walker, slug: str, *fields: tuple[str, str], revision: str = "", method: str = "PUT"
) -> httpx2.Response:
    return await walker.post(
        f"/tools/{slug}/draft",
        [("revision", revision), ("_action", "autosave"), *fields],
        method=method,
        accept="application/json",
        if_match=f'"{revision}"',
    )


async def draft_of(walker: Walker, slug: str) -> dict[str, Any]:
    journey = await walker.journey()
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        return (await journeys.get_draft(tx, journey_id=journey.id, step_slug=slug)).data


async def test_a_save_answers_with_what_to_send_next_time(walker: Walker) -> None:
    await walker.journey()
    first = await save(walker, WOOP, ("wish", "One"))
    told = first.json()
    assert first.status_code == 200
    assert set(told) == {"revision", "etag", "saved_at", "errors"}
    assert first.headers["etag"] == told["etag"] == f'"{told["revision"]}"'
    second = await save(walker, WOOP, ("wish", "Two"), revision=told["revision"], method="POST")
    assert second.status_code == 200
    assert second.json()["revision"] != told["revision"]
    assert await draft_of(walker, WOOP) == {"wish": "Two"}
    assert revision_in((await walker.get(f"/tools/{WOOP}")).text) == second.json()["revision"]


async def test_who_was_overtaken_is_told_what_is_there_and_changes_nothing(
    walker: Walker,
) -> None:
    await walker.journey()
    phone = (await save(walker, WOOP, ("wish", "Phone"))).json()
    laptop = await save(walker, WOOP, ("wish", "Laptop"))
    assert laptop.status_code == 409
    assert laptop.json()["current_revision"] == phone["revision"]
    assert laptop.json()["current_data"] == {"wish": "Phone"}
    assert await draft_of(walker, WOOP) == {"wish": "Phone"}
    mine = await save(walker, WOOP, ("wish", "Laptop"), revision=phone["revision"])
    assert mine.status_code == 200


async def test_what_cannot_be_read_is_told_and_the_rest_is_saved(walker: Walker) -> None:
    await walker.hand_in(WOOP, "sprint-1-identity", "sprint-2-vision")
    answer = await save(walker, CASH, ("debtor_days", "forty"), ("stock_days", "12"))
    assert answer.status_code == 200
    assert list(answer.json()["errors"]) == ["debtor_days"]
    assert "not a number" in answer.json()["errors"]["debtor_days"]
    assert await draft_of(walker, CASH) == {"stock_days": 12}


async def test_a_refused_draft_speaks_of_saving_and_not_of_handing_in(walker: Walker) -> None:
    journey = await walker.journey()
    async with walker.place.db.transaction(walker.someone.actor) as tx:
        for act, told in (
            (journeys.save_draft, "nothing was saved"),
            (journeys.submit, "nothing was handed in"),
        ):
            with pytest.raises(WrongAnswers) as refused:
                await act(
                    tx,
                    journey_id=journey.id,
                    step_slug=WOOP,
                    data={"wish": 7},
                    seen=None,
                    now=walker.someone.actor.now,
                )
            assert refused.value.message == f"Some answers need another look; {told}."


async def test_a_locked_tool_takes_no_draft(walker: Walker) -> None:
    await walker.journey()
    answer = await save(walker, VALUES, ("values", "x"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "step_locked"
    assert answer.json()["why"]["way"][0]["slug"] == WOOP


async def test_without_a_journey_there_is_nothing_to_write_in(walker: Walker) -> None:
    answer = await save(walker, WOOP, ("wish", "x"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_begun"


async def test_a_foreign_page_saves_nothing(walker: Walker) -> None:
    await walker.journey()
    answer = await walker.post(
        f"/tools/{WOOP}/draft", [("wish", "x")], csrf="foreign", accept="application/json"
    )
    assert answer.status_code == 403


async def test_more_than_fits_is_refused_for_its_field(walker: Walker) -> None:
    await walker.journey()
    answer = await save(walker, WOOP, ("wish", "x" * 200_000))
    assert answer.status_code in (200, 422)
    assert "wish" in answer.json()["errors"]
