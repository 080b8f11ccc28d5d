"""The inbox of suggestions: what is open, by the step it came from, and what was said to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import http as identity_http
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.types import Feedback, Run, Suggestion
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import JourneyArchived
from milepost.contexts.journeys.types import Outcome
from milepost.contexts.programs.types import Step
from milepost.platform import clock
from milepost.platform.db import Database, Transaction
from milepost.platform.errors import Conflict, Invalid, NotFound
from milepost.web import pages
from milepost.web.company import here as place
from milepost.web.company import outcome as outcome_page
from milepost.web.company.here import Here
from milepost.web.company.step import JourneyField
from milepost.web.company.team import read_team

router = APIRouter()

_DID: Mapping[str, str] = {"add_task": "suggestion-task-added", "start_step": "suggestion-started"}


# What htmx asks for by the id of its place in the page.
_PARTS: Mapping[str, str] = {"open": "open", "inbox": "list"}


@dataclass(frozen=True, slots=True)
class Group:
    """What is suggested after one outcome of one step, and who spoke."""

    step: Step | None
    outcome: Outcome
    run: Run | None
    items: Sequence[Suggestion]


@router.get("/company/suggestions")
async def show(
    request: Request, tx: Tx, answered: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Show what is suggested, the most pressing first, and what was answered before."""
    here = await place.get(request, tx)
    return await _draw(request, tx, here, said_to=answered)


@router.post("/company/suggestions/{suggestion_id}/{answer}")
async def answer(
    request: Request,
    suggestion_id: UUID,
    answer: Literal["accept", "dismiss"],
    caller: Caller,
    journey: JourneyField,
    after: Annotated[UUID | None, Form()] = None,
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Take a suggestion up, which does what it says, or dismiss it for good.

    `after` is the outcome on whose page it was pressed; without, it was pressed in the inbox.
    """
    db: Database = request.app.state.db
    feedback = Feedback.ACCEPTED if answer == "accept" else Feedback.DISMISSED
    try:
        async with db.transaction(caller) as tx:
            identity_http.check_scope(tx.actor, request.method)
            found = await insights.answer_suggestion(
                tx, suggestion_id=suggestion_id, feedback=feedback, note=note, now=clock.now()
            )
            return await _answered(request, tx, found, journey, after)
    except (Conflict, Invalid, JourneyArchived) as refused:
        # Said beside the suggestion; nothing of it was done, of several things none.
        problems = {str(suggestion_id): refused.message}
        async with db.transaction(caller) as tx:
            here = await place.get(request, tx, journey)
            if after is None:
                return await _draw(request, tx, here, status=409, problems=problems)
            outcome = await journeys.get_outcome(tx, outcome_id=after)
            return await outcome_page.draw_thanks(
                request, tx, here, outcome, status=409, problems=problems
            )


async def _answered(
    request: Request, tx: Transaction, found: Suggestion, journey: str, after: UUID | None
) -> Response:
    fresh = await place.get(request, tx, journey)
    outcome = await journeys.get_outcome(tx, outcome_id=after) if after else None
    if outcome is not None:
        if pages.asks_for(request, "suggested"):
            return await outcome_page.draw_thanks(request, tx, fresh, outcome)
        to = f"/company/steps/{outcome.step_slug}/outcome/{outcome.id}#suggestion-{found.id}"
        return pages.redirect(to, _notice(found))
    if pages.asks_for(request, "inbox"):
        return await _draw(request, tx, fresh, said_to=str(found.id))
    return pages.redirect(f"/company/suggestions?answered={found.id}")


@router.post("/company/outcomes/{outcome_id}/suggestions")
async def ask_again(request: Request, outcome_id: UUID, tx: Tx, journey: JourneyField) -> Response:
    """Ask once more for suggestions that could not be made, or were never asked for."""
    here = await place.get(request, tx, journey)
    outcome = await journeys.get_outcome(tx, outcome_id=outcome_id)
    if outcome.journey_id != here.journey.id:
        raise NotFound("This was written about another journey.")
    await insights.ask_again(tx, outcome_id=outcome_id, now=clock.now())
    return pages.redirect(f"/company/steps/{outcome.step_slug}/outcome/{outcome.id}")


async def _draw(
    request: Request,
    tx: Transaction,
    here: Here,
    *,
    said_to: str = "",
    status: int = 200,
    problems: Mapping[str, str] | None = None,
) -> Response:
    journey_id, now = here.journey.id, clock.now()
    found = await insights.list_inbox(tx, journey_id=journey_id, now=now)
    shown = {str(item.id) for item in found}
    decided = await insights.list_answered(tx, journey_id=journey_id)
    outcomes = {
        outcome.id: outcome for outcome in await journeys.list_outcomes(tx, journey_id=journey_id)
    }
    runs = await insights.list_runs(tx, outcome_ids=list(outcomes))
    template = "suggestions.html"
    for part, name in _PARTS.items():
        if pages.asks_for(request, part):
            template, status = f"suggestions_{name}.html", 200
    return await place.page(
        request,
        tx,
        here,
        template,
        status=status,
        groups=_groups(here, found, outcomes, runs),
        awaited=[
            outcome
            for outcome in outcomes.values()
            if outcome_page.is_awaited(outcome, runs.get(outcome.id), now=now)
        ],
        decided=decided,
        answered=next((one for one in decided if str(one.id) == said_to), None),
        any_outcome=bool(outcomes),
        find_step=here.walk.program.find_step,
        standings=here.walk.standings,
        problems=problems or {},
        # What lapsed while it was looked at has no card any more to say it on.
        gone=[said for key, said in (problems or {}).items() if key not in shown],
        team=await read_team(tx, here),
    )


def _groups(
    here: Here,
    found: Sequence[Suggestion],
    outcomes: Mapping[UUID, Outcome],
    runs: Mapping[UUID, Run],
) -> list[Group]:
    """Put suggestions with the outcome they follow; the group with the most pressing is first."""
    by_outcome: dict[UUID, list[Suggestion]] = {}
    for one in found:
        by_outcome.setdefault(one.outcome_id, []).append(one)
    return [
        Group(
            here.walk.program.find_step(outcomes[outcome_id].step_slug),
            outcomes[outcome_id],
            runs.get(outcome_id),
            items,
        )
        for outcome_id, items in by_outcome.items()
    ]


def _notice(suggestion: Suggestion) -> str:
    if suggestion.feedback == Feedback.DISMISSED:
        return "suggestion-dismissed"
    return _DID[suggestion.target["kind"]]
