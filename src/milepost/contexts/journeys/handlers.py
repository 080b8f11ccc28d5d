"""Reactions to events: telling somebody by mail that a coach wrote to them."""

from milepost.contexts.identity import service as identity
from milepost.contexts.journeys.events import ReviewWritten
from milepost.contexts.journeys.queries import reviews as queries
from milepost.platform.db import Transaction
from milepost.platform.events import Occurrence


async def tell_of_review(tx: Transaction, happened: Occurrence[ReviewWritten]) -> None:
    """Mail the owner of an answer that it was reviewed; never what the review says."""
    event = happened.event
    reviews = await queries.list_reviews(
        tx, journey_id=event.journey_id, step_slug=event.step_slug
    )
    review = next((item for item in reviews if item.id == event.review_id), None)
    if review is None:
        return
    await identity.notify(
        tx,
        user_id=review.subject_id,
        subject=f"{review.author_name} wrote about your answer",
        text=(
            f"{review.author_name} has read version {event.version} of your answer and written"
            " a review. Sign in and open Today to read it."
        ),
    )
