"""Background work of standups: forgetting what clients called messages, once nobody sends again."""

from datetime import timedelta

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.standups.queries import talks as queries
from milepost.platform import jobs
from milepost.platform.jobs import JobContext

# A phone that was without a network, and sends what it kept when it has one again.
_SENT_AGAIN_FOR = timedelta(days=30)


@jobs.task("standups.forget_sent", cron="50 3 * * *")
async def forget_sent(context: JobContext) -> None:
    """Forget names of messages that are a month old."""
    before = context.now() - _SENT_AGAIN_FOR
    async with context.db.transaction(System()) as tx:
        tenants = await identity.list_tenants(tx)
    for tenant in tenants:
        async with context.db.transaction(System(tenant.id)) as tx:
            await queries.delete_sent(tx, before=before)
