"""What the members of a company do at random: with their plan, its steps and tasks."""

import random
from contextlib import suppress
from datetime import timedelta

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import PlanConflict
from milepost.contexts.journeys.types import State, StepEdit
from tests.contexts.journeys.updates.updating import NOW, Walking, later
from tests.factories.frameworks import PHASES

OUR_TITLE = "As we call it"


async def edit_somehow(company: Walking, chance: random.Random) -> None:
    """Write steps anew, move them, add some, and work on tasks, at random."""
    for _ in range(chance.randint(2, 9)):
        slugs = await company.order()
        slug = chance.choice(slugs)
        others = [other for other in slugs if other != slug]
        after = chance.sample(others, min(len(others), chance.randint(0, 2)))
        parts: dict[str, object] = {
            "title": "In our own words",
            "criteria": ["We say so"],
            "days": 40,
            "phase": chance.choice(PHASES).slug,
            "after": after,
        }
        wanted = chance.sample(sorted(parts), chance.randint(1, 3))
        # Some of them would make steps wait for each other, and are refused.
        with suppress(PlanConflict):
            await company.edit(slug, **{part: parts[part] for part in wanted})
    async with company.db.transaction(company.who.actor) as tx:
        slugs = [step.slug for step in (await company.walk()).program.steps]
        if chance.random() < 0.5:
            await journeys.add_own_step(
                tx,
                journey_id=company.journey_id,
                content=StepEdit(
                    title="Of our own",
                    phase="early",
                    domain="sales",
                    after=[chance.choice(slugs)],
                ),
                tasks=["Ours"],
                now=later(),
            )
        if chance.random() < 0.5:
            first, second = chance.choice(slugs), chance.choice(slugs)
            if first != second:
                await journeys.move_step(
                    tx, journey_id=company.journey_id, step_slug=first, after=second, now=later()
                )
    for task in await company.tasks():
        edit = chance.choice((None, None, None, *_edits(company)))
        if edit is not None:
            await company.edit_task(task, edit)


def _edits(company: Walking) -> tuple[journeys.TaskEdit, ...]:
    return (
        journeys.TaskEdit(title=OUR_TITLE),
        journeys.TaskEdit(assignee_id=company.who.id),
        journeys.TaskEdit(due_on=NOW.date() + timedelta(days=9)),
    )


async def interfere(company: Walking, chance: random.Random) -> None:
    """Do a little of what colleagues do, which may touch what was shown, or may not."""
    for _ in range(chance.randint(1, 2)):
        slugs = await company.order()
        slug = chance.choice(slugs)
        what = chance.choice(("work", "work", "task", "task", "tell", "place", "words", "after"))
        tasks = await company.tasks(slug)
        if what == "work":
            await work_somehow(company, chance)
        elif what == "task" and tasks:
            taken_back = journeys.TaskEdit(clear=frozenset({"assignee_id", "due_on"}))
            edit = chance.choice((taken_back, taken_back, *_edits(company)))
            await company.edit_task(chance.choice(tasks), edit)
        elif what == "tell":
            await tell_somehow(company, chance)
        elif what == "place":
            await company.move(slug, chance.choice([None, *(one for one in slugs if one != slug)]))
        elif what == "words":
            words = chance.choice(({"title": "In other words"}, {"days": 41}))
            await company.edit(slug, **words)
        else:
            with suppress(PlanConflict):
                await company.edit(slug, after=[one for one in slugs[:1] if one != slug])


async def tell_somehow(company: Walking, chance: random.Random) -> None:
    """Write what came of a task of a step that is behind the company, if one is."""
    states = (await company.walk()).standings
    behind = [task for task in await company.tasks() if states[task.step_slug].state.done]
    if behind:
        await company.tell(chance.choice(behind))


async def progress_somehow(company: Walking, chance: random.Random) -> None:
    """Do, leave out and take up again whatever happens to be open."""
    for _ in range(chance.randint(0, 8)):
        await work_somehow(company, chance)
    for _ in range(chance.randint(0, 3)):
        await tell_somehow(company, chance)


async def work_somehow(company: Walking, chance: random.Random) -> None:
    """Do one thing with one of the steps that are not locked."""
    walk = await company.walk()
    slug = chance.choice(
        [one for one, standing in walk.standings.items() if standing.state is not State.LOCKED]
    )
    what = chance.choice(("start", "complete", "complete", "skip", "reopen", "tick", "tick"))
    if what == "tick":
        for task in await company.tasks(slug):
            await company.tick(task, on=chance.random() < 0.5)
        return
    if what == "skip" and walk.standings[slug].state.done:
        what = "reopen"
    await company.do(slug, what)
