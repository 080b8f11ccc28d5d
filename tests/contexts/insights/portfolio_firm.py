"""A firm looking at its portfolio, and companies with something to look at."""

from datetime import datetime, timedelta
from typing import Any

from milepost.contexts.identity.types import Organization
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.portfolio import Company, Portfolio
from milepost.contexts.insights.portfolio_company import CompanyView
from milepost.contexts.journeys import service as journeys
from tests.factories.people import Place, Someone
from tests.factories.portfolios import Venture, make_venture

FIRST, SECOND, THIRD = "founder-motivation", "problem-statement", "shared-workspace"


class Firm:
    """An investor's looks, each in a transaction of its own."""

    def __init__(self, place: Place, organization: Organization, investor: Someone) -> None:
        self.place, self.organization, self.investor = place, organization, investor

    async def portfolio(
        self, someone: Someone | None = None, now: datetime | None = None, **more: Any
    ) -> Portfolio:
        now = now or self.place.now
        async with self.place.db.transaction((someone or self.investor).actor) as tx:
            holder = await insights.get_holder(tx, now=now)
            return await insights.list_portfolio(tx, holder=holder, now=now, **more)

    async def lines(self, **more: Any) -> dict[str, Company]:
        found = await self.portfolio(**more)
        return {company.holding.name: company for company in found.companies}

    async def company(self, venture: Venture, **more: Any) -> CompanyView:
        async with self.place.db.transaction(self.investor.actor) as tx:
            return await insights.get_company(
                tx, organization_id=venture.id, now=self.place.now, **more
            )


async def busy(place: Place, name: str, *, confidence: int = 4) -> Venture:
    """A company with one step done, one that stands still, and one left alone."""
    made = await make_venture(place, name, steps=(FIRST, SECOND, THIRD))
    await made.finish(
        FIRST, at=place.now - timedelta(days=40), confidence=confidence, notes="It went well."
    )
    await made.start(SECOND, at=place.now - timedelta(days=35))
    return made


async def write_again(
    venture: Venture, slug: str, *, at: datetime, days: int, confidence: int, notes: str = ""
) -> None:
    """Write down once more how a step went that is behind a company."""
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        await journeys.capture_outcome(
            tx,
            journey_id=venture.journey.id,
            step_slug=slug,
            task_results={},
            time_taken_days=days,
            confidence_level=confidence,
            notes=notes,
            key_learnings=[],
            share_anonymously=False,
            now=at,
        )
