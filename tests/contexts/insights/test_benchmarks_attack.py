"""The attack on what is really told: cells read as a person reads them, night after night.

Portfolios of 30 to 60 companies join, withdraw and come back; each night the refresh runs as the
application, and somebody signed in keeps every view of the step. The attacker knows more than
they could: who stands in which block.
"""

from datetime import timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest

from milepost.contexts.identity.types import Pool
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import step_secret
from milepost.contexts.insights.privacy.blocks import views
from milepost.contexts.insights.privacy.values import (
    POLICY,
    WHOLE,
    Block,
    Cell,
    Ledger,
    Member,
    Place,
    Record,
    Release,
    Summary,
)
from milepost.platform.db import Database
from tests.contexts.insights import privacy_attacker
from tests.contexts.insights.companies import Company, Town
from tests.contexts.insights.conftest import FRAMEWORK, NOW
from tests.contexts.insights.privacy_attacker import ATTRIBUTES, attack
from tests.contexts.insights.privacy_portfolios import History
from tests.factories.people import Place as Tenant
from tests.factories.people import make_place

SECRET = b"the secret of an installation that is only a test"
STEP = "idea"
INDUSTRIES = {"software": 5, "health": 3, "finance": 2}
STAGES = {"validation": 3, "launch": 2}
VIEWS = [
    Place(industry, stage) for industry, stage in product((None, *INDUSTRIES), (None, *STAGES))
]
NIGHTS = 5


@pytest.mark.parametrize(("size", "seed"), [(30, 1), (45, 2), (60, 3)])
async def test_no_company_is_rebuilt_from_what_people_are_told(
    counting: Database, town: Town, size: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        privacy_attacker,
        "SECRET",
        step_secret(SECRET, program_id=town.program_id, step_slug=STEP),
    )
    history = await live(counting, town, size=size, seed=seed)
    assert WHOLE in history.releases[0].cells
    assert len({each.ledger for each in history.releases}) > 1, "something happened"
    for attribute in ATTRIBUTES:
        assert attack(history, attribute) == set()
        assert attack(history, attribute, sums=True) == set()


async def live(db: Database, town: Town, *, size: int, seed: int) -> History:
    """Let companies come and go for some nights, and keep what was told after each."""
    random = Random(seed)
    tenant = await make_place(db, now=NOW)
    companies = await town.companies(tenant, size)
    kinds = {company: (_drawn(random, INDUSTRIES), _drawn(random, STAGES)) for company in companies}
    shared: dict[Company, UUID] = {}
    outside = list(companies[size * 6 // 10 :])
    for company in companies[: size * 6 // 10]:
        shared[company] = await _write(town, company, kinds[company], random)
    lives: list[tuple[Record, ...]] = []
    releases: list[Release] = []
    for night in range(NIGHTS):
        await insights.refresh_all(
            db, secret=SECRET, settle=timedelta(), now=NOW + timedelta(days=night)
        )
        release = await read(db, tenant)
        releases.append(release)
        lives.append(await records(town, release))
        for company in random.sample(sorted(shared, key=lambda one: one.id), 2):
            await town.share(shared.pop(company), shared=False)
            outside.append(company)
        random.shuffle(outside)
        for company in outside[:4]:
            shared[company] = await _write(town, company, kinds[company], random)
        outside = outside[4:]
    return History(tuple(lives), tuple(releases), POLICY)


async def read(db: Database, tenant: Tenant) -> Release:
    """Keep every view as somebody signed in is told it; and, as nobody could, the blocks."""
    cells: dict[Place, Cell] = {}
    async with db.transaction(tenant.admin.actor) as tx:
        for view in VIEWS:
            told = await insights.get_benchmark(
                tx,
                program_slug=FRAMEWORK.slug,
                step_slug=STEP,
                industry=view.industry,
                stage=view.stage,
            )
            if told.cell is not None:
                cells[view] = told.cell
    async with db.transaction(Pool(tenant.tenant_id)) as tx:
        cursor = await tx.connection.execute(
            """
            select industry, stage, companies, marks, days, confidence, finished
              from insights.benchmark_blocks
            """
        )
        rows = await cursor.fetchall()
    blocks = tuple(
        Block(
            Place(industry, stage),
            tuple(Member(str(c), str(m)) for c, m in zip(companies, marks, strict=True)),
            Summary(len(companies), tuple(days), tuple(confidence), finished),
        )
        for industry, stage, companies, marks, days, confidence, finished in rows
    )
    assert {view for block in blocks for view in views(block.place)} == set(cells)
    return Release(cells, Ledger(blocks))


async def records(town: Town, release: Release) -> tuple[Record, ...]:
    """What was true of those who are counted, by the names they are counted under."""
    named = {
        UUID(member.mark): member.company
        for block in release.ledger.blocks
        for member in block.members
    }
    found = await _outcomes(town.operator, list(named))
    return tuple(
        Record(
            company=named[row["id"]],
            mark=str(row["id"]),
            industry=row["industry"],
            stage=row["stage"],
            days=row["time_taken_days"],
            confidence=row["confidence_level"],
            finished=row["finished"],
        )
        for row in found
    )


async def _outcomes(
    operator: psycopg.AsyncConnection[Any], ids: list[UUID]
) -> list[dict[str, Any]]:
    cursor = await operator.execute(
        """
        select id, industry, stage, time_taken_days, confidence_level, finished
          from journeys.outcomes
         where id = any (%(ids)s)
        """,
        {"ids": ids},
    )
    return await cursor.fetchall()


async def _write(town: Town, company: Company, kind: tuple[str, str], random: Random) -> UUID:
    return await town.outcome(
        company,
        step=STEP,
        days=max(1, round(random.lognormvariate(2.9, 0.8))),
        confidence=random.choices(range(1, 6), [4, 10, 26, 40, 20])[0],
        finished=random.random() < 0.85,
        industry=kind[0],
        stage=kind[1],
    )


def _drawn(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
