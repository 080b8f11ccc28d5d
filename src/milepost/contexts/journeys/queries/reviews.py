"""Statements about reviews."""

from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys.types import Review, Submission
from milepost.platform.db import Transaction


async def insert_review(
    tx: Transaction, *, submission: Submission, text: str, verdict: str, now: datetime
) -> UUID:
    """Write a review of the actor's."""
    review_id: UUID = await tx.value(
        """
        insert into journeys.reviews (
          tenant_id, subject_id, journey_id, submission_id, step_slug, version, author_id,
          text, verdict, created_at
        )
        values (
          %(tenant_id)s, %(subject_id)s, %(journey_id)s, %(submission_id)s, %(step_slug)s,
          %(version)s, %(author_id)s, %(text)s, %(verdict)s, %(now)s
        )
        returning id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "subject_id": submission.subject_id,
            "journey_id": submission.journey_id,
            "submission_id": submission.id,
            "step_slug": submission.step_slug,
            "version": submission.version,
            "author_id": tx.actor.user_id,
            "text": text,
            "verdict": verdict,
            "now": now,
        },
    )
    return review_id


async def list_reviews(
    tx: Transaction, *, journey_id: UUID, step_slug: str | None = None
) -> list[Review]:
    """Return the reviews of a journey, or of one step of it, the newest first."""
    return await tx.many(
        Review,
        """
        select r.id,
               r.subject_id,
               r.journey_id,
               r.step_slug,
               r.version,
               r.author_id,
               u.full_name as author_name,
               r.text,
               r.verdict,
               r.created_at
          from journeys.reviews r
          left join identity.users u
            on u.tenant_id = r.tenant_id
           and u.id = r.author_id
         where r.tenant_id = %(tenant_id)s
           and r.journey_id = %(journey_id)s
           and (%(step_slug)s::text is null or r.step_slug = %(step_slug)s)
         order by r.created_at desc, r.id
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "journey_id": journey_id,
            "step_slug": step_slug,
        },
    )
