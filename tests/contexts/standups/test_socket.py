"""The socket on a real server: who gets through, what is said, and what survives a lost line."""

import asyncio
import json
import time

import pytest
from websockets.exceptions import ConnectionClosed

from milepost.contexts.identity.types import Level
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups.routes import frames, pace, socket
from milepost.contexts.standups.service.talks import PER_MINUTE
from milepost.settings import Settings
from tests.contexts.standups.conftest import STEP, TOLD, dial, serving, sign_in
from tests.factories.companies import make_company


def message(text: str, **more: str) -> dict[str, str]:
    return {"type": "message", "text": text, **more}


@pytest.fixture
async def token(company) -> str:
    return await sign_in(company.db, company.founder)


async def test_a_talk_from_hello_to_done(company, served, token):
    async with dial(served, company.journey_id, token) as line:
        assert line.connection.subprotocol == f"bearer.{token}"
        reply = await line.ask(message(TOLD, id="m1"))
        assert (reply["type"], reply["id"], reply["re"]) == ("reply", "2", "m1")
        (action,) = reply["actions"]
        assert action["kind"] == "complete_task"
        assert action["label"] == "Fix two stop conditions in months, money or health"
        assert 0 < action["confidence"] <= 1

        done = await line.ask({"type": "confirm", "action": action["id"], "id": "m2"})
        assert (done["type"], done["id"], done["action"]) == ("done", "3", action["id"])
        assert done["state"] == "confirmed"
    async with company.db.transaction(company.founder.actor) as tx:
        tasks = await journeys.list_tasks(tx, journey_id=company.journey_id, step_slug=STEP)
    assert [task.title for task in tasks if task.is_completed] == [action["label"]]


async def test_a_second_page_gets_every_frame(company, served, token):
    async with (
        dial(served, company.journey_id, token) as one,
        dial(served, company.journey_id, await sign_in(company.db, company.founder)) as other,
    ):
        reply = await one.ask(message(TOLD))
        seen = await other.next()
        assert seen == reply
        assert seen["said"] == TOLD
        answer = await other.ask({"type": "dismiss", "action": reply["actions"][0]["id"]})
        assert (await one.next()) == answer
        assert answer["state"] == "dismissed"
        await one.silent()
        await other.silent()


async def test_both_pages_at_once_stay_in_order(company, served, token):
    async with (
        dial(served, company.journey_id, token) as one,
        dial(served, company.journey_id, token) as other,
    ):
        for number in range(5):
            await one.send(message(f"one {number}"))
            await other.send(message(f"other {number}"))
        expected = [str(2 * number) for number in range(1, 11)]
        for line in (one, other):
            assert [(await line.next())["id"] for _ in range(10)] == expected


async def test_a_colleague_hears_nothing_of_it(company, served, token):
    async with (
        dial(served, company.journey_id, token) as mine,
        dial(served, company.journey_id, await sign_in(company.db, company.cofounder)) as theirs,
    ):
        await mine.ask(message(TOLD))
        await theirs.silent()


async def test_resuming_loses_and_doubles_nothing(company, served, token):
    async with dial(served, company.journey_id, token) as line:
        first = await line.ask(message(TOLD, id="a"))
        # The line is lost before the answers come.
        await line.send(message("Second", id="b"))
        await line.send({"type": "dismiss", "action": first["actions"][0]["id"], "id": "c"})
        await line.connection.ping()
        frames = [await line.next(), await line.next()]
    async with dial(served, company.journey_id, token, after=first["id"]) as line:
        again = [await line.next(), await line.next()]
        assert [frame["id"] for frame in again] == ["4", "5"]
        assert [frame["type"] for frame in again] == ["reply", "done"]
        assert again[0] == frames[0]
        # What the client isn't sure of, it sends again.
        assert await line.ask(message("Second", id="b")) == frames[0]
        await line.silent()
    async with dial(served, company.journey_id, token, after="5.3") as line:
        assert (await line.ask(message("Third")))["id"] == "7"
    async with dial(served, company.journey_id, token, after="0") as line:
        everything = [await line.next() for _ in range(4)]
        assert [frame["id"] for frame in everything] == ["2", "4", "5", "7"]
        # The proposal is shown as it stands by now.
        assert everything[0]["actions"][0]["state"] == "dismissed"


async def test_a_line_cut_while_talking_is_made_good(company, served, token):
    for number in range(4):
        async with dial(served, company.journey_id, token) as line:
            await line.send(message(f"Cut {number}", id=f"cut-{number}"))
            line.connection.transport.abort()
    async with dial(served, company.journey_id, token) as line:
        for number in range(4):
            await line.send(message(f"Cut {number}", id=f"cut-{number}"))
            # What the lost lines still said is heard on this one.
            while (reply := await line.next()).get("re") != f"cut-{number}":
                assert reply["said"].startswith("Cut")
            assert reply["said"] == f"Cut {number}"
    async with dial(served, company.journey_id, token, after="0") as line:
        said = [(await line.next())["said"] for _ in range(4)]
        assert sorted(said) == [f"Cut {number}" for number in range(4)]
        await line.silent()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_frame"),
        ("[]", "bad_frame"),
        ('{"type": "message"}', "bad_frame"),
        ('{"type": "sing", "text": "la"}', "bad_frame"),
        ('{"type": "message", "text": 7}', "bad_frame"),
        ('{"type": "message", "text": "a", "text": "b"}', "bad_frame"),
        ('{"type": "message", "text": "a", "more": 1}', "bad_frame"),
        ('{"type": "confirm", "action": "x"}', "bad_frame"),
        ('{"type": "confirm", "action": "00000000-0000-7000-8000-000000000000"}', "not_found"),
        ('{"type": "message", "text": "  "}', "invalid"),
        (b"bytes", "bad_frame"),
        ("[" * 5000, "bad_frame"),
        (json.dumps({"type": "message", "text": "x" * 8193}), "too_large"),
        (json.dumps({"type": "message", "text": "x" * 100_000}), "too_large"),
    ],
)
async def test_what_is_wrong_is_told_and_the_line_stays(company, served, token, frame, code):
    async with dial(served, company.journey_id, token) as line:
        error = await line.ask(frame)
        assert (error["type"], error["code"], error["id"]) == ("error", code, "0.1")
        assert error["detail"]
        assert (await line.ask(message("Hello")))["type"] == "reply"


@pytest.mark.parametrize(
    ("frame", "detail"),
    [
        ("[]", 'A frame is a JSON object, like {"type": "message", "text": "…"}.'),
        ("7", 'A frame is a JSON object, like {"type": "message", "text": "…"}.'),
        ("{}", "A frame has a `type`: message, confirm or dismiss."),
        ('{"type": "sing"}', "A frame has a `type`: message, confirm or dismiss."),
        ('{"type": "message"}', "text: This is needed."),
        ('{"type": "message", "text": 7}', "text: This must be text."),
        ('{"type": "message", "text": "a", "more": 1}', "more: There is no such field."),
        ('{"type": "confirm", "action": "x"}', "action: This must be an id."),
    ],
)
def test_a_bad_frame_is_told_in_our_own_words(frame, detail):
    with pytest.raises(frames.BadFrame) as told:
        frames.parse(frame)
    assert told.value.message == detail


async def test_an_error_names_what_it_is_about(company, served, token):
    async with dial(served, company.journey_id, token) as line:
        assert (await line.ask({"type": "sing", "id": "s1"}))["re"] == "s1"
        await line.ask(message("One", id="same"))
        error = await line.ask(message("Another", id="same"))
        assert (error["code"], error["re"]) == ("idempotency_key_reused", "same")


async def test_what_changed_meanwhile_is_told(company, served, token):
    async with company.db.transaction(company.founder.actor) as tx:
        own = await journeys.add_task(
            tx,
            journey_id=company.journey_id,
            step_slug=STEP,
            title="Photograph the lighthouse keeper",
            now=company.place.now,
        )
    async with dial(served, company.journey_id, token) as line:
        reply = await line.ask(message("Photographed the lighthouse keeper."))
        async with company.db.transaction(company.founder.actor) as tx:
            await journeys.remove_task(
                tx, journey_id=company.journey_id, task_id=own.id, now=company.place.now
            )
        told = await line.ask({"type": "confirm", "action": reply["actions"][0]["id"]})
        assert (told["type"], told["code"], told["id"]) == ("error", "target_changed", "3")


async def test_too_many_messages_are_told_when_to_go_on(company, served, token):
    async with dial(served, company.journey_id, token) as line:
        codes = []
        for number in range(PER_MINUTE + 4):
            frame = await line.ask(message(f"Hello {number}"))
            codes.append(frame.get("code"))
        assert codes[: PER_MINUTE // 2] == [None] * (PER_MINUTE // 2)
        assert codes[-1] == "flood"
        assert frame["retry_after"] > 0


async def test_a_flood_ends_the_line(company, served, token):
    async with dial(served, company.journey_id, token) as line:
        for _ in range(pace.BURST + pace.PATIENCE + 40):
            try:
                await line.send("{")
            except ConnectionClosed:
                break
        assert await line.closed() == socket.FLOODED


@pytest.mark.parametrize("protocols", [[], ["bearer.nonsense"], ["bearer."]])
async def test_nobody_is_told_to_sign_in(company, served, protocols):
    async with dial(served, company.journey_id, "", protocols=protocols) as line:
        assert (await line.next())["code"] in ("not_signed_in", "unauthenticated")
        assert await line.closed() == socket.SIGNED_OUT


async def test_a_sign_in_that_was_ended_ends_the_line(company, served, token, operator):
    async with dial(served, company.journey_id, token) as line:
        await line.ask(message("Hello"))
        await operator.execute(
            "update identity.sessions set revoked_at = now() where subject_id = %s",
            [company.founder.id],
        )
        error = await line.ask(message("Still there?"))
        assert error["type"] == "error"
        assert "Sign in again" in error["detail"]
        assert await line.closed() == socket.SIGNED_OUT


async def test_an_ended_sign_in_hears_no_news_either(company, served, token, operator):
    async with (
        dial(served, company.journey_id, token) as stolen,
        dial(served, company.journey_id, await sign_in(company.db, company.founder)) as own,
    ):
        await operator.execute(
            """
            update identity.sessions set revoked_at = now()
             where id = (
               select id from identity.sessions where subject_id = %s order by created_at limit 1
             )
            """,
            [company.founder.id],
        )
        await own.ask(message("Private"))
        assert (await stolen.next())["type"] == "error"
        assert await stolen.closed() == socket.SIGNED_OUT


async def test_silence_is_looked_after_too(company, served, token, operator, monkeypatch):
    monkeypatch.setattr(socket, "CHECKED_EVERY", 0.1)
    async with dial(served, company.journey_id, token) as line:
        await operator.execute(
            "update identity.sessions set revoked_at = now() where subject_id = %s",
            [company.founder.id],
        )
        assert (await line.next())["type"] == "error"
        assert await line.closed() == socket.SIGNED_OUT


async def test_who_left_the_company_is_shown_out(company, served, operator):
    token = await sign_in(company.db, company.cofounder)
    async with dial(served, company.journey_id, token) as line:
        await line.ask(message("Hello"))
        await operator.execute(
            "update identity.memberships set ended_at = now() where subject_id = %s",
            [company.cofounder.id],
        )
        assert (await line.ask(message("Hello?")))["code"] == "not_found"
        assert await line.closed() == socket.NOT_FOUND


async def test_another_company_finds_no_line(company, served, place, startup_journey):
    other = await make_company(place, startup_journey)
    token = await sign_in(other.db, other.founder)
    async with dial(served, company.journey_id, token) as line:
        assert (await line.next())["code"] == "not_found"
        assert await line.closed() == socket.NOT_FOUND


@pytest.mark.parametrize("level", [Level.BASIC, Level.FULL])
async def test_who_may_only_look_is_told_so(company, served, level):
    token = await sign_in(company.db, await company.investor(level))
    async with dial(served, company.journey_id, token) as line:
        assert (await line.next())["code"] == "may_only_look"
        assert await line.closed() == socket.FORBIDDEN


@pytest.mark.parametrize(("journey", "after"), [("x", None), ("", None), (None, "one")])
async def test_an_address_that_makes_no_sense_is_told(company, served, token, journey, after):
    wanted = company.journey_id if journey is None else journey
    async with dial(served, wanted, token, after=after) as line:
        assert (await line.next())["code"] == "bad_frame"
        assert await line.closed() == socket.REFUSED


async def test_a_browser_comes_with_its_cookie_from_our_own_page(company, served):
    token = await sign_in(company.db, company.founder, kind="cookie")
    cookie = {"Cookie": f"milepost_session={token}"}
    own = cookie | {"Origin": f"http://{served.address}"}
    async with dial(served, company.journey_id, "", protocols=[], headers=own) as line:
        assert (await line.ask(message("Hello")))["type"] == "reply"
    for foreign in (cookie, cookie | {"Origin": "https://elsewhere.test"}):
        async with dial(served, company.journey_id, "", protocols=[], headers=foreign) as line:
            assert (await line.next())["code"] == "foreign_request"
            assert await line.closed() == socket.FORBIDDEN


async def test_the_answer_need_not_repeat_the_token(company, served, token):
    offered = [f"bearer.{token}", "milepost.standup"]
    async with dial(served, company.journey_id, token, protocols=offered) as line:
        assert line.connection.subprotocol == "milepost.standup"
        assert (await line.ask(message("Hello")))["type"] == "reply"


async def test_a_server_that_stops_hangs_up_at_once(company, database, token, tmp_path):
    async with serving(Settings(data=tmp_path), database.app) as own:
        async with dial(own, company.journey_id, token) as line:
            await line.ask(message("Hello"))
            began = time.monotonic()
            own.stop.set()
            assert await line.closed() == socket.GONE
            assert time.monotonic() - began < 2
        await asyncio.sleep(0)
