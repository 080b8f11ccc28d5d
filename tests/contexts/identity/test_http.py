"""What a request must carry, and what an Idempotency-Key promises."""

import asyncio

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from milepost.contexts.identity import http
from milepost.contexts.identity.http import Tx
from milepost.platform.errors import Conflict
from milepost.settings import Settings
from tests.factories.people import PASSWORD


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The API with a few routes that show one thing each."""
    app.state.runs = 0

    @app.post("/run")
    async def run(request: Request, tx: Tx):
        async def work():
            app.state.runs += 1
            await asyncio.sleep(0.05)
            body = await request.body()
            if b"fail" in body and app.state.runs == 1:
                raise Conflict("not this time")
            return {"run": app.state.runs}

        return await http.once(tx, request, 201, work)

    @app.post("/form")
    async def form(request: Request, tx: Tx):
        return dict(await request.form())

    @app.post("/signed-out-form")
    async def signed_out(request: Request):
        http.check_form_origin(request)
        return JSONResponse({"address": http.address(request)})

    return app


async def test_nobody_is_let_in_without_a_token(client):
    for headers in ({}, {"authorization": "Bearer mp_nonsense"}, {"cookie": "milepost_session=x"}):
        answer = await client.get("/api/v1/me", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_signed_in"


async def test_a_commit_that_fails_is_an_error_the_caller_sees(
    app, client, place, as_caller, owner
):
    # A deferred constraint speaks up at commit only: after the route has its answer ready.
    name = f"late_{place.tenant_id.hex}"
    await owner.execute(f"create table public.{name} (id int unique deferrable initially deferred)")
    await owner.execute(f"grant insert on public.{name} to milepost_app")
    await owner.execute("grant usage on schema public to milepost_app")

    @app.post("/late")
    async def late(tx: Tx):
        await tx.connection.execute(f"insert into public.{name} values (1), (1)")
        return {"said": "all is well"}

    try:
        caller = await as_caller(await place.person())
        answer = await client.post("/late", headers=caller.headers)
        assert answer.status_code == 409
        assert "all is well" not in answer.text
    finally:
        await owner.execute(f"drop table public.{name}")


async def test_a_cookie_needs_the_csrf_token_and_a_bearer_does_not(app, client, place, as_caller):
    caller = await as_caller(await place.person(), kind="cookie")
    cookie = {"cookie": f"milepost_session={caller.signed_in.token}"}
    request = Request(
        {"type": "http", "app": app, "headers": [(b"cookie", cookie["cookie"].encode())]}
    )
    token = http.csrf_token(request)
    assert (await client.get("/api/v1/me", headers=cookie)).status_code == 200
    refused = await client.patch("/api/v1/me", json={"theme": "dark"}, headers=cookie)
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_request")
    wrong = cookie | {"x-csrf-token": token[:-1] + ("0" if token[-1] != "0" else "1")}
    assert (await client.patch("/api/v1/me", json={}, headers=wrong)).status_code == 403
    right = cookie | {"x-csrf-token": token}
    assert (
        await client.patch("/api/v1/me", json={"theme": "dark"}, headers=right)
    ).status_code == 200
    sent = await client.post("/form", data={"_csrf": token, "name": "Nora"}, headers=cookie)
    assert sent.json() == {"_csrf": token, "name": "Nora"}
    assert (await client.post("/form", data={"name": "Nora"}, headers=cookie)).status_code == 403
    bearer = await caller.call("PATCH", "/me", {"theme": "light"})
    assert bearer.status_code == 200


async def test_a_form_of_another_page_is_refused(client):
    for headers, status in (
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "https://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost"}, 200),
        ({}, 200),
    ):
        assert (await client.post("/signed-out-form", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
    ],
)
async def test_only_as_many_proxies_are_believed_as_there_are(
    app, client, tmp_path, proxies, forwarded, expected
):
    app.state.settings = Settings(data=tmp_path, trusted_proxies=proxies)
    answer = await client.post("/signed-out-form", headers={"x-forwarded-for": forwarded})
    assert answer.json() == {"address": expected}


@pytest.mark.parametrize(
    ("base", "base_url", "secure"),
    [
        ("http://127.0.0.1:8400", None, False),
        ("http://localhost:8400", None, False),
        ("http://[::1]:8400", None, False),
        ("https://localhost", None, True),
        ("http://milepost.example", None, True),
        ("http://127.0.0.1:8400", "https://milepost.example", True),
    ],
)
async def test_the_cookie_is_secure_off_this_machine(app, tmp_path, base, base_url, secure):
    app.state.settings = Settings(data=tmp_path, base_url=base_url)
    seen = []

    @app.get("/needs")
    async def needs(request: Request):
        seen.append(http.needs_https(request))

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=base) as client:
        await client.get("/needs")
    assert seen == [secure]


async def test_scopes_limit_what_a_key_may_do(client, place, as_caller):
    owner = await as_caller(await place.person())
    keys = {}
    for scopes in (["read"], ["write"], ["read", "write"]):
        made = await owner.call("POST", "/api-keys", {"name": "Report", "scopes": scopes})
        assert made.status_code == 201
        keys[tuple(scopes)] = {"authorization": f"Bearer {made.json()['token']}"}
    for scopes, headers in keys.items():
        read = await client.get("/api/v1/me", headers=headers)
        write = await client.patch("/api/v1/me", json={}, headers=headers)
        assert read.status_code == (200 if "read" in scopes else 403)
        assert write.status_code == (200 if "write" in scopes else 403)
        # Whoever finds a key must not be able to take the account over with it.
        made = await client.post(
            "/api/v1/api-keys", json={"name": "x", "scopes": ["read"]}, headers=headers
        )
        assert made.status_code == 403
        gone = await client.request(
            "DELETE", "/api/v1/me", json={"confirmation": PASSWORD}, headers=headers
        )
        assert gone.status_code == 403


async def test_a_repeat_is_answered_the_same_and_runs_once(app, client, place, as_caller):
    caller = await as_caller(await place.person())
    headers = caller.headers | {"idempotency-key": "abc"}
    answers = await asyncio.gather(
        *(client.post("/run", json={"n": 1}, headers=headers) for _ in range(5))
    )
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, '{"run":1}')}
    assert app.state.runs == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 4
    other = await client.post("/run", json={"n": 2}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    stranger = await as_caller(await place.person())
    theirs = await client.post(
        "/run", json={"n": 1}, headers=stranger.headers | {"idempotency-key": "abc"}
    )
    assert theirs.json() == {"run": 2}


async def test_an_error_leaves_the_key_free(app, client, place, as_caller):
    caller = await as_caller(await place.person())
    headers = caller.headers | {"idempotency-key": "abc"}
    assert (await client.post("/run", json="fail", headers=headers)).status_code == 409
    assert (await client.post("/run", json="fail", headers=headers)).json() == {"run": 2}
    assert (await client.post("/run", json="fail", headers=headers)).json() == {"run": 2}


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ü"])
async def test_a_key_that_can_not_be_kept_is_refused(client, place, as_caller, key):
    caller = await as_caller(await place.person())
    headers = caller.headers | {"idempotency-key": key.encode("latin-1").decode("latin-1")}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert (await client.post("/run", headers=raw)).status_code == 422


async def test_what_is_kept_of_a_request_can_not_be_guessed(client, place, as_caller, operator):
    caller = await as_caller(await place.person(password=PASSWORD))
    changed = await caller.call(
        "POST", "/me/password", {"old": PASSWORD, "new": "a new password"}, idempotency_key="p-1"
    )
    assert changed.status_code == 204
    again = await caller.call(
        "POST", "/me/password", {"old": PASSWORD, "new": "a new password"}, idempotency_key="p-1"
    )
    assert again.status_code == 204
    rows = await (
        await operator.execute(
            "select r::text as row from identity.replies r where subject_id = %s",
            [caller.signed_in.user.id],
        )
    ).fetchall()
    assert len(rows) == 1
    assert "password" not in rows[0]["row"]
