"""What coaches write about a version."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity
from milepost.contexts.journeys.events import ReviewWritten
from milepost.contexts.journeys.queries import reviews as queries
from milepost.contexts.journeys.service import desk
from milepost.contexts.journeys.types import Review, Verdict
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden
from milepost.platform.events import emit


async def write_review(
    tx: Transaction,
    *,
    journey_id: UUID,
    step_slug: str,
    version: int,
    text: str,
    verdict: Verdict,
    now: datetime,
) -> Review:
    """Write a review of a version, as a coach whom its owner lets see everything.

    Raises Forbidden for anybody else who can see it, NotFound for who can't.
    """
    submission = await desk.get_submission(
        tx, journey_id=journey_id, step_slug=step_slug, version=version
    )
    coached = await identity.is_audience(
        tx, subject_id=submission.subject_id, capacities=(Capacity.COACH, Capacity.TEACHER), now=now
    )
    if not coached:
        raise Forbidden("Only a coach of this person writes reviews here.")
    review_id = await queries.insert_review(
        tx, submission=submission, text=text, verdict=str(verdict), now=now
    )
    await emit(
        tx,
        ReviewWritten(journey_id, review_id, step_slug, version),
        subject_id=submission.subject_id,
        now=now,
    )
    written = await queries.list_reviews(tx, journey_id=journey_id, step_slug=step_slug)
    return next(review for review in written if review.id == review_id)


async def list_reviews(
    tx: Transaction, *, journey_id: UUID, step_slug: str | None = None
) -> list[Review]:
    """Return the reviews of a journey, or of one step, the newest first."""
    return await queries.list_reviews(tx, journey_id=journey_id, step_slug=step_slug)
