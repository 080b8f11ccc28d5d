"""What can be done next in a journey, and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.service.tasks import count_tasks
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import Available
from milepost.platform.db import Transaction


async def list_available(tx: Transaction, *, walk: Walk, now: datetime) -> list[Available]:
    """List what can be done now with the reason for each; what a company does best comes first.

    A person's steps stand in the program's order, what was begun before the others.
    """
    counts = await count_tasks(tx, journey_id=walk.journey.id) if walk.is_company else {}
    today = now.astimezone(ZoneInfo(tx.actor.time_zone)).date()
    found = rules.available(walk.program, walk.standings, counts, today=today)
    if walk.is_company:
        return found
    by_slug = {item.slug: item for item in found}
    return [by_slug[step.slug] for step in walk.next_steps()]
