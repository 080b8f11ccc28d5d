"""Talking and deciding: nothing is done unless confirmed, nothing twice, and not for strangers."""

import asyncio
from datetime import timedelta

import pytest

from milepost.contexts.identity.errors import IdempotencyKeyReused
from milepost.contexts.identity.types import Level
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import service as standups
from milepost.contexts.standups.errors import (
    AlreadyDecided,
    Flood,
    MayOnlyLook,
    NoStandup,
)
from milepost.contexts.standups.service.talks import PER_MINUTE
from milepost.contexts.standups.types import Decided, Reply
from milepost.platform.errors import Invalid, NotFound, TooLarge
from tests.contexts.standups.conftest import STEP, TOLD
from tests.factories.companies import Company, make_company
from tests.factories.people import Someone


async def say(company: Company, text: str, *, who: Someone | None = None, **more) -> Reply:
    async with company.db.transaction((who or company.founder).actor) as tx:
        return await standups.say(
            tx,
            journey_id=company.journey_id,
            text=text,
            now=more.pop("now", company.place.now),
            **more,
        )


async def decide(company: Company, action_id, *, confirm=True, who=None) -> Decided:
    act = standups.confirm if confirm else standups.dismiss
    async with company.db.transaction((who or company.founder).actor) as tx:
        return await act(
            tx, journey_id=company.journey_id, action_id=action_id, now=company.place.now
        )


async def lift(company: Company, action_id, who: Someone) -> None:
    async with company.db.transaction(who.actor) as tx:
        await standups.lift(
            tx, journey_id=company.journey_id, action_id=action_id, now=company.place.now
        )


async def blockers_of(company: Company):
    async with company.db.transaction(company.founder.actor) as tx:
        return await standups.list_blockers(
            tx, journey_id=company.journey_id, now=company.place.now
        )


async def task_called(company: Company, slug: str):
    async with company.db.transaction(company.founder.actor) as tx:
        tasks = await journeys.list_tasks(tx, journey_id=company.journey_id, step_slug=STEP)
    return next(task for task in tasks if task.slug == slug)


async def state_of(company: Company, slug: str) -> str:
    async with company.db.transaction(company.founder.actor) as tx:
        return (await journeys.list_steps(tx, journey_id=company.journey_id))[slug].state


async def test_what_was_done_is_proposed_and_done_once_confirmed(company):
    reply = await say(company, TOLD)
    task = await task_called(company, "set-stop-conditions")
    assert [(one.kind, one.target, one.state) for one in reply.actions] == [
        ("complete_task", str(task.id), "proposed")
    ]
    assert task.title in reply.reply.text
    assert reply.said.extracted["done"] == ["Fixed two stop conditions, in money and health."]
    assert not task.is_completed

    done = await decide(company, reply.actions[0].id)
    assert done.action.state == "confirmed"
    assert standups.verdict(done.action) == f"Marked “{task.title}” complete."
    assert (await task_called(company, "set-stop-conditions")).is_completed
    # The first tick begins its step.
    assert await state_of(company, STEP) == "in_progress"

    again = await decide(company, reply.actions[0].id)
    assert again == done
    with pytest.raises(AlreadyDecided):
        await decide(company, reply.actions[0].id, confirm=False)


async def test_what_is_dismissed_is_left_alone(company):
    reply = await say(company, TOLD)
    left = await decide(company, reply.actions[0].id, confirm=False)
    assert left.action.state == "dismissed"
    assert await decide(company, reply.actions[0].id, confirm=False) == left
    with pytest.raises(AlreadyDecided):
        await decide(company, reply.actions[0].id)
    assert not (await task_called(company, "set-stop-conditions")).is_completed


async def test_a_done_task_is_not_proposed_again(company):
    reply = await say(company, TOLD)
    await decide(company, reply.actions[0].id)
    assert (await say(company, TOLD)).actions == []


async def test_what_somebody_else_did_meanwhile_is_said(company):
    reply = await say(company, TOLD)
    task = await task_called(company, "set-stop-conditions")
    async with company.db.transaction(company.cofounder.actor) as tx:
        await journeys.tick(
            tx,
            journey_id=company.journey_id,
            task_id=task.id,
            is_completed=True,
            now=company.place.now - timedelta(hours=1),
        )
    done = await decide(company, reply.actions[0].id)
    assert done.action.state == "confirmed"
    assert "already" in standups.verdict(done.action)


async def test_what_is_gone_meanwhile_is_said_and_nothing_is_done(company):
    async with company.db.transaction(company.founder.actor) as tx:
        own = await journeys.add_task(
            tx,
            journey_id=company.journey_id,
            step_slug=STEP,
            title="Photograph the lighthouse keeper",
            now=company.place.now,
        )
    reply = await say(company, "Photographed the lighthouse keeper.")
    assert [one.target for one in reply.actions] == [str(own.id)]
    async with company.db.transaction(company.founder.actor) as tx:
        await journeys.remove_task(
            tx, journey_id=company.journey_id, task_id=own.id, now=company.place.now
        )
    gone = await decide(company, reply.actions[0].id)
    assert (gone.action.state, gone.action.outcome) == ("dismissed", "changed")
    assert "changed meanwhile" in standups.verdict(gone.action)
    assert await decide(company, reply.actions[0].id) == gone


async def test_steps_are_started_blocked_and_completed(company):
    begun = await say(company, "Starting with the founder motivation today.")
    assert [(one.kind, one.target) for one in begun.actions] == [("start_step", STEP)]
    await decide(company, begun.actions[0].id)
    assert await state_of(company, STEP) == "in_progress"

    stuck = await say(company, "Founder motivation is stuck because Sam is ill.")
    assert [(one.kind, one.target) for one in stuck.actions] == [("note_blocker", STEP)]
    async with company.db.transaction(company.founder.actor) as tx:
        assert (
            await standups.list_blockers(tx, journey_id=company.journey_id, now=company.place.now)
            == []
        )
    await decide(company, stuck.actions[0].id)
    async with company.db.transaction(company.cofounder.actor) as tx:
        (blocker,) = await standups.list_blockers(
            tx, journey_id=company.journey_id, now=company.place.now
        )
    assert (blocker.step_slug, "stuck" in blocker.said) == (STEP, True)

    done = await say(company, "The founder motivation step is done.")
    assert [(one.kind, one.target) for one in done.actions] == [("complete_step", STEP)]
    await decide(company, done.actions[0].id)
    assert await state_of(company, STEP) == "completed"
    async with company.db.transaction(company.founder.actor) as tx:
        # What is done is blocked by nothing.
        assert (
            await standups.list_blockers(tx, journey_id=company.journey_id, now=company.place.now)
            == []
        )


async def test_what_blocked_is_lifted_by_hand_by_any_of_them_once(company):
    stuck = await say(company, "Founder motivation is stuck because Ana is ill.")
    await decide(company, stuck.actions[0].id)
    (blocker,) = await blockers_of(company)
    assert blocker.said == "Founder motivation is stuck because Ana is ill."
    for _ in range(2):
        async with company.db.transaction(company.cofounder.actor) as tx:
            lifted = await standups.lift(
                tx, journey_id=company.journey_id, action_id=blocker.id, now=company.place.now
            )
        assert lifted.id == blocker.id
    assert await blockers_of(company) == []


async def test_only_a_noted_blocker_is_lifted_and_only_by_the_company(company):
    stuck = await say(company, "Founder motivation is stuck.")
    proposed = stuck.actions[0].id
    with pytest.raises(NotFound):
        await lift(company, proposed, company.founder)
    await decide(company, proposed)
    with pytest.raises(MayOnlyLook):
        await lift(company, proposed, await company.investor(Level.FULL))
    stranger = await company.place.person("Nobody Here")
    with pytest.raises(NotFound):
        await lift(company, proposed, stranger)
    assert len(await blockers_of(company)) == 1


async def test_saying_that_it_is_out_of_the_way_lifts_it_once_confirmed(company):
    nothing = await say(company, "We are no longer blocked.")
    assert (nothing.actions, "no blocker noted" in nothing.reply.text) == ([], True)
    for _ in range(2):
        await decide(company, (await say(company, "Founder motivation is stuck.")).actions[0].id)
    told = await say(company, "Ana is back, so founder motivation is unblocked.")
    assert [(one.kind, one.target, one.sure) for one in told.actions] == [
        ("lift_blocker", STEP, True)
    ]
    assert "is no longer blocked?" in told.reply.text
    assert len(await blockers_of(company)) == 2
    decided = await decide(company, told.actions[0].id)
    assert (decided.action.state, decided.action.outcome) == ("confirmed", "")
    assert await blockers_of(company) == []
    again = await say(company, "Founder motivation is unblocked.")
    assert again.actions == []


async def test_a_message_sent_again_is_said_once(company):
    first = await say(company, TOLD, client_key="a-1")
    again = await say(company, TOLD, client_key="a-1")
    assert again == first
    with pytest.raises(IdempotencyKeyReused):
        await say(company, "Something else", client_key="a-1")
    async with company.db.transaction(company.founder.actor) as tx:
        turns = await standups.list_turns(tx, journey_id=company.journey_id, after=0)
    assert turns == [first]


async def test_a_message_sent_twice_at_once_is_said_once(company):
    first, *others = await asyncio.gather(
        *(say(company, TOLD, client_key="a-1") for _ in range(3)),
    )
    assert others == [first, first]
    async with company.db.transaction(company.founder.actor) as tx:
        assert await standups.list_turns(tx, journey_id=company.journey_id, after=0) == [first]


async def test_messages_at_once_get_numbers_of_their_own(company):
    replies = await asyncio.gather(*(say(company, f"{TOLD} {number}") for number in range(4)))
    assert sorted(reply.seq for reply in replies) == [2, 4, 6, 8]
    assert all(reply.said.seq == reply.seq - 1 for reply in replies)
    async with company.db.transaction(company.founder.actor) as tx:
        turns = await standups.list_turns(tx, journey_id=company.journey_id, after=0)
    assert turns == sorted(replies, key=lambda reply: reply.seq)


async def test_a_talk_goes_on_behind_any_number(company):
    for number in range(3):
        await say(company, f"{TOLD} {number}")
    async with company.db.transaction(company.founder.actor) as tx:
        turns = await standups.list_turns(tx, journey_id=company.journey_id, after=0)
    await decide(company, turns[0].actions[0].id, confirm=False)
    async with company.db.transaction(company.founder.actor) as tx:
        turns = await standups.list_turns(tx, journey_id=company.journey_id, after=0)
        assert [turn.seq for turn in turns] == [2, 4, 6, 7]
        for after in range(9):
            behind = await standups.list_turns(tx, journey_id=company.journey_id, after=after)
            assert behind == [turn for turn in turns if turn.seq > after]
        assert (await standups.open_talk(tx, journey_id=company.journey_id)).last_seq == 7


async def test_a_long_absence_is_caught_up_with_whole(company, monkeypatch):
    monkeypatch.setattr("milepost.contexts.standups.service.talks._BATCH", 3)
    for number in range(5):
        reply = await say(company, f"{TOLD} {number}")
        await decide(company, reply.actions[0].id, confirm=False)
    async with company.db.transaction(company.founder.actor) as tx:
        turns = await standups.list_turns(tx, journey_id=company.journey_id, after=1)
    assert [turn.seq for turn in turns] == [2, 3, 5, 6, 8, 9, 11, 12, 14, 15]


async def test_numbers_go_on_from_day_to_day(company):
    first = await say(company, TOLD)
    tomorrow = company.place.now + timedelta(days=1)
    reply = await say(company, TOLD, now=tomorrow)
    assert reply.seq == 4
    assert reply.reply.session_id != first.reply.session_id


async def test_members_each_have_their_own_talk(company):
    mine = await say(company, TOLD)
    theirs = await say(company, TOLD, who=company.cofounder)
    assert theirs.seq == mine.seq == 2
    with pytest.raises(NotFound):
        await decide(company, mine.actions[0].id, who=company.cofounder)


@pytest.mark.parametrize("level", list(Level))
async def test_an_investor_neither_talks_nor_reads_along(company, level):
    reply = await say(company, TOLD)
    investor = await company.investor(level)
    with pytest.raises(MayOnlyLook):
        await say(company, "We like it", who=investor)
    with pytest.raises(MayOnlyLook):
        await decide(company, reply.actions[0].id, who=investor)
    async with company.db.transaction(investor.actor) as tx:
        assert (
            await standups.list_messages(tx, journey_id=company.journey_id, now=company.place.now)
            == []
        )


async def test_another_company_finds_nothing(company, place, startup_journey):
    reply = await say(company, TOLD)
    other = await make_company(place, startup_journey)
    with pytest.raises(NotFound):
        await say(company, "Hello", who=other.founder)
    with pytest.raises(NotFound):
        await decide(company, reply.actions[0].id, who=other.founder)
    async with other.db.transaction(other.founder.actor) as tx:
        with pytest.raises(NotFound):
            await standups.list_messages(tx, journey_id=company.journey_id, now=company.place.now)


async def test_who_left_the_company_talks_no_more(company, operator):
    reply = await say(company, TOLD, who=company.cofounder)
    await operator.execute(
        "update identity.memberships set ended_at = now() where subject_id = %s",
        [company.cofounder.id],
    )
    with pytest.raises(NotFound):
        await say(company, "Still here", who=company.cofounder)
    with pytest.raises(NotFound):
        await decide(company, reply.actions[0].id, who=company.cofounder)


async def test_messages_pages_go_back_to_the_first(company):
    for number in range(4):
        await say(company, f"{TOLD} {number}")
    found = []
    before = None
    while True:
        async with company.db.transaction(company.cofounder.actor) as tx:
            page = await standups.list_messages(
                tx,
                journey_id=company.journey_id,
                now=company.place.now,
                before_id=before,
                limit=3,
            )
        if not page:
            break
        found += page
        before = page[-1].message.id
    assert [entry.message.seq for entry in found] == [8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("text", ["", "  \n ", "nul \x00 here"])
async def test_what_cannot_be_kept_is_refused(company, text):
    with pytest.raises(Invalid):
        await say(company, text)


async def test_eight_kilobytes_are_the_limit(company):
    assert (await say(company, "é" * 4096)).said.text == "é" * 4096
    with pytest.raises(TooLarge):
        await say(company, "é" * 4096 + "!")


async def test_a_flood_is_told_when_to_go_on(company):
    for _ in range(PER_MINUTE):
        await say(company, "Hello")
    with pytest.raises(Flood) as told:
        await say(company, "Hello")
    assert told.value.data["retry_after"] > 0
    later = company.place.now + timedelta(minutes=2)
    assert (await say(company, "Hello", now=later)).reply.text


async def test_a_person_walking_alone_needs_no_standup(place, db):
    person = await place.person()
    async with db.transaction(person.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug="fast-track", now=place.now)
        with pytest.raises(NoStandup):
            await standups.say(tx, journey_id=journey.id, text="Hello", now=place.now)
