"""Talk by months: what was said before there were any is moved, both ways, with nothing lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from milepost.contexts.identity.types import System
from milepost.contexts.programs.types import Program
from milepost.contexts.standups import jobs as standup_jobs
from milepost.platform.db import migrations
from milepost.platform.db.partitions import ensure_partitions
from milepost.platform.db.roles import Roles
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Outbox
from milepost.settings import Settings, shipped
from tests.contexts.standups.conftest import TOLD
from tests.contexts.standups.test_talks import say
from tests.factories.companies import Company, make_company
from tests.factories.databases import as_app
from tests.factories.people import make_place

# The last schema whose messages stood in one table.
BEFORE = 20


async def test_messages_move_to_their_months_and_back(
    new_database: Callable[[str], Roles], startup_journey: Program
) -> None:
    made = new_database(f"months_{uuid4().hex}")
    now = datetime.now(UTC)
    async with as_app(made.app) as db:
        company = await make_company(await make_place(db, now=now), startup_journey)
        async with db.transaction(company.place.system) as tx:
            await ensure_partitions(tx, now=now - timedelta(days=200))
        await say(company, f"{TOLD} Long ago.", now=now - timedelta(days=200))
        first = await say(company, TOLD, client_key="a-1")
    written = _written(made)
    assert len(written) == 8
    with psycopg.connect(made.owner, autocommit=True) as owner:
        steps = len(migrations.status(owner, shipped("migrations")).applied) - BEFORE
        migrations.rollback(owner, shipped("migrations"), steps=steps)
        assert _written(made) == written
        migrations.migrate(owner, shipped("migrations"))
    assert _written(made) == written
    async with as_app(made.app) as db:
        moved = replace(company, db=db)
        assert await say(moved, TOLD, client_key="a-1") == first


async def test_what_clients_called_messages_is_forgotten_after_a_month(
    company: Company, tmp_path: Path
) -> None:
    now = company.place.now
    old = now - timedelta(days=31)
    async with company.db.transaction(company.place.system) as tx:
        await ensure_partitions(tx, now=old)
    await say(company, "Long ago.", client_key="old", now=old)
    kept = await say(company, TOLD, client_key="new")
    context = JobContext(
        db=company.db,
        settings=Settings(data=tmp_path),
        mailer=Outbox(tmp_path / "outbox", "Milepost <milepost@localhost>"),
        system_actor=System,
        now=lambda: now,
    )
    for _ in range(2):
        await standup_jobs.forget_sent(context)
    assert await say(company, TOLD, client_key="new") == kept
    assert (await say(company, "Of today.", client_key="old")).said.text == "Of today."


def _written(made: Roles) -> list[Any]:
    """Everything that was said and proposed, as the operator sees it."""
    with psycopg.connect(made.operator) as operator:
        rows = operator.execute(
            """
            select to_jsonb(m) from standups.messages m
             union all
            select to_jsonb(a) from standups.actions a
             union all
            select to_jsonb(s) from standups.sessions s
             order by 1
            """
        )
        return [row for (row,) in rows]
