"""A step of the plan in the company's own words: changed, restored, or made anew."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    FormOvertaken,
    JourneyArchived,
    PlanConflict,
    WrongPlan,
)
from milepost.contexts.journeys.types import EDITABLE, PlanStep, StepEdit
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Step
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company import step_form, unsent
from milepost.web.company.blocked import read_blockers
from milepost.web.company.here import Here
from milepost.web.company.step import JourneyField
from milepost.web.company.step_form import Written
from milepost.web.company.unsent import Begun

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
    begun = await unsent.begun(tx, unsent.own_spot(here), based_on=_stamp(here))
    written = step_form.restored(begun.kept) if begun.kept else Written(phase=phase, domain=domain)
    return await _own_form(request, tx, here, written, begun)


@router.post("/company/plan/own")
async def add(request: Request, journey: JourneyField) -> Response:
    """Add a step of the company's own."""
    written = await step_form.read(request)
    seen = unsent.seen(request, await request.form())
    status, problem, elsewhere = 422, ("", ""), False
    # A refusal takes back all that was written: the form is drawn in a transaction of its own.
    try:
        async with identity_http.transaction(request) as tx:
            here = await place.get(request, tx, journey)
            await journeys.finish_unsent(
                tx, spot=unsent.own_spot(here), data=written.data, seen=seen
            )
            _, slug = await journeys.add_own_step(
                tx,
                journey_id=here.journey.id,
                content=step_form.content(written),
                tasks=step_form.lines(written.tasks),
                now=clock.now(),
            )
    except (WrongPlan, PlanConflict) as refused:
        problem = _problem(refused)
    except FormOvertaken:
        status, elsewhere = 409, True
    except JourneyArchived:
        # The page says so, above all that was typed.
        status = 409
    else:
        to_it = pages.redirect(f"/company/steps/{slug}", "steps-added")
        return unsent.arrived(to_it, unsent.own_spot(here))
    async with identity_http.transaction(request) as tx:
        here = await place.get(request, tx, journey)
        begun = await unsent.begun(
            tx,
            unsent.own_spot(here),
            based_on=_stamp(here),
            came_back=await request.form(),
            elsewhere=elsewhere,
        )
        return await _own_form(request, tx, here, written, begun, status=status, problem=problem)


@router.post("/company/plan/own/draft")
async def keep_own(request: Request, tx: Tx, journey: JourneyField) -> Response:
    """Keep what is written so far of a step of the company's own, for its writer alone."""
    here = await place.get(request, tx, journey)
    written = await step_form.read(request)
    return await unsent.keep(
        request,
        tx,
        unsent.own_spot(here),
        based_on=_stamp(here),
        data=written.data,
        blank=written.is_blank,
    )


@router.post("/company/plan/own/draft/discard")
async def discard_own(request: Request, tx: Tx, journey: JourneyField) -> Response:
    """Give up what was written and not sent."""
    here = await place.get(request, tx, journey)
    await journeys.drop_unsent(tx, spot=unsent.own_spot(here))
    return pages.redirect("/company/plan/own", "draft-discarded")


@router.get("/company/plan/steps/{slug}")
async def show(request: Request, slug: str, tx: Tx) -> Response:
    """Show a step in the form."""
    here = await place.get(request, tx)
    return await _form(request, tx, here, here.walk.step(slug))


@router.post("/company/plan/steps/{slug}")
async def edit(request: Request, slug: str, journey: JourneyField) -> Response:
    """Write a step in the company's own words."""
    written = await step_form.read(request)
    form = await request.form()
    seen, had = str(form.get("seen", "")), unsent.seen(request, form)
    status, problem, overtaken, elsewhere = 422, ("", ""), False, False
    try:
        async with identity_http.transaction(request) as tx:
            here = await place.get(request, tx, journey)
            item = await journeys.get_item(tx, journey_id=here.journey.id, step_slug=slug)
            await journeys.finish_unsent(
                tx, spot=unsent.edit_spot(here, slug), data=written.data, seen=had
            )
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
    except FormOvertaken:
        status, elsewhere = 409, True
    except JourneyArchived:
        status = 409
    else:
        back = pages.redirect(f"/company/plan/steps/{slug}", "step-edited")
        return unsent.arrived(back, unsent.edit_spot(here, slug))
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
            elsewhere=elsewhere,
        )


@router.post("/company/plan/steps/{slug}/draft")
async def keep(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Keep what is written so far of a step in the company's own words, for its writer alone."""
    here = await place.get(request, tx, journey)
    written = await step_form.read(request)
    return await unsent.keep(
        request,
        tx,
        unsent.edit_spot(here, slug),
        based_on=str((await request.form()).get("seen", "")),
        data=written.data,
        blank=step_form.is_as_shown(written, here.walk.step(slug)),
    )


@router.post("/company/plan/steps/{slug}/draft/discard")
async def discard(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Give up what was written and not saved."""
    here = await place.get(request, tx, journey)
    await journeys.drop_unsent(tx, spot=unsent.edit_spot(here, slug))
    # What was written about a step that is gone stands on the plan.
    there = here.walk.program.find_step(slug) is not None
    to = f"/company/plan/steps/{slug}" if there else "/company/plan"
    return pages.redirect(to, "draft-discarded")


@router.post("/company/plan/steps/{slug}/restore")
async def restore(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Go back to what the framework says, in the parts that are asked for, or in all."""
    here = await place.get(request, tx, journey)
    asked = {str(part) for part in (await request.form()).getlist("part")} & set(EDITABLE)
    parts = frozenset(asked or EDITABLE)
    before = await journeys.get_item(tx, journey_id=here.journey.id, step_slug=slug)
    await journeys.edit_step(
        tx,
        journey_id=here.journey.id,
        step_slug=slug,
        edit=StepEdit(restore=parts),
        seen=None,
        now=clock.now(),
    )
    await _restore_unsent(tx, await place.get(request, tx, journey), before, parts)
    return pages.redirect(f"/company/plan/steps/{slug}", "step-restored")


async def _own_form(
    request: Request,
    tx: Transaction,
    here: Here,
    written: Written,
    begun: Begun,
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
        begun=begun,
        came_back=status != 200,
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
    elsewhere: bool = False,
) -> Response:
    item = await journeys.get_item(tx, journey_id=here.journey.id, step_slug=step.slug)
    now_seen = item.etag.strip('"')
    begun = await unsent.begun(
        tx,
        unsent.edit_spot(here, step.slug),
        based_on=now_seen,
        came_back=await request.form() if written else None,
        elsewhere=elsewhere,
    )
    left = step_form.restored(begun.kept) if begun.kept else step_form.of_step(step)
    # What was left here may have been begun before somebody else saved theirs.
    overtaken = overtaken or bool(begun.kept and not written and begun.kept.based_on != now_seen)
    return await place.page(
        request,
        tx,
        here,
        "plan_step.html",
        status=status,
        step=step,
        item=item,
        seen=now_seen,
        framework=await _framework(tx, item),
        state=here.walk.standings[step.slug].state,
        work=await journeys.find_work(tx, journey_id=here.journey.id, step_slug=step.slug),
        way_back=await _way_back(tx, here, item),
        blocked_by=(await read_blockers(tx, here)).get(step.slug, ()),
        opens=[here.walk.program.step(slug) for slug in here.walk.program.dependents_of(step.slug)],
        overtaken=overtaken,
        begun=begun,
        came_back=written is not None,
        **_shared(here, written or left, problem, step.slug),
    )


async def _restore_unsent(
    tx: Transaction, here: Here, before: PlanStep, parts: frozenset[str]
) -> None:
    """Put what was restored into what is being written as well; the rest of that stays.

    Where a colleague had overtaken that `before`, it goes on being overtaken: the page says so.
    """
    slug = before.step_slug
    spot = unsent.edit_spot(here, slug)
    begun = await journeys.find_unsent(tx, spot=spot)
    if begun is None:
        return
    step = here.walk.step(slug)
    shown = step_form.of_step(step)
    restored: dict[str, Any] = {part: getattr(shown, part) for part in parts}
    left = replace(step_form.restored(begun), **restored)
    if step_form.is_as_shown(left, step):
        await journeys.drop_unsent(tx, spot=spot)
        return
    based_on = begun.based_on
    if based_on == before.etag.strip('"'):
        item = await journeys.get_item(tx, journey_id=here.journey.id, step_slug=slug)
        based_on = item.etag.strip('"')
    await journeys.keep_unsent(
        tx,
        spot=spot,
        based_on=based_on,
        data=left.data,
        seen=begun.etag,
        now=clock.now(),
    )


def _stamp(here: Here) -> str:
    """The plan as it is: with any change of it, the form of a step to come is another one."""
    return str(here.journey.plan_stamp or "")


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


async def _way_back(tx: Transaction, here: Here, item: PlanStep) -> str:
    """Where a step that is taken away could be had again: the framework, an update, or nowhere."""
    if item.is_own:
        return ""
    answered = await journeys.list_offered(tx, walk=here.walk)
    step = answered.find_step(item.step_slug)
    if step is not None and step.active:
        return "framework"
    # A version that is still to be answered offers what the one before it hasn't.
    newest = await programs.find_latest(tx, slug=answered.slug)
    if newest is None or newest.id == here.journey.version_id:
        return ""
    step = newest.program.find_step(item.step_slug)
    return "update" if step is not None and step.active else ""


def _problem(refused: WrongPlan | PlanConflict) -> tuple[str, str]:
    field = str(refused.data.get("field", ""))
    return _FIELDS.get(field, field), refused.message
