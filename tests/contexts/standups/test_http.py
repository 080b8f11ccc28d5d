"""The same talk over plain HTTP, for pages without a socket and for programs."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Level
from milepost.contexts.standups.service.talks import LONGEST
from tests.contexts.standups.conftest import STEP, TOLD, dial, sign_in


@pytest_asyncio.fixture(loop_scope="session")
async def http(served, company) -> AsyncIterator[httpx2.AsyncClient]:
    token = await sign_in(company.db, company.founder)
    async with httpx2.AsyncClient(
        base_url=f"http://{served.address}/api/v1/journeys/{company.journey_id}",
        headers={"authorization": f"Bearer {token}"},
        timeout=20,
    ) as client:
        yield client


async def test_a_talk_from_hello_to_done(http):
    said = await http.post("/standup/messages", json={"text": TOLD})
    assert said.status_code == 201
    reply = said.json()
    assert reply["number"] == 2
    (action,) = reply["actions"]
    assert (action["kind"], action["step"], action["state"]) == ("complete_task", STEP, "proposed")

    done = await http.post(f"/standup/actions/{action['id']}", json={"decision": "confirm"})
    assert done.status_code == 200
    assert done.json()["detail"].startswith("Marked")
    again = await http.post(f"/standup/actions/{action['id']}", json={"decision": "confirm"})
    assert again.json() == done.json()
    other = await http.post(f"/standup/actions/{action['id']}", json={"decision": "dismiss"})
    assert (other.status_code, other.json()["code"]) == (409, "already_decided")

    listed = (await http.get("/standup")).json()
    assert [one["speaker"] for one in listed["items"]] == ["bot", "user"]
    assert listed["items"][0]["actions"][0]["state"] == "confirmed"
    assert listed["items"][1]["extracted"]["done"]


async def test_pages_of_messages_follow_each_other(http):
    for number in range(3):
        await http.post("/standup/messages", json={"text": f"Hello {number}"})
    first = (await http.get("/standup?limit=4")).json()
    rest = (await http.get("/standup", params={"limit": 4, "cursor": first["next_cursor"]})).json()
    numbers = [one["number"] for one in first["items"] + rest["items"]]
    assert numbers == [6, 5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None


async def test_a_repeat_is_said_once(http):
    key = {"idempotency-key": "once-1"}
    first = await http.post("/standup/messages", json={"text": TOLD}, headers=key)
    again = await http.post("/standup/messages", json={"text": TOLD}, headers=key)
    assert again.json() == first.json()
    other = await http.post("/standup/messages", json={"text": "Else"}, headers=key)
    assert other.json()["code"] == "idempotency_key_reused"
    assert len((await http.get("/standup")).json()["items"]) == 2


async def test_blockers_are_listed_until_they_are_lifted(http):
    reply = (
        await http.post("/standup/messages", json={"text": "Founder motivation is stuck."})
    ).json()
    assert (await http.get("/standup/blockers")).json()["items"] == []
    await http.post(f"/standup/actions/{reply['actions'][0]['id']}", json={"decision": "confirm"})
    (blocker,) = (await http.get("/standup/blockers")).json()["items"]
    assert (blocker["step"], blocker["said"]) == (STEP, "Founder motivation is stuck.")
    for _ in range(2):
        lifted = await http.post(f"/standup/blockers/{blocker['id']}/lift", json={})
        assert (lifted.status_code, lifted.json()) == (200, blocker)
    assert (await http.get("/standup/blockers")).json()["items"] == []
    assert (await http.post(f"/standup/blockers/{uuid4()}/lift", json={})).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 422),
        ({"text": 7}, 422),
        ({}, 422),
        ({"text": "x" * (LONGEST + 1)}, 413),
        ({"text": "a", "more": 1}, 422),
    ],
)
async def test_what_is_wrong_is_told(http, body, status):
    assert (await http.post("/standup/messages", json=body)).status_code == status


async def test_what_is_said_over_http_is_heard_on_the_line(http, served, company):
    token = await sign_in(company.db, company.founder)
    async with dial(served, company.journey_id, token) as line:
        await http.post("/standup/messages", json={"text": TOLD})
        assert (await line.next())["said"] == TOLD


async def test_an_investor_reads_none_of_it_and_is_not_listened_to(http, company):
    await http.post("/standup/messages", json={"text": TOLD})
    token = await sign_in(company.db, await company.investor(Level.FULL))
    async with httpx2.AsyncClient(
        base_url=http.base_url, headers={"authorization": f"Bearer {token}"}
    ) as theirs:
        read = await theirs.get("/standup")
        assert "items" not in read.json()
        refused = await theirs.post("/standup/messages", json={"text": "Nice"})
        assert (refused.status_code, refused.json()["code"]) == (403, "may_only_look")


async def test_a_typed_answer_does_what_the_button_would(http):
    asked = await http.post("/standup/messages", json={"text": "Founder motivation is done."})
    (option,) = asked.json()["actions"]
    assert not option["sure"]
    key = {"idempotency-key": "yes-1"}
    told = await http.post("/standup/messages", json={"text": "yes"}, headers=key)
    assert told.status_code == 201
    assert told.json()["text"] == f"Completed “{option['label']}”."
    again = await http.post("/standup/messages", json={"text": "yes"}, headers=key)
    assert again.json() == told.json()
    listed = (await http.get("/standup")).json()["items"]
    assert [one["number"] for one in listed] == [4, 3, 2, 1]
    assert listed[2]["actions"][0]["state"] == "confirmed"
    late = await http.post(f"/standup/actions/{option['id']}", json={"decision": "dismiss"})
    assert (late.status_code, late.json()["code"]) == (409, "already_decided")


async def test_a_page_changes_nothing_without_its_token(http, served, company):
    token = await sign_in(company.db, company.founder, kind="cookie")
    async with httpx2.AsyncClient(base_url=http.base_url) as page:
        refused = await page.post(
            "/standup/messages",
            json={"text": TOLD},
            headers={"cookie": f"milepost_session={token}"},
        )
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_request")
