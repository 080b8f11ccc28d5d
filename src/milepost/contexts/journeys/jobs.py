"""Background work of journeys: mail."""

from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.journeys.queries import reviews as queries
from milepost.contexts.journeys.service import walks
from milepost.platform import jobs
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Mail

MAIL_REVIEW = "journeys.mail_review"


@jobs.task(MAIL_REVIEW)
async def mail_review(
    context: JobContext, *, tenant_id: str, journey_id: str, review_id: str
) -> None:
    """Mail the owner of an answer that it was reviewed; never what the review says."""
    async with context.db.transaction(System(UUID(tenant_id))) as tx:
        reviews = await queries.list_reviews(tx, journey_id=UUID(journey_id))
        review = next((item for item in reviews if item.id == UUID(review_id)), None)
        if review is None:
            return
        owner = await identity.get_user(tx, user_id=review.subject_id)
        walk = await walks.get_walk(tx, journey_id=review.journey_id)
    written = (
        Environment(
            loader=FileSystemLoader(Path(__file__).parent / "mail"),
            autoescape=select_autoescape(("html",)),
            undefined=StrictUndefined,
        )
        .get_template("review.txt")
        .render(
            author=review.author_name or "Your coach",
            name=owner.full_name,
            step=walk.step(review.step_slug).title,
            version=review.version,
            link=f"{context.settings.public_url}/tools/{review.step_slug}/versions/{review.version}",
        )
    )
    subject, _, text = written.partition("\n\n")
    await context.mailer.send(Mail(to=owner.email, subject=subject, text=text))
