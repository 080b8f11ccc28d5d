"""Who sees what over HTTP: coaches, organizations, other tenants, and what ends at once."""

import pytest

from milepost.contexts.identity.types import Role
from tests.api.conftest import Caller
from tests.api.walking import begin, ok, refused
from tests.factories.people import make_place

FIRST = "sprint-0-woop"


@pytest.fixture
async def coach(place, as_caller) -> Caller:
    return await as_caller(await place.person("Gita Guru", role=Role.GURU))


async def test_a_coach_sees_and_reviews_what_was_granted_and_nothing_after_it_ended(
    newcomer, coach
):
    walk = await begin(newcomer)
    await walk.submit(FIRST)
    theirs = walk.step(FIRST, "/submissions/1")
    review = {"text": "Honest. Make the plan smaller.", "verdict": "revise"}
    for path in (walk.path, theirs, walk.path + "/fields", walk.step(FIRST)):
        refused(await coach.get(path), 404, "not_found")
    refused(await coach.post(theirs + "/review", review), 404, "not_found")

    granted = ok(
        await newcomer.post(
            "/grants", {"audience": {"user_id": str(coach.someone.id)}, "level": "full"}
        ),
        201,
    )
    assert ok(await coach.get(walk.path))["subject_id"] == str(newcomer.someone.id)
    assert ok(await coach.get(theirs))["version"] == 1
    written = ok(await coach.post(theirs + "/review", review), 201)
    assert (written["verdict"], written["author_id"]) == ("revise", str(coach.someone.id))
    reviews = ok(await newcomer.get(walk.step(FIRST, "/reviews")))["items"]
    assert [item["id"] for item in reviews] == [written["id"]]
    # A coach looks on: what is written is written by the walker.
    data = {"data": await walk.answers(FIRST)}
    assert (await coach.post(walk.step(FIRST, "/submissions"), data)).status_code in (403, 404)
    draft = await coach.call("PUT", walk.step(FIRST, "/draft"), data)
    assert draft.status_code in (403, 404)
    read = {item["what"] for item in ok(await newcomer.get("/reads"))["items"]}
    assert {FIRST, "progress"} <= read
    listed = ok(await coach.get("/grants?side=received"))["items"]
    assert [item["id"] for item in listed] == [granted["id"]]

    assert (await newcomer.delete(f"/grants/{granted['id']}")).status_code == 204
    for path in (walk.path, theirs, walk.path + "/fields", walk.step(FIRST)):
        refused(await coach.get(path), 404, "not_found")
    refused(await coach.post(theirs + "/review", review), 404, "not_found")
    assert len(ok(await newcomer.get(walk.step(FIRST, "/reviews")))["items"]) == 1


async def test_only_a_coach_reviews(newcomer):
    walk = await begin(newcomer)
    await walk.submit(FIRST)
    own = await newcomer.post(walk.step(FIRST, "/submissions/1/review"), {"text": "I did well."})
    refused(own, 403, "forbidden")


async def test_an_administrator_sees_the_progress_of_an_organization(place, as_caller):
    organization = await place.organization()
    people = [await place.person(f"Nora {n}", organization=organization) for n in range(3)]
    walker = await as_caller(people[0])
    walk = await begin(walker)
    await walk.submit(FIRST)
    admin = await as_caller(place.admin)
    path = f"/organizations/{organization.id}/progress"
    team = ok(await admin.get(path))
    assert len(team["steps"]) == 31
    by_name = {person["full_name"]: person for person in team["items"]}
    assert set(by_name) == {"Nora 0", "Nora 1", "Nora 2"}
    assert by_name["Nora 0"]["states"][FIRST] == "completed"
    assert by_name["Nora 0"]["stats"]["completed"] == 1
    assert by_name["Nora 1"]["journey_id"] is None
    # In pages, and searched.
    seen = []
    page = ok(await admin.get(path + "?limit=2"))
    seen += page["items"]
    page = ok(await admin.get(f"{path}?limit=2&cursor={page['next_cursor']}"))
    seen += page["items"]
    assert page["next_cursor"] is None
    assert [person["full_name"] for person in seen] == ["Nora 0", "Nora 1", "Nora 2"]
    found = ok(await admin.get(path + "?text=Nora+2"))["items"]
    assert [person["full_name"] for person in found] == ["Nora 2"]
    refused(await admin.get(path + "?program=none"), 404, "not_found")


async def test_the_ids_of_another_tenant_lead_nowhere(db, now, newcomer, as_caller):
    walk = await begin(newcomer)
    await walk.submit(FIRST)
    elsewhere = await make_place(db, now=now)
    organization = await elsewhere.organization()
    stranger = await as_caller(elsewhere.admin)
    granted = ok(await newcomer.get("/grants"))["items"]
    paths = [
        walk.path,
        walk.path + "/steps",
        walk.path + "/steps/stats",
        walk.path + "/steps/available",
        walk.path + "/fields",
        *(
            walk.step(FIRST, more)
            for more in ("", "/draft", "/submissions", "/submissions/1", "/reviews")
        ),
        f"/users/{newcomer.someone.id}",
    ]
    for path in paths:
        refused(await stranger.get(path), 404, "not_found")
    assert granted == []
    for path, body in (
        (walk.step(FIRST, "/start"), None),
        (walk.step(FIRST, "/skip"), None),
        (walk.step(FIRST, "/submissions"), {"data": {}}),
        (walk.step(FIRST, "/submissions/1/review"), {"text": "x"}),
        (walk.step(FIRST, "/inputs/woop.wish"), {"choice": "take"}),
    ):
        refused(await stranger.post(path, body), 404, "not_found")
    refused(await newcomer.get(f"/organizations/{organization.id}/progress"), 404, "not_found")
    grant = {"audience": {"user_id": str(elsewhere.admin.id)}, "level": "full"}
    assert (await newcomer.post("/grants", grant)).status_code == 404
    listed = ok(await stranger.get(f"/journeys?subject_id={newcomer.someone.id}"))
    assert listed["items"] == []


async def test_an_export_holds_all_of_a_person_and_nothing_of_others(place, as_caller, newcomer):
    other = await as_caller(await place.person("Otto Other"))
    for caller, wish in ((newcomer, "planted-mine-4711"), (other, "planted-theirs-4712")):
        walk = await begin(caller)
        await walk.submit(FIRST, wish=wish)
    answer = await newcomer.get("/exports/me")
    export = ok(answer)
    assert "attachment" in answer.headers["content-disposition"]
    assert export["person"]["id"] == str(newcomer.someone.id)
    assert "planted-mine-4711" in answer.text
    assert "planted-theirs-4712" not in answer.text
    assert "password_hash" not in answer.text
    assert newcomer.token not in answer.text
    assert any("submissions" in name for name in export["tables"])


async def test_scopes_of_api_keys_are_obeyed(newcomer, client):
    walk = await begin(newcomer)
    keys = {}
    for scope in ("read", "write"):
        made = ok(await newcomer.post("/api-keys", {"name": scope, "scopes": [scope]}), 201)
        keys[scope] = Caller(client, made["token"])
    assert ok(await keys["read"].get(walk.path))["id"] == walk.journey_id
    problem = refused(await keys["read"].post(walk.step(FIRST, "/start")), 403, "scope_missing")
    assert problem["needed"] == "write"
    refused(await keys["write"].get(walk.path), 403, "scope_missing")
    assert ok(await keys["write"].post(walk.step(FIRST, "/start")))["state"] == "in_progress"
    listed = ok(await newcomer.get("/api-keys"))["items"]
    assert all("token" not in key for key in listed)
    for key in listed:
        assert (await newcomer.delete(f"/api-keys/{key['id']}")).status_code == 204
    for caller in keys.values():
        refused(await caller.get("/me"), 401, "not_signed_in")


async def test_signing_out_ends_the_token_and_no_other(newcomer, as_caller):
    other = await as_caller(newcomer.someone)
    assert (await newcomer.delete("/sessions/current")).status_code == 204
    refused(await newcomer.get("/me"), 401, "not_signed_in")
    refused(await newcomer.delete("/sessions/current"), 401, "not_signed_in")
    sessions = ok(await other.get("/sessions"))["items"]
    assert [session["current"] for session in sessions] == [True]


async def test_what_is_no_token_or_has_expired_is_answered_401(newcomer, client, operator):
    changed = newcomer.token[:-1] + ("A" if newcomer.token[-1] != "A" else "B")
    for token in ("", "x", "mp_", "mp_" + "A" * 60, changed, newcomer.token + "A", "\xff" * 20):
        answer = await client.get(
            "/api/v1/me", headers=[(b"authorization", b"Bearer " + token.encode("latin-1"))]
        )
        refused(answer, 401, "not_signed_in")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    basic = await client.get("/api/v1/me", headers={"authorization": "Basic bWU6bWU="})
    refused(basic, 401, "not_signed_in")
    assert (await newcomer.get("/me")).status_code == 200
    await operator.execute(
        "update identity.sessions set created_at = now() - interval '3 days',"
        " expires_at = now() - interval '1 second' where subject_id = %s",
        [newcomer.someone.id],
    )
    refused(await newcomer.get("/me"), 401, "not_signed_in")
