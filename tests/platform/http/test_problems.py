"""Every refusal is one problem; nothing that was sent, and nothing from inside, comes back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, FastAPI, Form, Query
from httpx2 import ASGITransport, AsyncClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from milepost.platform import errors
from milepost.platform.http import middleware, problems
from milepost.platform.http.json import Body, Id, Moment, StrictRoute
from milepost.platform.http.problems import Problem

SECRET = "s3cret-value-of-a-person"
SOME_ID = uuid4()


class Thing(Body):
    id: Id
    title: str
    count: int = 0
    at: Moment | None = None
    inner: dict[str, Any] | None = None


def raised(name: str) -> Exception:
    return {
        "invalid": errors.Invalid("No.", errors=[{"path": "a", "message": "b"}]),
        "unauthenticated": errors.Unauthenticated("Sign in."),
        "forbidden": errors.Forbidden("No."),
        "not_found": errors.NotFound("Gone."),
        "conflict": errors.Conflict("Changed.", current=3, id=SOME_ID, at=datetime.now(UTC)),
        "too_large": errors.TooLarge("Much."),
        "too_many": errors.TooMany("Slow down.", retry_after=2.2),
        "unavailable": errors.Unavailable("Later."),
        "reserved": errors.Conflict("Mine.", status=1, code="mine", detail="mine"),
        "unexpected": RuntimeError(SECRET),
    }[name]


def render_page(request: Request, problem: Problem) -> Response:
    if problem.code == "conflict":
        raise RuntimeError("a page that fails")
    return PlainTextResponse(f"page: {problem.detail}", problem.status)


def make_app() -> FastAPI:
    app = FastAPI()
    middleware.install(app, render_page=render_page)
    api = APIRouter(prefix="/api/v1", route_class=StrictRoute, responses=problems.responses(404))

    @api.get("/raise/{name}")
    @app.get("/raise/{name}")
    async def refuse(name: str) -> None:
        raise raised(name)

    @api.post("/things")
    async def take(thing: Thing) -> dict[str, Any]:
        return {"title": thing.title, "inner": thing.inner}

    @api.get("/things")
    async def look(limit: Annotated[int, Query(ge=1, le=200)], tag: UUID | None = None) -> int:
        return limit

    @app.post("/form")
    async def form(title: Annotated[str, Form(max_length=5)]) -> str:
        return title

    app.include_router(api)
    return app


APP = make_app()


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app=APP)
    async with AsyncClient(transport=transport, base_url="http://milepost.test") as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("invalid", 422),
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("not_found", 404),
        ("conflict", 409),
        ("too_large", 413),
        ("too_many", 429),
        ("unavailable", 503),
    ],
)
async def test_kinds_have_their_status(client: AsyncClient, name: str, status: int) -> None:
    answer = await client.get(f"/api/v1/raise/{name}?secret={SECRET}")
    problem = answer.json()
    assert answer.status_code == status == problem["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == name
    assert problem["detail"] == raised(name).args[0]
    assert problem["type"] == f"urn:milepost:problem:{name}"
    assert problem["instance"] == f"/api/v1/raise/{name}"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text
    assert set(problems.SCHEMA["required"]) <= set(problem)


async def test_members_and_headers_of_their_own(client: AsyncClient) -> None:
    conflict = (await client.get("/api/v1/raise/conflict")).json()
    assert conflict["current"] == 3
    assert conflict["id"] == str(SOME_ID)
    slow = await client.get("/api/v1/raise/too_many")
    assert slow.headers["retry-after"] == "3"
    out = await client.get("/api/v1/raise/unauthenticated")
    assert out.headers["www-authenticate"].startswith("Bearer")
    reserved = (await client.get("/api/v1/raise/reserved")).json()
    assert (reserved["status"], reserved["code"], reserved["detail"]) == (409, "conflict", "Mine.")


async def test_a_person_gets_a_page_and_a_program_does_not(client: AsyncClient) -> None:
    page = await client.get("/raise/not_found", headers={"Accept": "text/html,*/*"})
    assert (page.status_code, page.text) == (404, "page: Gone.")
    assert "www-authenticate" not in (await client.get("/raise/unauthenticated")).headers
    asked = await client.get("/raise/not_found", headers={"Accept": "application/json"})
    assert asked.json()["code"] == "not_found"
    # A page that fails itself gives way to the plain answer.
    failed = await client.get("/raise/conflict", headers={"Accept": "text/html"})
    assert failed.json()["code"] == "conflict"


@pytest.mark.parametrize("address", ["/api/v1/raise/unexpected", "/raise/unexpected"])
async def test_the_unexpected_tells_nothing(client: AsyncClient, address: str) -> None:
    answer = await client.get(address)
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]


async def test_unknown_addresses_and_methods(client: AsyncClient) -> None:
    missing = await client.get("/api/v1/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = await client.delete("/api/v1/things")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["allow"] or "POST" in wrong.headers["allow"]


async def test_each_wrong_field_is_named_and_not_quoted(client: AsyncClient) -> None:
    sent = {"id": SECRET, "count": SECRET, "at": 17, "more": SECRET, "inner": [SECRET]}
    answer = await client.post("/api/v1/things", json=sent)
    assert answer.status_code == 422
    assert SECRET not in answer.text
    found = {error["path"]: error for error in answer.json()["errors"]}
    assert found["title"]["message"] == "This is needed."
    assert found["count"]["message"] == "This must be a whole number."
    assert found["more"]["message"] == "There is no such field."
    assert found["at"]["message"] == "This must be text, in the form described."
    assert set(found) == {"id", "count", "at", "more", "title", "inner"}
    assert {error["in"] for error in found.values()} == {"body"}


@pytest.mark.parametrize("flag", [False, 1.5, "1", None])
async def test_nothing_passes_for_a_whole_number(client: AsyncClient, flag: object) -> None:
    sent = {"id": str(SOME_ID), "title": "t", "count": flag}
    assert (await client.post("/api/v1/things", json=sent)).status_code == 422


@pytest.mark.parametrize("at", ["17", "-1.5", "2026-03-02T12:00:00", "yesterday", "", 17])
async def test_a_time_is_written_out_with_its_zone(client: AsyncClient, at: object) -> None:
    sent = {"id": str(SOME_ID), "title": "t", "at": at}
    assert (await client.post("/api/v1/things", json=sent)).status_code == 422
    sent["at"] = "2026-03-02T12:00:00+01:00"
    assert (await client.post("/api/v1/things", json=sent)).status_code == 200


async def test_queries_and_forms_are_described_too(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/things", params={"limit": "201", "tag": SECRET})
    assert {(e["in"], e["path"], e["message"]) for e in answer.json()["errors"]} == {
        ("query", "limit", "At most 200."),
        ("query", "tag", "This must be an id."),
    }
    assert SECRET not in answer.text
    form = await client.post(
        "/form", data={"title": SECRET}, headers={"Accept": "application/json"}
    )
    assert form.json()["errors"][0]["message"] == "At most 5 characters."
    assert SECRET not in form.text


@pytest.mark.parametrize("raw", [b"%ff%fe", b"%00", b"%ed%a0%80"])
async def test_undecodable_queries_and_forms_do_not_crash(client: AsyncClient, raw: bytes) -> None:
    query = await client.get("/api/v1/things?limit=" + raw.decode())
    assert query.status_code == 422
    form = await client.post(
        "/form",
        content=b"titl%ff=" + raw,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
    )
    assert form.status_code == 422


async def test_openapi_describes_problems_and_keeps_bodies() -> None:
    document = problems.add_schema(APP.openapi())
    post = document["paths"]["/api/v1/things"]["post"]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Thing"}
    fields = document["components"]["schemas"]["Thing"]["properties"]
    assert fields["title"]["type"] == "string"
    assert fields["id"] == {"type": "string", "format": "uuid", "title": "Id"}
    for status in ("400", "401", "404", "413", "422"):
        content = post["responses"][status]["content"]
        assert content == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    assert "HTTPValidationError" not in document["components"]["schemas"]
