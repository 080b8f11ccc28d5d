"""The JSON API of portfolios: what companies show those who invest in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import Level
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.portfolio import (
    Choice,
    Company,
    CompanyView,
    Count,
    Details,
    Insights,
    OutcomeLine,
    Portfolio,
    StepLine,
)
from milepost.contexts.insights.portfolio_sheet import sheet
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["portfolio"], route_class=StrictRoute)

Sort = Annotated[
    Literal["name", "progress", "stalled", "confidence", "trend", "activity"],
    Query(description="what should come first; companies that don't show it come last"),
]
OfLevel = Annotated[Level | None, Query(description="only companies that show just so much")]
Only = Annotated[
    Literal["stalled", "low_confidence"] | None, Query(description="only companies with this risk")
]
Text = Annotated[str, Query(max_length=100, description="part of a company's name")]
Firm = Annotated[UUID | None, Query(description="of several firms, this one's portfolio")]


_COUNT = {"total": 24, "in_progress": 2, "completed": 9, "skipped": 1}


class CountOut(BaseModel):
    """Steps, and where they stand."""

    total: int = Field(examples=[24])
    in_progress: int = Field(examples=[2])
    completed: int = Field(examples=[9])
    skipped: int = Field(examples=[1])

    @classmethod
    def of(cls, count: Count) -> Self:
        """Show a count."""
        # A portfolio has thousands of them, of our own making: nothing to check.
        return cls.model_construct(
            total=count.total,
            in_progress=count.in_progress,
            completed=count.completed,
            skipped=count.skipped,
        )


class StalledOut(BaseModel):
    """A step at work in which nothing happened for long."""

    step_slug: str = Field(examples=["first-interviews"])
    title: str = Field(examples=["Interview ten customers"])
    quiet_days: int = Field(examples=[34])


class DetailsOut(BaseModel):
    """What a company shows from `detailed` on."""

    stalled: list[StalledOut]
    newest_confidence: list[int] = Field(description="the newest first", examples=[[2, 4, 4]])
    mean_confidence: float | None = Field(examples=[3.4])
    low_confidence: bool = Field(description="the last one is 2 or less", examples=[True])
    completed_by_week: list[int] = Field(
        description="of the last eight weeks, the oldest first", examples=[[0, 1, 2, 0, 1, 3, 2, 1]]
    )
    completed_lately: int = Field(description="in the last 28 days", examples=[7])
    completed_before: int = Field(description="in the 28 days before those", examples=[3])
    pace: float | None = Field(
        description="its days as a multiple of the community's", examples=[1.2]
    )
    last_activity: datetime | None

    @classmethod
    def of(cls, details: Details) -> Self:
        """Show details."""
        return cls(
            stalled=[
                StalledOut(step_slug=s.step_slug, title=s.title, quiet_days=s.quiet_days)
                for s in details.stalled
            ],
            newest_confidence=list(details.confidence.newest),
            mean_confidence=details.confidence.mean,
            low_confidence=details.confidence.is_low,
            completed_by_week=list(details.trend.weeks),
            completed_lately=details.trend.lately,
            completed_before=details.trend.before,
            pace=details.pace,
            last_activity=details.last_activity,
        )


class CompanyOut(BaseModel):
    """One company of a portfolio; `details` is null below `detailed`."""

    id: UUID
    name: str = Field(examples=["Lindwerk"])
    industry: str | None = Field(examples=["food"])
    stage: str | None = Field(examples=["validation"])
    level: Level = Field(examples=["detailed"])
    since: datetime = Field(description="since when it shows so much")
    until: datetime | None = Field(examples=[None])
    journey_id: UUID | None = Field(examples=["0198c1de-7f10-7d1c-9f0a-6f0b3f5f9a11"])
    progress: CountOut
    domains: dict[str, CountOut] = Field(examples=[{"sales": _COUNT}])
    phases: dict[str, CountOut] = Field(examples=[{"validation": _COUNT}])
    details: DetailsOut | None

    @classmethod
    def of(cls, company: Company) -> Self:
        """Show a line."""
        holding = company.holding
        return cls(
            id=holding.organization_id,
            name=holding.name,
            industry=holding.industry,
            stage=holding.stage,
            level=holding.level,
            since=holding.since,
            until=holding.until,
            journey_id=holding.journey_id,
            progress=CountOut.of(company.progress),
            domains={slug: CountOut.of(count) for slug, count in company.domains.items()},
            phases={slug: CountOut.of(count) for slug, count in company.phases.items()},
            details=None if company.details is None else DetailsOut.of(company.details),
        )


class InsightsOut(BaseModel):
    """What a portfolio comes to.

    Risks rest on the companies that show them (`companies`), and on no others.
    """

    total_companies: int = Field(examples=[12])
    average_progress_by_domain: dict[str, float] = Field(examples=[{"product": 0.42}])
    risk_indicators: dict[str, int] = Field(
        examples=[{"companies": 8, "stalled_steps": 5, "stalled_companies": 3, "low_confidence": 2}]
    )
    calculated_at: datetime

    @classmethod
    def of(cls, found: Insights) -> Self:
        """Show what a portfolio comes to."""
        return cls(
            total_companies=found.total_companies,
            average_progress_by_domain=dict(found.average_progress_by_domain),
            risk_indicators=dict(found.risk_indicators),
            calculated_at=found.calculated_at,
        )


class PortfolioOut(BaseModel):
    """A firm's companies."""

    firm_id: UUID
    firm: str = Field(examples=["Fernhill Capital"])
    items: list[CompanyOut]
    insights: InsightsOut


class PortfolioTaskOut(BaseModel):
    """A task of a step."""

    title: str = Field(examples=["Book the first five conversations"])
    is_completed: bool = Field(examples=[True])


class PortfolioStepOut(BaseModel):
    """A step of a company; tasks and the reason for leaving it out come with `full`."""

    slug: str = Field(examples=["first-interviews"])
    title: str = Field(examples=["Interview ten customers"])
    phase: str = Field(examples=["validation"])
    domain: str = Field(examples=["customers"])
    state: str = Field(examples=["in_progress"])
    estimated_days: int = Field(examples=[14])
    percent: int = Field(examples=[60])
    started_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    completed_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    stalled: bool = Field(examples=[False])
    tasks: list[PortfolioTaskOut]
    reason: str | None = Field(examples=[None])

    @classmethod
    def of(cls, step: StepLine) -> Self:
        """Show a step."""
        return cls(
            slug=step.slug,
            title=step.title,
            phase=step.phase,
            domain=step.domain,
            state=step.state,
            estimated_days=step.days,
            percent=step.percent,
            started_at=step.started_at,
            completed_at=step.completed_at,
            stalled=step.stalled,
            tasks=[
                PortfolioTaskOut(title=t.title, is_completed=t.is_completed) for t in step.tasks
            ],
            reason=step.reason,
        )


class InvestorOutcomeOut(BaseModel):
    """How a step went; the words come with `full`."""

    step_slug: str = Field(examples=["first-interviews"])
    title: str = Field(examples=["Interview ten customers"])
    finished: bool = Field(examples=[True])
    time_taken_days: int = Field(examples=[12])
    confidence_level: int = Field(examples=[4])
    community_days: float | None = Field(
        description="what the step usually takes in the community", examples=[14.0]
    )
    created_at: datetime
    notes: str | None = Field(examples=[None])
    key_learnings: list[str] = Field(examples=[[]])

    @classmethod
    def of(cls, outcome: OutcomeLine) -> Self:
        """Show an outcome."""
        return cls(
            step_slug=outcome.step_slug,
            title=outcome.title,
            finished=outcome.finished,
            time_taken_days=outcome.time_taken_days,
            confidence_level=outcome.confidence_level,
            community_days=outcome.community_days,
            created_at=outcome.created_at,
            notes=outcome.notes,
            key_learnings=list(outcome.key_learnings),
        )


class CellOut(CountOut):
    """How far a company is in one phase of one domain."""

    phase: str = Field(examples=["validation"])
    domain: str = Field(examples=["customers"])


class CompanyDetailOut(CompanyOut):
    """A company, as much of it as it shows."""

    cells: list[CellOut]
    steps: list[PortfolioStepOut]
    outcomes: list[InvestorOutcomeOut]

    @classmethod
    def view(cls, view: CompanyView) -> Self:
        """Show a company."""
        return cls(
            **CompanyOut.of(view.company).model_dump(),
            cells=[
                CellOut(phase=phase, domain=domain, **CountOut.of(count).model_dump())
                for (phase, domain), count in view.cells.items()
            ],
            steps=[PortfolioStepOut.of(step) for step in view.steps],
            outcomes=[InvestorOutcomeOut.of(outcome) for outcome in view.outcomes],
        )


_CSV = {
    "schema": {"type": "string"},
    "example": '"Company","You see","Progress"\r\n"Ferment Lab","Full","28%"\r\n',
}


@router.get(
    "/portfolio",
    operation_id="get_portfolio",
    response_model=PortfolioOut,
    responses={
        200: {"content": {"text/csv": _CSV}},
        **problems.responses(403, 404),
    },
)
async def get_portfolio(
    request: Request,
    tx: Tx,
    sort: Sort = "name",
    level: OfLevel = None,
    only: Only = None,
    text: Text = "",
    firm_id: Firm = None,
) -> Response:
    """Show the companies that let your firm in, each at its level; as a file for `text/csv`."""
    choice = Choice(sort, level or "", only or "", text)
    if request.headers.get("accept", "").split(",")[0].split(";")[0].strip() == "text/csv":
        return await _file(tx, choice, firm_id)
    found = await _portfolio(tx, choice, firm_id)
    await _note_reads(tx, found.insights.companies)
    shown = PortfolioOut(
        firm_id=found.holder.id,
        firm=found.holder.name,
        items=[CompanyOut.of(company) for company in found.companies],
        insights=InsightsOut.of(found.insights),
    )
    # Written here: the framework would check and copy every one of the companies once more.
    return Response(shown.model_dump_json(), media_type="application/json")


@router.get(
    "/portfolio.csv",
    operation_id="export_portfolio",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": _CSV}},
        **problems.responses(403, 404),
    },
)
async def export_portfolio(
    tx: Tx,
    sort: Sort = "name",
    level: OfLevel = None,
    only: Only = None,
    text: Text = "",
    firm_id: Firm = None,
) -> Response:
    """Hand out the table of the portfolio page as a file."""
    return await _file(tx, Choice(sort, level or "", only or "", text), firm_id)


@router.get(
    "/portfolio/insights",
    operation_id="get_portfolio_insights",
    responses=problems.responses(403, 404),
)
async def get_portfolio_insights(tx: Tx, firm_id: Firm = None) -> InsightsOut:
    """Show what a portfolio comes to, and when that was worked out."""
    now = clock.now()
    holder = await insights.get_holder(tx, holder_id=firm_id, now=now)
    found = await insights.get_insights(tx, holder=holder, now=now)
    await _note_reads(tx, found.companies)
    return InsightsOut.of(found)


@router.get(
    "/portfolio/companies/{company_id}",
    operation_id="get_portfolio_company",
    responses=problems.responses(403, 404),
)
async def get_portfolio_company(
    company_id: UUID,
    tx: Tx,
    journey_id: Annotated[UUID | None, Query(description="of several journeys, this one")] = None,
) -> CompanyDetailOut:
    """Show a company that lets you in, as much of it as it shows you."""
    now = clock.now()
    view = await insights.get_company(
        tx, organization_id=company_id, journey_id=journey_id, now=now
    )
    await identity.record_read(tx, subject_id=company_id, what=insights.READ, now=now)
    return CompanyDetailOut.view(view)


async def _portfolio(tx: Transaction, choice: Choice, firm_id: UUID | None) -> Portfolio:
    now = clock.now()
    holder = await insights.get_holder(tx, holder_id=firm_id, now=now)
    return await insights.list_portfolio(tx, holder=holder, choice=choice, now=now)


async def _note_reads(tx: Transaction, companies: Sequence[UUID]) -> None:
    await identity.record_reads(tx, subject_ids=companies, what="progress", now=clock.now())


async def _file(tx: Transaction, choice: Choice, firm_id: UUID | None) -> Response:
    """Write the table of the companies chosen: what all of them come to is not in it."""
    found = await _portfolio(tx, choice, firm_id)
    await _note_reads(tx, [company.holding.organization_id for company in found.companies])
    return Response(
        sheet(found, zone=ZoneInfo(tx.actor.time_zone)).csv(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="portfolio.csv"'},
    )
