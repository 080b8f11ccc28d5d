"""A company walks a framework as a client does it: with nothing but what the API shows."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from milepost.contexts.identity.types import Level
from tests.api.companies import FIRST, LOCKED, PROGRAM, Company, make_company, make_viewer
from tests.api.walking import Walk, ok, refused


@pytest.fixture
async def company(place, as_caller) -> Company:
    return await make_company(place, as_caller)


@pytest.fixture
async def walk(company) -> Walk:
    return await company.begin()


async def tasks(walk: Walk, slug: str) -> list[dict]:
    return ok(await walk.caller.get(walk.step(slug, "/tasks")))["items"]


async def test_a_company_begins_once_and_every_member_finds_it(company):
    begun = await company.founder.post("/journeys", {"program": PROGRAM})
    journey = ok(begun, 201)
    assert journey["organization"] == company.organization.name
    assert journey["subject_id"] == str(company.organization.id)
    assert (journey["status"], journey["stats"]["total"]) == ("active", 168)
    assert sum(cell["total"] for cell in journey["progress"]) == 168
    assert len({cell["phase"] for cell in journey["progress"]}) == 5
    again = ok(await company.cofounder.post("/journeys", {"program": PROGRAM}))
    assert again["id"] == journey["id"]
    listed = ok(await company.cofounder.get("/journeys"))["items"]
    assert [item["id"] for item in listed] == [journey["id"]]
    person = ok(await company.founder.post("/journeys", {"program": "fast-track"}), 201)
    assert (person["organization"], person["name"], person["progress"]) == (None, "", [])
    assert len(ok(await company.founder.get("/journeys"))["items"]) == 2


async def test_who_may_begin_what(company, newcomer):
    refused(await newcomer.post("/journeys", {"program": PROGRAM}), 409, "not_a_company")
    foreign = {"program": PROGRAM, "organization_id": str(company.organization.id)}
    refused(await newcomer.post("/journeys", foreign), 404, "not_found")
    for more in ({"organization_id": str(company.organization.id)}, {"steps": "none"}):
        body = {"program": "fast-track", **more}
        refused(await company.founder.post("/journeys", body), 409, "not_a_company")
    named = {"program": "fast-track", "name": "Mine"}
    refused(await newcomer.post("/journeys", named), 422, "wrong_plan")
    assert ok(await newcomer.get("/journeys"))["items"] == []


async def test_a_repeated_begin_is_the_same_answer(company):
    first = await company.founder.post("/journeys", {"program": PROGRAM}, key="one")
    second = await company.founder.post("/journeys", {"program": PROGRAM}, key="one")
    assert ok(first, 201) == ok(second, 201)


async def test_steps_with_all_that_is_to_be_done(walk):
    steps = ok(await walk.caller.get(walk.path + "/steps"))["items"]
    assert len(steps) == 168
    by_slug = {step["slug"]: step for step in steps}
    first, locked = by_slug[FIRST], by_slug[LOCKED]
    assert first["kind"] == "checklist"
    assert first["description"]
    assert first["guidance"]
    assert len(first["deliverables"]) >= 2
    assert len(first["success_criteria"]) >= 2
    assert first["estimated_days"] > 0
    assert first["etag"] == '"1"'
    assert not first["is_custom_step"]
    assert 3 <= len(first["tasks"]) <= 7
    assert set(first["tasks"][0]) == {"id", "title", "is_completed", "assignee", "due_on", "slug"}
    assert (first["form"], first["why"]) == (None, None)
    # A locked one says what it is about and why it is locked, and keeps its advice.
    assert locked["state"] == "locked"
    assert locked["guidance"] is None
    assert locked["description"]
    assert FIRST in [step["slug"] for step in locked["why"]["way"]]
    alone = ok(await walk.caller.get(walk.step(LOCKED)))
    assert (alone["state"], alone["tasks"]) == ("locked", locked["tasks"])


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("status=unlocked", lambda step: step["state"] == "unlocked"),
        ("phase=growth", lambda step: step["phase"] == "growth"),
        ("domain=sales", lambda step: step["domain"] == "sales"),
        ("difficulty=high", lambda step: step["difficulty"] == "high"),
        ("difficulty=Medium", lambda step: step["difficulty"] == "medium"),
        ("difficulty=LOW", lambda step: step["difficulty"] == "low"),
        ("phase=launch&domain=people", lambda s: (s["phase"], s["domain"]) == ("launch", "people")),
    ],
)
async def test_filters_show_what_fits_and_all_of_it(walk, query, holds):
    every = ok(await walk.caller.get(walk.path + "/steps"))["items"]
    found = ok(await walk.caller.get(f"{walk.path}/steps?{query}"))["items"]
    assert found == [step for step in every if holds(step)]
    assert 0 < len(found) < len(every)


@pytest.mark.parametrize("text", ["INTERVIEW", "problem INTERVIEW", "Ïnterview  price"])
async def test_steps_are_found_by_what_they_say(walk, text):
    every = ok(await walk.caller.get(walk.path + "/steps"))["items"]
    found = ok(await walk.caller.get(f"{walk.path}/steps?{urlencode({'text': text})}"))["items"]
    words = text.lower().replace("ï", "i").split()

    def says(step: dict[str, Any]) -> bool:
        said = [step["title"], step["purpose"], step["description"]]
        said = " ".join([*said, *step["deliverables"], *step["success_criteria"]]).lower()
        return all(word in said for word in words)

    assert found == [step for step in every if says(step)]
    assert 0 < len(found) < len(every)
    assert ok(await walk.caller.get(walk.path + "/steps?text=zzzzzz"))["items"] == []
    refused(await walk.caller.get(walk.path + "/steps?difficulty=none"), 422, "invalid")


async def test_what_is_next_and_why(walk):
    available = await walk.available()
    stats = ok(await walk.caller.get(walk.path + "/steps/stats"))
    assert len(available) == stats["unlocked"] + stats["in_progress"]
    assert available[0]["because"]["kind"] == "opens"
    steps = ok(await walk.caller.get(walk.path + "/steps"))["items"]
    why = {step["slug"]: step["why"] for step in steps if step["why"]}
    for step in available:
        waiting = [
            slug
            for slug, reason in why.items()
            if step["slug"] in {item["given_by"] for item in reason["missing"]}
        ]
        alone = [s for s in waiting if [one["slug"] for one in why[s]["way"]] == [step["slug"]]]
        assert step["because"]["opens"] == len(waiting), step["slug"]
        assert step["because"]["opens_at_once"] == alone, step["slug"]
    assert available[0]["because"]["text"].startswith("Done, it opens “")
    last = available[-1]["slug"]
    ok(await walk.caller.post(walk.step(last, "/start")))
    begun = (await walk.available())[0]
    assert (begun["slug"], begun["because"]["kind"]) == (last, "begun")


async def test_start_complete_skip_reopen(walk):
    started = ok(await walk.caller.post(walk.step(FIRST, "/start")))
    assert (started["state"], started["fields"], started["draft"]) == ("in_progress", [], None)
    done = ok(await walk.caller.post(walk.step(FIRST, "/complete")))
    assert done["state"] == "completed"
    assert LOCKED in [step["slug"] for step in done["unlocked"]]
    assert ok(await walk.caller.post(walk.step(FIRST, "/complete")))["unlocked"] == []
    refused(await walk.caller.post(walk.step(LOCKED, "/skip")), 422, "wrong_plan")
    skipped = await walk.caller.post(walk.step(LOCKED, "/skip"), {"reason": "We have one idea."})
    assert ok(skipped)["unlocked"] != []
    shown = await walk.open(LOCKED)
    assert (shown["state"], shown["skip_reason"]) == ("skipped", "We have one idea.")
    reopened = ok(await walk.caller.post(walk.step(FIRST, "/reopen")))
    assert (reopened["state"], reopened["completed_at"]) == ("in_progress", None)
    assert (await walk.open(LOCKED))["state"] == "skipped"
    states = await walk.states()
    closed = next(slug for slug, state in states.items() if state == "locked")
    for more in ("/start", "/complete", "/reopen"):
        problem = refused(await walk.caller.post(walk.step(closed, more)), 409, "step_locked")
        assert problem["why"]["way"]
    # A tool is completed by what is handed in.
    fast = ok(await walk.caller.post("/journeys", {"program": "fast-track"}), 201)
    path = f"/journeys/{fast['id']}/steps/sprint-0-woop"
    refused(await walk.caller.post(path + "/complete"), 422, "wrong_plan")
    refused(await walk.caller.post(path + "/reopen"), 422, "wrong_plan")


async def test_tasks_are_ticked_given_due_added_moved_and_taken_away(company, walk):
    first, second, *_ = await tasks(walk, FIRST)
    path = walk.step(FIRST, f"/tasks/{first['id']}")
    tick = {"is_completed": True}
    ticked = ok(await walk.caller.call("PATCH", path, tick))
    assert ticked == {**first, "is_completed": True}
    assert ok(await company.cofounder.call("PATCH", path, tick)) == ticked
    step = await walk.open(FIRST)
    assert step["state"] == "in_progress"
    assert 0 < step["percent"] < 100
    cofounder = company.cofounder.someone
    given = {"assignee_id": str(cofounder.id), "due_on": "2030-05-01", "title": "Ask each other"}
    changed = ok(await walk.caller.call("PATCH", path, given))
    assert changed["assignee"] == {"id": str(cofounder.id), "name": "Otto Berg"}
    assert (changed["due_on"], changed["title"]) == ("2030-05-01", "Ask each other")
    assert changed["is_completed"]
    for due in ("0001-01-01", "1999-12-31", "2926-11-30"):
        for answer in (
            await walk.caller.call("PATCH", path, {"due_on": due}),
            await walk.caller.post(walk.step(FIRST, "/tasks"), {"title": "Late", "due_on": due}),
        ):
            wrong = refused(answer, 422, "wrong_plan")
            assert [error["path"] for error in wrong["errors"]] == ["due_on"]
    cleared = ok(await walk.caller.call("PATCH", path, {"assignee_id": None}))
    assert (cleared["assignee"], cleared["due_on"]) == (None, "2030-05-01")
    own = ok(await walk.caller.post(walk.step(FIRST, "/tasks"), {"title": "Sleep on it"}), 201)
    assert own["slug"] is None
    moved = await walk.caller.post(walk.step(FIRST, f"/tasks/{own['id']}/move"), {"after": None})
    assert next(iter(ok(moved)["items"]))["id"] == own["id"]
    after = {"after": second["id"]}
    ok(await walk.caller.post(walk.step(FIRST, f"/tasks/{own['id']}/move"), after))
    titles = [task["id"] for task in await tasks(walk, FIRST)]
    assert titles.index(own["id"]) == titles.index(second["id"]) + 1
    gone = await walk.caller.delete(walk.step(FIRST, f"/tasks/{own['id']}"))
    assert gone.status_code == 204
    refused(await walk.caller.delete(walk.step(FIRST, f"/tasks/{own['id']}")), 404, "not_found")
    refused(await walk.caller.delete(path), 422, "wrong_plan")
    # A task is found in its step alone, and a locked step's waits.
    refused(
        await walk.caller.call("PATCH", walk.step(LOCKED, f"/tasks/{first['id']}"), tick),
        404,
        "not_found",
    )
    waiting = (await tasks(walk, LOCKED))[0]
    locked = await walk.caller.call("PATCH", walk.step(LOCKED, f"/tasks/{waiting['id']}"), tick)
    assert refused(locked, 409, "step_locked")["why"]["way"]


async def test_steps_are_added_written_and_moved(company):
    walk = await company.begin(steps=[FIRST])
    assert list(await walk.states()) == [FIRST]
    more = {"slugs": [LOCKED, FIRST]}
    added = ok(await walk.caller.post(walk.path + "/steps", more), 201)["added"]
    assert [step["slug"] for step in added] == [LOCKED]
    own = {
        "title": "Visit three bakeries",
        "phase": "ideation",
        "domain": "customers",
        "description": "Watch how they order.",
        "deliverables": ["Notes"],
        "success_criteria": ["Three visits"],
        "after": [FIRST],
        "estimated_days": 4,
        "tasks": ["Ask Anna", "Go there"],
    }
    (made,) = ok(await company.cofounder.post(walk.path + "/steps", own), 201)["added"]
    assert made["is_custom_step"]
    assert (made["state"], made["after"], made["estimated_days"]) == ("locked", [FIRST], 4)
    assert [task["title"] for task in made["tasks"]] == own["tasks"]
    path = walk.step(made["slug"])
    etag = made["etag"]
    change = {"title": "Visit four bakeries", "success_criteria": ["Four visits"]}
    edited = await walk.caller.call("PATCH", path, change, headers={"if-match": etag})
    assert ok(edited)["title"] == "Visit four bakeries"
    assert edited.headers["etag"] == edited.json()["etag"] != etag
    late = await company.cofounder.call("PATCH", path, change, headers={"if-match": etag})
    assert refused(late, 409, "plan_conflict")["current_etag"] == edited.headers["etag"]
    # The framework's words again.
    ok(await walk.caller.call("PATCH", walk.step(LOCKED), {"title": "Ideas", "estimated_days": 1}))
    assert (await walk.open(LOCKED))["edited"] == ["title", "estimated_days"]
    back = ok(await walk.caller.call("PATCH", walk.step(LOCKED), {"title": None}))
    assert back["edited"] == ["estimated_days"]
    loop = await walk.caller.call("PATCH", walk.step(FIRST), {"after": [LOCKED]})
    refused(loop, 409, "plan_conflict")
    moved = await walk.caller.post(walk.step(LOCKED, "/move"), {"after": None})
    assert [step["slug"] for step in ok(moved)["items"]] == [LOCKED, FIRST, made["slug"]]
    refused(await walk.caller.post(walk.path + "/steps", {"slug": "none"}), 404, "not_found")
    for wrong in ({}, {"slug": FIRST, "title": "x"}, {"title": "Nowhere"}):
        refused(await walk.caller.post(walk.path + "/steps", wrong), 422, "invalid")


async def test_steps_that_nobody_worked_on_are_taken_away(company):
    walk = await company.begin(steps=[FIRST, LOCKED])
    own = {"title": "Vist bakeries", "phase": "ideation", "domain": "customers", "after": [LOCKED]}
    (made,) = ok(await walk.caller.post(walk.path + "/steps", own), 201)["added"]
    gone = await company.cofounder.delete(walk.step(LOCKED))
    assert (gone.status_code, gone.content) == (204, b"")
    # What came after it comes after what it came after; and it can be taken again.
    left = await walk.open(made["slug"])
    assert left["after"] == [FIRST]
    assert left["etag"] != made["etag"]
    refused(await walk.caller.delete(walk.step(LOCKED)), 404, "not_found")
    added = ok(await walk.caller.post(walk.path + "/steps", {"slug": LOCKED}), 201)["added"]
    assert [step["slug"] for step in added] == [LOCKED]
    assert (await walk.caller.delete(walk.step(made["slug"]))).status_code == 204
    assert list(await walk.states()) == [FIRST, LOCKED]
    ok(await walk.caller.post(walk.step(FIRST, "/start")))
    worked_on = refused(await walk.caller.delete(walk.step(FIRST)), 409, "step_worked_on")
    assert "Skip it instead" in worked_on["detail"]


async def test_what_can_not_be_put_behind_itself_says_so(walk):
    first = (await tasks(walk, FIRST))[0]["id"]
    moves = {walk.step(FIRST, f"/tasks/{first}/move"): first, walk.step(FIRST, "/move"): FIRST}
    for path, itself in moves.items():
        wrong = refused(await walk.caller.post(path, {"after": itself}), 422, "wrong_plan")
        assert "behind itself" in wrong["detail"]


async def test_a_change_without_anything_in_it_overtakes_nobody(walk):
    etag = (await walk.open(FIRST))["etag"]
    nothing = await walk.caller.call("PATCH", walk.step(FIRST), {})
    assert ok(nothing)["etag"] == nothing.headers["etag"] == etag


async def test_a_journey_is_renamed_and_put_away(company, walk):
    named = {"program": PROGRAM, "name": "The second product", "steps": "none"}
    second = ok(await company.founder.post("/journeys", named), 201)
    assert (second["name"], second["stats"]["total"]) == ("The second product", 0)
    path = f"/journeys/{second['id']}"
    away = ok(await company.cofounder.call("PATCH", path, {"name": "Rye", "status": "archived"}))
    assert (away["name"], away["status"]) == ("Rye", "archived")
    assert ok(await company.cofounder.call("PATCH", path, {"status": "archived"})) == away
    first = ok(await company.founder.get(walk.path))
    taken = await company.founder.call("PATCH", path, {"name": first["name"]})
    refused(taken, 409, "plan_conflict")


async def test_each_level_over_http(place, as_caller, company, walk):
    ok(await walk.caller.post(walk.step(FIRST, "/complete")))
    basic, detailed, full = [
        await make_viewer(place, as_caller, company, level)
        for level in (Level.BASIC, Level.DETAILED, Level.FULL)
    ]
    shown = ok(await basic.get(walk.path))
    assert shown["organization"] == company.organization.name
    assert (shown["stats"]["completed"], shown["stats"]["locked"]) == (1, None)
    assert sum(cell["completed"] for cell in shown["progress"]) == 1
    listed = ok(await basic.get(f"/journeys?subject_id={company.organization.id}"))["items"]
    assert listed == [shown]
    assert ok(await basic.get("/journeys"))["items"] == []
    for more in ("/steps", "/steps/stats", "/steps/available", f"/steps/{FIRST}", "/fields"):
        refused(await basic.get(walk.path + more), 404, "not_found")
    refused(await basic.get(walk.step(FIRST, "/tasks")), 404, "not_found")
    for viewer, sees_tasks in ((detailed, False), (full, True)):
        steps = ok(await viewer.get(walk.path + "/steps"))["items"]
        assert len(steps) == 168
        assert any(step["tasks"] for step in steps) == sees_tasks
        found = ok(await viewer.get(walk.step(FIRST, "/tasks")))["items"]
        assert bool(found) == sees_tasks
    theirs = await tasks(walk, FIRST)
    for viewer in (basic, detailed, full):
        for method, more, body in (
            ("POST", f"/steps/{FIRST}/start", None),
            ("POST", "/steps", {"slug": FIRST}),
            ("PATCH", "", {"name": "Theirs"}),
            ("PATCH", f"/steps/{FIRST}/tasks/{theirs[0]['id']}", {"is_completed": True}),
        ):
            answer = await viewer.call(method, walk.path + more, body)
            assert answer.status_code in (403, 404), (method, more)
    # The company is told who read, and not of its own members.
    async with place.db.transaction(company.founder.someone.actor) as tx:
        readers = await tx.values(
            "select distinct r.reader_id from identity.reads r where r.subject_id = %(id)s",
            {"id": company.organization.id},
        )
    assert set(readers) == {viewer.someone.id for viewer in (basic, detailed, full)}


def _telling(problem: dict) -> dict:
    """A problem without what is another in each answer."""
    return {name: said for name, said in problem.items() if name not in ("instance", "request_id")}


OWN = ["/suggestions", "/standup", "/standup/blockers"]


@pytest.mark.parametrize("more", [*OWN, "/update", "/events"])
async def test_what_is_the_companys_own_is_there_for_nobody_else(
    place, as_caller, company, walk, more
):
    nowhere = refused(await walk.caller.get(f"/journeys/{uuid4()}{more}"), 404, "not_found")
    for level in Level:
        viewer = await make_viewer(place, as_caller, company, level)
        found = refused(await viewer.get(walk.path + more), 404, "not_found")
        # To the word what is told of a journey that isn't there.
        assert _telling(found) == _telling(nowhere)
    assert ok(await walk.caller.get("/reads"))["items"] == []


@pytest.mark.parametrize("more", OWN)
async def test_talk_and_advice_are_each_members(company, walk, more):
    for member in (company.founder, company.cofounder):
        assert ok(await member.get(walk.path + more))["items"] == []


async def test_every_member_is_told_of_a_newer_version(company, walk):
    for member in (company.founder, company.cofounder):
        assert ok(await member.get(walk.path + "/update"))["steps"] == []


async def test_a_company_says_what_it_is(company, newcomer):
    path = f"/organizations/{company.organization.id}"
    said = {"industry": "food", "stage": "validation"}
    shown = ok(await company.cofounder.call("PATCH", path, said))
    assert (shown["industry"], shown["stage"]) == ("food", "validation")
    later = ok(await company.founder.call("PATCH", path, {"stage": "launch"}))
    assert (later["industry"], later["stage"]) == ("food", "launch")
    for wrong in ({"industry": "astrology"}, {"stage": 3}, {"mood": "good"}):
        refused(await company.founder.call("PATCH", path, wrong), 422, "invalid")
    refused(await newcomer.call("PATCH", path, said), 404, "not_found")
    listed = ok(await company.founder.get("/organizations"))["items"]
    assert [item["stage"] for item in listed] == ["launch"]
