"""Forms about a company's journey while they are being written: kept, taken up again, let go.

They are their writer's alone. A device says what it has seen of a form; whoever was overtaken by
another device of the same person is told, and nothing of theirs replaces what is there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.contexts.journeys.errors import FormOvertaken, archived
from milepost.contexts.journeys.queries import unsent as queries
from milepost.contexts.journeys.queries import walks as walk_queries
from milepost.contexts.journeys.types import FormSpot, HomelessForm, UnsentForm
from milepost.platform.db import Transaction


async def find_unsent(tx: Transaction, *, spot: FormSpot) -> UnsentForm | None:
    """Return what the actor wrote in a form and did not send, on whichever device."""
    return await queries.find_unsent(tx, spot=spot)


async def list_homeless(tx: Transaction, *, journey_id: UUID) -> list[HomelessForm]:
    """Return what the actor wrote about steps that a colleague took out of the plan since."""
    return await queries.list_homeless(tx, journey_id=journey_id)


async def keep_unsent(
    tx: Transaction,
    *,
    spot: FormSpot,
    based_on: str,
    data: Mapping[str, Any],
    seen: str | None,
    now: datetime,
) -> UnsentForm:
    """Keep what is written so far. `seen` is the etag of what the device had; None: nothing.

    Raises FormOvertaken, JourneyArchived, NotFound, Forbidden.
    """
    journey = await walk_queries.get_journey(tx, journey_id=spot.journey_id)
    if journey.is_archived:
        raise archived(journey)
    there = await queries.find_unsent(tx, spot=spot)
    _require_seen(there, data, seen)
    kept = (
        await queries.insert_unsent(
            tx, journey=journey, spot=spot, based_on=based_on, data=data, now=now
        )
        if there is None
        else await queries.update_unsent(tx, seen=there, based_on=based_on, data=data, now=now)
    )
    if kept is None:
        # Two devices at the same instant: the other one came through.
        raise _overtaken(await queries.find_unsent(tx, spot=spot))
    return kept


async def finish_unsent(
    tx: Transaction, *, spot: FormSpot, data: Mapping[str, Any], seen: str | None
) -> None:
    """Let go of what was kept of a form that is sent now, unless another device wrote in it.

    Raises FormOvertaken.
    """
    there = await queries.find_unsent(tx, spot=spot)
    if there is None:
        return
    _require_seen(there, data, seen)
    if not await queries.delete_unsent(tx, form_id=there.id, revision=there.revision):
        raise _overtaken(await queries.find_unsent(tx, spot=spot))


async def drop_unsent(tx: Transaction, *, spot: FormSpot) -> None:
    """Let go of what was kept, whatever it is: its writer gave it up."""
    there = await queries.find_unsent(tx, spot=spot)
    if there is not None:
        await queries.delete_unsent(tx, form_id=there.id, revision=there.revision)


def _require_seen(there: UnsentForm | None, data: Mapping[str, Any], seen: str | None) -> None:
    if seen == (there.etag if there else None):
        return
    # A save of the same device that arrived late: nothing in it would be lost.
    if there is None or there.data != data:
        raise _overtaken(there)


def _overtaken(there: UnsentForm | None) -> FormOvertaken:
    return FormOvertaken(
        "You wrote something else here on another device meanwhile. What you wrote on this one is"
        " not stored yet: look at what is there now, then save yours again.",
        current_etag=there.etag if there else None,
    )
