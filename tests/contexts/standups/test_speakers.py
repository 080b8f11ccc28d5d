"""Whose page it is that talks: a page left open says nothing in the name of who came after."""

from uuid import uuid4

from milepost.contexts.standups.routes import socket
from tests.contexts.standups.conftest import TOLD, dial, sign_in


async def test_a_page_of_somebody_else_gets_no_line(company, served):
    token = await sign_in(company.db, company.founder)
    for speaker in (company.cofounder.id, uuid4()):
        async with dial(served, f"{company.journey_id}&as={speaker}", token) as line:
            told = await line.next()
            assert (told["type"], told["code"]) == ("error", "forbidden")
            assert "Somebody else is signed in" in told["detail"]
            assert await line.closed() == socket.FORBIDDEN
    async with dial(served, f"{company.journey_id}&as={company.founder.id}", token) as line:
        assert (await line.ask({"type": "message", "text": TOLD}))["type"] == "reply"


async def test_who_talks_is_named_by_an_id(company, served):
    token = await sign_in(company.db, company.founder)
    async with dial(served, f"{company.journey_id}&as=me", token) as line:
        assert (await line.next())["detail"] == "`as` is the id of the person who talks here."
        assert await line.closed() == socket.REFUSED


async def test_what_is_far_too_long_is_refused_by_its_name(company, served):
    token = await sign_in(company.db, company.founder)
    async with dial(served, company.journey_id, token) as line:
        long = "x" * (socket.LONGEST_FRAME + 1)
        told = await line.ask({"type": "message", "id": "m1", "text": long})
        assert (told["code"], told["re"]) == ("too_large", "m1")
