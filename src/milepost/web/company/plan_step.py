"""A step of the plan in the company's own words: changed, restored, or made anew."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import PlanConflict, WrongPlan
from milepost.contexts.journeys.types import EDITABLE, PlanStep, StepEdit
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Step
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company import step_form
from milepost.web.company.here import Here
from milepost.web.company.step import JourneyField
from milepost.web.company.step_form import Written

router = APIRouter()

# What a part is called in the form.
PARTS: Mapping[str, str] = {
    "title": "Title",
    "description": "Description",
    "deliverables": "What exists afterwards",
    "criteria": "Done well when",
    "phase": "Phase",
    "domain": "Domain",
    "after": "Comes after",
    "days": "Days",
}
# The engine names one entry of a list where the form has the list.
_FIELDS: Mapping[str, str] = {"deliverable": "deliverables", "criterion": "criteria"}


@router.get("/company/plan/own")
async def new(request: Request, tx: Tx, phase: str = "", domain: str = "") -> Response:
    """Show the form of a step of the company's own."""
    here = await place.get(request, tx)
    return await _own_form(request, tx, here, Written(phase=phase, domain=domain))


@router.post("/company/plan/own")
async def add(request: Request, journey: JourneyField) -> Response:
    """Add a step of the company's own."""
    written = await step_form.read(request)
    # A refusal takes back all that was written: the form is drawn in a transaction of its own.
    try:
        async with identity_http.transaction(request) as tx:
            here = await place.get(request, tx, journey)
            _, slug = await journeys.add_own_step(
                tx,
                journey_id=here.journey.id,
                content=step_form.content(written),
                tasks=step_form.lines(written.tasks),
                now=clock.now(),
            )
    except (WrongPlan, PlanConflict) as refused:
        problem = _problem(refused)
    else:
        return pages.redirect(f"/company/steps/{slug}", "steps-added")
    async with identity_http.transaction(request) as tx:
        here = await place.get(request, tx, journey)
        return await _own_form(request, tx, here, written, status=422, problem=problem)


@router.get("/company/plan/steps/{slug}")
async def show(request: Request, slug: str, tx: Tx) -> Response:
    """Show a step in the form."""
    here = await place.get(request, tx)
    return await _form(request, tx, here, here.walk.step(slug))


@router.post("/company/plan/steps/{slug}")
async def edit(request: Request, slug: str, journey: JourneyField) -> Response:
    """Write a step in the company's own words."""
    written = await step_form.read(request)
    seen = str((await request.form()).get("seen", ""))
    status, problem, overtaken = 422, ("", ""), False
    try:
        async with identity_http.transaction(request) as tx:
            here = await place.get(request, tx, journey)
            item = await journeys.get_item(tx, journey_id=here.journey.id, step_slug=slug)
            await journeys.edit_step(
                tx,
                journey_id=here.journey.id,
                step_slug=slug,
                edit=step_form.changes(
                    written,
                    shown=here.walk.step(slug),
                    framework=await _framework(tx, item),
                ),
                seen=f'"{seen}"',
                now=clock.now(),
            )
    except (WrongPlan, PlanConflict) as refused:
        overtaken = "current_etag" in refused.data
        status = 409 if isinstance(refused, PlanConflict) else 422
        problem = _problem(refused)
    else:
        return pages.redirect(f"/company/plan/steps/{slug}", "step-edited")
    async with identity_http.transaction(request) as tx:
        here = await place.get(request, tx, journey)
        return await _form(
            request,
            tx,
            here,
            here.walk.step(slug),
            status=status,
            written=written,
            problem=problem,
            overtaken=overtaken,
        )


@router.post("/company/plan/steps/{slug}/restore")
async def restore(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Go back to what the framework says, in the parts that are asked for, or in all."""
    here = await place.get(request, tx, journey)
    asked = {str(part) for part in (await request.form()).getlist("part")} & set(EDITABLE)
    await journeys.edit_step(
        tx,
        journey_id=here.journey.id,
        step_slug=slug,
        edit=StepEdit(restore=frozenset(asked or EDITABLE)),
        seen=None,
        now=clock.now(),
    )
    return pages.redirect(f"/company/plan/steps/{slug}", "step-restored")


async def _own_form(
    request: Request,
    tx: Transaction,
    here: Here,
    written: Written,
    *,
    status: int = 200,
    problem: tuple[str, str] = ("", ""),
) -> Response:
    return await place.page(
        request,
        tx,
        here,
        "plan_own.html",
        status=status,
        **_shared(here, written, problem, None),
    )


async def _form(
    request: Request,
    tx: Transaction,
    here: Here,
    step: Step,
    *,
    status: int = 200,
    written: Written | None = None,
    problem: tuple[str, str] = ("", ""),
    overtaken: bool = False,
) -> Response:
    item = await journeys.get_item(tx, journey_id=here.journey.id, step_slug=step.slug)
    return await place.page(
        request,
        tx,
        here,
        "plan_step.html",
        status=status,
        step=step,
        item=item,
        seen=item.etag.strip('"'),
        framework=await _framework(tx, item),
        overtaken=overtaken,
        **_shared(here, written or step_form.of_step(step), problem, step.slug),
    )


def _shared(
    here: Here, written: Written, problem: tuple[str, str], besides: str | None
) -> dict[str, Any]:
    program = here.walk.program
    field, message = problem
    return {
        "written": written,
        "problems": {field: message} if message else {},
        "parts": PARTS,
        "after_now": [program.step(slug) for slug in written.after if program.find_step(slug)],
        "after_more": [
            (phase, [step for step in program.steps if _choosable(step, phase.slug, written)])
            for phase in program.phases
        ],
        "besides": besides,
    }


def _choosable(step: Step, phase: str, written: Written) -> bool:
    return step.phase == phase and step.slug not in written.after


async def _framework(tx: Transaction, item: PlanStep) -> Step | None:
    """The step as the framework has it; None for one of the company's own."""
    if item.version_id is None:
        return None
    version = await programs.get_version(tx, version_id=item.version_id)
    return version.program.step(item.step_slug)


def _problem(refused: WrongPlan | PlanConflict) -> tuple[str, str]:
    field = str(refused.data.get("field", ""))
    return _FIELDS.get(field, field), refused.message
