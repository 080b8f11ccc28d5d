"""Strict JSON: what is refused, with which status; what passes comes through unchanged."""

import contextlib
import json
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from httpx2 import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from milepost.platform.http import middleware
from milepost.platform.http.json import MAX_DEPTH, StrictRoute, parse
from milepost.platform.http.problems import Refused

REFUSED = [
    (b"", 400),
    (b"{", 400),
    (b"{'a': 1}", 400),
    (b'{"a": 1} x', 400),
    (b"\xff\xfe", 400),
    (b'"\xed\xa0\x80"', 400),
    ("{}".encode("utf-16"), 400),
    (b"NaN", 400),
    (b'{"a": -Infinity}', 400),
    (b'{"a": 1, "a": 2}', 400),
    (b'[{"b": {"a": 1, "\\u0061": 2}}]', 400),
    (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), 400),
    (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), 400),
    (b"[" * 200_000, 400),
    (b'{"a":' * 80_000, 400),
    (b"[" * 200_000 + b"]" * 200_000, 400),
    (b'"a\\u0000b"', 422),
    (b'{"a\\u0000": 1}', 422),
    (b'"\\ud800"', 422),
    (b'{"\\udfff": 1}', 422),
    (b"9007199254740993", 422),
    (b"-9007199254740993", 422),
    (b"1" * 5000, 422),
    (b"1e400", 422),
]


@pytest.mark.parametrize(("raw", "status"), REFUSED, ids=lambda value: repr(value)[:30])
def test_refused(raw: bytes, status: int) -> None:
    with pytest.raises(Refused) as raised:
        parse(raw)
    assert raised.value.status_code == status
    assert raised.value.detail.endswith(".")


def test_the_place_is_told() -> None:
    with pytest.raises(Refused) as raised:
        parse(b'{"data": {"items": [1, {"note": "a\\u0000"}]}}')
    assert raised.value.errors[0]["loc"] == ("body", "data", "items", 1, "note")


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
        b"9007199254740992",
        b'"\\ud83d\\ude00"',
        b"1.5e3",
        b"null",
        b' {"a": [true, false]} ',
    ],
)
def test_taken(raw: bytes) -> None:
    assert parse(raw) == json.loads(raw)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc é", max_size=4), inner),
    max_leaves=20,
)


@given(values)
def test_everything_plain_comes_through(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value


@given(st.binary(max_size=60))
def test_bytes_are_read_or_refused(raw: bytes) -> None:
    # Nothing but a refusal may come of bytes that are no JSON.
    try:
        plain = json.loads(raw)
    except ValueError:
        with pytest.raises(Refused):
            parse(raw)
    else:
        with contextlib.suppress(Refused):
            assert parse(raw) == plain


def make_app() -> FastAPI:
    app = FastAPI()
    middleware.install(app)
    api = APIRouter(prefix="/api", route_class=StrictRoute)

    @api.post("/echo")
    async def echo(sent: dict[str, Any]) -> dict[str, Any]:
        return sent

    app.include_router(api)
    return app


async def test_a_route_refuses_before_its_model_sees_anything() -> None:
    transport = ASGITransport(app=make_app())
    async with AsyncClient(transport=transport, base_url="http://milepost.test") as client:
        for raw, status in REFUSED[1:]:
            answer = await client.post(
                "/api/echo", content=raw, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == status, raw[:30]
            assert answer.json()["code"] in ("malformed_json", "invalid")
        good = await client.post("/api/echo", json={"a": ["é", 1]})
        assert good.json() == {"a": ["é", 1]}
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            other = await client.post("/api/echo", content=b"{}", headers={"Content-Type": kind})
            assert other.status_code == 415, kind
        empty = await client.post("/api/echo")
        assert empty.status_code == 422
