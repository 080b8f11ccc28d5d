"""How others fared with a step: the community benchmark, beside how it went for oneself."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from milepost.contexts.identity.http import Tx
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import StepBenchmark
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["benchmarks"], route_class=StrictRoute)

_Choice = Annotated[str | None, Query(max_length=60, examples=["software"])]


class QuartilesOut(BaseModel):
    """Days that a quarter, half and three quarters of the companies stayed within."""

    first: float = Field(examples=[6])
    median: float = Field(examples=[11])
    third: float = Field(examples=[20])


class BandOut(BaseModel):
    """Days from and to (null: no end), and the share that took so long, in percent."""

    first_day: int = Field(examples=[8])
    last_day: int | None = Field(examples=[14])
    share: float = Field(examples=[30])


class ConfidenceOut(BaseModel):
    """How sure they were: the mean, and the share of each from 1 to 5, in percent."""

    mean: float = Field(examples=[3.5])
    shares: list[float] = Field(examples=[[0, 10, 30, 40, 20]])


class OwnOut(BaseModel):
    """How the step went for your company."""

    time_taken_days: int = Field(examples=[12])
    confidence_level: int = Field(examples=[4])
    finished: bool = Field(examples=[True])
    share_anonymously: bool = Field(examples=[False])
    written_at: datetime


class FiltersOut(BaseModel):
    """What can be chosen so that something is shown, given what is chosen of the other."""

    industries: list[str] = Field(examples=[["health", "software"]])
    stages: list[str] = Field(examples=[["launch", "validation"]])


class BenchmarkOut(BaseModel):
    """How a step went for others. Everything is rounded, so that it tells of nobody."""

    step: str = Field(examples=["first-interviews"])
    industry: str | None = Field(examples=["software"])
    stage: str | None = Field(examples=[None])
    companies: int | None = Field(description="at least so many", examples=[35])
    quartiles: QuartilesOut | None
    durations: list[BandOut]
    confidence: ConfidenceOut | None
    finished_share: float | None = Field(
        description="in percent, from 10 to 90; the others left the step out."
        " null: too few companies to tell",
        examples=[80],
    )
    calculated_at: datetime | None
    pool: Literal["tenant", "all_tenants"] = Field(examples=["tenant"])
    withheld: Literal["not_calculated", "too_few", "mostly_known"] | None = Field(
        description="why nothing is shown", examples=["too_few"]
    )
    filters: FiltersOut
    own: OwnOut | None

    @classmethod
    def of(cls, benchmark: StepBenchmark) -> Self:
        """Show a benchmark."""
        cell, own = benchmark.cell, benchmark.own
        return cls.model_validate(
            {
                "step": benchmark.step_slug,
                "industry": benchmark.place.industry,
                "stage": benchmark.place.stage,
                "companies": cell and cell.companies,
                "quartiles": cell
                and {
                    "first": cell.first_quartile,
                    "median": cell.median,
                    "third": cell.third_quartile,
                },
                "durations": [
                    {"first_day": band.first, "last_day": band.last, "share": band.share}
                    for band in benchmark.durations
                ],
                "confidence": cell
                and {"mean": cell.mean_confidence, "shares": list(cell.confidence)},
                "finished_share": cell and cell.finished,
                "calculated_at": benchmark.calculated_at,
                "pool": "all_tenants" if benchmark.everywhere else "tenant",
                "withheld": benchmark.withheld,
                "filters": {"industries": benchmark.industries, "stages": benchmark.stages},
                "own": own
                and {
                    "time_taken_days": own.days,
                    "confidence_level": own.confidence,
                    "finished": own.finished,
                    "share_anonymously": own.shared,
                    "written_at": own.written_at,
                },
            }
        )


@router.get(
    "/programs/{slug}/steps/{step_slug}/benchmarks",
    operation_id="get_benchmark",
    responses=problems.responses(403, 404),
)
async def get_benchmark(
    slug: str,
    step_slug: str,
    tx: Tx,
    industry: _Choice = None,
    stage: _Choice = None,
    organization_id: Annotated[
        UUID | None, Query(description="your company, where you act for several")
    ] = None,
) -> BenchmarkOut:
    """Tell how a step went for other companies, and how it went for yours."""
    return BenchmarkOut.of(
        await insights.get_benchmark(
            tx,
            program_slug=slug,
            step_slug=step_slug,
            industry=industry,
            stage=stage,
            subject_id=organization_id,
        )
    )
