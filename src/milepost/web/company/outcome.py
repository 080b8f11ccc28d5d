"""How a step really went: writing it down, what is suggested after it, sharing what was written."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from milepost.contexts.identity.http import Tx, once_only
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.types import Run
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    FormOvertaken,
    JourneyArchived,
    NotBehind,
    WrongOutcome,
)
from milepost.contexts.journeys.service import OutcomeProposal
from milepost.contexts.journeys.types import Outcome
from milepost.contexts.programs.types import Step
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company import outcome_form, unsent
from milepost.web.company.here import Here
from milepost.web.company.outcome_form import Written
from milepost.web.company.step import JourneyField
from milepost.web.company.team import read_team

router = APIRouter()

# A job begins within seconds; what never asked for advice is not waited for.
_BEGINS_WITHIN = timedelta(minutes=10)


@router.get("/company/steps/{slug}/outcome")
async def show(request: Request, slug: str, tx: Tx) -> Response:
    """Ask how a step went that is done or left out; list what was written before."""
    here = await place.get(request, tx)
    return await _draw(request, tx, here, here.walk.step(slug))


@router.post("/company/steps/{slug}/outcome")
async def capture(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Write down how a step went; sent twice, also at the same instant, it is written once."""
    here = await place.get(request, tx, journey)
    step = here.walk.step(slug)
    written = await outcome_form.read(request)
    days, confidence, problems = outcome_form.figures(written)
    spot, seen = unsent.outcome_spot(here, slug), unsent.seen(request, await request.form())
    elsewhere = held = False

    async def work() -> UUID:
        await journeys.finish_unsent(tx, spot=spot, data=written.data, seen=seen)
        outcome = await journeys.capture_outcome(
            tx,
            journey_id=here.journey.id,
            step_slug=slug,
            task_results=written.results,
            time_taken_days=days,
            confidence_level=confidence,
            notes=written.notes,
            key_learnings=written.key_learnings,
            share_anonymously=written.share,
            now=clock.now(),
            gone_tasks=written.gone_tasks,
        )
        return outcome.id

    if not problems:
        try:
            outcome_id = await once_only(tx, written.key(here.journey.id, slug), work)
        except WrongOutcome as refused:
            problems = outcome_form.refusal(refused)
        except FormOvertaken:
            elsewhere = True
        except (NotBehind, JourneyArchived):
            # The page tells which, from how things are now.
            here = await place.get(request, tx, journey)
        else:
            to = f"/company/steps/{slug}/outcome/{outcome_id}?written=1"
            return unsent.arrived(RedirectResponse(to, status_code=303), spot)
    proposal = await _propose(tx, here, slug)
    if not (proposal.behind or elsewhere or here.journey.is_archived):
        # It has to wait until the step is behind them again, with this page closed long since.
        held = await unsent.hold(tx, spot, based_on=written.seen, data=written.data, seen=seen)
        elsewhere = not held
    return await _draw(
        request,
        tx,
        here,
        step,
        written=written,
        problems=problems,
        elsewhere=elsewhere,
        held=held,
    )


@router.post("/company/steps/{slug}/outcome/draft")
async def keep(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Keep what is written so far, for its writer alone."""
    here = await place.get(request, tx, journey)
    proposal = await _propose(tx, here, slug)
    written = await outcome_form.read(request)
    return await unsent.keep(
        request,
        tx,
        unsent.outcome_spot(here, slug),
        based_on=written.seen,
        data=written.data,
        blank=written.data == outcome_form.proposed(proposal).data,
    )


@router.post("/company/steps/{slug}/outcome/draft/discard")
async def discard(request: Request, slug: str, tx: Tx, journey: JourneyField) -> Response:
    """Give up what was written and not sent."""
    here = await place.get(request, tx, journey)
    await journeys.drop_unsent(tx, spot=unsent.outcome_spot(here, slug))
    return pages.redirect(f"/company/steps/{slug}/outcome", "draft-discarded")


@router.get("/company/steps/{slug}/outcome/{outcome_id}")
async def thanks(
    request: Request, slug: str, outcome_id: UUID, tx: Tx, written: bool = False
) -> Response:
    """Show what was written, and what is suggested after it as soon as that is there."""
    here = await place.get(request, tx)
    outcome = await _outcome(tx, here, outcome_id)
    if outcome.step_slug != slug:
        raise NotFound("This was written about another step.")
    return await draw_thanks(request, tx, here, outcome, fresh=written)


@router.post("/company/outcomes/{outcome_id}/sharing")
async def share(
    request: Request,
    outcome_id: UUID,
    tx: Tx,
    journey: JourneyField,
    share: Annotated[str, Form(max_length=10)],
    back: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Share an outcome from now on, or take it out again."""
    here = await place.get(request, tx, journey)
    outcome = await _outcome(tx, here, outcome_id)
    agreed = share == "yes"
    await journeys.set_sharing(tx, outcome_id=outcome.id, share=agreed, now=clock.now())
    to = f"/company/steps/{outcome.step_slug}/outcome"
    anchor = f"/{outcome.id}#sharing" if back == "thanks" else f"#outcome-{outcome.id}"
    return pages.redirect(to + anchor, "outcome-shared" if agreed else "outcome-withdrawn")


async def draw_thanks(
    request: Request,
    tx: Transaction,
    here: Here,
    outcome: Outcome,
    *,
    status: int = 200,
    fresh: bool = False,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """Draw what follows from an outcome; to htmx, what is suggested alone."""
    now = clock.now()
    suggested = await insights.list_suggestions(tx, outcome_id=outcome.id, now=now)
    notes = await journeys.find_outcome_notes(tx, outcome_id=outcome.id)
    tasks = await journeys.list_tasks(tx, journey_id=here.journey.id, step_slug=outcome.step_slug)
    plan = await journeys.list_plan(tx, journey_id=here.journey.id)
    alone = pages.asks_for(request, "suggested")
    return await place.page(
        request,
        tx,
        here,
        "outcome_suggested.html" if alone else "outcome_thanks.html",
        # A poll that is refused would stop; what is wrong stands beside its suggestion.
        status=200 if alone else status,
        step=here.walk.program.find_step(outcome.step_slug),
        outcome=outcome,
        own=any(item.is_own for item in plan if item.step_slug == outcome.step_slug),
        fresh=fresh,
        notes=notes,
        results=journeys.tell_results(notes, tasks),
        suggested=suggested,
        run=suggested.run,
        awaited=is_awaited(outcome, suggested.run, now=now),
        problems=problems or {},
        team=await read_team(tx, here),
        words_of_confidence=dict(outcome_form.CONFIDENCE),
        standings=here.walk.standings,
    )


def is_awaited(outcome: Outcome, run: Run | None, *, now: datetime) -> bool:
    """Tell whether suggestions after an outcome are still to come."""
    if run is not None:
        return run.state == "pending"
    return now - outcome.created_at < _BEGINS_WITHIN


async def _draw(
    request: Request,
    tx: Transaction,
    here: Here,
    step: Step,
    *,
    written: Written | None = None,
    problems: Mapping[str, str] | None = None,
    elsewhere: bool = False,
    held: bool = False,
) -> Response:
    """Draw the form as it was typed, as it was left, or as it is proposed.

    What was typed is either `held`, as it is kept now, or it came back and is yet to be kept.
    """
    journey_id = here.journey.id
    proposal = await _propose(tx, here, step.slug)
    begun = await unsent.begun(
        tx,
        unsent.outcome_spot(here, step.slug),
        based_on=outcome_form.proposed(proposal).seen,
        came_back=await request.form() if written and not held else None,
        elsewhere=elsewhere,
    )
    if not (proposal.behind or written or begun.kept):
        return pages.redirect(f"/company/steps/{step.slug}", "outcome-too-early")
    left = outcome_form.restored(begun.kept) if begun.kept else outcome_form.proposed(proposal)
    barred = written is not None and (not proposal.behind or here.journey.is_archived)
    shown = written or left
    before = await journeys.list_outcomes(tx, journey_id=journey_id, step_slug=step.slug)
    notes = await journeys.list_outcome_notes(tx, outcome_ids=[one.id for one in before])
    item = await journeys.get_item(tx, journey_id=journey_id, step_slug=step.slug)
    return await place.page(
        request,
        tx,
        here,
        "outcome.html",
        status=409 if elsewhere or barred else 422 if problems else 200,
        step=step,
        proposal=proposal,
        own=item.is_own,
        written=shown,
        gone=shown.gone(proposal.tasks),
        begun=begun,
        came_back=written is not None and not held,
        problems=problems or {},
        confidence=outcome_form.CONFIDENCE,
        words_of_confidence=dict(outcome_form.CONFIDENCE),
        before=before,
        notes=notes,
        results={
            one.id: journeys.tell_results(notes.get(one.id), proposal.tasks) for one in before
        },
        industry=here.company.settings.get("industry", ""),
        stage=here.company.settings.get("stage", ""),
        team=await read_team(tx, here),
    )


async def _propose(tx: Transaction, here: Here, slug: str) -> OutcomeProposal:
    """Say what stands in the form at first, also of a step that was taken up again meanwhile."""
    return await journeys.propose_outcome(
        tx, journey_id=here.journey.id, step_slug=slug, even_ahead=True
    )


async def _outcome(tx: Transaction, here: Here, outcome_id: UUID) -> Outcome:
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    if outcome.journey_id != here.journey.id:
        raise NotFound("This was written about another journey.")
    return outcome
