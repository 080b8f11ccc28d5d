"""Reactions to events: having somebody told by mail that a coach wrote to them."""

from milepost.contexts.journeys.events import ReviewWritten
from milepost.contexts.journeys.jobs import MAIL_REVIEW
from milepost.platform import jobs
from milepost.platform.db import Transaction
from milepost.platform.events import Occurrence


async def tell_of_review(tx: Transaction, happened: Occurrence[ReviewWritten]) -> None:
    """Have the owner of an answer told of its review."""
    await jobs.defer(
        tx,
        MAIL_REVIEW,
        tenant_id=happened.tenant_id,
        journey_id=happened.event.journey_id,
        review_id=happened.event.review_id,
    )
