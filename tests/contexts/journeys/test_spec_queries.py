"""The specification's own SQL, word for word, answers about Maya of the demo as it should."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from milepost.cli import demo
from milepost.contexts.identity.types import Member
from milepost.contexts.journeys import service as journeys
from milepost.platform.db import Database
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.roles import Roles
from tests.factories.programs import demo_answers

CROSS_SCHEMA_FIELD: LiteralString = """
SELECT fo.field_value
FROM sprint_01_identity.field_outputs fo
INNER JOIN sprint_01_identity.submissions s ON fo.submission_id = s.id
WHERE s.user_id = $1 AND fo.field_id = $2
ORDER BY s.updated_at DESC
LIMIT 1;
"""

BATCH_FIELDS: LiteralString = """
SELECT fo.field_id, fo.field_value
FROM sprint_01_identity.field_outputs fo
INNER JOIN sprint_01_identity.submissions s ON fo.submission_id = s.id
WHERE s.user_id = $1 AND fo.field_id IN ($2, $3, $4);
"""

PROGRESS_SUMMARY: LiteralString = """
SELECT
  COUNT(*) as total_tools,
  SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) as completed,
  SUM(CASE WHEN status = 'in_progress' THEN 1 ELSE 0 END) as in_progress,
  SUM(CASE WHEN status = 'unlocked' THEN 1 ELSE 0 END) as unlocked,
  SUM(CASE WHEN status = 'locked' THEN 1 ELSE 0 END) as locked
FROM shared.user_progress
WHERE user_id = $1;
"""

FIELDS = ("identity.personal_dream", "identity.core_values", "identity.strengths")
IDENTITY = "sprint-1-identity"


@dataclass(frozen=True, slots=True)
class Demo:
    """A database with the demo, and Maya in it."""

    app: Database
    operator: str
    maya: Member
    lotte: Member

    async def as_app(self, who: Member, query: LiteralString, *values: object) -> list[object]:
        """What a query returns to the application's role on somebody's behalf."""
        async with self.app.transaction(who) as tx:
            return await _ask(tx.connection, query, values)

    async def as_operator(self, query: LiteralString, *values: object) -> list[object]:
        async with await psycopg.AsyncConnection.connect(self.operator) as connection:
            return await _ask(connection, query, values)


async def _ask(
    connection: psycopg.AsyncConnection[object], query: LiteralString, values: tuple[object, ...]
) -> list[object]:
    async with psycopg.AsyncRawCursor(connection) as cursor:
        await cursor.execute(query, values)
        return list(await cursor.fetchall())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(
    new_database: Callable[[str], Roles], request: pytest.FixtureRequest
) -> AsyncIterator[Demo]:
    worker = getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]
    made = new_database(f"spec_queries_{worker}")
    await demo.fill(DatabaseAccess(made, b"", None))
    people = {}
    async with await psycopg.AsyncConnection.connect(made.operator) as operator:
        found = await operator.execute("select tenant_id, id, email from identity.users")
        for tenant_id, user_id, email in await found.fetchall():
            people[email] = Member(tenant_id, user_id, datetime.now().astimezone())
    app = Database(made.app, max_size=2)
    await app.open()
    yield Demo(app, made.operator, people[demo.MAYA.email], people[demo.LEARNER.email])
    await app.close()


async def test_the_cross_schema_field_query(filled: Demo) -> None:
    for field in FIELDS:
        expected = [(demo_answers()[IDENTITY][field.split(".")[1]],)]
        asked = (filled.maya.user_id, field)
        assert await filled.as_app(filled.maya, CROSS_SCHEMA_FIELD, *asked) == expected
        assert await filled.as_operator(CROSS_SCHEMA_FIELD, *asked) == expected
        # To somebody who may not see it, it does not exist.
        assert await filled.as_app(filled.lotte, CROSS_SCHEMA_FIELD, *asked) == []


async def test_the_batch_field_query(filled: Demo) -> None:
    answers = demo_answers()[IDENTITY]
    expected = {field: answers[field.split(".")[1]] for field in FIELDS}
    asked = (filled.maya.user_id, *FIELDS)
    for rows in (
        await filled.as_app(filled.maya, BATCH_FIELDS, *asked),
        await filled.as_operator(BATCH_FIELDS, *asked),
    ):
        assert len(rows) == 3
        assert dict(rows) == expected
    assert await filled.as_app(filled.lotte, BATCH_FIELDS, *asked) == []


async def test_the_progress_summary_query(filled: Demo) -> None:
    async with filled.app.transaction(filled.maya) as tx:
        (journey,) = await journeys.list_journeys(tx, subject_id=filled.maya.user_id)
        walk = await journeys.get_walk(tx, journey_id=journey.id)
    states = [str(standing.state) for standing in walk.standings.values()]
    expected = tuple(
        states.count(state) for state in ("completed", "in_progress", "unlocked", "locked")
    )
    assert expected[:2] == (15, 1)
    assert sum(expected) == 31
    maya = filled.maya.user_id
    assert await filled.as_app(filled.maya, PROGRESS_SUMMARY, maya) == [(31, *expected)]
    assert await filled.as_operator(PROGRESS_SUMMARY, maya) == [(31, *expected)]
    assert (await filled.as_app(filled.lotte, PROGRESS_SUMMARY, maya)) == [
        (0, None, None, None, None)
    ]


async def test_they_run_prepared_by_psql_s_own_words_too(filled: Demo) -> None:
    async with filled.app.transaction(filled.maya) as tx:
        await tx.connection.execute(f"prepare field (uuid, text) as {CROSS_SCHEMA_FIELD}")
        found = await tx.connection.execute(
            f"execute field ('{filled.maya.user_id}', 'identity.core_values')".encode()
        )
        (values,) = await found.fetchall()
        await tx.connection.execute("deallocate field")
    assert values == (demo_answers()[IDENTITY]["core_values"],)


async def test_the_newest_version_counts(filled: Demo) -> None:
    changed = {**demo_answers()[IDENTITY], "core_values": ["Honest work", "Curiosity", "Thrift"]}
    async with filled.app.transaction(filled.maya) as tx:
        (journey,) = await journeys.list_journeys(tx, subject_id=filled.maya.user_id)
        await journeys.submit(
            tx,
            journey_id=journey.id,
            step_slug=IDENTITY,
            data=changed,
            seen=None,
            now=filled.maya.now,
        )
    asked: tuple[UUID, str] = (filled.maya.user_id, "identity.core_values")
    expected = [(["Honest work", "Curiosity", "Thrift"],)]
    assert await filled.as_app(filled.maya, CROSS_SCHEMA_FIELD, *asked) == expected
    assert await filled.as_operator(CROSS_SCHEMA_FIELD, *asked) == expected
