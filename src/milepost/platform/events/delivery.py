"""Hands an event to its handlers: each in its own transaction, each once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.platform import jobs
from milepost.platform.db import Transaction
from milepost.platform.events.subscriptions import (
    Occurrence,
    Subscription,
    Subscriptions,
    subscriptions,
)
from milepost.platform.jobs import JobContext

DELIVER = "events.deliver"


@dataclass(frozen=True, slots=True)
class _Logged:
    name: str
    subject_id: UUID | None
    payload: Mapping[str, Any]


class HandlersFailed(ExceptionGroup[Exception]):
    """What the handlers of one event raised; those that didn't are done with it."""


@jobs.task(DELIVER, queue="events", retry=8)
async def deliver(context: JobContext, *, tenant_id: str, event_id: str, happened: str) -> None:
    """Deliver one event to everybody who subscribed to it."""
    await deliver_to(
        subscriptions,
        context,
        tenant_id=UUID(tenant_id),
        event_id=UUID(event_id),
        at=datetime.fromisoformat(happened),
    )


async def deliver_to(
    listeners: Subscriptions,
    context: JobContext,
    *,
    tenant_id: UUID,
    event_id: UUID,
    at: datetime,
) -> None:
    """Deliver one event to these listeners. Raises HandlersFailed after all had their turn."""
    actor = context.system_actor(tenant_id)
    async with context.db.transaction(actor) as tx:
        logged = await tx.maybe(
            _Logged,
            """
            select name,
                   subject_id,
                   payload
              from events.log
             where tenant_id = %(tenant_id)s
               and id = %(event_id)s
               and at = %(at)s
            """,
            {"tenant_id": tenant_id, "event_id": event_id, "at": at},
        )
    if logged is None:
        # Whom it was about has been erased meanwhile: there is nothing left to react to.
        return
    failures: list[Exception] = []
    for subscription in listeners.of(logged.name):
        occurrence = Occurrence(
            id=event_id,
            tenant_id=tenant_id,
            subject_id=logged.subject_id,
            at=at,
            event=listeners.read(logged.name, logged.payload),
        )
        try:
            async with context.db.transaction(actor) as tx:
                await _hand_over(tx, subscription, occurrence, now=context.now())
        except Exception as error:
            error.add_note(f"in the handler {subscription.name}")
            failures.append(error)
    if failures:
        raise HandlersFailed(f"{len(failures)} handlers of {logged.name} failed", failures)


async def forget_deliveries(tx: Transaction, *, before: datetime) -> int:
    """Drop the tenant's records of deliveries made before then; tell how many."""
    return await tx.run(
        """
        delete from events.deliveries
         where tenant_id = %(tenant_id)s
           and at < %(before)s
        """,
        {"tenant_id": tx.actor.tenant_id, "before": before},
    )


async def _hand_over(
    tx: Transaction, subscription: Subscription, occurrence: Occurrence[Any], *, now: datetime
) -> None:
    # The record commits with the handler's effects, or neither does. Two deliveries at once
    # meet at the key: the second waits, and then finds it taken.
    first = await tx.run(
        """
        insert into events.deliveries (tenant_id, event_id, handler, at)
        values (%(tenant_id)s, %(event_id)s, %(handler)s, %(now)s)
        on conflict (tenant_id, event_id, handler) do nothing
        """,
        {
            "tenant_id": occurrence.tenant_id,
            "event_id": occurrence.id,
            "handler": subscription.name,
            "now": now,
        },
    )
    if first:
        await subscription.handler(tx, occurrence)
