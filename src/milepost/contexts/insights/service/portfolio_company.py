"""One company of a portfolio, as much of it as it shows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Level
from milepost.contexts.insights.portfolio import Company, Count, Holding
from milepost.contexts.insights.portfolio_company import (
    CompanyView,
    OutcomeLine,
    OwnWords,
    ResultLine,
    StepLine,
    TaskLine,
    Walked,
)
from milepost.contexts.insights.service.portfolio import (
    Community,
    community_of,
    companies_of,
    get_holding,
)
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey, Outcome, PlanStep, State, Task
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound

# What an investor's look at a company is written down as, where the company sees it.
READ = "portfolio"


async def get_company(
    tx: Transaction,
    *,
    organization_id: UUID,
    now: datetime,
    journey_id: UUID | None = None,
    community: Community | None = None,
) -> CompanyView:
    """Return a company that lets the actor in as an investor, at its level. Raises NotFound."""
    holding = await get_holding(tx, organization_id=organization_id, now=now)
    return await _view(tx, holding, journey_id, community, now)


async def get_community(
    tx: Transaction, *, organization_id: UUID, journey_id: UUID | None = None
) -> Community:
    """Return what the community tells of the program that a company walks. Raises NotFound.

    A preview is looked at by nobody, who is told no benchmark: `preview_company` is given this.
    """
    journey = _chosen(await _walked(tx, organization_id), journey_id)
    if journey is None:
        return {}
    return await community_of(tx, [await programs.get_version(tx, version_id=journey.version_id)])


async def preview_company(
    tx: Transaction,
    *,
    organization_id: UUID,
    level: Level,
    now: datetime,
    journey_id: UUID | None = None,
    community: Community | None = None,
) -> CompanyView:
    """Return what a firm let in at `level` sees of a company; for identity's Preview actor.

    Whatever the transaction doesn't show stays out, however high a level is named.
    """
    company = await identity.get_organization(tx, organization_id=organization_id)
    holding = Holding(
        organization_id=company.id,
        name=company.name,
        industry=company.settings.get("industry"),
        stage=company.settings.get("stage"),
        level=level,
        since=now,
        until=None,
        journey_id=None,
        version_id=None,
        changed_at=None,
    )
    return await _view(tx, holding, journey_id, community, now)


async def _view(
    tx: Transaction,
    holding: Holding,
    journey_id: UUID | None,
    community: Community | None,
    now: datetime,
) -> CompanyView:
    walked = await _walked(tx, holding.organization_id)
    journey = _chosen(walked, journey_id)
    if journey is None:
        [line] = await companies_of(tx, holdings=[holding], community={}, now=now)
        return CompanyView(company=line, accent=None, phases=(), domains=(), cells={}, journeys=())
    holding = replace(
        holding,
        journey_id=journey.id,
        version_id=journey.version_id,
        changed_at=journey.updated_at,
    )
    if community is None:
        version = await programs.get_version(tx, version_id=journey.version_id)
        community = await community_of(tx, [version])
    [line] = await companies_of(tx, holdings=[holding], community=community, now=now)
    tallies = await journeys.list_tallies(tx, journey_id=journey.id)
    program = await _program(tx, holding, journey)
    view = CompanyView(
        company=line,
        accent=program.accent,
        phases=program.phases,
        domains=program.domains,
        cells={
            (tally.phase, tally.domain): Count(
                tally.total, tally.in_progress, tally.completed, tally.skipped
            )
            for tally in tallies
        },
        journeys=tuple([await _journey(tx, holding, one) for one in walked]),
    )
    if not holding.shows(Level.DETAILED) or not program.steps:
        return view
    return replace(
        view,
        steps=await _steps(tx, holding, journey, program, line),
        outcomes=await _outcomes(tx, holding, journey, program, community),
    )


async def _walked(tx: Transaction, organization_id: UUID) -> list[Journey]:
    found = await journeys.list_journeys(tx, subject_id=organization_id)
    walked = [journey for journey in found if not journey.is_archived]
    return sorted(walked, key=lambda journey: (journey.created_at, journey.id))


def _chosen(walked: list[Journey], journey_id: UUID | None) -> Journey | None:
    if journey_id is None:
        return walked[0] if walked else None
    found = next((journey for journey in walked if journey.id == journey_id), None)
    if found is None:
        raise NotFound("This company has no such journey.")
    return found


async def _journey(tx: Transaction, holding: Holding, journey: Journey) -> Walked:
    version = await programs.get_version(tx, version_id=journey.version_id)
    return Walked(
        id=journey.id,
        name=journey.name if holding.shows(Level.DETAILED) else "",
        program=version.program.title,
        version=version.number,
        began_at=journey.created_at,
    )


async def _program(tx: Transaction, holding: Holding, journey: Journey) -> Program:
    """The plan where its steps are shown; else the framework's phases and domains alone."""
    if holding.shows(Level.DETAILED):
        return (await journeys.get_walk(tx, journey_id=journey.id)).program
    version = await programs.get_version(tx, version_id=journey.version_id)
    return replace(version.program, steps=())


async def _steps(
    tx: Transaction, holding: Holding, journey: Journey, program: Program, line: Company
) -> tuple[StepLine, ...]:
    rows = await journeys.list_steps(tx, journey_id=journey.id)
    plan = {item.step_slug: item for item in await journeys.list_plan(tx, journey_id=journey.id)}
    tasks: dict[str, list[TaskLine]] = defaultdict(list)
    reasons: Mapping[str, str] = {}
    in_full = holding.shows(Level.FULL)
    if in_full:
        for task in await journeys.list_tasks(tx, journey_id=journey.id):
            tasks[task.step_slug].append(
                TaskLine(title=task.title, is_completed=task.is_completed, due_on=task.due_on)
            )
        reasons = await journeys.list_reasons(tx, journey_id=journey.id)
    still = {step.step_slug for step in line.details.stalled} if line.details else set[str]()
    titles = {step.slug: step.title for step in program.steps}
    return tuple(
        StepLine(
            slug=step.slug,
            title=step.title,
            phase=step.phase,
            domain=step.domain,
            state=rows[step.slug].state,
            days=step.days,
            percent=rows[step.slug].percent,
            is_own=plan[step.slug].is_own,
            after=tuple(titles[slug] for slug in step.after if slug in titles),
            unlocked_at=rows[step.slug].unlocked_at,
            started_at=rows[step.slug].started_at,
            completed_at=rows[step.slug].completed_at,
            stalled=step.slug in still,
            own_words=_own_words(plan[step.slug]) if in_full else None,
            tasks=tuple(tasks[step.slug]),
            # A reason is kept for good, but it is one only as long as the step is left out.
            reason=reasons.get(step.slug) if rows[step.slug].state == State.SKIPPED else None,
        )
        for step in program.steps
        # What the company takes away meanwhile is in one of them no more.
        if step.slug in rows and step.slug in plan
    )


def _own_words(item: PlanStep) -> OwnWords | None:
    if not item.edited:
        return None
    return OwnWords(
        edited=item.edited,
        description=item.description,
        deliverables=item.deliverables,
        criteria=item.criteria,
    )


async def _outcomes(
    tx: Transaction, holding: Holding, journey: Journey, program: Program, community: Community
) -> tuple[OutcomeLine, ...]:
    # The newest comes first, and of each step it is the one that holds.
    newest: dict[str, Outcome] = {}
    for outcome in await journeys.list_outcomes(tx, journey_id=journey.id):
        newest.setdefault(outcome.step_slug, outcome)
    found = list(newest.values())
    words = (
        await journeys.list_outcome_notes(tx, outcome_ids=[outcome.id for outcome in found])
        if holding.shows(Level.FULL)
        else {}
    )
    tasks: dict[str, list[Task]] = defaultdict(list)
    for task in await journeys.list_tasks(tx, journey_id=journey.id) if words else ():
        tasks[task.step_slug].append(task)
    titles = {step.slug: step.title for step in program.steps}
    lines: list[OutcomeLine] = []
    for outcome in found:
        said = words.get(outcome.id)
        lines.append(
            OutcomeLine(
                step_slug=outcome.step_slug,
                title=titles.get(outcome.step_slug, outcome.step_slug),
                finished=outcome.finished,
                time_taken_days=outcome.time_taken_days,
                confidence_level=outcome.confidence_level,
                industry=outcome.industry,
                stage=outcome.stage,
                created_at=outcome.created_at,
                community_days=community.get(outcome.step_slug),
                results=tuple(
                    ResultLine(result.title, result.text)
                    for result in journeys.tell_results(said, tasks[outcome.step_slug])
                ),
                notes=said.notes if said else None,
                key_learnings=tuple(said.key_learnings) if said else (),
            )
        )
    return tuple(lines)
