"""Over HTTP: a step is done, written about, advised on, and the advice is answered."""

from uuid import UUID, uuid4

import pytest_asyncio
from fastapi import FastAPI

from milepost.contexts.identity.types import System
from milepost.contexts.insights import jobs as insight_jobs
from milepost.contexts.insights import service as insights
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import StepEdit
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Outbox
from tests.api.conftest import Caller, SignIn
from tests.api.walking import ok
from tests.factories.people import Place


@pytest_asyncio.fixture(loop_scope="session")
async def caller(place: Place, as_caller: SignIn) -> Caller:
    """A founder whose company has taken up the whole framework."""
    company = await place.organization()
    founder = await place.person("Nora Lind", organization=company)
    return await as_caller(founder)


async def walked(place: Place, caller: Caller) -> tuple[str, str]:
    """Complete the first step that is open; return the journey and the step."""
    assert caller.someone is not None
    async with place.db.transaction(caller.someone.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug="startup-journey", now=place.now)
        walk, _ = await journeys.add_framework_steps(
            tx, journey_id=journey.id, slugs=None, now=place.now
        )
        slug = walk.next_steps()[0].slug
        await journeys.start(tx, journey_id=journey.id, step_slug=slug, now=place.now)
        await journeys.complete(tx, journey_id=journey.id, step_slug=slug, now=place.now)
    return str(journey.id), slug


async def test_from_the_outcome_to_the_answered_suggestion(
    place: Place, caller: Caller, app: FastAPI
) -> None:
    journey_id, slug = await walked(place, caller)
    path = f"/journeys/{journey_id}/steps/{slug}/outcome"
    proposal = ok(await caller.get(path))
    assert proposal["time_taken_days"] == 1
    assert proposal["share_anonymously"] is False
    assert proposal["newest"] is None
    body = {
        "task_results": {proposal["tasks"][0]["id"]: "It took two evenings."},
        "time_taken_days": 3,
        "confidence_level": 2,
        "notes": "We could not agree at first.",
        "key_learnings": ["Write before you talk."],
        "share_anonymously": True,
    }

    key = uuid4().hex
    captured = ok(await caller.post(path, body, key=key), 201)
    assert set(captured) == {"id"}
    assert ok(await caller.post(path, body, key=key), 201) == captured
    outcome_id = captured["id"]
    listed = ok(await caller.get(f"/journeys/{journey_id}/outcomes"))["items"]
    assert [item["id"] for item in listed] == [outcome_id]
    assert listed[0]["words"]["key_learnings"] == ["Write before you talk."]
    first = proposal["tasks"][0]
    assert listed[0]["words"]["task_titles"] == {first["id"]: first["title"]}
    assert listed[0] == ok(await caller.get(f"/outcomes/{outcome_id}"))
    withdrawn = await caller.call("PATCH", f"/outcomes/{outcome_id}", {"share_anonymously": False})
    assert ok(withdrawn)["share_anonymously"] is False

    waiting = ok(await caller.get(f"/outcomes/{outcome_id}/suggestions"))
    assert waiting == {"items": [], "ready": False, "engine": None, "note": ""}
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
    made = ok(await caller.get(f"/outcomes/{outcome_id}/suggestions"))
    assert made["ready"] is True
    assert made["engine"] == "offline"
    assert 3 <= len(made["items"]) <= 5
    assert all(item["reasoning"] and item["rests_on"] for item in made["items"])
    inbox = ok(await caller.get(f"/journeys/{journey_id}/suggestions"))["items"]
    assert {item["id"] for item in inbox} == {item["id"] for item in made["items"]}

    first, second = made["items"][:2]
    taken = await caller.post(f"/suggestions/{first['id']}/feedback", {"feedback": "accepted"})
    assert ok(taken)["feedback"] == "accepted"
    gone = await caller.post(
        f"/suggestions/{second['id']}/feedback", {"feedback": "dismissed", "note": "Not us."}
    )
    assert ok(gone)["feedback_note"] == "Not us."
    refused = await caller.post(f"/suggestions/{first['id']}/feedback", {"feedback": "dismissed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_accepted")
    inbox = ok(await caller.get(f"/journeys/{journey_id}/suggestions"))["items"]
    assert not {item["id"] for item in inbox} & {first["id"], second["id"]}


async def test_suggestions_that_could_not_be_made_are_asked_for_again(
    place: Place, caller: Caller, app: FastAPI
) -> None:
    journey_id, slug = await walked(place, caller)
    told = {"time_taken_days": 3, "confidence_level": 4}
    written = await caller.post(f"/journeys/{journey_id}/steps/{slug}/outcome", told)
    outcome_id = ok(written, 201)["id"]
    path = f"/outcomes/{outcome_id}/suggestions"
    assert caller.someone is not None
    async with place.db.transaction(caller.someone.actor) as tx:
        await insights.give_up(tx, outcome_id=UUID(outcome_id), now=place.now)
    failed = ok(await caller.get(path))
    assert (failed["ready"], failed["engine"], failed["items"]) == (True, None, [])
    assert "no suggestions could be made" in failed["note"]

    key = uuid4().hex
    asked = ok(await caller.post(path, key=key))
    assert asked == {"items": [], "ready": False, "engine": None, "note": ""}
    assert ok(await caller.post(path, key=key)) == asked == ok(await caller.post(path))
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
    made = ok(await caller.get(path))
    assert 3 <= len(made["items"]) <= 5
    # Made once, they are made: asking changes nothing.
    assert ok(await caller.post(path)) == made
    assert all(item["lapsed"] is None for item in made["items"])

    start = next(item for item in made["items"] if item["target"]["kind"] == "start_step")
    step = f"/journeys/{journey_id}/steps/{start['target']['step_slug']}"
    for act in ("start", "complete"):
        ok(await caller.post(f"{step}/{act}"))
    refused = await caller.post(f"/suggestions/{start['id']}/feedback", {"feedback": "accepted"})
    assert (refused.status_code, refused.json()["code"]) == (409, "suggestion_lapsed")
    assert "is completed meanwhile" in refused.json()["detail"]
    lapsed = {item["id"]: item["lapsed"] for item in ok(await caller.get(path))["items"]}
    assert "is completed meanwhile" in lapsed[start["id"]]
    inbox = ok(await caller.get(f"/journeys/{journey_id}/suggestions"))["items"]
    assert start["id"] not in {item["id"] for item in inbox}


async def test_who_does_not_act_for_the_company_asks_for_nothing(
    place: Place, caller: Caller, as_caller: SignIn
) -> None:
    journey_id, slug = await walked(place, caller)
    told = {"time_taken_days": 3, "confidence_level": 4}
    written = await caller.post(f"/journeys/{journey_id}/steps/{slug}/outcome", told)
    path = f"/outcomes/{ok(written, 201)['id']}/suggestions"
    stranger = await as_caller(await place.person("Una Fremd"))
    assert (await stranger.post(path)).status_code == 404
    assert (await caller.post(f"/outcomes/{uuid4()}/suggestions")).status_code == 404


async def test_what_can_not_be_written_is_refused_with_its_reason(
    place: Place, caller: Caller
) -> None:
    journey_id, slug = await walked(place, caller)
    path = f"/journeys/{journey_id}/steps/{slug}/outcome"
    right = {"time_taken_days": 3, "confidence_level": 2}
    for wrong in (
        {"confidence_level": 6},
        {"time_taken_days": -1},
        {"time_taken_days": "3"},
        {"notes": "x" * 10_001},
        {"mood": "good"},
        {"task_results": {str(uuid4()): "Done."}},
        {"task_results": {"x": 1}},
    ):
        assert (await caller.post(path, right | wrong)).status_code == 422, wrong
    early = await caller.get(path.replace(slug, "no-such-step"))
    assert early.status_code == 404
    assert (await caller.get(f"/outcomes/{uuid4()}/suggestions")).status_code == 404
    answered = await caller.post(f"/suggestions/{uuid4()}/feedback", {"feedback": "accepted"})
    assert answered.status_code == 404
    assert (
        await caller.post(f"/suggestions/{uuid4()}/feedback", {"feedback": "later"})
    ).status_code == 422


async def test_who_shares_a_step_says_so_once_for_all_that_is_written_of_it(
    place: Place, caller: Caller
) -> None:
    journey_id, slug = await walked(place, caller)
    path = f"/journeys/{journey_id}/steps/{slug}/outcome"
    shared = {"time_taken_days": 25, "confidence_level": 2, "share_anonymously": True}
    first = ok(await caller.post(path, shared), 201)["id"]
    newest = ok(await caller.post(path, shared | {"time_taken_days": 40}), 201)["id"]
    benchmark = f"/programs/startup-journey/steps/{slug}/benchmarks"
    own = ok(await caller.get(benchmark))["own"]
    assert (own["time_taken_days"], own["share_anonymously"]) == (40, True)
    ok(await caller.call("PATCH", f"/outcomes/{newest}", {"share_anonymously": False}))
    assert ok(await caller.get(f"/outcomes/{first}"))["share_anonymously"] is False
    assert ok(await caller.get(benchmark))["own"]["share_anonymously"] is False
    assert ok(await caller.get(path))["share_anonymously"] is False


async def test_what_is_remembered_of_sharing_comes_from_steps_that_can_be_shared(
    place: Place, caller: Caller
) -> None:
    assert caller.someone is not None
    journey_id, slug = await walked(place, caller)
    path = f"/journeys/{journey_id}/steps/{slug}/outcome"
    plain = {"time_taken_days": 3, "confidence_level": 2}
    ok(await caller.post(path, plain | {"share_anonymously": True}), 201)
    content = StepEdit(title="Visit three bakeries", phase="ideation", domain="product")
    async with place.db.transaction(caller.someone.actor) as tx:
        walk, own = await journeys.add_own_step(
            tx, journey_id=UUID(journey_id), content=content, tasks=[], now=place.now
        )
        for done in (own, walk.next_steps()[0].slug):
            await journeys.start(tx, journey_id=walk.journey.id, step_slug=done, now=place.now)
            await journeys.complete(tx, journey_id=walk.journey.id, step_slug=done, now=place.now)
    of_own = path.replace(slug, own)
    refused = await caller.post(of_own, plain | {"share_anonymously": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_outcome")
    outcome_id = ok(await caller.post(of_own, plain), 201)["id"]
    refused = await caller.call("PATCH", f"/outcomes/{outcome_id}", {"share_anonymously": True})
    assert refused.status_code == 422
    following = path.replace(slug, walk.next_steps()[0].slug)
    assert ok(await caller.get(following))["share_anonymously"] is True
