"""What the API shows of portfolios: companies, each at its level, and what they come to."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from milepost.contexts.identity.types import Level
from milepost.contexts.insights.portfolio import Company, Count, Details, Insights
from milepost.contexts.insights.portfolio_company import (
    CompanyView,
    OutcomeLine,
    OwnWords,
    StepLine,
    Walked,
)

# What the parts of a step are called here, where not as in the engine.
PARTS = {"criteria": "success_criteria", "days": "estimated_days"}
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
    due_on: date | None = Field(examples=["2026-03-09"])


class PortfolioResultOut(BaseModel):
    """What came of a task; of one that is gone the title may be unknown."""

    title: str = Field(examples=["Book the first five conversations"])
    text: str = Field(examples=["Nine of ten said they had the problem last month."])


class OwnWordsOut(BaseModel):
    """What the company wrote about a step in the place of the framework's words; null: nothing."""

    edited: list[str] = Field(examples=[["description"]])
    description: str | None = Field(examples=["Watch how they order flour."])
    deliverables: list[str] | None = Field(examples=[["Notes of three visits"]])
    success_criteria: list[str] | None = Field(examples=[None])

    @classmethod
    def of(cls, words: OwnWords) -> Self:
        """Show a company's own words."""
        return cls(
            edited=[PARTS.get(part, part) for part in words.edited],
            description=words.description,
            deliverables=None if words.deliverables is None else list(words.deliverables),
            success_criteria=None if words.criteria is None else list(words.criteria),
        )


class PortfolioStepOut(BaseModel):
    """A step of a company; its own words, tasks and the reason to leave it out come with `full`."""

    slug: str = Field(examples=["first-interviews"])
    title: str = Field(examples=["Interview ten customers"])
    phase: str = Field(examples=["validation"])
    domain: str = Field(examples=["customers"])
    state: str = Field(examples=["in_progress"])
    estimated_days: int = Field(examples=[14])
    percent: int = Field(examples=[60])
    is_custom_step: bool = Field(examples=[False], description="whether the company made it")
    after: list[str] = Field(
        description="titles of the steps that it waits for", examples=[["Rank the pains you heard"]]
    )
    unlocked_at: datetime | None = Field(examples=["2026-03-01T09:00:00Z"])
    started_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    completed_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    stalled: bool = Field(examples=[False])
    own_words: OwnWordsOut | None = Field(examples=[None])
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
            is_custom_step=step.is_own,
            after=list(step.after),
            unlocked_at=step.unlocked_at,
            started_at=step.started_at,
            completed_at=step.completed_at,
            stalled=step.stalled,
            own_words=None if step.own_words is None else OwnWordsOut.of(step.own_words),
            tasks=[
                PortfolioTaskOut(title=t.title, is_completed=t.is_completed, due_on=t.due_on)
                for t in step.tasks
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
    industry: str = Field(examples=["food"], description="as it was then, like the stage")
    stage: str = Field(examples=["validation"])
    community_days: float | None = Field(
        description="what the step usually takes in the community", examples=[14.0]
    )
    created_at: datetime
    task_results: list[PortfolioResultOut]
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
            industry=outcome.industry,
            stage=outcome.stage,
            community_days=outcome.community_days,
            created_at=outcome.created_at,
            task_results=[PortfolioResultOut(title=r.title, text=r.text) for r in outcome.results],
            notes=outcome.notes,
            key_learnings=list(outcome.key_learnings),
        )


class CellOut(CountOut):
    """How far a company is in one phase of one domain."""

    phase: str = Field(examples=["validation"])
    domain: str = Field(examples=["customers"])


class WalkedOut(BaseModel):
    """A journey that a company walks; its name comes with `detailed`."""

    id: UUID
    name: str | None = Field(examples=["Our first journey"])
    program: str = Field(examples=["Startup Journey"])
    version: int = Field(examples=[2])
    began_at: datetime

    @classmethod
    def of(cls, walked: Walked) -> Self:
        """Show a journey."""
        return cls(
            id=walked.id,
            name=walked.name or None,
            program=walked.program,
            version=walked.version,
            began_at=walked.began_at,
        )


class CompanyDetailOut(CompanyOut):
    """A company, as much of it as it shows."""

    journeys: list[WalkedOut]
    cells: list[CellOut]
    steps: list[PortfolioStepOut]
    outcomes: list[InvestorOutcomeOut]

    @classmethod
    def view(cls, view: CompanyView) -> Self:
        """Show a company."""
        return cls(
            **CompanyOut.of(view.company).model_dump(),
            journeys=[WalkedOut.of(walked) for walked in view.journeys],
            cells=[
                CellOut(phase=phase, domain=domain, **CountOut.of(count).model_dump())
                for (phase, domain), count in view.cells.items()
            ],
            steps=[PortfolioStepOut.of(step) for step in view.steps],
            outcomes=[InvestorOutcomeOut.of(outcome) for outcome in view.outcomes],
        )
