"""Tells whether work is under way, for a page that says so."""

from milepost.platform.db import Transaction


async def is_under_way(tx: Transaction, name: str) -> bool:
    """Tell whether a job of this name waits for a worker or is at work, for whomever it is."""
    return await tx.value(
        """
        select exists (
                 select
                   from procrastinate.procrastinate_jobs j
                  where j.task_name = %(name)s
                    and j.status in ('todo', 'doing')
               )
        """,
        {"name": name},
    )
