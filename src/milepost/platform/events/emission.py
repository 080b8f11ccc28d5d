"""Writes down what happened, in the transaction in which it did."""

import functools
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from milepost.platform import jobs
from milepost.platform.db import Transaction
from milepost.platform.events.delivery import DELIVER
from milepost.platform.events.subscriptions import Event, Subscriptions, subscriptions


async def emit(
    tx: Transaction,
    event: Event,
    *,
    subject_id: UUID | None,
    now: datetime,
    listeners: Subscriptions = subscriptions,
) -> UUID:
    """Log the event for the actor's tenant, and have it delivered if anybody subscribed.

    Returns its id.
    """
    tenant_id: UUID = tx.actor.tenant_id
    # The id is made first: `returning` would ask whether the actor may read what it tells others.
    event_id: UUID = await tx.value(
        """
        with made as materialized (
          select uuidv7() as id
        ),
        written as (
          insert into events.log (tenant_id, id, name, subject_id, payload, at)
          select %(tenant_id)s, made.id, %(name)s, %(subject_id)s, %(payload)s, %(now)s
            from made
        )
        select id
          from made
        """,
        {
            "tenant_id": tenant_id,
            "name": event.name,
            "subject_id": subject_id,
            "payload": Jsonb(_adapter(type(event)).dump_python(event, mode="json")),
            "now": now,
        },
    )
    if listeners.of(event.name):
        await jobs.defer(tx, DELIVER, tenant_id=tenant_id, event_id=event_id, happened=now)
    return event_id


@functools.cache
def _adapter(event_type: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(event_type)
