"""The API of identity, as programs call it."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Role
from milepost.platform import jobs
from tests.factories.people import PASSWORD, new_address


async def sign_in(client, email, password=PASSWORD, **headers):
    return await client.post(
        "/api/v1/sessions", json={"email": email, "password": password}, headers=headers
    )


async def test_signing_in_and_out(client, place):
    nora = await place.person("Nora Lind", password=PASSWORD)
    answer = await sign_in(client, nora.user.email)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "user"}
    assert body["expires_in"] == 14 * 86400
    assert body["user"]["full_name"] == "Nora Lind"
    headers = {"authorization": f"Bearer {body['access_token']}"}
    me = await client.get("/api/v1/me", headers=headers)
    assert me.json()["id"] == body["user"]["id"]
    (session,) = (await client.get("/api/v1/sessions", headers=headers)).json()["items"]
    assert session["current"] is True
    assert "token" not in json.dumps(session)
    assert (await client.delete("/api/v1/sessions/current", headers=headers)).status_code == 204
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_a_repeated_sign_in_is_one_session(client, place):
    nora = await place.person(password=PASSWORD)
    key = {"idempotency-key": "k"}
    first = (await sign_in(client, nora.user.email, **key)).json()
    again = (await sign_in(client, nora.user.email, **key)).json()
    assert again["access_token"] == first["access_token"]


async def test_wrong_passwords_are_told_how_long_to_wait(client, place):
    nora = await place.person(password=PASSWORD)
    for _ in range(10):
        refused = await sign_in(client, nora.user.email, "wrong password")
        assert (refused.status_code, refused.json()["code"]) == (401, "wrong_password")
    slowed = await sign_in(client, nora.user.email)
    assert (slowed.status_code, slowed.json()["code"]) == (429, "slow_down")
    assert 1 <= int(slowed.headers["retry-after"]) <= 15
    from milepost.platform import clock

    async with place.db.transaction(place.system) as tx:
        # The caller's address is every test's: let the others go on.
        await tx.run(
            "delete from identity.sign_in_failures where failed_at <= %(now)s",
            {"now": clock.now()},
        )


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        None,
        {"email": 1, "password": PASSWORD},
        {"email": "a@b.test"},
        {"email": "a@b.test", "password": PASSWORD, "admin": True},
        {"email": "a@b.test", "password": "x" * 1001},
        {"email": "a\0@b.test", "password": PASSWORD},
        {"email": "a@b.test", "password": ["x"]},
        {"email": "a@b.test", "password": "\ud800" * 10},
    ],
)
async def test_bad_sign_ins_are_refused_clearly(client, body):
    answer = await client.post(
        "/api/v1/sessions",
        content=json.dumps(body),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_profile_changes_in_what_is_said(place, as_caller):
    caller = await as_caller(await place.person("Nora Lind"))
    changed = await caller.call("PATCH", "/me", {"time_zone": "Europe/Oslo"})
    assert (changed.json()["time_zone"], changed.json()["full_name"]) == (
        "Europe/Oslo",
        "Nora Lind",
    )
    for wrong in ({"time_zone": "Nowhere"}, {"role": "admin"}, {"theme": "pink"}, {"full_name": 7}):
        assert (await caller.call("PATCH", "/me", wrong)).status_code == 422


async def test_keys_are_told_once_and_revoked(client, place, as_caller):
    caller = await as_caller(await place.person())
    new = {"name": "Nightly report", "scopes": ["read"]}
    made = await caller.call("POST", "/api-keys", new, idempotency_key="k")
    again = await caller.call("POST", "/api-keys", new, idempotency_key="k")
    assert made.status_code == again.status_code == 201
    assert made.json() == again.json()
    other = await caller.call(
        "POST", "/api-keys", {"name": "Other", "scopes": ["read"]}, idempotency_key="k"
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    token = made.json()["token"]
    (listed,) = (await caller.call("GET", "/api-keys")).json()["items"]
    assert token.endswith(listed["hint"])
    assert "token" not in listed
    headers = {"authorization": f"Bearer {token}"}
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
    path = f"/api-keys/{listed['id']}"
    stranger = await as_caller(await place.person())
    assert (await stranger.call("DELETE", path)).status_code == 404
    assert (await caller.call("DELETE", path)).status_code == 204
    assert (await caller.call("DELETE", path)).status_code == 404
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    for wrong in ({"scopes": []}, {"scopes": ["admin"]}, {"expires_at": past}, {"name": " "}):
        assert (await caller.call("POST", "/api-keys", new | wrong)).status_code == 422


async def test_a_grant_from_asking_to_ending(place, as_caller):
    learner = await as_caller(await place.person("Lotte Learner"))
    coach = await as_caller(await place.person("Gus Guru", role=Role.GURU))
    ask = {"subject_id": str(learner.signed_in.user.id), "level": "full"}
    asked = await coach.call("POST", "/grants", ask, idempotency_key="g")
    assert (asked.status_code, asked.json()["state"]) == (201, "pending")
    assert (await coach.call("POST", "/grants", ask, idempotency_key="g")).json() == asked.json()
    (seen,) = (await learner.call("GET", "/grants")).json()["items"]
    assert (seen["audience_name"], seen["state"]) == ("Gus Guru", "pending")
    path = f"/grants/{asked.json()['id']}"
    assert (await coach.call("POST", f"{path}/accept")).status_code == 403
    accepted = await learner.call("POST", f"{path}/accept")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "active")
    (received,) = (await coach.call("GET", "/grants?side=received")).json()["items"]
    assert received["subject_name"] == "Lotte Learner"
    assert (await learner.call("POST", f"{path}/decline")).status_code == 409
    assert (await learner.call("DELETE", path)).status_code == 204
    assert (await learner.call("DELETE", f"/grants/{uuid4()}")).status_code == 404
    unknown = await learner.call(
        "POST", "/grants", {"audience": {"email": new_address()}, "level": "basic"}
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_audience")
    for wrong in (
        {"level": "everything"},
        {"ends_at": "tomorrow"},
        {"ends_at": "2030-01-01T00:00"},
        {"subject_id": "me"},
        {"audience": {}},
        {"audience": {"user_id": 7}},
    ):
        assert (await coach.call("POST", "/grants", ask | wrong)).status_code == 422


async def test_administrators_add_and_change_people(place, as_caller, context, outbox, operator):
    admin = await as_caller(place.admin)
    email = new_address()
    new = {"email": email, "full_name": "Nora Lind", "organization": "Lind AS", "role": "guru"}
    made = await admin.call("POST", "/users", new, idempotency_key="u")
    assert made.status_code == 201
    assert (await admin.call("POST", "/users", new, idempotency_key="u")).json() == made.json()
    taken = await admin.call("POST", "/users", new)
    assert (taken.status_code, taken.json()["code"]) == (409, "address_taken")
    await jobs.run_pending(place.db, context)
    assert len([path for path in outbox.iterdir() if email in path.read_text()]) == 1
    path = f"/users/{made.json()['id']}"
    changed = await admin.call("PATCH", path, {"role": "user", "organization_id": None})
    assert (changed.json()["role"], changed.json()["organization_id"]) == ("user", None)
    closed = await admin.call("PATCH", path, {"disabled": True})
    assert closed.json()["disabled_at"] is not None
    (found,) = (await admin.call("GET", f"/users?text={email}")).json()["items"]
    assert found["id"] == made.json()["id"]
    (organization,) = (await admin.call("GET", "/organizations")).json()["items"]
    assert organization["slug"] == "lind-as"


async def test_nobody_else_does_and_sees_little(place, as_caller):
    nora = await place.person("Nora Lind")
    mona = await place.person("Mona Mate")
    caller = await as_caller(nora)
    new = {"email": new_address(), "full_name": "X"}
    assert (await caller.call("POST", "/users", new)).status_code == 403
    assert (await caller.call("PATCH", f"/users/{nora.id}", {"role": "admin"})).status_code == 403
    assert (await caller.call("GET", f"/users/{mona.id}")).status_code == 404
    listed = (await caller.call("GET", "/users")).json()["items"]
    assert {user["id"] for user in listed} == {str(nora.id), str(place.admin.id)}
    assert all(u["last_login"] is None for u in listed if u["id"] == str(place.admin.id))


async def test_resets_and_invitations_answer_alike(client, place):
    nora = await place.person()
    answers = [
        await client.post("/api/v1/password-resets", json={"email": email})
        for email in (nora.user.email, new_address())
    ]
    assert [(answer.status_code, answer.text) for answer in answers] == [(202, "null")] * 2
    for path in ("password-resets/confirm", "invitations/accept"):
        answer = await client.post(
            f"/api/v1/{path}", json={"token": "mp_nonsense", "password": "a new password"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "link_used_up")
    async with place.db.transaction(place.system) as tx:
        _, _, token = await identity.make_link(
            tx, user_id=nora.id, kind="invitation", now=datetime.now(UTC)
        )
    accept = {"token": str(token), "password": "a new password"}
    for _ in range(2):
        answer = await client.post("/api/v1/invitations/accept", json=accept)
        assert answer.status_code == 204
    assert (await sign_in(client, nora.user.email, "a new password")).status_code == 201


async def test_an_export_has_all_of_mine_and_nothing_of_others(place, as_caller, secret):
    company = await place.organization("Lindwerk")
    nora = await place.person("Nora Lind", organization=company, password=PASSWORD)
    mona = await place.person("Mona Mate", organization=company)
    coach = await place.person("Gus Guru", role=Role.GURU)
    await place.grant(nora, coach)
    await place.grant(mona, coach)
    async with place.db.transaction(coach.actor) as tx:
        await identity.record_read(tx, subject_id=nora.id, what="progress", now=place.now)
    caller = await as_caller(nora)
    await caller.call("POST", "/api-keys", {"name": "Report", "scopes": ["read"]})
    answer = await caller.call("GET", "/exports/me")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    export = answer.json()
    assert export["format"] == "milepost-person/1"
    assert export["person"]["full_name"] == "Nora Lind"
    assert export["account"]["has_password"] is True
    assert export["organization"]["name"] == "Lindwerk"
    assert {
        "identity.grants",
        "identity.reads",
        "identity.sessions",
        "identity.api_keys",
        "identity.memberships",
        "events.log",
    } <= set(export["tables"])
    for forbidden in (
        "password_hash",
        "token_hash",
        "argon2",
        str(mona.id),
        mona.user.email,
        str(caller.signed_in.token),
    ):
        assert forbidden not in answer.text


async def test_reads_are_listed_a_page_at_a_time(place, as_caller):
    nora = await place.person("Nora Lind")
    coach = await place.person("Gus Guru", role=Role.GURU)
    await place.grant(nora, coach)
    for what in ("progress", "work", "map"):
        async with place.db.transaction(coach.actor) as tx:
            await identity.record_read(tx, subject_id=nora.id, what=what, now=place.now)
    caller = await as_caller(nora)
    first = (await caller.call("GET", "/reads?limit=2")).json()
    rest = (await caller.call("GET", f"/reads?limit=2&cursor={first['next_cursor']}")).json()
    assert {read["what"] for read in first["items"] + rest["items"]} == {"progress", "work", "map"}
    assert rest["next_cursor"] is None
    assert (await caller.call("GET", "/reads?cursor=nonsense")).status_code == 422


async def test_deleting_ones_account(client, place, as_caller):
    nora = await place.person(password=PASSWORD)
    caller = await as_caller(nora)
    wrong = await caller.call("DELETE", "/me", {"confirmation": "not my password"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
    assert (await caller.call("DELETE", "/me", {"confirmation": PASSWORD})).status_code == 204
    assert (await caller.call("GET", "/me")).status_code == 401
    assert (await sign_in(client, nora.user.email)).status_code == 401


def test_the_description_has_an_example_for_each_body(app: FastAPI):
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    bodies = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), (method, path)
            content = operation.get("requestBody", {}).get("content", {})
            if content:
                name = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
                schema = document["components"]["schemas"][name]
                assert schema.get("examples"), name
                assert schema["additionalProperties"] is False
                bodies += 1
    assert bodies >= 10
