"""A newer framework and the tasks of a company: they follow it where nobody worked on them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import psycopg
import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import KeptTask, Task
from milepost.contexts.programs.types import Task as FrameworkTask
from milepost.platform.db import Database
from tests.contexts.journeys.updates.updating import (
    NOW,
    Walking,
    begin,
    framework,
    new_slug,
    publish,
    with_step,
)
from tests.factories.frameworks import make_checklist
from tests.factories.people import Someone

TALK = make_checklist("talk", order=1, tasks=4)


async def rename(company: Walking, task: Task) -> None:
    await company.edit_task(task, journeys.TaskEdit(title="Ask Anna"))


async def tick(company: Walking, task: Task) -> None:
    await company.tick(task)


async def give(company: Walking, task: Task) -> None:
    await company.edit_task(task, journeys.TaskEdit(assignee_id=company.who.id))


async def date(company: Walking, task: Task) -> None:
    await company.edit_task(task, journeys.TaskEdit(due_on=NOW.date() + timedelta(days=3)))


async def tell(company: Walking, task: Task) -> None:
    """The step is done with its tasks left open, and an outcome tells of one of them."""
    await company.do(task.step_slug, "complete")
    await company.tell(task)


@pytest.mark.parametrize("work", [rename, tick, give, date, tell])
async def test_a_task_that_was_worked_on_stays_and_that_is_foretold(
    db: Database,
    owner: psycopg.AsyncConnection,
    nora: Someone,
    work: Callable[[Walking, Task], Awaitable[None]],
) -> None:
    first = framework(new_slug(), (TALK,))
    await publish(owner, first)
    company = await begin(db, nora, first)
    mine, *_ = await company.tasks("talk")
    await work(company, mine)
    mine, *_ = await company.tasks("talk")
    version_id = await publish(owner, with_step(first, "talk", tasks=()))
    update = await company.preview()
    assert update is not None
    (step,) = update.steps
    assert step.tasks.kept == (KeptTask("task-1", mine.title, None),)
    assert [task.slug for task in step.tasks.removed] == ["task-2", "task-3", "task-4"]
    await company.take(version_id)
    assert await company.tasks("talk") == [mine]
    await company.states()


async def test_a_task_that_an_outcome_tells_of_keeps_its_title(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK,))
    await publish(owner, first)
    company = await begin(db, nora, first)
    mine, *_ = await company.tasks("talk")
    await tell(company, mine)
    # Told of a second time, and of another task: what was told first stays, and so does its task.
    other = (await company.tasks("talk"))[1]
    await company.tell(other)
    better = tuple(
        FrameworkTask(f"task-{number}", f"Task {number}, better") for number in range(1, 5)
    )
    version_id = await publish(owner, with_step(first, "talk", tasks=better))
    update = await company.preview()
    assert update is not None
    assert [task.slug for task in update.steps[0].tasks.kept] == ["task-1", "task-2"]
    await company.take(version_id, seen=update.stamp)
    assert [task.title for task in await company.tasks("talk")] == [
        mine.title,
        other.title,
        "Task 3, better",
        "Task 4, better",
    ]


async def test_new_titles_are_told_and_given_only_where_nobody_worked_on_a_task(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK,))
    await publish(owner, first)
    company = await begin(db, nora, first)
    one, two, three, _ = await company.tasks("talk")
    await rename(company, one)
    await tick(company, two)
    # Called by chance what the framework will call it.
    await company.edit_task(three, journeys.TaskEdit(title="Task 3, better"))
    better = tuple(
        FrameworkTask(f"task-{number}", f"Task {number}, better") for number in range(1, 5)
    )
    version_id = await publish(owner, with_step(first, "talk", tasks=better))
    update = await company.preview()
    assert update is not None
    (step,) = update.steps
    assert step.tasks.kept == (
        KeptTask("task-1", "Ask Anna", "Task 1, better"),
        KeptTask("task-2", two.title, "Task 2, better"),
    )
    assert [task.after for task in step.tasks.renamed] == ["Task 4, better"]
    await company.take(version_id)
    assert [task.title for task in await company.tasks("talk")] == [
        "Ask Anna",
        two.title,
        "Task 3, better",
        "Task 4, better",
    ]


async def test_what_the_company_kept_is_not_added_again_when_it_comes_back(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK,))
    await publish(owner, first)
    company = await begin(db, nora, first)
    mine, *_ = await company.tasks("talk")
    await tick(company, mine)
    await company.take(await publish(owner, with_step(first, "talk", tasks=())))
    back = (FrameworkTask("task-1", "Back again"), FrameworkTask("task-9", "Something new"))
    version_id = await publish(owner, with_step(first, "talk", tasks=back))
    update = await company.preview()
    assert update is not None
    assert [task.slug for task in update.steps[0].tasks.added] == ["task-9"]
    await company.take(version_id)
    assert [task.title for task in await company.tasks("talk")] == [mine.title, "Something new"]


async def test_another_order_of_tasks_is_no_news(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (TALK,))
    await publish(owner, first)
    company = await begin(db, nora, first)
    await publish(owner, with_step(first, "talk", tasks=tuple(reversed(TALK.tasks))))
    assert await company.offered() == []


async def test_what_is_done_of_a_step_follows_its_tasks(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = framework(new_slug(), (make_checklist("talk", order=1, tasks=2),))
    await publish(owner, first)
    company = await begin(db, nora, first)
    await company.tick((await company.tasks("talk"))[0])
    await company.take(await publish(owner, framework(first.slug, (TALK,))))
    await company.states()
    async with db.transaction(nora.actor) as tx:
        rows = await journeys.list_steps(tx, journey_id=company.journey_id)
    assert rows["talk"].percent == 25
