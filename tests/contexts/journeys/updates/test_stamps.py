"""Who takes an update gets what was shown, or is told that it would be otherwise by now."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import PlanConflict
from milepost.contexts.journeys.types import Update
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
from tests.factories.frameworks import make_checklist
from tests.factories.people import Someone

Change = Callable[[Walking], Awaitable[None]]

TALK = make_checklist("talk", order=1, tasks=3)
BUILD = make_checklist("build", order=2)
SELL = make_checklist("sell", order=3, after=("talk",))
ASIDE = make_checklist("aside", order=4)
FIRST = (TALK, BUILD, SELL, ASIDE)


class Shown:
    """A company with an update on its screen: `talk` loses tasks, `sell` comes after `build`."""

    def __init__(self, company: Walking, update: Update) -> None:
        self.company = company
        self.update = update

    async def take(self, *slugs: str, restore: tuple[str, ...] = ()) -> None:
        await self.company.take(
            self.update.version_id, slugs or None, restore, seen=self.update.stamp
        )


@pytest_asyncio.fixture(loop_scope="session")
async def shown(db: Database, owner: psycopg.AsyncConnection, nora: Someone) -> Shown:
    first = framework(new_slug(), FIRST)
    await publish(owner, first)
    company = await begin(db, nora, first)
    mine, *_ = await company.tasks("talk")
    await company.edit_task(mine, journeys.TaskEdit(assignee_id=nora.id))
    await company.edit("build", title="Build it our way")
    newer = with_step(first, "talk", tasks=(FrameworkTask("task-3", "Listen closely"),))
    newer = with_step(newer, "sell", after=("build",))
    newer = with_step(newer, "build", title="Build a first one")
    await publish(owner, newer)
    update = await company.preview()
    assert update is not None
    talk = next(step for step in update.steps if step.slug == "talk")
    assert [task.slug for task in talk.tasks.kept] == ["task-1"]
    assert [task.slug for task in talk.tasks.removed] == ["task-2"]
    assert [task.slug for task in talk.tasks.renamed] == ["task-3"]
    assert update.moves == {}
    return Shown(company, update)


async def take_the_task_away(company: Walking) -> None:
    """Foretold as kept, it would go."""
    mine, *_ = await company.tasks("talk")
    await company.edit_task(mine, journeys.TaskEdit(clear=frozenset({"assignee_id"})))


async def tick_what_is_renamed(company: Walking) -> None:
    """Foretold as renamed, it would stay."""
    await company.tick((await company.tasks("talk"))[2])


async def tell_of_what_goes(company: Walking) -> None:
    """Foretold as taken away, it would stay."""
    await company.do("talk", "complete")
    await company.tell((await company.tasks("talk"))[1])


async def complete_what_opens(company: Walking) -> None:
    """What it opened would be locked again: nothing was said of that."""
    await company.do("talk", "complete")


async def reword_what_collides(company: Walking) -> None:
    """These words were not there to be given up."""
    await company.edit("build", title="Build it in another way")


async def call_it_otherwise(company: Walking) -> None:
    await company.edit("talk", title="Hold talks")


@pytest.mark.parametrize(
    "meanwhile",
    [
        take_the_task_away,
        tick_what_is_renamed,
        tell_of_what_goes,
        complete_what_opens,
        reword_what_collides,
        call_it_otherwise,
    ],
)
async def test_what_would_be_otherwise_by_now_is_not_taken(shown: Shown, meanwhile: Change) -> None:
    await meanwhile(shown.company)
    tasks, plan = await shown.company.tasks(), await shown.company.plan()
    for choice in ((), ("talk",), ("sell",)):
        with pytest.raises(PlanConflict, match="changed the plan meanwhile"):
            await shown.take(*choice)
    assert (await shown.company.tasks(), await shown.company.plan()) == (tasks, plan)
    # Looked at again, it is taken.
    again = await shown.company.preview()
    assert again is not None
    await Shown(shown.company, again).take()
    assert await shown.company.offered() == []
    await shown.company.states()


async def work_elsewhere(company: Walking) -> None:
    await company.do("aside", "start")
    await company.tick((await company.tasks("aside"))[0])
    await company.do("aside", "complete")


async def tick_what_is_kept_anyhow(company: Walking) -> None:
    await company.tick((await company.tasks("talk"))[0])


async def start_what_stays_open(company: Walking) -> None:
    await company.do("build", "start")


async def put_steps_in_another_order(company: Walking) -> None:
    await company.move("aside", None)


async def write_elsewhere(company: Walking) -> None:
    await company.edit("aside", title="Something else", days=9)
    # Of a step that changes, too, as long as it isn't what changes.
    await company.edit("talk", days=12)


@pytest.mark.parametrize(
    "meanwhile",
    [
        work_elsewhere,
        tick_what_is_kept_anyhow,
        start_what_stays_open,
        put_steps_in_another_order,
        write_elsewhere,
    ],
)
async def test_what_makes_no_difference_stops_nobody(shown: Shown, meanwhile: Change) -> None:
    await meanwhile(shown.company)
    await shown.take()
    titles = [task.title for task in await shown.company.tasks("talk")]
    assert titles == ["Task 1 of talk", "Listen closely"]
    assert (await shown.company.step("sell")).after == ("build",)
    assert (await shown.company.step("build")).title == "Build it our way"


async def test_another_choice_than_the_one_looked_at_is_taken_as_long_as_that_holds(
    shown: Shown,
) -> None:
    looked = await shown.company.preview({"build"}, {"build"})
    assert looked is not None
    assert looked.stamp != shown.update.stamp
    await Shown(shown.company, looked).take("talk")
    # Of that choice it would be told otherwise now: a step of it less is on offer.
    with pytest.raises(PlanConflict, match="changed the plan meanwhile"):
        await Shown(shown.company, looked).take("build", restore=("build",))
    again = await shown.company.preview({"build"}, {"build"})
    assert again is not None
    await Shown(shown.company, again).take("build", restore=("build",))
    assert (await shown.company.step("build")).title == "Build a first one"


async def test_a_stamp_of_nothing_that_was_shown_takes_nothing(shown: Shown) -> None:
    stamp = shown.update.stamp
    endings = ("-", "-0-0-0", "-ffff-0", "-x-y", "-1-2")
    for other in ("", *(stamp + ending for ending in endings), str(uuid4()), stamp[::-1]):
        with pytest.raises(PlanConflict, match="changed the plan meanwhile"):
            await shown.company.take(shown.update.version_id, seen=other)
    assert (await shown.company.step("build")).title == "Build it our way"
    assert len(await shown.company.tasks("talk")) == 3
