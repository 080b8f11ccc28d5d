"""How a step went for other companies, beside how it went for one's own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from milepost.contexts.identity.companies import Industry, Stage
from milepost.contexts.identity.http import Tx
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.benchmarks import StepBenchmark, Withheld
from milepost.platform.errors import NotFound
from milepost.web.company import distribution
from milepost.web.company import here as place

router = APIRouter()

Choice = Annotated[str, Query(max_length=60)]


@router.get("/company/steps/{slug}/benchmark")
async def show(
    request: Request, slug: str, tx: Tx, industry: Choice = "", stage: Choice = ""
) -> Response:
    """Show the distribution, narrowed to an industry and a stage."""
    here = await place.get(request, tx)
    step = here.walk.step(slug)
    industry = industry if industry in set(Industry) else ""
    stage = stage if stage in set(Stage) else ""
    try:
        found = await insights.get_benchmark(
            tx,
            program_slug=here.walk.program.slug,
            step_slug=slug,
            industry=industry or None,
            stage=stage or None,
            subject_id=here.company.id,
        )
    except NotFound:
        # A step of the company's own making: nobody else has it.
        found = None
    under_way = False
    if found is not None and found.withheld is Withheld.NOT_YET:
        under_way = await insights.is_refreshing(tx)
    picture = None
    if found is not None and found.cell is not None:
        own_days = found.own.days if found.own else None
        picture = distribution.draw(found.durations, found.cell, own_days=own_days)
    return await place.page(
        request,
        tx,
        here,
        "benchmark.html",
        step=step,
        found=found,
        cell=found.cell if found else None,
        own=found.own if found else None,
        still_counted=found is not None and _is_still_counted(found),
        under_way=under_way,
        picture=picture,
        look=distribution,
        industry=industry,
        stage=stage,
        industries=[str(one) for one in Industry],
        stages=[str(one) for one in Stage],
    )


def _is_still_counted(found: StepBenchmark) -> bool:
    """Whether figures may hold what the company shared when they were calculated, and not now."""
    own, calculated_at = found.own, found.calculated_at
    if own is None or own.shared or own.chose_at is None or calculated_at is None:
        return False
    return own.chose_at > calculated_at
