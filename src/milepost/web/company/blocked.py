"""What keeps a company from its steps, as its people said it in the standup, until they lift it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.standups import service as standups
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web.company.here import Here
from milepost.web.company.team import read_team


@dataclass(frozen=True, slots=True)
class Blocker:
    """What somebody said blocks a step, who, and when."""

    id: UUID
    words: str
    by: str
    at: datetime | None


Blockers = Mapping[str, Sequence[Blocker]]


async def read_blockers(tx: Transaction, here: Here) -> Blockers:
    """Read what blocks the steps of a journey that aren't behind it, by step, the latest first."""
    found = await standups.list_blockers(tx, journey_id=here.journey.id, now=clock.now())
    if not found:
        return {}
    team = await read_team(tx, here)
    by_step: dict[str, list[Blocker]] = {}
    for action in found:
        said = Blocker(
            action.id,
            action.said.strip().rstrip("."),
            team.name(action.user_id),
            action.decided_at,
        )
        by_step.setdefault(action.step_slug, []).append(said)
    return by_step
