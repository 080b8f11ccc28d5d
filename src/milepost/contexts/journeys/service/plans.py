"""A company's plan: taking steps in, its own steps and words, and their order."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import NotACompany, PlanConflict, WrongPlan
from milepost.contexts.journeys.events import PlanChanged
from milepost.contexts.journeys.queries import plans as queries
from milepost.contexts.journeys.queries import tasks as task_queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.service import live, walks
from milepost.contexts.journeys.service.lines import few_lines, long_text, one_line
from milepost.contexts.journeys.service.settling import note_progress
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import (
    EDITABLE,
    Journey,
    PlanStep,
    State,
    StepEdit,
    Tally,
    Task,
)
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.errors import UnsoundProgram, WaitingInCircle
from milepost.contexts.programs.types import Program
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound
from milepost.platform.events import emit

STEPS = 500
PER_STEP = 50
LONGEST_DAYS = 3650


async def hold_plan(tx: Transaction, *, journey_id: UUID, even_archived: bool = False) -> Walk:
    """Return a company's journey that the actor may change, held for this transaction.

    Raises NotFound, Forbidden, JourneyArchived, NotACompany.
    """
    walk = await walks.hold_walk(tx, journey_id=journey_id, even_archived=even_archived)
    if not walk.is_company:
        raise NotACompany(f"{walk.program.title} is walked as it is written.")
    return walk


async def list_plan(tx: Transaction, *, journey_id: UUID) -> list[PlanStep]:
    """Return the steps of a company's plan, in its order, as far as the actor sees them."""
    return await queries.list_plan(tx, journey_id=journey_id)


async def list_tallies(tx: Transaction, *, journey_id: UUID) -> list[Tally]:
    """Return how far a company is, by phase and domain: what `basic` shows."""
    return await queries.list_tallies(tx, journey_id=journey_id)


async def list_offered(tx: Transaction, *, walk: Walk) -> Program:
    """Return the framework as the journey's newest version has it: what can still be added."""
    return (await programs.get_version(tx, version_id=walk.journey.version_id)).program


async def add_framework_steps(
    tx: Transaction, *, journey_id: UUID, slugs: Iterable[str] | None, now: datetime
) -> tuple[Walk, list[str]]:
    """Take steps of the framework into a plan, all active ones for None; say which were new.

    They come where the framework has them, as those of an update do.

    Raises NotFound for a step the framework doesn't have, WrongPlan for a retired one, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    framework = await list_offered(tx, walk=walk)
    wanted = _offered(framework, slugs)
    there = [item.step_slug for item in await queries.list_plan(tx, journey_id=journey_id)]
    fresh = [slug for slug in wanted if slug not in set(there)]
    if not fresh:
        return walk, []
    await queries.insert_framework_steps(
        tx,
        journey=walk.journey,
        version_id=walk.journey.version_id,
        slugs=fresh,
        first_place=len(there) + 1,
        now=now,
    )
    order = rules.placed(there, framework=[step.slug for step in framework.steps], fresh=set(fresh))
    await queries.update_places(tx, journey_id=journey_id, slugs=order)
    await task_queries.insert_framework_tasks(
        tx,
        journey=walk.journey,
        tasks=[
            (slug, task.slug, task.title) for slug in fresh for task in framework.step(slug).tasks
        ],
        now=now,
    )
    return await replan(tx, walk, changed=fresh, now=now), fresh


async def add_own_step(
    tx: Transaction,
    *,
    journey_id: UUID,
    content: StepEdit,
    tasks: Sequence[str],
    now: datetime,
    is_fresh: bool = False,
) -> tuple[Walk, str]:
    """Add a step of the company's own, behind the others; return the walk and its slug.

    In a plan that `is_fresh`, from which nothing was ever taken away, its title alone names it.

    Raises WrongPlan, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    content = _checked(walk, content, own_slug=None)
    if content.title is None or content.phase is None or content.domain is None:
        raise WrongPlan("A step of your own needs a title, a phase and a domain.")
    if len(walk.program.steps) >= STEPS:
        raise WrongPlan(f"A journey holds at most {STEPS} steps.")
    if len(tasks) > PER_STEP:
        raise WrongPlan(f"A step holds at most {PER_STEP} tasks.", field="tasks")
    taken = {step.slug for step in walk.program.steps} | {
        step.slug for step in (await list_offered(tx, walk=walk)).steps
    }
    slug = _free_slug(content.title, taken, is_fresh=is_fresh)
    await queries.insert_own_step(
        tx,
        journey=walk.journey,
        step_slug=slug,
        place=len(walk.program.steps) + 1,
        content=content,
        now=now,
    )
    for title in tasks:
        await task_queries.insert_task(
            tx,
            journey=walk.journey,
            step_slug=slug,
            title=one_line(title, what="task"),
            assignee_id=None,
            due_on=None,
            now=now,
        )
    return await replan(tx, walk, changed=[slug], now=now), slug


async def edit_step(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    edit: StepEdit,
    seen: str | None,
    now: datetime,
) -> tuple[Walk, PlanStep]:
    """Write a step in the company's own words. `seen` is the etag of what the caller worked on.

    Raises PlanConflict when somebody else wrote it since, WrongPlan, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id)
    item = await get_item(tx, journey_id=journey_id, step_slug=step_slug)
    if seen is not None and seen != item.etag:
        raise PlanConflict(
            "Somebody else changed this step meanwhile. What you wrote is not stored yet:"
            " look at what is there now, then send yours again.",
            current_etag=item.etag,
        )
    if item.is_own and edit.restore & {"title", "phase", "domain"}:
        raise WrongPlan("A step of your own needs a title, a phase and a domain.")
    edit = _checked(walk, edit, own_slug=step_slug)
    if not _says_more(edit, item):
        return walk, item
    await queries.update_step(tx, journey_id=journey_id, step_slug=step_slug, edit=edit, now=now)
    walk = await replan(tx, walk, changed=[step_slug], now=now)
    return walk, await get_item(tx, journey_id=journey_id, step_slug=step_slug)


async def move_step(
    tx: Transaction, *, journey_id: UUID, step_slug: str, after: str | None, now: datetime
) -> Walk:
    """Put a step behind another, or (None) first. Raises WrongPlan, NotFound, Forbidden."""
    walk = await hold_plan(tx, journey_id=journey_id)
    if after == step_slug:
        raise WrongPlan(
            "A step can't come behind itself: name another one, or none to put it first.",
            field="after",
        )
    slugs = [step.slug for step in walk.program.steps]
    try:
        ordered = rules.moved(slugs, slug=step_slug, after=after)
    except ValueError:
        raise NotFound("This journey has no such step.") from None
    if ordered == slugs:
        return walk
    await queries.update_places(tx, journey_id=journey_id, slugs=ordered)
    return await replan(tx, walk, changed=[step_slug], now=now)


async def get_item(tx: Transaction, *, journey_id: UUID, step_slug: str) -> PlanStep:
    """Return a step of a plan. Raises NotFound."""
    for item in await queries.list_plan(tx, journey_id=journey_id):
        if item.step_slug == step_slug:
            return item
    raise NotFound("This journey has no such step.")


async def rename(
    tx: Transaction,
    *,
    journey_id: UUID,
    now: datetime,
    name: str | None = None,
    archived: bool | None = None,
) -> Journey:
    """Call a company's journey something else, and put it away or take it up again.

    None leaves it as it is.
    Raises PlanConflict when another journey has that name, WrongPlan, NotFound, Forbidden.
    """
    walk = await hold_plan(tx, journey_id=journey_id, even_archived=True)
    name = walk.journey.name if name is None else one_line(name, what="name")
    put_away = walk.journey.is_archived if archived is None else archived
    if (name, put_away) == (walk.journey.name, walk.journey.is_archived):
        return walk.journey
    others = await walk_queries.list_journeys(tx, subject_ids=[walk.journey.subject_id])
    if any(
        other.name == name
        and other.program_id == walk.journey.program_id
        and other.id != journey_id
        for other in others
    ):
        raise PlanConflict(f"You have another journey called {name!r}: choose another name.")
    await queries.update_journey_name(
        tx,
        journey_id=journey_id,
        name=name,
        status="archived" if put_away else "active",
        now=now,
    )
    await live.announce(tx, journey_id=journey_id, step_slug="")
    return await walk_queries.get_journey(tx, journey_id=journey_id)


async def replan(
    tx: Transaction,
    walk: Walk,
    *,
    changed: Sequence[str],
    now: datetime,
    version_id: UUID | None = None,
) -> Walk:
    """Work out anew where the steps of a changed plan stand, and tell who looks on.

    Raises PlanConflict where steps would wait for each other: nothing is changed then.
    """
    journey = walk.journey
    await queries.stamp_plan(
        tx, journey_id=journey.id, version_id=version_id or journey.version_id, now=now
    )
    try:
        after = await walks.get_walk(tx, journey_id=journey.id)
    except WaitingInCircle as error:
        raise PlanConflict(rules.circles.told(error)) from error
    except UnsoundProgram as error:
        raise PlanConflict(f"These steps would not hold together. {error}") from error
    there = set(walk.standings)
    states = {slug: str(standing.state) for slug, standing in after.standings.items()}
    await walk_queries.insert_steps(
        tx,
        journey=journey,
        states={slug: state for slug, state in states.items() if slug not in there},
        level=after.level,
        now=now,
    )
    moved = {
        slug
        for slug, state in states.items()
        if slug in there and (slug in changed or state != walk.standings[slug].state)
    }
    if moved:
        percents = await _percents(tx, after, moved)
        await walk_queries.update_steps(
            tx,
            journey_id=journey.id,
            states={slug: (states[slug], percents[slug]) for slug in sorted(moved)},
            now=now,
        )
    await note_progress(tx, after, after.standings, now=now)
    await live.announce(tx, journey_id=journey.id, step_slug="")
    await emit(tx, PlanChanged(journey.id, tuple(changed)), subject_id=journey.subject_id, now=now)
    return after


async def _percents(tx: Transaction, walk: Walk, slugs: Collection[str]) -> Mapping[str, int]:
    """How far these steps are; their tasks may have come and gone."""
    tasks: dict[str, list[Task]] = {slug: [] for slug in slugs}
    if any(walk.standings[slug].state is State.IN_PROGRESS for slug in slugs):
        for task in await task_queries.list_tasks(tx, journey_id=walk.journey.id):
            if task.step_slug in tasks:
                tasks[task.step_slug].append(task)
    return {
        slug: rules.checklist_percent(walk.standings[slug].state, tasks[slug]) for slug in slugs
    }


def _offered(framework: Program, slugs: Iterable[str] | None) -> list[str]:
    if slugs is None:
        return [step.slug for step in framework.steps if step.active]
    wanted = set(slugs)
    for slug in wanted:
        step = framework.find_step(slug)
        if step is None:
            raise NotFound(f"{framework.title} has no step called {slug!r}.")
        if not step.active:
            raise WrongPlan(f"{step.title} is retired: nobody new takes it.")
    return [step.slug for step in framework.steps if step.slug in wanted]


def _checked(walk: Walk, edit: StepEdit, *, own_slug: str | None) -> StepEdit:
    """Tidy what was written about a step. Raises WrongPlan."""
    phases = {phase.slug for phase in walk.program.phases}
    domains = {domain.slug for domain in walk.program.domains}
    if edit.phase is not None and edit.phase not in phases:
        raise WrongPlan(f"There is no phase {edit.phase!r}.", field="phase")
    if edit.domain is not None and edit.domain not in domains:
        raise WrongPlan(f"There is no domain {edit.domain!r}.", field="domain")
    for slug in edit.after or ():
        if walk.program.find_step(slug) is None or slug == own_slug:
            raise WrongPlan(f"It can't come after {slug!r}: choose another step.", field="after")
    if edit.days is not None and not 0 <= edit.days <= LONGEST_DAYS:
        raise WrongPlan(f"A step takes between 0 and {LONGEST_DAYS:,} days.", field="days")
    return replace(
        edit,
        title=None if edit.title is None else one_line(edit.title, what="title"),
        description=long_text(edit.description, what="description"),
        deliverables=few_lines(edit.deliverables, what="deliverable"),
        criteria=few_lines(edit.criteria, what="criterion"),
    )


def _says_more(edit: StepEdit, item: PlanStep) -> bool:
    """Whether an edit leaves anything other than it is: colleagues' forms aren't overtaken else."""
    return any(
        getattr(item, part) is not None
        if part in edit.restore
        else getattr(edit, part) not in (None, getattr(item, part))
        for part in EDITABLE
    )


def _free_slug(title: str, taken: set[str], *, is_fresh: bool) -> str:
    """Name a step of the company's own: never as one before it, which may be gone from the plan.

    A colleague may still be writing about that one, and what was said in the standup names it.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or "step"
    slug = f"own-{stem}"
    while slug in taken or not is_fresh:
        slug, is_fresh = f"own-{stem}-{uuid4().hex[:8]}", True
    return slug
