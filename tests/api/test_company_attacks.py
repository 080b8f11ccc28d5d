"""A company's journey against those who would see or change more of it than is theirs."""

import asyncio
import json

import httpx2
import pytest
import pytest_asyncio

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Level
from milepost.contexts.journeys.service import walks
from milepost.platform import clock
from milepost.platform.errors import Forbidden, NotFound
from tests.api.companies import FIRST, LOCKED, PROGRAM, Company, make_company, make_viewer
from tests.api.conftest import Caller
from tests.api.walking import Walk, ok, refused

SECOND = "shared-workspace"


@pytest.fixture
async def company(place, as_caller) -> Company:
    return await make_company(place, as_caller)


@pytest.fixture
async def walk(company) -> Walk:
    return await company.begin()


@pytest_asyncio.fixture(loop_scope="session")
async def http(live_server: str):
    async with httpx2.AsyncClient(base_url=live_server, timeout=30) as client:
        yield client


async def first_task(walk: Walk, slug: str) -> str:
    return ok(await walk.caller.get(walk.step(slug, "/tasks")))["items"][0]["id"]


async def looker(place, as_caller, company: Company) -> Caller:
    """Somebody who belongs to the company, and may only look."""
    person = await place.person("Vera Look")
    async with place.db.transaction(place.system) as tx:
        await identity.join(
            tx,
            user_id=person.id,
            organization_id=company.organization.id,
            role="viewer",
            now=place.now,
        )
    return await as_caller(person)


async def test_what_a_company_is_called_is_not_its_members_own(place, company, as_caller):
    other = await make_company(place, as_caller)
    changes = "name = 'Another'", "kind = 'investor'", "slug = 'another'"
    for change in changes:
        with pytest.raises(Forbidden):
            async with place.db.transaction(company.founder.someone.actor) as tx:
                await tx.connection.execute(f"update identity.organizations set {change}")
    body = {"industry": "food"}
    mine, theirs = (f"/organizations/{one.organization.id}" for one in (company, other))
    assert ok(await company.founder.call("PATCH", mine, body))["industry"] == "food"
    refused(await company.founder.call("PATCH", theirs, body), 404, "not_found")


async def test_who_may_only_look_writes_nothing(place, as_caller, company, walk):
    viewer = await looker(place, as_caller, company)
    task = await first_task(walk, FIRST)
    assert len(ok(await viewer.get(walk.path + "/steps"))["items"]) == 168
    for method, path, body in (
        ("PATCH", walk.path, {"name": "Mine"}),
        ("PATCH", walk.step(FIRST), {"title": "Mine"}),
        ("PATCH", walk.step(FIRST, f"/tasks/{task}"), {"is_completed": True}),
        ("POST", walk.step(FIRST, "/tasks"), {"title": "Mine"}),
        ("POST", walk.step(FIRST, "/start"), None),
        ("POST", walk.step(FIRST, "/complete"), None),
        ("POST", walk.path + "/standup/messages", {"text": "Mine"}),
        ("PATCH", f"/organizations/{company.organization.id}", {"industry": "food"}),
    ):
        answered = await viewer.call(method, path, body)
        assert answered.status_code == 403, (path, answered.text)
    begun = {"program": PROGRAM, "organization_id": str(company.organization.id)}
    refused(await viewer.post("/journeys", begun), 404, "not_found")


async def test_nobody_previews_a_company_that_they_do_not_act_for(place, as_caller, company):
    other = await make_company(place, as_caller)
    viewer = await looker(place, as_caller, company)
    firm = await make_viewer(place, as_caller, company, Level.BASIC)
    for who in (other.founder, viewer, firm):
        eyes = identity.Preview(
            tenant_id=place.tenant_id,
            user_id=who.someone.id,
            company_id=company.organization.id,
            level=Level.FULL,
            now=clock.now(),
        )
        with pytest.raises(NotFound):
            async with place.db.transaction(eyes):
                pass


async def test_a_preview_sees_one_company_and_writes_nothing(place, as_caller, company, walk):
    other = await make_company(place, as_caller)
    await other.begin()
    ok(await walk.caller.post(walk.step(FIRST, "/start")))
    eyes = identity.Preview(
        tenant_id=place.tenant_id,
        user_id=company.founder.someone.id,
        company_id=company.organization.id,
        level=Level.BASIC,
        now=clock.now(),
    )
    async with place.db.transaction(eyes) as tx:
        seen = await tx.values("select distinct subject_id from journeys.progress")
        assert seen == [company.organization.id]
        for table in ("steps", "plan_steps", "tasks", "facts", "outcomes"):
            assert await tx.value(f"select count(*) from journeys.{table}") == 0, table
        assert await tx.run("update journeys.journeys set name = 'Mine'") == 0


async def test_whoever_is_shown_no_suggestions_has_not_read_them(place, as_caller, company, walk):
    basic = await make_viewer(place, as_caller, company, Level.BASIC)
    ok(await basic.get(walk.path + "/suggestions"), 404)
    ok(await basic.get(walk.path))
    read = {line["what"] for line in ok(await company.founder.get("/reads"))["items"]}
    assert read == {"progress"}


async def test_ids_of_elsewhere_lead_nowhere(place, as_caller, company, walk):
    other = await make_company(place, as_caller)
    theirs = await other.begin()
    second = await company.begin(name="Another")
    task, foreign = await first_task(walk, FIRST), await first_task(theirs, FIRST)
    for path in (
        walk.step(SECOND, f"/tasks/{task}"),
        second.step(FIRST, f"/tasks/{task}"),
        walk.step(FIRST, f"/tasks/{foreign}"),
        theirs.step(FIRST, f"/tasks/{foreign}"),
    ):
        for method, body in (("PATCH", {"title": "Mine"}), ("DELETE", None)):
            refused(await company.founder.call(method, path, body), 404, "not_found")
    mine = walk.step(FIRST, f"/tasks/{task}")
    for stranger in (other.founder.someone.id, company.organization.id, place.admin.id):
        given = await company.founder.call("PATCH", mine, {"assignee_id": str(stranger)})
        refused(given, 422, "wrong_plan")


async def test_a_locked_step_stays_locked(walk):
    task = await first_task(walk, LOCKED)
    for more, body in (("start", None), ("complete", None), ("skip", {"reason": "Why"})):
        refused(await walk.caller.post(walk.step(LOCKED, f"/{more}"), body), 409, "step_locked")
    ticked = await walk.caller.call(
        "PATCH", walk.step(LOCKED, f"/tasks/{task}"), {"is_completed": True}
    )
    refused(ticked, 409, "step_locked")
    told = {"time_taken_days": 1, "confidence_level": 1}
    refused(await walk.caller.post(walk.step(LOCKED, "/outcome"), told), 409, "step_not_behind")


async def test_what_is_confirmed_twice_at_once_is_done_once(company, walk, http):
    title = ok(await walk.caller.get(walk.step(FIRST, "/tasks")))["items"][0]["title"]
    said = await walk.caller.post(walk.path + "/standup/messages", {"text": f"Finished: {title}"})
    action = ok(said, 201)["actions"][0]["id"]
    caller = Caller(http, company.founder.token)
    path = f"{walk.path}/standup/actions/{action}"
    answers = await asyncio.gather(*(caller.post(path, {"decision": "confirm"}) for _ in range(6)))
    assert len({json.dumps(ok(answer), sort_keys=True) for answer in answers}) == 1


async def test_a_company_begins_no_end_of_journeys(company, monkeypatch):
    monkeypatch.setattr(walks, "JOURNEYS", 2)
    named = [
        {"program": PROGRAM, "steps": "none", "name": name} for name in ("One", "Two", "Three")
    ]
    for body in named[:2]:
        ok(await company.founder.post("/journeys", body), 201)
    refused(await company.founder.post("/journeys", named[2]), 422, "wrong_plan")
    ok(await company.founder.post("/journeys", named[0]))
