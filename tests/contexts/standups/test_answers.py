"""Typing an answer to what the bot asked does what the button would, once, and nobody else's."""

import asyncio
from uuid import UUID

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import service as standups
from milepost.contexts.standups.types import Decided, Reply
from tests.contexts.standups.conftest import STEP, TOLD, dial, sign_in
from tests.contexts.standups.test_talks import decide, say, state_of
from tests.factories.companies import Company

WHOLE = "The founder motivation step is done."
EITHER = "Photographed the lighthouse."
TITLES = ["Photograph the lighthouse lamp", "Photograph the lighthouse tower"]


@pytest.fixture
async def lighthouse(company: Company) -> Company:
    """A company with two tasks that are hard to tell apart."""
    async with company.db.transaction(company.founder.actor) as tx:
        for title in TITLES:
            await journeys.add_task(
                tx,
                journey_id=company.journey_id,
                step_slug=STEP,
                title=title,
                now=company.place.now,
            )
    return company


async def ticked(company: Company) -> list[str]:
    """The titles of what is done."""
    async with company.db.transaction(company.founder.actor) as tx:
        tasks = await journeys.list_tasks(tx, journey_id=company.journey_id, step_slug=STEP)
    return [task.title for task in tasks if task.is_completed]


async def turns(company: Company) -> list[Reply | Decided]:
    async with company.db.transaction(company.founder.actor) as tx:
        return await standups.list_turns(tx, journey_id=company.journey_id, after=0)


async def test_a_typed_yes_is_the_confirmation(company):
    (option,) = (await say(company, WHOLE)).actions
    assert not option.sure
    told = await say(company, "Yes!")
    assert told.reply.text == f"Completed “{option.label}”."
    assert told.said.extracted["answer"] == "confirmed"
    assert await state_of(company, STEP) == "completed"
    last = (await turns(company))[-1]
    assert isinstance(last, Decided)
    assert (last.action.id, last.action.state, last.seq) == (option.id, "confirmed", told.seq + 1)
    # What the button does afterwards is what it does after itself.
    assert (await decide(company, option.id)).action == last.action


async def test_a_typed_no_leaves_it(company):
    (option,) = (await say(company, WHOLE)).actions
    told = await say(company, "no")
    assert told.reply.text == f"Left “{option.label}” as it is."
    assert await state_of(company, STEP) == "unlocked"
    assert (await decide(company, option.id, confirm=False)).action.state == "dismissed"


async def test_one_of_several_is_chosen_by_its_number(lighthouse):
    asked = await say(lighthouse, EITHER)
    assert sorted(one.label for one in asked.actions) == TITLES
    assert not any(one.sure for one in asked.actions)
    second = asked.actions[1].label
    assert (await say(lighthouse, "no, the second one")).reply.text == (
        f"Marked “{second}” complete."
    )
    assert await ticked(lighthouse) == [second]


async def test_none_of_several_is_meant(lighthouse):
    await say(lighthouse, EITHER)
    told = await say(lighthouse, "neither")
    assert all(title in told.reply.text for title in TITLES)
    assert await ticked(lighthouse) == []
    states = [one.action.state for one in await turns(lighthouse) if isinstance(one, Decided)]
    assert states == ["dismissed", "dismissed"]


async def test_a_yes_to_several_asks_which_and_that_is_answered_too(lighthouse):
    asked = await say(lighthouse, EITHER)
    which = await say(lighthouse, "yes")
    assert which.reply.text.startswith("Which one? 1: mark “")
    assert await ticked(lighthouse) == []
    assert (await say(lighthouse, "7")).reply.text == which.reply.text
    await say(lighthouse, "2")
    assert await ticked(lighthouse) == [asked.actions[1].label]


async def test_only_the_newest_question_is_answered(company):
    (option,) = (await say(company, WHOLE)).actions
    await say(company, "Lunch was good.")
    told = await say(company, "yes")
    assert told.reply.text.startswith("I have no question open")
    assert await state_of(company, STEP) == "unlocked"
    assert (await decide(company, option.id)).action.state == "confirmed"


async def test_nobody_answers_for_another(company):
    await say(company, WHOLE)
    told = await say(company, "yes", who=company.cofounder)
    assert told.reply.text.startswith("I have no question open")
    assert await state_of(company, STEP) == "unlocked"


async def test_an_answer_sent_again_does_nothing_twice(lighthouse):
    asked = await say(lighthouse, EITHER)
    first = await say(lighthouse, "the first", client_key="a-1")
    assert await say(lighthouse, "the first", client_key="a-1") == first
    assert (await say(lighthouse, "the first")).reply.text.startswith("I have no question open")
    assert await ticked(lighthouse) == [asked.actions[0].label]
    assert sum(isinstance(one, Decided) for one in await turns(lighthouse)) == 1


async def test_an_answer_sent_twice_at_once_is_given_once(company):
    await say(company, WHOLE)
    same = await asyncio.gather(*(say(company, "yes", client_key="a-1") for _ in range(3)))
    assert same == [same[0]] * 3
    await asyncio.gather(say(company, "yes"), say(company, "yes"))
    assert sum(isinstance(one, Decided) for one in await turns(company)) == 1


async def test_what_changed_meanwhile_is_told_to_who_says_yes(lighthouse):
    asked = await say(lighthouse, EITHER)
    gone = asked.actions[0]
    async with lighthouse.db.transaction(lighthouse.founder.actor) as tx:
        await journeys.remove_task(
            tx,
            journey_id=lighthouse.journey_id,
            task_id=UUID(gone.target),
            now=lighthouse.place.now,
        )
    assert "has changed meanwhile" in (await say(lighthouse, "the first")).reply.text


async def test_on_the_line_the_reply_comes_and_then_what_was_done(company, served):
    token = await sign_in(company.db, company.founder)
    async with dial(served, company.journey_id, token) as line:
        asked = await line.ask({"type": "message", "text": WHOLE, "id": "m1"})
        (option,) = asked["actions"]
        told = await line.ask({"type": "message", "text": "yes", "id": "m2"})
        assert (told["type"], told["id"], told["re"]) == ("reply", "4", "m2")
        assert told["text"].startswith("Completed “")
        done = await line.next()
        assert (done["type"], done["id"], done["action"]) == ("done", "5", option["id"])
        assert done["state"] == "confirmed"
        # Sent again, as after a lost line: answered the same, and done once.
        assert await line.ask({"type": "message", "text": "yes", "id": "m2"}) == told
        await line.silent()
    async with dial(served, company.journey_id, token, after="2") as line:
        assert [(await line.next())["id"] for _ in range(2)] == ["4", "5"]
        await line.silent()
    assert await state_of(company, STEP) == "completed"


async def test_what_was_proposed_outright_takes_a_yes_too(company):
    (action,) = (await say(company, TOLD)).actions
    assert action.sure
    assert (await say(company, "yes")).reply.text == f"Marked “{action.label}” complete."
    assert await ticked(company) == [action.label]


BOTH = f"{TITLES[0]}: done. {TITLES[1]}: done."


@pytest.mark.parametrize("text", ["yes", "yes, both of them", "all", "1 and 2", "the first two"])
async def test_a_yes_to_one_question_about_several_confirms_them_all(lighthouse, text):
    asked = await say(lighthouse, BOTH)
    assert [one.sure for one in asked.actions] == [True, True]
    told = await say(lighthouse, text)
    assert sorted(await ticked(lighthouse)) == TITLES
    assert all(f"Marked “{title}” complete." in told.reply.text for title in TITLES)
    assert (await say(lighthouse, "yes")).reply.text.startswith("I have no question open")


async def test_a_no_to_one_question_about_several_leaves_them_all(lighthouse):
    await say(lighthouse, BOTH)
    assert (await say(lighthouse, "no")).said.extracted["answer"] == "dismissed"
    assert await ticked(lighthouse) == []
    assert (await say(lighthouse, "yes")).reply.text.startswith("I have no question open")


async def test_both_answers_which_one(lighthouse):
    await say(lighthouse, EITHER)
    which = await say(lighthouse, "yes")
    assert "“all of them”" in which.reply.text
    await say(lighthouse, "both please")
    assert sorted(await ticked(lighthouse)) == TITLES


async def test_what_was_confirmed_is_taken_back_on_the_step(company):
    await say(company, TOLD)
    await say(company, "yes")
    done = await ticked(company)
    told = await say(company, "Undo the last one, I was wrong")
    assert told.reply.text.startswith("I can't take back what was confirmed")
    assert "untick the task" in told.reply.text
    assert told.actions == []
    assert await ticked(company) == done


@pytest.mark.parametrize("text", ["just the tower", "the tower one", "yes but not the lamp"])
async def test_one_of_several_is_chosen_by_its_name(lighthouse, text):
    await say(lighthouse, EITHER)
    told = await say(lighthouse, text)
    assert told.said.extracted["answer"] == "confirmed"
    assert await ticked(lighthouse) == [TITLES[1]]


@pytest.mark.parametrize("text", ["yes but not the roof", "the other one", "which one?", "not it"])
async def test_what_is_no_answer_gets_the_question_again_and_it_stands(lighthouse, text):
    asked = await say(lighthouse, EITHER)
    told = await say(lighthouse, text)
    assert told.reply.text.startswith("I didn't understand that as an answer")
    assert all(one.label in told.reply.text for one in asked.actions)
    assert await ticked(lighthouse) == []
    await say(lighthouse, "the second")
    assert await ticked(lighthouse) == [asked.actions[1].label]


async def test_what_is_told_as_open_is_said_back_and_the_question_stands(lighthouse):
    asked = await say(lighthouse, EITHER)
    told = await say(lighthouse, "Not yet done with the notes on the harbor.")
    assert told.reply.text.startswith("I take this as not done: “Not yet done with the notes")
    assert "My question still stands. Which one?" in told.reply.text
    await say(lighthouse, "the second")
    assert await ticked(lighthouse) == [asked.actions[1].label]


async def test_news_after_a_question_is_news(lighthouse):
    await say(lighthouse, EITHER)
    told = await say(lighthouse, "Not today: we are stuck on the founder motivation")
    assert "answer" not in told.said.extracted
    assert [one.kind for one in told.actions] == ["note_blocker"]


async def test_without_a_question_nothing_is_repeated(lighthouse):
    told = await say(lighthouse, "just the tower")
    assert told.reply.text.startswith("I found nothing in this")


async def test_to_tick_a_task_of_a_step_not_begun_says_that_it_begins_it(company):
    told = await say(company, TOLD)
    assert "isn't begun yet: to mark a task of it complete begins it" in told.reply.text
    await say(company, "yes")
    assert await state_of(company, STEP) == "in_progress"
    again = await say(company, "Wrote down why I do this.")
    assert "begun yet" not in again.reply.text
