"""Nights of a benchmark: companies wrote, a refresh counts them, somebody looks."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from milepost.contexts.identity.types import Pool
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import StepBenchmark
from milepost.platform.db import Database
from tests.contexts.insights.companies import Company, Town
from tests.contexts.insights.conftest import FRAMEWORK, NOW
from tests.factories.people import Place

SECRET = b"the secret of an installation that is only a test"
DAYS = (3, 5, 6, 9, 12, 16, 25, 40)


async def refresh(
    db: Database, *, days_later: int = 0, settle: int = 0, secret: bytes = SECRET
) -> Sequence[insights.Refreshed]:
    return await insights.refresh_all(
        db,
        secret=secret,
        settle=timedelta(days=settle),
        now=NOW + timedelta(days=days_later),
    )


async def look(
    place: Place, *, industry: str | None = None, stage: str | None = None, step: str = "idea"
) -> StepBenchmark:
    async with place.db.transaction(place.admin.actor) as tx:
        return await insights.get_benchmark(
            tx, program_slug=FRAMEWORK.slug, step_slug=step, industry=industry, stage=stage
        )


async def write(
    town: Town,
    companies: Sequence[Company],
    *,
    industry: str = "software",
    stage: str = "launch",
) -> list[UUID]:
    return [
        await town.outcome(
            company,
            step="idea",
            days=DAYS[number % len(DAYS)],
            confidence=number % 5 + 1,
            industry=industry,
            stage=stage,
        )
        for number, company in enumerate(companies)
    ]


async def counted(db: Database, place: Place) -> set[UUID]:
    """The outcomes that stand in blocks."""
    async with db.transaction(Pool(place.tenant_id)) as tx:
        return set(await tx.values("select unnest(b.marks) from insights.benchmark_blocks b"))
