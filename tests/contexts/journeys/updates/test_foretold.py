"""What is foretold of an update is what happens: random frameworks, updates, companies, choices.

The companies have worked: steps done, left out and moved, words and steps of their own, tasks
ticked, renamed, given to somebody, dated, and told of in outcomes. They take some of what is new
and give up some words. While they look at it, colleagues go on working: then it is refused, or it
is just as it was shown.
"""

import random
from dataclasses import dataclass, field, replace
from uuid import UUID

import psycopg
import pytest

from milepost.contexts.journeys import rules
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import PlanConflict, WrongPlan
from milepost.contexts.journeys.types import (
    PlanStep,
    StepUpdate,
    Task,
    Update,
    UpdateKind,
)
from milepost.contexts.programs import changes
from milepost.contexts.programs.types import Program
from milepost.contexts.programs.types import Task as FrameworkTask
from milepost.platform.db import Database
from tests.contexts.journeys.updates.updating import (
    Walking,
    begin,
    framework,
    new_slug,
    publish,
    with_step,
)
from tests.contexts.journeys.updates.working import (
    OUR_TITLE,
    edit_somehow,
    interfere,
    progress_somehow,
)
from tests.factories.frameworks import PHASES, changed_framework, random_framework
from tests.factories.people import Place, Someone


@pytest.mark.parametrize("seed", range(60))
async def test_what_is_foretold_happens(
    db: Database, owner: psycopg.AsyncConnection, place: Place, nora: Someone, seed: int
) -> None:
    chance = random.Random(seed)
    first = random_framework(new_slug(), chance)
    await publish(owner, first)
    chosen = None if chance.random() < 0.7 else {step.slug for step in first.steps[::2]}
    company = await begin(db, nora, first, chosen)
    await progress_somehow(company, chance)
    await edit_somehow(company, chance)
    second = reworded(changed_framework(first, chance), chance)
    if not second.steps:
        return
    version_id = await publish(owner, second)
    before = await Moment.of(company)

    async with db.transaction(place.system) as tx:
        foreseen = [item async for item in journeys.foresee(tx, program=second)]
    whole = await company.preview()
    assert [item.update.steps for item in foreseen] == ([] if whole is None else [whole.steps])
    if whole is None:
        return
    some = {slug for slug in sorted(whole.takeable) if chance.random() < 0.6}
    take = None if chance.random() < 0.3 else some
    takes = whole.takeable if take is None else some
    restore = {
        step.slug
        for step in whole.steps
        if step.collides and step.slug in takes and chance.random() < 0.7
    }
    foretold = await company.preview(take, restore)
    assert foretold is not None
    assert foretold.steps == whole.steps
    # Nothing moves by itself.
    assert await Moment.of(company) == before

    if foretold.conflict is not None:
        assert set(foretold.conflict.circle) <= {*before.states, *whole.takeable}
        with pytest.raises(PlanConflict) as refused:
            await company.take(version_id, take, restore)
        assert refused.value.message == foretold.conflict.message
        assert await Moment.of(company) == before
        return
    # Between what is shown and what is taken colleagues go on working.
    if chance.random() < 0.6:
        await interfere(company, chance)
    shown, before = before, await Moment.of(company)
    if not await _is_taken(company, version_id, (take, restore), foretold):
        assert await Moment.of(company) == before
        assert not await _tells_the_same(company, foretold, (take, restore), shown, before)
        return
    after = await Moment.of(company)
    taken = [step for step in whole.steps if step.slug in takes]
    if not takes and take is not None:
        # Staying changes nothing, and leaves nothing on offer.
        assert after == before
        _words_are(second, [], set(), before, after)
        assert await company.offered() == []
        return
    _states_are(foretold, before, after)
    _words_are(second, taken, restore, before, after)
    for step in taken:
        _tasks_are(second, step, before, after)
    assert {slug: tasks for slug, tasks in after.tasks.items() if slug not in takes} == {
        slug: tasks for slug, tasks in before.tasks.items() if slug not in takes
    }
    _places_are(taken, before, after)
    rest = await company.preview()
    assert (set() if rest is None else rest.takeable) == whole.takeable - takes
    # The second time there is nothing left to change.
    await company.take(version_id, take, restore)
    assert await Moment.of(company) == after


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """All that an update may change of a company's journey."""

    states: dict[str, str]
    program: Program = field(compare=False)
    plan: dict[str, PlanStep]
    tasks: dict[str, dict[object, Task]]
    told: frozenset[str]

    @classmethod
    async def of(cls, company: Walking) -> "Moment":
        states = dict(await company.states())
        walk = await company.walk()
        async with company.db.transaction(company.who.actor) as tx:
            tallies = await journeys.list_tallies(tx, journey_id=company.journey_id)
        assert sorted(tallies, key=str) == sorted(
            rules.tally(walk.program, walk.standings), key=str
        )
        tasks: dict[str, dict[object, Task]] = {slug: {} for slug in states}
        for task in await company.tasks():
            tasks[task.step_slug][task.slug or task.id] = task
        plan = await company.plan()
        told = await results_of(company)
        # What an outcome says can be read as long as its task is there.
        assert told <= {str(task.id) for of_step in tasks.values() for task in of_step.values()}
        return cls(states=states, program=walk.program, plan=plan, tasks=tasks, told=told)


async def results_of(company: Walking) -> frozenset[str]:
    """The tasks of which outcomes say what came, by id."""
    async with company.db.transaction(company.who.actor) as tx:
        outcomes = await journeys.list_outcomes(tx, journey_id=company.journey_id)
        notes = await journeys.list_outcome_notes(
            tx, outcome_ids=[outcome.id for outcome in outcomes]
        )
    return frozenset(task_id for one in notes.values() for task_id in one.task_results)


async def _is_taken(
    company: Walking, version_id: UUID, choice: tuple[set[str] | None, set[str]], foretold: Update
) -> bool:
    """Take it as it was shown; False when that is refused because it is otherwise by now."""
    try:
        await company.take(version_id, *choice, seen=foretold.stamp)
    except PlanConflict as refused:
        if "changed the plan meanwhile" not in refused.message:
            raise
        return False
    return True


async def _tells_the_same(
    company: Walking,
    foretold: Update,
    choice: tuple[set[str] | None, set[str]],
    shown: Moment,
    now: Moment,
) -> bool:
    """Whether the same would be told of this choice now, beside the same words as then."""
    try:
        again = await company.preview(*choice)
    except WrongPlan:
        return False
    if again is None or replace(again, stamp=foretold.stamp) != foretold:
        return False
    return all(
        getattr(shown.plan[step.slug], part) == getattr(now.plan[step.slug], part)
        for step in foretold.steps
        for part in step.collides
    )


def _states_are(foretold: Update, before: Moment, after: Moment) -> None:
    moved = {
        slug: (before.states.get(slug), state)
        for slug, state in after.states.items()
        if before.states.get(slug) != state
    }
    assert moved == {
        slug: (None if was is None else str(was), str(becomes))
        for slug, (was, becomes) in foretold.moves.items()
    }
    begun = {slug for slug, state in before.states.items() if state not in ("locked", "unlocked")}
    assert {slug: after.states[slug] for slug in begun} == {
        slug: before.states[slug] for slug in begun
    }


def _words_are(
    latest: Program, taken: list[StepUpdate], restore: set[str], before: Moment, after: Moment
) -> None:
    choice = {step.slug: step for step in taken}
    for slug, item in before.plan.items():
        step = choice.get(slug)
        given_up = set(step.collides) if step is not None and slug in restore else set()
        # Of one's own words only those that collide are ever given up.
        kept = {part: getattr(item, part) for part in item.edited if part not in given_up}
        now = after.plan[slug]
        assert {part: getattr(now, part) for part in now.edited} == kept
        changed = {
            str(part)
            for part in changes.compare_steps(
                before.program.step(slug), after.program.step(slug)
            ).parts
        } - {"order", "tasks", "after"}
        if step is None:
            assert changed == set()
            continue
        told = set(step.parts) - {"tasks", "after"}
        assert told - set(step.collides) <= changed <= told - (set(step.collides) - given_up)
        for part in given_up - {"after"}:
            assert getattr(after.program.step(slug), part) == getattr(latest.step(slug), part)
    for slug in {*after.plan} - {*before.plan}:
        assert choice[slug].kind is UpdateKind.NEW


def _tasks_are(latest: Program, step: StepUpdate, before: Moment, after: Moment) -> None:
    titles = {task.slug: task.title for task in after.tasks[step.slug].values() if task.slug}
    if step.kind is UpdateKind.NEW:
        assert titles == {task.slug: task.title for task in latest.step(step.slug).tasks}
        return
    was = before.tasks[step.slug]
    expected = {task.slug: task.title for task in was.values() if task.slug}
    for gone in step.tasks.removed:
        del expected[gone.slug]
    expected |= {renamed.slug: renamed.after for renamed in step.tasks.renamed}
    added = {task.slug: task.title for task in step.tasks.added}
    assert not set(added) & set(expected)
    assert titles == expected | added
    for kept in step.tasks.kept:
        assert after.tasks[step.slug][kept.slug] == was[kept.slug]
    theirs = {key: task for key, task in was.items() if _is_theirs(task, before.told)}
    assert theirs.items() <= after.tasks[step.slug].items()


def _is_theirs(task: Task, told: frozenset[str]) -> bool:
    """Whether the company made it, worked on it in any way, or told what came of it."""
    named = task.slug is None or task.title == OUR_TITLE
    given = task.assignee_id is not None or task.due_on is not None
    return named or given or task.is_completed or str(task.id) in told


def _places_are(taken: list[StepUpdate], before: Moment, after: Moment) -> None:
    going = {
        step.slug
        for step in taken
        if before.plan.keys() & {step.slug}
        and before.program.step(step.slug).phase != after.program.step(step.slug).phase
    }
    was = [slug for slug in before.plan if slug not in going]
    assert [slug for slug in after.plan if slug in was] == was


def reworded(program: Program, chance: random.Random) -> Program:
    """The program with words, durations, phases and tasks' titles otherwise, here and there."""
    for step in program.steps:
        fate = chance.random()
        if fate < 0.15:
            program = with_step(program, step.slug, days=step.days + 2, criteria=("It was said",))
        elif fate < 0.3:
            other = next(phase.slug for phase in PHASES if phase.slug != step.phase)
            program = with_step(program, step.slug, phase=other)
        elif fate < 0.5:
            tasks = tuple(FrameworkTask(task.slug, f"{task.title}, better") for task in step.tasks)
            program = with_step(program, step.slug, tasks=tasks)
        elif fate < 0.6:
            program = with_step(program, step.slug, tasks=tuple(reversed(step.tasks)))
    return framework(program.slug, program.steps)
