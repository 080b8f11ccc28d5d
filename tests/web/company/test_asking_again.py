"""Suggestions that could not be made, and those that lapsed: the pages say so.

Where that is wanted, what could not be made is asked for once more.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
import pytest_asyncio

from milepost.contexts.insights import rules
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.types import Advice, Situation, Target, TargetKind, Topic
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Outcome, State
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_venture
from tests.web.people.conftest import Browser, app, field, open_browser, words_of

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = "founder-motivation"


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place: Place) -> Venture:
    made = await make_venture(place, "Alder", steps=(STEP,))
    async with place.db.transaction(made.founder.actor) as tx:
        for act in (journeys.start, journeys.complete):
            await act(tx, journey_id=made.journey.id, step_slug=STEP, now=place.now)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def outcome(venture: Venture) -> Outcome:
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        return await journeys.capture_outcome(
            tx,
            journey_id=venture.journey.id,
            step_slug=STEP,
            task_results={},
            time_taken_days=3,
            confidence_level=4,
            notes="",
            key_learnings=[],
            share_anonymously=False,
            now=venture.place.now,
        )


async def test_what_could_not_be_made_is_asked_for_again(
    venture: Venture, outcome: Outcome, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    db, now = venture.place.db, venture.place.now
    founder = await open_browser(venture.founder)
    page = f"/company/steps/{STEP}/outcome/{outcome.id}"
    async with db.transaction(venture.founder.actor) as tx:
        await insights.give_up(tx, outcome_id=outcome.id, now=now)

    failed = (await founder.get(page)).text
    assert "no suggestions could be made. What you wrote is safe." in words_of(failed)
    assert "Suggestions are being made" not in failed
    assert "Ask again" in failed

    asked = await founder.post(
        f"/company/outcomes/{outcome.id}/suggestions",
        {"_csrf": field(failed, "_csrf"), "journey": str(venture.journey.id)},
    )
    assert (asked.status_code, asked.headers["location"]) == (303, page)
    again = (await founder.get(page)).text
    assert "Suggestions are being made" in again
    async with db.transaction(venture.founder.actor) as tx:
        suggested = await insights.list_suggestions(tx, outcome_id=outcome.id, now=now)
    assert suggested.run is not None
    assert suggested.run.state == "pending"


async def test_the_line_under_what_a_model_wrote_claims_what_is_checked(
    venture: Venture, outcome: Outcome, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome.id, now=venture.place.now)
        assert begun is not None
        await insights.keep(
            tx,
            outcome=outcome,
            advice=rules.suggest(begun[1]),
            engine="llm",
            note="",
            now=venture.place.now,
        )
    founder = await open_browser(venture.founder)
    shown = words_of((await founder.get(f"/company/steps/{STEP}/outcome/{outcome.id}")).text)
    assert "Written by a language model" in shown
    assert "judge for yourself whether it is right" in shown
    assert "checked against your journey" not in shown


async def test_what_lapsed_is_no_longer_offered_and_pressing_it_says_why(
    venture: Venture, outcome: Outcome, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    db, now, journey = venture.place.db, venture.place.now, venture.journey
    async with db.transaction(venture.founder.actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome.id, now=now)
        assert begun is not None
        await insights.keep(
            tx, outcome=outcome, advice=_for_this_step(begun[1]), engine="offline", note="", now=now
        )
    founder = await open_browser(venture.founder)
    inbox = (await founder.get("/company/suggestions")).text
    assert "That step is behind you: adding to it takes it up again." in words_of(inbox)
    assert "Add these tasks and take it up again" in words_of(inbox)
    async with db.transaction(venture.founder.actor) as tx:
        [back, *_] = [
            item
            for item in await insights.list_inbox(tx, journey_id=journey.id, now=now)
            if item.target["kind"] == "start_step"
        ]
        await journeys.reopen(tx, journey_id=journey.id, step_slug=STEP, now=now)

    form = {"_csrf": field(inbox, "_csrf"), "journey": str(journey.id)}
    pressed = await founder.post(f"/company/suggestions/{back.id}/accept", form)
    assert pressed.status_code == 409
    assert "is in progress already. Nothing was done." in words_of(pressed.text)
    assert f"suggestion-{back.id}" not in pressed.text
    page = f"/company/steps/{STEP}/outcome/{outcome.id}"
    assert "Lapsed. “" in words_of((await founder.get(page)).text)
    there = form | {"after": str(outcome.id)}
    again = await founder.post(f"/company/suggestions/{back.id}/accept", there)
    assert again.status_code == 409
    assert "Nothing was done." in words_of(again.text)


async def test_in_an_archived_journey_the_card_says_how_to_go_on(
    venture: Venture, outcome: Outcome, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    db, now, journey = venture.place.db, venture.place.now, venture.journey
    async with db.transaction(venture.founder.actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome.id, now=now)
        assert begun is not None
        await insights.keep(
            tx, outcome=outcome, advice=rules.suggest(begun[1]), engine="offline", note="", now=now
        )
        item, *_ = await insights.list_inbox(tx, journey_id=journey.id, now=now)
    founder = await open_browser(venture.founder)
    inbox = (await founder.get("/company/suggestions")).text
    async with db.transaction(venture.founder.actor) as tx:
        await journeys.rename(tx, journey_id=journey.id, archived=True, now=now)
    form = {"_csrf": field(inbox, "_csrf"), "journey": str(journey.id)}
    for answer in ("accept", "dismiss"):
        pressed = await founder.post(f"/company/suggestions/{item.id}/{answer}", form)
        assert pressed.status_code == 409
        assert "Take it out of the archive first" in words_of(pressed.text)
        assert f"suggestion-{item.id}" in pressed.text


def _for_this_step(situation: Situation) -> list[Advice]:
    """Say what can be said of the step itself: take it up again, and two tasks for it."""
    first, *others = [
        item for item in rules.suggest(situation) if item.target.step_slug == situation.step.slug
    ]
    task = Target(
        kind=TargetKind.ADD_TASK,
        step_slug=situation.step.slug,
        title="Ask an adviser",
        also=("Write down the answer",),
    )
    return [first, replace(first, topic=Topic.ASK, text="Ask.", target=task), *others]


async def test_of_a_suggestion_that_is_refused_nothing_is_done(
    venture: Venture,
    outcome: Outcome,
    open_browser: Callable[..., Awaitable[Browser]],
) -> None:
    """Its first task would still fit into the step: with the second refused, none goes in."""
    titles = [f"Call the {number}th of the list" for number in range(3)]
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome.id, now=venture.place.now)
        assert begun is not None
        advice, *others = rules.suggest(begun[1])
        target = Target(
            kind=TargetKind.ADD_TASK, step_slug=STEP, title=titles[0], also=tuple(titles[1:])
        )
        await insights.keep(
            tx,
            outcome=outcome,
            advice=[replace(advice, target=target, text="Call the last three."), *others],
            engine="offline",
            note="",
            now=venture.place.now,
        )
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        made = await insights.list_suggestions(tx, outcome_id=outcome.id, now=venture.place.now)
        there = await journeys.list_tasks(tx, journey_id=venture.journey.id, step_slug=STEP)
        for number in range(49 - len(there)):
            await journeys.add_task(
                tx,
                journey_id=venture.journey.id,
                step_slug=STEP,
                title=f"Task {number}",
                now=venture.place.now,
            )
    chosen = next(one for one in made.items if one.text == "Call the last three.")
    founder = await open_browser(venture.founder)
    page = (await founder.get("/company/suggestions")).text
    refused = await founder.post(
        f"/company/suggestions/{chosen.id}/accept",
        {"_csrf": field(page, "_csrf"), "journey": str(venture.journey.id)},
    )
    assert refused.status_code == 409
    assert "at most 50 tasks" in words_of(refused.text)
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        tasks = await journeys.list_tasks(tx, journey_id=venture.journey.id, step_slug=STEP)
        walk = await journeys.get_walk(tx, journey_id=venture.journey.id)
    assert len(tasks) == 49
    assert not {task.title for task in tasks} & set(titles)
    assert walk.standings[STEP].state is State.COMPLETED
