"""Whatever is sent: a clear 4xx that says what is wrong, and nothing stored.

The operations are those of the OpenAPI document, so that none is left out.
"""

import base64
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx2
import psycopg
import pytest
import pytest_asyncio
from fastapi import FastAPI
from psycopg import sql

from milepost.contexts.identity import service as identity
from milepost.platform.db import Database
from milepost.platform.http.openapi import operations
from tests.api import companies
from tests.api.bad_bodies import JSON, Bad, bodies
from tests.api.conftest import Caller, token_of
from tests.api.test_openapi import OPERATIONS, described
from tests.api.walking import Walk, begin, ok
from tests.factories.people import Place

FIRST = "sprint-0-woop"
WITH_BODY = {
    "accept_invitation",
    "add_steps",
    "add_task",
    "add_user",
    "answer_suggestion",
    "begin_journey",
    "capture_outcome",
    "change_journey",
    "change_me",
    "change_organization",
    "change_password",
    "change_step",
    "change_task",
    "change_tenant",
    "change_user",
    "confirm_reset",
    "decide_in_standup",
    "decide_input",
    "delete_me",
    "make_api_key",
    "make_grant",
    "move_step",
    "move_task",
    "request_reset",
    "review_submission",
    "save_draft",
    "say_in_standup",
    "share_outcome",
    "sign_in",
    "skip_step",
    "submit_step",
    "take_update",
}
IDS = (
    "x", "%00", "%ff", "%ed%a0%80", "0", "-1", "1.5", "9" * 30, "a" * 5000, "%27%20or%201%3D1--",
    "%F0%9F%92%A9", "None", "%2e%2e", "00000000-0000-0000-0000-00000000000g",
)  # fmt: skip
KEYS = (b"", b" ", b"a b", b"x" * 256, b"\xff", b"\xc3\xbc", b"a\tb", b"\x01")
ETAGS = (b"", b"*", b"x", b'W/"1.1"', b'"1.1", "1.2"', b'"\xff"', b"9" * 5000, b"'", b"\x01")


@pytest_asyncio.fixture(loop_scope="session")
async def walk(app: FastAPI, db: Database, place: Place) -> AsyncIterator[Walk]:
    """An administrator's journey with something handed in, called from an address of its own."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=("10.6.6.6", 6666))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        walk = await begin(Caller(client, await token_of(db, place.admin), place.admin))
        await walk.submit(FIRST)
        yield walk


@pytest_asyncio.fixture(loop_scope="session")
async def company_walk(place: Place, walk: Walk) -> Walk:
    """The journey of a company that the administrator acts for."""
    company = await place.organization()
    async with place.db.transaction(place.system) as tx:
        await identity.join(tx, user_id=place.admin.id, organization_id=company.id, now=place.now)
    steps = [companies.FIRST, companies.LOCKED]
    begun = await walk.caller.post("/journeys", {"program": companies.PROGRAM, "steps": steps})
    return Walk(walk.caller, ok(begun, 201)["id"])


@pytest_asyncio.fixture(loop_scope="session")
async def place_of(walk: Walk, company_walk: Walk) -> dict[str, str]:
    """What stands in the paths; `company_…` where only a company's will do."""
    task = (await company_walk.open(companies.FIRST))["tasks"][0]
    return {
        "someone": str(walk.caller.someone.id),
        "company_journey_id": company_walk.journey_id,
        "company_step_slug": companies.FIRST,
        "task_id": task["id"],
        "journey_id": walk.journey_id,
        "step_slug": FIRST,
        "version": "1",
        "field_id": "woop.wish",
        "slug": "fast-track",
    }


class Counts:
    """How many rows every table holds: what was stored shows here."""

    def __init__(self, operator: psycopg.AsyncConnection) -> None:
        self._operator = operator

    async def read(self) -> dict[str, int]:
        tables = await (
            await self._operator.execute(
                """
                select n.nspname as schema, c.relname as name
                  from pg_class c
                  join pg_namespace n
                    on n.oid = c.relnamespace
                 where c.relkind in ('r', 'p')
                   and not c.relispartition
                   and n.nspname not in ('pg_catalog', 'information_schema')
                   and c.relname <> 'sign_in_failures'
                """
            )
        ).fetchall()
        counted = sql.SQL(" union all ").join(
            sql.SQL("select {} as name, count(*) as n from {}").format(
                f"{table['schema']}.{table['name']}",
                sql.Identifier(table["schema"], table["name"]),
            )
            for table in tables
        )
        rows = await (await self._operator.execute(counted)).fetchall()
        assert len(rows) > 20
        return {row["name"]: row["n"] for row in rows}


@pytest.fixture
def counts(operator: psycopg.AsyncConnection) -> Counts:
    return Counts(operator)


def path_of(operation: dict[str, Any], ids: dict[str, str], **other: str) -> str:
    """The path of an operation, with ids that lead somewhere."""
    given = dict(ids)
    if operation["described"]["operationId"] in companies.OPERATIONS:
        given |= {name: ids[f"company_{name}"] for name in ("journey_id", "step_slug")}
    # Whatever else has an id: one that leads nowhere, or to the administrator.
    someone = given["someone"]
    return operation["path"].format_map(defaultdict(lambda: someone, given | other))


def find(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(
        found for found in operations(document) if found["described"]["operationId"] == name
    )


def refusal(answer: httpx2.Response, why: object) -> dict[str, Any]:
    """Make sure that this is a refusal that says something."""
    assert 400 <= answer.status_code < 500, (why, answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json", why
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["code"], why
    assert problem["detail"], why
    return problem


def test_no_operation_that_takes_a_body_is_left_out(document):
    assert set(described(document)) == OPERATIONS
    taking = {name for name, found in described(document).items() if "requestBody" in found}
    assert taking == WITH_BODY


@pytest.mark.parametrize("name", sorted(WITH_BODY))
async def test_no_bad_body_is_taken(name, document, walk, place_of, counts):
    operation = find(document, name)
    components = document["components"]["schemas"]
    content = operation["described"]["requestBody"]["content"][JSON]
    schema = components[content["schema"]["$ref"].rpartition("/")[2]]
    path = path_of(operation, place_of)
    before = await counts.read()
    tried = 0
    for bad in [*bodies(schema, components), *_bad_answers(name)]:
        headers = dict(walk.caller.headers)
        if bad.content_type is not None:
            headers["content-type"] = bad.content_type
        answer = await walk.caller.client.request(
            operation["method"], path, content=bad.content, headers=headers
        )
        refusal(answer, (name, bad.why))
        # What was sent is not echoed: a body may hold a password.
        assert "xxxxxxxx" not in answer.text
        tried += 1
    assert tried > 30
    assert await counts.read() == before


def _bad_answers(name: str) -> list[Bad]:
    """Bad answers to a form, whose fields the OpenAPI document can't know."""
    if name not in ("submit_step", "save_draft"):
        return []
    nested: Any = "x"
    for _ in range(20):
        nested = [nested]
    return [
        Bad(f"answers {str(data)[:40]}", json.dumps({"data": data}).encode())
        for data in (
            {"wish": 1},
            {"wish": None},
            {"wish": ["x"]},
            {"wish": {"a": "x"}},
            {"wish": "x" * 601},
            {"wish": "x" * 300_000},
            {"wish": nested},
            {"unknown": "x"},
            {"wish": "x", "": "x"},
            {"desire": 10**20},
            {"desire": 1.5},
            {"desire": "7"},
            {"desire": True},
            {"k" * 100_000: "x"},
            {str(number): "x" for number in range(10_000)},
        )
    ]


async def test_garbage_in_paths_is_refused_everywhere(document, walk, place_of, counts):
    before = await counts.read()
    for operation in operations(document):
        for parameter in operation["described"].get("parameters", ()):
            if parameter["in"] != "path":
                continue
            for value in IDS:
                path = path_of(operation, place_of, **{parameter["name"]: value})
                body = _example(document, operation["described"])
                answer = await walk.caller.client.request(
                    operation["method"], path, headers=walk.caller.headers, **body
                )
                refusal(answer, (operation["method"], path))
    assert await counts.read() == before


def _example(document: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    if "requestBody" not in described:
        return {}
    name = described["requestBody"]["content"][JSON]["schema"]["$ref"].rpartition("/")[2]
    return {"json": document["components"]["schemas"][name]["examples"][0]}


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


async def test_garbage_in_queries_is_refused_or_finds_nothing(document, walk, place_of, counts):
    before = await counts.read()
    garbage = ("%00", "%ff", "%ed%a0%80", "x" * 10_000, "-1", "1e400", "%27--", "[]", "9" * 400, "")
    for operation in operations(document):
        path = path_of(operation, place_of)
        for parameter in operation["described"].get("parameters", ()):
            if parameter["in"] != "query":
                continue
            for value in garbage:
                answer = await walk.caller.client.request(
                    operation["method"],
                    f"{path}?{parameter['name']}={value}",
                    headers=walk.caller.headers,
                )
                if answer.status_code != 200:
                    refusal(answer, (path, parameter["name"], value))
    assert await counts.read() == before


async def test_a_cursor_that_was_not_given_out_is_refused(document, walk, place, place_of):
    organization = await place.organization()
    place_of |= {"organization_id": str(organization.id)}
    ok(await walk.caller.get(f"/organizations/{organization.id}/progress"))
    cursors = [
        "x", "%00", "====", "a" * 599, "a" * 5000, quote("ü"), *map(_cursor, (
            "[]", "{}", "null", "NaN", "[NaN, 1]", '["a"]', '["a", "b", "c", "d"]', "[" * 400,
            '["a", 1]', '["a\\u0000", "b"]', '["\\ud800", "b"]', "[1" + "0" * 300 + "]",
            f'["a\\u0000", "{organization.id}"]',
        )),
    ]  # fmt: skip
    listing = [
        path_of(operation, place_of)
        for operation in operations(document)
        if any(given["name"] == "cursor" for given in operation["described"].get("parameters", ()))
    ]
    assert len(listing) >= 5
    for path in listing:
        for cursor in cursors:
            answer = await walk.caller.client.get(
                f"{path}?cursor={cursor}", headers=walk.caller.headers
            )
            refusal(answer, (path, cursor))


async def test_an_idempotency_key_that_can_not_be_kept_is_refused(document, walk, place_of, counts):
    before = await counts.read()
    for operation in operations(document):
        if operation["method"] != "post":
            continue
        body = _example(document, operation["described"])
        path = path_of(operation, place_of)
        for key in KEYS:
            headers = [
                (name.encode(), value.encode()) for name, value in walk.caller.headers.items()
            ]
            answer = await walk.caller.client.post(
                path, headers=[*headers, (b"idempotency-key", key)], **body
            )
            refusal(answer, (path, key))
    assert await counts.read() == before


async def test_an_if_match_that_was_not_given_out_is_refused(walk):
    path = f"/api/v1{walk.step(FIRST, '/draft')}"
    headers = [(name.encode(), value.encode()) for name, value in walk.caller.headers.items()]
    etag = ok(await walk.caller.call("PUT", walk.step(FIRST, "/draft"), {"data": {"wish": "Mine"}}))
    for value in ETAGS:
        answer = await walk.caller.client.put(
            path, json={"data": {"wish": "Theirs"}}, headers=[*headers, (b"if-match", value)]
        )
        refusal(answer, value)
    assert ok(await walk.caller.get(walk.step(FIRST, "/draft"))) == etag
