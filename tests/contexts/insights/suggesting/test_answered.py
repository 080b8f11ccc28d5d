"""What was answered stays to be read, with who spoke, by whom the company shows everything."""

import pytest

from milepost.contexts.identity.types import Level
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.types import Feedback
from milepost.platform.errors import NotFound
from tests.contexts.insights.suggesting.desk import Desk


async def test_the_last_answer_comes_first(desk: Desk) -> None:
    outcome = await desk.company.tell("first-talks", learnings=("Prices matter.",))
    made = await desk.make(outcome)
    first, second, *_ = made.items
    journey_id = desk.company.journey_id
    await desk.answer(first, Feedback.DISMISSED, note="Not this year.")
    await desk.answer(second, Feedback.ACCEPTED)
    async with desk.company.db.transaction(desk.company.cofounder.actor) as tx:
        answered = await insights.list_answered(tx, journey_id=journey_id)
        runs = await insights.list_runs(tx, outcome_ids=[outcome.id])
    assert {item.id for item in answered} == {first.id, second.id}
    assert [item.feedback_at for item in answered] == sorted(
        (item.feedback_at for item in answered if item.feedback_at), reverse=True
    )
    assert {item.feedback_note for item in answered} == {"Not this year.", ""}
    assert (runs[outcome.id].state, runs[outcome.id].engine) == ("ready", "offline")


async def test_whoever_it_shows_itself_to_sees_none_of_it(desk: Desk) -> None:
    outcome = await desk.company.tell("first-talks")
    made = await desk.make(outcome)
    await desk.answer(made.items[0], Feedback.DISMISSED)
    journey_id = desk.company.journey_id
    for level in Level:
        reader = await desk.company.investor(level)
        async with desk.company.db.transaction(reader.actor) as tx:
            assert await insights.list_answered(tx, journey_id=journey_id) == []
            assert await insights.list_runs(tx, outcome_ids=[outcome.id]) == {}
    async with desk.company.db.transaction(desk.company.founder.actor) as tx:
        assert len(await insights.list_answered(tx, journey_id=journey_id)) == 1
        assert len(await insights.list_runs(tx, outcome_ids=[outcome.id])) == 1
    stranger = await desk.company.place.person("Una Fremd")
    async with desk.company.db.transaction(stranger.actor) as tx:
        with pytest.raises(NotFound):
            await insights.list_answered(tx, journey_id=journey_id)
