"""How a step really went: written down once it is behind the company, and shared or not.

What a company shares it says step by step: the same holds for all that it wrote about one, in
whichever of its journeys. So who withdraws is out, and not back with what was written before.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys.errors import NotBehind, WrongOutcome
from milepost.contexts.journeys.events import OutcomeCaptured
from milepost.contexts.journeys.queries import outcomes as queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.service import live, walks
from milepost.contexts.journeys.service.plans import hold_plan
from milepost.contexts.journeys.service.results import check_results
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import (
    Outcome,
    OutcomeNotes,
    State,
    StepRow,
    Task,
    TaskResult,
)
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden, NotFound
from milepost.platform.events import emit

NOTES = 10_000
LEARNINGS = 20
LEARNING = 500
LONGEST_DAYS = 3650
UNKNOWN_INDUSTRY = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeProposal:
    """What stands in the form before anybody writes: days, tasks, and whether to share.

    `newest` is what was written about this step before, if anything was. While the step is not
    `behind` the company, nothing is written about it.
    """

    behind: bool
    finished: bool
    time_taken_days: int
    tasks: Sequence[Task]
    share_anonymously: bool
    newest: Outcome | None


async def propose_outcome(
    tx: Transaction, *, journey_id: UUID, step_slug: str, even_ahead: bool = False
) -> OutcomeProposal:
    """Propose what to write about a step that is done or left out.

    `even_ahead` is for who began to write before it was taken up again.
    Raises NotBehind while it is neither, NotFound.
    """
    walk = await walks.get_walk(tx, journey_id=journey_id)
    # What stands in a form, and whether to share, is for whoever fills it in.
    await identity.require_acting(tx, subject_id=walk.journey.subject_id)
    step = walk.step(step_slug)
    state = walk.standings[step.slug].state if even_ahead else _state_behind(walk, step_slug)
    rows = await walk_queries.list_steps(tx, journey_id=journey_id)
    row = next((row for row in rows if row.step_slug == step_slug), None)
    written = await queries.list_outcomes(tx, journey_id=journey_id, step_slug=step_slug)
    own = await queries.is_own_step(tx, journey_id=journey_id, step_slug=step_slug)
    shared = not own and await queries.find_sharing(
        tx,
        subject_id=walk.journey.subject_id,
        program_id=walk.journey.program_id,
        step_slug=step_slug,
    )
    return OutcomeProposal(
        behind=state.done,
        finished=state is State.COMPLETED,
        time_taken_days=_days(row),
        tasks=await task_queries.list_tasks(tx, journey_id=journey_id, step_slug=step_slug),
        share_anonymously=bool(shared),
        newest=written[0] if written else None,
    )


async def capture_outcome(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    task_results: Mapping[str, str],
    time_taken_days: int,
    confidence_level: int,
    notes: str,
    key_learnings: Sequence[str],
    share_anonymously: bool,
    now: datetime,
    gone_tasks: Mapping[str, str] | None = None,
) -> Outcome:
    """Write down how a step went that is done or left out; what was written before stays.

    Shared or not, so is then all that the company wrote about this step. `task_results` goes by
    the ids of the step's tasks; `gone_tasks` says what those were called that the writer saw,
    should somebody have taken one away meanwhile.
    Raises WrongOutcome, NotBehind, NotACompany, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    state = _state_behind(walk, step_slug)
    tasks = await task_queries.list_tasks(tx, journey_id=journey_id, step_slug=step_slug)
    results, notes, learnings = check_outcome(
        tasks=tasks,
        gone_tasks=gone_tasks or {},
        task_results=task_results,
        time_taken_days=time_taken_days,
        confidence_level=confidence_level,
        notes=notes,
        key_learnings=key_learnings,
    )
    if share_anonymously:
        await _check_shared(tx, journey_id=journey_id, step_slug=step_slug)
    await queries.hold_sharing(
        tx, subject_id=walk.journey.subject_id, program_id=walk.journey.program_id
    )
    await queries.update_sharing(
        tx,
        subject_id=walk.journey.subject_id,
        program_id=walk.journey.program_id,
        step_slugs=[step_slug],
        share_anonymously=share_anonymously,
        now=now,
    )
    company = await identity.get_organization(tx, organization_id=walk.journey.subject_id)
    outcome_id = await queries.insert_outcome(
        tx,
        journey=walk.journey,
        step_slug=step_slug,
        finished=state is State.COMPLETED,
        time_taken_days=time_taken_days,
        confidence_level=confidence_level,
        share_anonymously=share_anonymously,
        industry=said_industry(company.settings),
        stage=_said(company.settings, "stage") or present_phase(walk),
        now=now,
    )
    await queries.insert_notes(
        tx,
        journey=walk.journey,
        outcome_id=outcome_id,
        task_results=results,
        notes=notes,
        key_learnings=learnings,
    )
    await live.announce(tx, journey_id=journey_id, step_slug=step_slug)
    await emit(
        tx,
        OutcomeCaptured(journey_id, step_slug, outcome_id),
        subject_id=walk.journey.subject_id,
        now=now,
    )
    return await queries.get_outcome(tx, outcome_id=outcome_id)


async def list_outcomes(
    tx: Transaction, *, journey_id: UUID, step_slug: str | None = None
) -> list[Outcome]:
    """Return the outcomes of a journey or of one step, the newest first. Raises NotFound."""
    await walks.get_walk(tx, journey_id=journey_id)
    return await queries.list_outcomes(tx, journey_id=journey_id, step_slug=step_slug)


async def get_outcome(tx: Transaction, *, outcome_id: UUID) -> Outcome:
    """Return the figures of an outcome. Raises NotFound."""
    return await queries.get_outcome(tx, outcome_id=outcome_id)


async def find_outcome_notes(tx: Transaction, *, outcome_id: UUID) -> OutcomeNotes | None:
    """Return the words of an outcome, if the actor may read them."""
    found = await queries.list_notes(tx, outcome_ids=[outcome_id])
    return found[0] if found else None


async def list_outcome_notes(
    tx: Transaction, *, outcome_ids: Sequence[UUID]
) -> dict[UUID, OutcomeNotes]:
    """Return the words of outcomes by id, as far as the actor may read them."""
    found = await queries.list_notes(tx, outcome_ids=outcome_ids)
    return {notes.outcome_id: notes for notes in found}


async def set_sharing(
    tx: Transaction,
    *,
    share: bool,
    now: datetime,
    outcome_id: UUID | None = None,
    journey_id: UUID | None = None,
) -> int:
    """Agree to share what was written about a step, or take that back; say how many changed.

    The step is that of an outcome, or each one of a journey; whichever outcome names it, the
    company's others of it change, too. The next benchmark obeys.

    Raises WrongOutcome for the outcome of a step of the company's own, NotFound, Forbidden.
    """
    outcome = None
    if outcome_id is not None:
        outcome = await queries.get_outcome(tx, outcome_id=outcome_id)
        journey_id = outcome.journey_id
    if journey_id is None:
        raise ValueError("name an outcome or a journey")
    try:
        # Whoever may not write the journey can't hold it.
        journey = await walk_queries.lock_journey(tx, journey_id=journey_id)
    except NotFound:
        await walk_queries.get_journey(tx, journey_id=journey_id)
        raise Forbidden("Only the company itself says what it shares.") from None
    if outcome is not None:
        if share:
            await _check_shared(tx, journey_id=journey_id, step_slug=outcome.step_slug)
        step_slugs = {outcome.step_slug}
    else:
        written = await queries.list_outcomes(tx, journey_id=journey_id, step_slug=None)
        step_slugs = {one.step_slug for one in written}
    await queries.hold_sharing(tx, subject_id=journey.subject_id, program_id=journey.program_id)
    return await queries.update_sharing(
        tx,
        subject_id=journey.subject_id,
        program_id=journey.program_id,
        step_slugs=sorted(step_slugs),
        share_anonymously=share,
        now=now,
    )


def present_phase(walk: Walk) -> str:
    """Name the phase a walk is in: that of the first step ahead, in the program's order."""
    order = {phase.slug: place for place, phase in enumerate(walk.program.phases)}
    ahead = [step.phase for step in walk.program.steps if not walk.standings[step.slug].state.done]
    if ahead:
        return min(ahead, key=lambda phase: order.get(phase, len(order)))
    return walk.program.phases[-1].slug


def said_industry(settings: Mapping[str, object]) -> str:
    """Name the industry that a company says it is in."""
    return _said(settings, "industry") or UNKNOWN_INDUSTRY


def check_outcome(
    *,
    tasks: Sequence[Task],
    gone_tasks: Mapping[str, str],
    task_results: Mapping[str, str],
    time_taken_days: int,
    confidence_level: int,
    notes: str,
    key_learnings: Sequence[str],
) -> tuple[dict[str, TaskResult], str, list[str]]:
    """Tidy the words of an outcome: results by task id, notes, learnings. Raises WrongOutcome."""
    results = check_results(task_results, tasks, gone_tasks)
    _check_figures(time_taken_days, confidence_level)
    learnings = _learnings(key_learnings)
    notes = notes.strip()
    if len(notes) > NOTES:
        raise WrongOutcome(f"Notes hold at most {NOTES:,} characters.", field="notes")
    return results, notes, learnings


async def _check_shared(tx: Transaction, *, journey_id: UUID, step_slug: str) -> None:
    """Refuse to share a step that nobody else has. Raises WrongOutcome."""
    if await queries.is_own_step(tx, journey_id=journey_id, step_slug=step_slug):
        raise WrongOutcome(
            "This step is your company's own: no other company has it, so there is nothing to"
            " count it with. Leave sharing off.",
            field="share_anonymously",
        )


def _state_behind(walk: Walk, step_slug: str) -> State:
    step = walk.step(step_slug)
    state = walk.standings[step_slug].state
    if not state.done:
        raise NotBehind(
            f"{step.title} is not behind you yet: complete it or skip it, then write how it went.",
            state=str(state),
        )
    return state


def _days(row: StepRow | None) -> int:
    if row is None or row.started_at is None or row.completed_at is None:
        return 0
    seconds = (row.completed_at - row.started_at).total_seconds()
    if seconds < 0:
        # Two servers whose clocks disagree: there is nothing to propose.
        return 0
    return min(max(1, math.ceil(seconds / 86_400)), LONGEST_DAYS)


def _check_figures(days: int, confidence: int) -> None:
    if not 0 <= days <= LONGEST_DAYS:
        raise WrongOutcome(
            f"The time taken is a number of days from 0 to {LONGEST_DAYS}.",
            field="time_taken_days",
        )
    if not 1 <= confidence <= 5:
        raise WrongOutcome("Confidence goes from 1 (a guess) to 5.", field="confidence_level")


def _learnings(learnings: Sequence[str]) -> list[str]:
    tidy = [" ".join(line.split()) for line in learnings]
    tidy = [line for line in tidy if line]
    if len(tidy) > LEARNINGS:
        raise WrongOutcome(
            f"Name at most {LEARNINGS} key learnings: the ones that count.", field="key_learnings"
        )
    if any(len(line) > LEARNING for line in tidy):
        raise WrongOutcome(
            f"A key learning has at most {LEARNING} characters; more belongs in the notes.",
            field="key_learnings",
        )
    return tidy


def _said(settings: Mapping[str, object], name: str) -> str:
    value = settings.get(name)
    return value if isinstance(value, str) else ""
