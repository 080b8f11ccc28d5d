"""What surrounds requests: limits, headers, ids, figures, and who is calling."""

import gzip
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi import APIRouter, FastAPI
from httpx2 import ASGITransport, AsyncClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from structlog.testing import LogCapture

from milepost.platform.http import caller, health, metrics, middleware
from milepost.platform.http.json import StrictRoute
from milepost.platform.http.middleware import BODY_LIMIT


def make_app(trusted_proxies: int = 0) -> FastAPI:
    app = FastAPI()
    middleware.install(app, trusted_proxies=trusted_proxies, pool_stats=lambda: {"pool_size": 7})
    api = APIRouter(prefix="/api/v1", route_class=StrictRoute)

    @api.post("/sizes/{name}")
    async def sizes(name: str, sent: dict[str, Any]) -> int:
        return len(str(sent))

    @app.post("/form")
    async def form(request: Request) -> int:
        return len((await request.form()).get("a", ""))

    @app.get("/who")
    async def who(request: Request) -> dict[str, str | None]:
        return {"address": caller.address(request.scope), "scheme": request.url.scheme}

    @app.get("/text")
    async def text(own: bool = False) -> Response:
        headers = {"Cache-Control": "public", "Content-Security-Policy": "none"} if own else {}
        return PlainTextResponse("words " * 1000, headers=headers)

    @app.get("/reset/{token}")
    async def reset(token: str) -> str:
        return "ok"

    app.include_router(api)
    return app


def asking(app: FastAPI, address: str = "203.0.113.9") -> AsyncClient:
    transport = ASGITransport(app=app, client=(address, 5000))
    return AsyncClient(transport=transport, base_url="http://milepost.test")


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with asking(make_app()) as client:
        yield client


async def chunks(size: int) -> AsyncIterator[bytes]:
    yield b'{"a": "'
    for _ in range(size // 1000):
        yield b"x" * 1000
    yield b'"}'


async def test_a_body_up_to_the_limit_is_taken(client: AsyncClient) -> None:
    answer = await client.post("/api/v1/sizes/a", json={"a": "x" * (BODY_LIMIT - 20)})
    assert answer.status_code == 200


async def test_a_body_beyond_the_limit_is_refused_announced_or_not(client: AsyncClient) -> None:
    announced = await client.post("/api/v1/sizes/a", json={"a": "x" * BODY_LIMIT})
    json = {"Content-Type": "application/json"}
    chunked = await client.post("/api/v1/sizes/a", content=chunks(1_000_000), headers=json)
    for answer in (announced, chunked):
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_forms_have_the_same_limit(client: AsyncClient, kind: str) -> None:
    async def parts() -> AsyncIterator[bytes]:
        if kind.startswith("multipart"):
            yield b'--x\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
        else:
            yield b"a="
        for _ in range(1000):
            yield b"x" * 1000

    headers = {"Content-Type": kind, "Accept": "application/json"}
    answer = await client.post("/form", content=parts(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_length_that_lies_does_not_help(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": "9" * 30}
    answer = await client.post("/api/v1/sizes/a", content=b"{}", headers=headers)
    assert answer.status_code == 413


async def test_every_answer_is_protected_also_errors(client: AsyncClient) -> None:
    for address in ("/text", "/nothing"):
        answer = await client.get(address)
        policy = answer.headers["content-security-policy"]
        for part in (
            "default-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ):
            assert part in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "strict-transport-security" not in answer.headers
    assert (await client.get("/text?own=1")).headers["content-security-policy"] == "none"


@pytest.mark.parametrize(
    ("kind", "is_page"),
    [("text/css", False), ("text/javascript", False), ("text/html", True), ("image/svg+xml", True)],
)
async def test_styles_and_scripts_carry_what_matters_for_them(kind: str, is_page: bool) -> None:
    app = middleware.Protection(Response("x", media_type=kind))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        headers = (await client.get("/x")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    for name in ("content-security-policy", "permissions-policy", "cross-origin-opener-policy"):
        assert (name in headers) is is_page


async def test_what_is_personal_is_not_kept(client: AsyncClient) -> None:
    assert "cache-control" not in (await client.get("/text")).headers
    for headers in ({"Cookie": "a=b"}, {"Authorization": "Bearer x"}):
        assert (await client.get("/text", headers=headers)).headers["cache-control"] == "no-store"
    assert (await client.get("/api/v1/x")).headers["cache-control"] == "no-store"
    own = await client.get("/text?own=1", headers={"Cookie": "a=b"})
    assert own.headers["cache-control"] == "public"


async def test_text_is_compressed_for_who_can_read_it(client: AsyncClient) -> None:
    async with client.stream("GET", "/text", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == b"words " * 1000
    plain = await client.get("/text", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (2, "192.0.2.66, 198.51.100.1, 203.0.113.8", "198.51.100.1"),
        (2, "198.51.100.1", "198.51.100.1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "<script>", "203.0.113.9"),
        (1, " , ", "203.0.113.9"),
    ],
)
async def test_only_trusted_proxies_say_who_calls(
    trusted: int, forwarded: str, expected: str
) -> None:
    async with asking(make_app(trusted)) as client:
        headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
        answer = await client.get("/who", headers=headers)
    assert answer.json()["address"] == expected
    assert answer.json()["scheme"] == ("https" if trusted else "http")
    assert ("strict-transport-security" in answer.headers) is bool(trusted)


async def test_request_ids_come_from_proxies_only(client: AsyncClient) -> None:
    given = {"X-Request-ID": "from-outside-1"}
    assert (await client.get("/who", headers=given)).headers["x-request-id"] != "from-outside-1"
    async with asking(make_app(1)) as proxied:
        taken = await proxied.get("/who", headers=given)
        assert taken.headers["x-request-id"] == "from-outside-1"
        odd = await proxied.get("/who", headers={"X-Request-ID": "a b\tc"})
        assert odd.headers["x-request-id"] != "a b\tc"


@pytest.fixture
def logged() -> Any:
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture.entries
    structlog.configure(**before)


async def test_the_log_line_names_the_route_and_no_secret(
    client: AsyncClient, logged: list[dict[str, Any]]
) -> None:
    answer = await client.get(
        "/reset/s3cret-token?key=s3cret-query", headers={"Cookie": "s=s3cret-cookie"}
    )
    await client.post("/api/v1/sizes/s3cret-name", json={"a": "s3cret-body"})
    (line, second) = [entry for entry in logged if entry["event"] == "request"]
    assert line["route"] == "/reset/{token}"
    assert second["route"] == "/api/v1/sizes/{name}"
    assert (line["method"], line["status"], line["client"]) == ("GET", 200, "203.0.113.9")
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["ms"] >= 0
    assert "s3cret" not in str(logged)


async def test_figures_count_by_template(client: AsyncClient) -> None:
    for name in ("a", "b"):
        await client.post(f"/api/v1/sizes/{name}", json={})
    await client.get("/nothing/at/all")
    await client.request("BREW", "/who")
    text = metrics.exposition().decode()
    assert (
        'milepost_http_requests_total{method="POST",route="/api/v1/sizes/{name}",status="200"}'
        in text
    )
    assert 'route="unmatched",status="404"' in text
    assert 'method="other"' in text
    assert "BREW" not in text
    assert 'milepost_http_request_seconds_bucket{le="0.005",method="POST"' in text
    assert 'milepost_db_pool{figure="pool_size"} 7.0' in text
    assert "nothing/at/all" not in text


CHILD = """
from milepost.platform.http import metrics
metrics.observe(method="GET", route="/shared", status=200, seconds=0.1)
print(metrics.exposition().decode())
"""


def test_processes_that_share_a_folder_answer_for_each_other(tmp_path: Path) -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", CHILD],
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    line = 'milepost_http_requests_total{method="GET",route="/shared",status="200"}'
    assert f"{line} 1.0" in told[0]
    assert f"{line} 2.0" in told[1]


def test_health_answers_stay_out_of_the_api_description() -> None:
    app = FastAPI()
    unused: Any = None
    app.include_router(health.router(db=unused, actor=unused, latest_migration=1))
    assert app.openapi()["paths"] == {}
