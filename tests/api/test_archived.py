"""An archived journey over HTTP: it is shown, every write is refused with the way out."""

import pytest
import pytest_asyncio
from fastapi import FastAPI

from milepost.contexts.identity.types import System
from milepost.contexts.insights import jobs as insight_jobs
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Outbox
from tests.api.companies import FIRST, LOCKED, Company, make_company
from tests.api.conftest import SignIn
from tests.api.walking import Walk, ok, refused
from tests.factories.people import Place

OUTCOME = {
    "time_taken_days": 3,
    "confidence_level": 4,
    "notes": "",
    "key_learnings": [],
    "task_results": {},
    "share_anonymously": False,
}


@pytest_asyncio.fixture(loop_scope="session")
async def company(place: Place, as_caller: SignIn) -> Company:
    return await make_company(place, as_caller)


async def put(walk: Walk, status: str) -> None:
    ok(await walk.caller.call("PATCH", walk.path, {"status": status}))


async def test_every_write_is_refused_and_reading_stays(company: Company) -> None:
    walk = await company.begin()
    task = (await walk.open(FIRST))["tasks"][0]["id"]
    own = ok(await walk.caller.post(walk.step(FIRST, "/tasks"), {"title": "Ask Sam"}), 201)["id"]
    before = await walk.open(FIRST)
    await put(walk, "archived")
    step, call = walk.step(FIRST), walk.caller.call
    answers = [
        await call("POST", step + "/start"),
        await call("POST", step + "/complete"),
        await call("POST", step + "/skip", {"reason": "Not now."}),
        await call("POST", step + "/reopen"),
        await call("POST", step + "/tasks", {"title": "Ask Sam"}),
        await call("PATCH", f"{step}/tasks/{task}", {"is_completed": True}),
        await call("PATCH", f"{step}/tasks/{task}", {"title": "Other words"}),
        await call("POST", f"{step}/tasks/{task}/move", {"after": None}),
        await call("DELETE", f"{step}/tasks/{own}"),
        await call("POST", walk.path + "/steps", {"slug": FIRST}),
        await call("PATCH", step, {"title": "Other words"}),
        await call("DELETE", step),
        await call("POST", walk.step(LOCKED, "/move"), {"after": None}),
        await call("POST", step + "/outcome", OUTCOME),
        await call("PUT", step + "/draft", {"data": {}}),
        await call("POST", step + "/submissions", {"data": {}}),
    ]
    for answer in answers:
        problem = refused(answer, 409, "journey_archived")
        assert "Take it out of the archive first" in problem["detail"]
    assert await walk.open(FIRST) == before
    assert len(await walk.states()) == 168
    await put(walk, "active")
    ok(await call("POST", step + "/start"))
    assert (await walk.states())[FIRST] == "in_progress"


async def test_suggestions_are_neither_answered_nor_asked_for(
    company: Company, place: Place, app: FastAPI
) -> None:
    walk = await company.begin()
    step, call = walk.step(FIRST), walk.caller.call
    for act in ("/start", "/complete"):
        ok(await call("POST", step + act))
    outcome_id = ok(await call("POST", step + "/outcome", OUTCOME), 201)["id"]
    settings = app.state.settings
    context = JobContext(
        db=place.db,
        settings=settings,
        mailer=Outbox(settings.data / "outbox", "Milepost <milepost@localhost>"),
        system_actor=System,
    )
    await insight_jobs.make_suggestions(
        context, tenant_id=str(place.tenant_id), outcome_id=outcome_id
    )
    path = f"/outcomes/{outcome_id}/suggestions"
    made = ok(await call("GET", path))["items"]
    await put(walk, "archived")
    for item in made:
        for feedback in ("dismissed", "accepted"):
            answer = await call(
                "POST", f"/suggestions/{item['id']}/feedback", {"feedback": feedback}
            )
            assert "out of the archive" in refused(answer, 409, "journey_archived")["detail"]
    refused(await call("POST", path), 409, "journey_archived")
    assert ok(await call("GET", path))["items"] == made
    # Consent alone is taken back there, too.
    shared = {"share_anonymously": False}
    ok(await call("PATCH", f"/outcomes/{outcome_id}", shared))


@pytest.mark.parametrize(
    "text",
    [
        "Fixed two stop conditions, in money and health.",
        "Founder motivation is stuck because Sam is ill.",
    ],
)
async def test_what_the_standup_proposed_is_refused_with_the_same_words(
    company: Company, text: str
) -> None:
    walk = await company.begin()
    said = await walk.caller.post(walk.path + "/standup/messages", {"text": text})
    (action, *_) = ok(said, 201)["actions"]
    path = f"{walk.path}/standup/actions/{action['id']}"
    await put(walk, "archived")
    by_hand = refused(
        await walk.caller.call("POST", walk.step(FIRST, "/start")), 409, "journey_archived"
    )
    answer = await walk.caller.post(path, {"decision": "confirm"})
    assert refused(answer, 409, "journey_archived")["detail"] == by_hand["detail"]
    # It is still proposed: taken up again, the journey goes on from there.
    await put(walk, "active")
    done = ok(await walk.caller.post(path, {"decision": "confirm"}))
    assert (done["changed"], done["action"]["state"]) == (False, "confirmed")
