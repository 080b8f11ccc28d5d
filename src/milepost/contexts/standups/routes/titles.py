"""What the steps are called that proposals are about: a frame names them as the page does."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from uuid import UUID

from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups.service import desks
from milepost.contexts.standups.types import Reply, Turn
from milepost.platform.db import Transaction
from milepost.platform.errors import AppError

Open = Callable[[], AbstractAsyncContextManager[Transaction]]


async def of_steps(turns: Sequence[Turn], *, journey_id: UUID, open_tx: Open) -> Mapping[str, str]:
    """Return the titles of the steps that are proposed to do something about, by their names.

    For somebody who may write for the journey. A step that can't be had now has no title.
    """
    slugs = {
        action.step_slug for turn in turns if isinstance(turn, Reply) for action in turn.actions
    }
    index = desks.find_kept(journey_id)
    known = {slug: step.title for slug in slugs if index and (step := index.find(slug))}
    if len(known) == len(slugs):
        # As good as always: a message was read a moment ago with the same.
        return known
    with suppress(AppError):
        async with open_tx() as tx:
            walk = await journeys.get_walk(tx, journey_id=journey_id)
        known |= {slug: step.title for slug in slugs if (step := walk.program.find_step(slug))}
    return known
