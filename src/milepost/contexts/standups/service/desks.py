"""What a message may be about: the open tasks and steps of a journey, kept ready to be asked."""

import asyncio
from collections import OrderedDict
from uuid import UUID
from weakref import WeakValueDictionary

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State, Task
from milepost.contexts.programs.types import Step
from milepost.contexts.standups.queries.openings import Stamp
from milepost.contexts.standups.rules import Index
from milepost.contexts.standups.service import threads
from milepost.contexts.standups.types import Candidate
from milepost.platform.db import Transaction

# Making one takes as long as reading fifty messages. It is the same for all who see a journey
# in full; who doesn't can't have it made, nor ask for it.
_KEPT = 768
_kept: OrderedDict[UUID, tuple[Stamp, Index]] = OrderedDict()
_making: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()


async def get_index(tx: Transaction, *, journey_id: UUID, stamp: Stamp) -> Index:
    """Return what a message of somebody who writes for a journey may be about.

    `stamp` was read before in this transaction: what changed since changes the next one.
    """
    # Colleagues come to the same standup together: one makes it, the others wait for that.
    async with _making.setdefault(journey_id, asyncio.Lock()):
        had = _kept.get(journey_id)
        if had is None or had[0] != stamp:
            candidates = await _list_candidates(tx, journey_id)
            had = (stamp, await threads.make_index(candidates))
            _kept[journey_id] = had
            while len(_kept) > _KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(journey_id)
        return had[1]


def find_kept(journey_id: UUID) -> Index | None:
    """Return what a journey was about when somebody asked last. It is for nobody to see."""
    had = _kept.get(journey_id)
    return None if had is None else had[1]


def is_ready(journey_id: UUID) -> bool:
    """Tell whether a message about this journey could be read at once, unless things changed."""
    return journey_id in _kept


async def _list_candidates(tx: Transaction, journey_id: UUID) -> list[Candidate]:
    walk = await journeys.get_walk(tx, journey_id=journey_id)
    tasks: dict[str, list[Task]] = {}
    for task in await journeys.list_tasks(tx, journey_id=journey_id):
        if not task.is_completed:
            tasks.setdefault(task.step_slug, []).append(task)
    made: list[Candidate] = []
    for step in walk.next_steps():
        state = walk.standings[step.slug].state
        made.append(of_step(step, state))
        made += [of_task(task, step, state) for task in tasks.get(step.slug, ())]
    return made


def of_step(step: Step, state: State) -> Candidate:
    """Make the candidate that a step itself is."""
    return Candidate(
        kind="step",
        id=step.slug,
        title=step.title,
        step_slug=step.slug,
        step_title=step.title,
        state=str(state),
        aliases=(in_words(step.slug),),
    )


def of_task(task: Task, step: Step, state: State) -> Candidate:
    """Make the candidate that a task is."""
    return Candidate(
        kind="task",
        id=str(task.id),
        title=task.title,
        step_slug=step.slug,
        step_title=step.title,
        state=str(state),
        aliases=() if task.slug is None else (in_words(task.slug),),
    )


def in_words(slug: str) -> str:
    """Say a name in words."""
    return slug.replace("-", " ")
