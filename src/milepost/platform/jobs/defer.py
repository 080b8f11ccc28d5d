"""Asks for a job inside the caller's transaction: it exists when, and only when, that commits."""

import functools
import json
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from milepost.platform.db import Transaction
from milepost.platform.jobs.registry import Registry, jsonable, registry

_dumps = functools.partial(json.dumps, default=jsonable)


async def defer(
    tx: Transaction,
    name: str,
    /,
    key: str | None = None,
    *,
    at: datetime | None = None,
    tasks: Registry = registry,
    **args: Any,
) -> None:
    """Ask for the job `name`, to run soon or not before `at`.

    While a job with the same `key` waits, no second one is made; the one that waits runs after
    this transaction. Arguments travel as JSON: an id or a time arrives as its text.
    """
    # The library would raise on a taken key, and abort the caller's transaction. Writing the
    # waiting job's key again locks its row instead: no worker can start it before this
    # transaction's changes are there to be seen. Workers are told of both, once it commits.
    await tx.run(
        """
        with deferred as (
          insert into procrastinate.procrastinate_jobs (
            queue_name, task_name, queueing_lock, args, scheduled_at
          )
          values (%(queue)s, %(name)s, %(key)s, %(args)s, %(at)s)
          on conflict (queueing_lock) where status = 'todo'
          do update set queueing_lock = excluded.queueing_lock
          returning id
        )
        select pg_notify(
          'procrastinate_any_queue_v1',
          json_build_object('type', 'job_inserted', 'job_id', id)::text
        )
          from deferred
        """,
        {
            "queue": tasks.get(name).queue,
            "name": name,
            "key": key if key is None else f"{name}:{key}",
            "args": Jsonb(args, dumps=_dumps),
            "at": at,
        },
    )
