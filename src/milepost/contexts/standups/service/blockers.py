"""What was noted to block steps: listed as long as it does, lifted when it is out of the way."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys import errors as journey_errors
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey
from milepost.contexts.standups.queries import actions as queries
from milepost.contexts.standups.service.talks import open_talk
from milepost.contexts.standups.types import Action
from milepost.platform import live
from milepost.platform.db import Transaction


async def list_blockers(tx: Transaction, *, journey_id: UUID, now: datetime) -> list[Action]:
    """Return what was said, and confirmed, to block steps that are still open, the latest first.

    The reading is noted. Raises NotFound for a journey that isn't shown at all.
    """
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    found = await queries.list_blockers(tx, journey_id=journey_id)
    if found:
        await identity.record_read(tx, subject_id=journey.subject_id, what="standup", now=now)
    return found


async def lift(tx: Transaction, *, journey_id: UUID, action_id: UUID, now: datetime) -> Action:
    """Note that what blocked a step is out of the way; return what it was. Safe to repeat.

    Whoever acts for the company may, whoever noted it.
    Raises NotFound, MayOnlyLook, NoStandup, JourneyArchived.
    """
    talk = await open_talk(tx, journey_id=journey_id)
    blocker = await queries.get_blocker(tx, journey_id=journey_id, action_id=action_id)
    await tell(tx, journey_id=journey_id, step_slug=blocker.step_slug)
    await queries.insert_lifted(tx, subject_id=talk.subject_id, action_ids=[blocker.id], now=now)
    return blocker


async def lift_all(tx: Transaction, *, journey_id: UUID, step_slug: str, now: datetime) -> bool:
    """Note that nothing blocks a step any more; return whether something did.

    Raises NotFound, JourneyArchived.
    """
    journey = await tell(tx, journey_id=journey_id, step_slug=step_slug)
    found = await queries.list_blockers(tx, journey_id=journey_id)
    lifted = await queries.insert_lifted(
        tx,
        subject_id=journey.subject_id,
        action_ids=[one.id for one in found if one.step_slug == step_slug],
        now=now,
    )
    return lifted > 0


async def tell(tx: Transaction, *, journey_id: UUID, step_slug: str) -> Journey:
    """Tell whoever has the step or the plan before them that what blocks it changes.

    Raises NotFound, JourneyArchived.
    """
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    if journey.is_archived:
        raise journey_errors.archived(journey)
    await live.announce(tx, topic=journeys.topic(journey_id), what=step_slug)
    return journey
