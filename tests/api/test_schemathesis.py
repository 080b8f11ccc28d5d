"""The whole API against its own description: thousands of requests made from the document.

None is answered with a 5xx, and every answer is one that the document names, in the form it
says. Works in a database of its own, because much of what is sent is taken.
"""

import asyncio
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from milepost.contexts.identity.types import Level, Role
from milepost.contexts.journeys import service as journeys
from milepost.main import create_app
from milepost.platform.db import Database, roles
from milepost.settings import Settings
from tests.api import companies
from tests.api.conftest import API, token_of
from tests.api.test_openapi import OPERATIONS
from tests.conftest import SECRET
from tests.factories.people import Someone, make_place
from tests.factories.programs import demo_answers

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FIRST = "sprint-0-woop"

bounded = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Served:
    """The application in the loop that calls it; its database opens with the first request."""

    def __init__(self, app: FastAPI, db: Database) -> None:
        self._app = app
        self._db = db
        self._opening = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        async with self._opening:
            if self._loop is None:
                self._loop = asyncio.get_running_loop()
                await self._db.open()
        await self._app(scope, receive, send)

    def close(self) -> None:
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._db.close(), self._loop).result(10)


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker: str) -> roles.Roles:
    return new_database(f"schemathesis_{worker}")


@pytest.fixture(scope="module")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]


@pytest.fixture(scope="module")
def api(own_database: roles.Roles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The description as the application serves it."""
    db = Database(own_database.app)
    served = Served(create_app(Settings(data=tmp_path_factory.mktemp("data")), db, SECRET), db)
    yield schemathesis.openapi.from_asgi(f"{API}/openapi.json", served)
    served.close()


@pytest.fixture(scope="module")
def known(own_database: roles.Roles) -> dict[str, str]:
    """Ids that lead somewhere, and the tokens of an administrator and of a walker."""
    return asyncio.run(_populate(own_database))


async def _populate(made: roles.Roles) -> dict[str, str]:
    db = Database(made.app)
    await db.open()
    try:
        now = datetime.now(UTC)
        place = await make_place(db, now=now)
        organization = await place.organization()
        walker = await place.person(organization=organization)
        coach = await place.person("Gita Guru", role=Role.GURU)
        await place.grant(walker, coach, level=Level.FULL)
        other = await place.person("Tom Tutor", role=Role.GURU)
        grant = await place.grant(walker, other, level=Level.BASIC)
        async with db.transaction(walker.actor) as tx:
            journey, _ = await journeys.get_or_create(tx, program_slug="fast-track", now=now)
            await journeys.submit(
                tx,
                journey_id=journey.id,
                step_slug=FIRST,
                data=demo_answers()[FIRST],
                seen=None,
                now=now,
            )
        return {
            "journey_id": str(journey.id),
            "step_slug": FIRST,
            "version": "1",
            "field_id": "woop.wish",
            "slug": "fast-track",
            **await _populate_company(db, walker, now),
            "user_id": str(coach.id),
            "organization_id": str(organization.id),
            "grant_id": str(grant.id),
            "admin": await token_of(db, place.admin),
            "walker": await token_of(db, walker),
            "coach": await token_of(db, coach),
            "leaving": await token_of(db, walker),
        }
    finally:
        await db.close()


async def _populate_company(db: Database, walker: Someone, now: datetime) -> dict[str, str]:
    """The journey of the walker's company, and a task in it."""
    async with db.transaction(walker.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug=companies.PROGRAM, now=now)
        await journeys.add_framework_steps(
            tx, journey_id=journey.id, slugs=[companies.FIRST, companies.LOCKED], now=now
        )
        task = await journeys.add_task(
            tx, journey_id=journey.id, step_slug=companies.FIRST, title="Ask Anna", now=now
        )
    return {
        "company_journey_id": str(journey.id),
        "company_step_slug": companies.FIRST,
        "task_id": str(task.id),
        "company_id": str(journey.subject_id),
    }


def check(
    api: Any,
    name: str,
    token: str | None,
    *,
    path_parameters: dict[str, str] | None = None,
) -> None:
    """Send what fits the description of an operation, and what does not."""
    operation = api.find_operation_by_id(name)
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation, path_parameters):
            continue

        @bounded
        @given(case=operation.as_strategy(mode, path_parameters=path_parameters))
        def agree(case: schemathesis.Case) -> None:
            case.validate_response(case.call(headers=headers), checks=CHECKS)

        agree()


def _can_be_wrong(operation: Any, fixed: dict[str, str] | None) -> bool:
    raw = operation.definition.raw
    free = [given for given in raw.get("parameters", ()) if given["name"] not in (fixed or ())]
    return bool(free) or "requestBody" in raw


def token_for(name: str, known: dict[str, str], who: str) -> str:
    if name == "sign_out":
        # Whoever signs out would be nobody from then on.
        return known["leaving"]
    return known["coach" if name == "review_submission" else who]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_signed_out(name: str, api: Any) -> None:
    check(api, name, None)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_administrator(name: str, api: Any, known: dict[str, str]) -> None:
    check(api, name, token_for(name, known, "admin"))


# Who listens to a journey that is there is answered without an end: see test_live.
@pytest.mark.parametrize("name", sorted(OPERATIONS - {"listen_to_journey"}))
def test_a_walker_where_the_ids_lead_somewhere(name: str, api: Any, known: dict[str, str]) -> None:
    described = api.find_operation_by_id(name).definition.raw
    ids = dict(known)
    if name in companies.OPERATIONS:
        ids |= {of: known[f"company_{of}"] for of in ("journey_id", "step_slug")}
    fixed = {
        given["name"]: ids[given["name"]]
        for given in described.get("parameters", ())
        if given["in"] == "path" and given["name"] in ids
    }
    check(api, name, token_for(name, known, "walker"), path_parameters=fixed)


def test_an_answer_that_is_not_described_is_noticed(api: Any, known: dict[str, str]) -> None:
    document = deepcopy(api.raw_schema)
    del document["paths"][f"{API}/journeys/{{journey_id}}"]["get"]["responses"]["404"]
    altered = schemathesis.openapi.from_dict(document)
    altered.app = api.app
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        check(altered, "get_journey", known["admin"])
