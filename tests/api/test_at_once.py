"""Several requests at the same moment: one outcome, and everybody else is told."""

import asyncio

import httpx2
import psycopg
import pytest_asyncio

from tests.api.conftest import Caller
from tests.api.walking import Walk, begin, ok, refused

FIRST = "sprint-0-woop"
AT_ONCE = 8


@pytest_asyncio.fixture(loop_scope="session")
async def walk(newcomer: Caller, live_server: str):
    """A journey reached through sockets, as devices reach it."""
    async with httpx2.AsyncClient(base_url=live_server) as client:
        yield await begin(Caller(client, newcomer.token))


async def _versions(walk: Walk) -> list[int]:
    items = ok(await walk.caller.get(walk.step(FIRST, "/submissions")))["items"]
    return [item["version"] for item in items]


async def _together(operator: psycopg.AsyncConnection, walk: Walk, requests: list) -> list:
    """Hold the journey until every request waits for it, then let them go."""
    async with operator.transaction():
        await operator.execute(
            "select id from journeys.journeys where id = %s for update", [walk.journey_id]
        )
        running = [asyncio.create_task(request) for request in requests]
        for _ in range(2000):
            if await _waiting(operator) == len(requests):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("not every request came to wait")
    return await asyncio.gather(*running)


async def _waiting(operator: psycopg.AsyncConnection) -> int:
    rows = await operator.execute(
        "select count(distinct pid) as n from pg_locks where not granted"
        " and pid in (select pid from pg_stat_activity where datname = current_database())"
    )
    await operator.execute("select pg_stat_clear_snapshot()")
    return (await rows.fetchone())["n"]


async def test_of_submits_at_the_same_moment_one_wins_and_the_others_are_told(walk, operator):
    data = await walk.answers(FIRST)
    answers = await _together(
        operator,
        walk,
        [
            walk.caller.post(
                walk.step(FIRST, "/submissions"), {"data": data | {"wish": f"Device {number}"}}
            )
            for number in range(AT_ONCE)
        ],
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
    won = next(answer for answer in answers if answer.status_code == 201).json()
    for answer in answers:
        if answer.status_code == 409:
            problem = refused(answer, 409, "version_conflict")
            assert problem["current_version"] == 1
            assert problem["current_data"] == won["data"]
    assert await _versions(walk) == [1]
    assert ok(await walk.caller.get(walk.step(FIRST, "/submissions/1")))["data"] == won["data"]


async def test_a_repeat_with_the_same_key_is_the_same_version_and_body(walk):
    data = await walk.answers(FIRST)
    send = {"data": data}
    answers = await asyncio.gather(
        *(
            walk.caller.post(walk.step(FIRST, "/submissions"), send, key="one-key")
            for _ in range(AT_ONCE)
        )
    )
    for answer in answers:
        assert ok(answer, 201) == answers[0].json()
    assert answers[0].json()["version"] == 1
    assert sum(answer.headers.get("idempotent-replayed") == "true" for answer in answers) == (
        AT_ONCE - 1
    )
    later = await walk.caller.post(walk.step(FIRST, "/submissions"), send, key="one-key")
    assert ok(later, 201) == answers[0].json()
    other = await walk.caller.post(
        walk.step(FIRST, "/submissions"), {"data": data | {"wish": "Another"}}, key="one-key"
    )
    refused(other, 422, "idempotency_key_reused")
    assert await _versions(walk) == [1]


async def test_beginning_at_the_same_moment_makes_one_journey(place, as_caller, live_server):
    someone = await as_caller(await place.person())
    async with httpx2.AsyncClient(base_url=live_server) as client:
        caller = Caller(client, someone.token)
        walks = await asyncio.gather(*(begin(caller) for _ in range(AT_ONCE)))
        assert len({walk.journey_id for walk in walks}) == 1
        assert len(ok(await caller.get("/journeys"))["items"]) == 1


async def test_a_draft_of_the_phone_and_a_submit_of_the_laptop(walk, operator):
    draft = await walk.caller.call("PUT", walk.step(FIRST, "/draft"), {"data": {"wish": "A wish"}})
    etag = draft.headers["etag"]
    data = await walk.answers(FIRST)
    phone, laptop = await _together(
        operator,
        walk,
        [
            walk.caller.call(
                "PUT",
                walk.step(FIRST, "/draft"),
                {"data": {"wish": "From the phone"}},
                headers={"if-match": etag},
            ),
            walk.caller.call(
                "POST", walk.step(FIRST, "/submissions"), {"data": data}, headers={"if-match": etag}
            ),
        ],
    )
    assert {phone.status_code, laptop.status_code} in ({200, 409}, {201, 409})
    told = phone if phone.status_code == 409 else laptop
    problem = refused(told, 409, "version_conflict")
    if told is phone:
        assert problem["current_data"] == data
        assert await _versions(walk) == [1]
    else:
        assert problem["current_data"] == {"wish": "From the phone"}
        assert await _versions(walk) == []
