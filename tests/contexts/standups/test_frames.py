"""What a frame tells besides: who read the message, and which step a proposal is about."""

from collections import OrderedDict

from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups.service import desks
from milepost.settings import Settings
from tests.contexts.standups.conftest import STEP, TOLD, dial, serving, sign_in
from tests.factories.models import Reply, fake_model

ABOUT_A_STEP = {"type": "message", "text": TOLD, "id": "a"}


async def test_a_proposal_names_its_step_on_every_page_and_ever_after(company, served, monkeypatch):
    async with company.db.transaction(company.founder.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=company.journey_id)
    title = walk.program.find_step(STEP).title
    token = await sign_in(company.db, company.founder)
    async with dial(served, company.journey_id, token) as line:
        reply = await line.ask(ABOUT_A_STEP)
        (action,) = reply["actions"]
        assert (action["step"], action["step_title"]) == (STEP, title)
        assert action["label"] != title
        assert reply["engine"] == "offline"
    async with company.db.transaction(company.founder.actor) as tx:
        await journeys.complete(
            tx, journey_id=company.journey_id, step_slug=STEP, now=company.place.now
        )
    # A step that is behind is on nobody's desk any more, and on that of a new process nothing is.
    monkeypatch.setattr(desks, "_kept", OrderedDict())
    async with dial(served, company.journey_id, token, after="0") as line:
        assert await line.next() == reply


async def test_a_model_that_read_a_message_is_named(company, database, tmp_path):
    def answer(asked) -> Reply:
        said = "\n".join(str(message["content"]) for message in asked["messages"])
        offer = next(line for line in said.splitlines() if "Read the page to somebody" in line)
        meant = {"kind": "complete_task", "id": offer.split()[0], "confidence": 0.9, "said": "it"}
        return Reply({"done": ["it"], "next": [], "blocked": [], "actions": [meant]})

    token = await sign_in(company.db, company.founder)
    with fake_model(answer) as model:
        settings = model.settings(Settings(data=tmp_path))
        async with (
            serving(settings, database.app) as own,
            dial(own, company.journey_id, token) as line,
        ):
            # What speaks to models takes its time to be loaded.
            await line.send(ABOUT_A_STEP)
            read = await line.next(seconds=40)
            # An answer to the bot's own question is for no model to read.
            answered = await line.ask({"type": "message", "text": "no", "id": "b"})
    assert (read["engine"], answered["engine"]) == ("llm", "offline")
