"""Cursors come back as they were given out, and anything else is refused."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from milepost.platform.http import middleware, pages
from milepost.platform.http.pages import BadCursor, Cursor, Limit, Page

AT = datetime(2026, 3, 2, 12, 30, 15, 123456, tzinfo=UTC)
# Always the same: workers that run tests side by side must name them alike.
ID = UUID("8e97f258-b367-41d3-a811-6f76d93e932c")


def made(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_key_comes_back() -> None:
    cursor = pages.encode(AT, ID, "Ä 😀", 3)
    assert pages.decode(cursor, datetime, UUID, str, int) == (AT, ID, "Ä 😀", 3)
    assert cursor.isascii()
    assert "=" not in cursor


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "abc",
        made({"a": 1}),
        made([str(ID), 1]),
        made(["x"]),
        made([]),
        made([17]),
        made([None]),
        made(["\x00"]),
        made(["\ud800"]),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
    ],
)
def test_garbled_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        pages.decode(cursor, UUID)


@pytest.mark.parametrize("text", ["a\x00", "\ud800"])
def test_text_the_database_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        pages.decode(made([text]), str)


@given(st.text(max_size=40))
def test_no_text_does_harm(text: str) -> None:
    with pytest.raises(BadCursor):
        pages.decode(text + "~", UUID, datetime)


@dataclass
class Row:
    id: int


def make_app() -> FastAPI:
    app = FastAPI()
    middleware.install(app)
    rows = [Row(number) for number in range(1, 121)]

    @app.get("/api/rows")
    async def listed(limit: Limit = pages.DEFAULT_LIMIT, cursor: Cursor = None) -> Page[int]:
        (after,) = pages.decode(cursor, int) if cursor is not None else (0,)
        found = [row for row in rows if row.id > after][: limit + 1]
        shown, further = pages.cut(found, limit=limit, key=lambda row: (row.id,))
        return Page(items=[row.id for row in shown], next_cursor=further)

    return app


async def test_a_list_is_walked_to_its_end() -> None:
    transport = ASGITransport(app=make_app())
    async with AsyncClient(transport=transport, base_url="http://milepost.test") as client:
        seen: list[int] = []
        params: dict[str, str] = {}
        sizes: list[int] = []
        while True:
            page = (await client.get("/api/rows", params=params)).json()
            seen += page["items"]
            sizes.append(len(page["items"]))
            if page["next_cursor"] is None:
                break
            params = {"cursor": page["next_cursor"]}
        assert seen == list(range(1, 121))
        assert sizes == [50, 50, 20]
        for params in ({"limit": "0"}, {"limit": "201"}, {"cursor": "x"}, {"cursor": ""}):
            refused = await client.get("/api/rows", params=params)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["path"] in ("limit", "cursor")
        assert len((await client.get("/api/rows", params={"limit": "120"})).json()["items"]) == 120
